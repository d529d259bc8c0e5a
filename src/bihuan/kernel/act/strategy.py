"""Everything that changes the strategy record. What was found in a review is never changed afterwards."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases import comment, open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Aim, AimIndicator, AimMeasure, AimReview, Case, Unit, User, Verdict
from bihuan.kernel.read.strategy import better, frozen
from bihuan.kernel.registry import indicator_specs
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.reporting import month_later
from bihuan.kernel.scope import covers

KIND = "strategy_review"
MORNING = time(8)
ENDS = (Verdict.REACHED, Verdict.DROPPED)
"""Verdicts that end an aim."""


def state_aim(
    *,
    user: User,
    unit: Unit,
    title: str,
    reason: str = "",
    review_on: date,
    every_months: int = 3,
    owner: User | None = None,
    on: date | None = None,
) -> Aim:
    """A new aim of a unit. Raises Refused for who may not, or for a first review that lies in the past."""
    today = on or timezone.localdate()
    _allowed(user, unit)
    if review_on < today:
        raise Refused(_("The first review lies in the past. Choose today or later."))
    with transaction.atomic():
        aim = Aim.objects.create(
            unit=unit,
            title=title,
            reason=reason,
            owner=owner or user,
            begun_on=today,
            every_months=every_months,
            review_on=review_on,
            next_at=morning(review_on),
        )
        record(verb="aim.stated", actor=user, subject=f"aim:{aim.pk}", review_on=review_on.isoformat())
    return aim


def add_measure(
    *, aim: Aim, user: User, text: str, owner: User | None = None, due_on: date | None = None
) -> AimMeasure:
    _changeable(user, aim)
    with transaction.atomic():
        row = AimMeasure.objects.create(aim=aim, text=text, owner=owner, due_on=due_on)
        record(verb="aim.measure", actor=user, subject=f"aim:{aim.pk}", measure=row.pk)
    return row


def finish_measure(*, measure: AimMeasure, user: User, on: date | None = None) -> None:
    """By who may change the aim, or by the measure's own owner."""
    if measure.owner_id != user.pk:
        _changeable(user, measure.aim)
    with transaction.atomic():
        measure.done_on = on or timezone.localdate()
        measure.save(update_fields=["done_on"])
        record(verb="aim.measure_done", actor=user, subject=f"aim:{measure.aim_id}", measure=measure.pk)


def bind(
    *, aim: Aim, user: User, key: str, target: float | None = None, on: date | None = None
) -> AimIndicator:
    """Bind a number of a system; where it stands now is the start. Raises Refused for a second binding."""
    _changeable(user, aim)
    if key not in indicator_specs():
        raise Refused(_("There is no such indicator."))
    if aim.indicators.filter(key=key).exists():
        raise Refused(_("The aim has this indicator already."))
    start = frozen(key, aim.unit)
    with transaction.atomic():
        row = AimIndicator.objects.create(
            aim=aim, key=key, target=target, start=start, bound_on=on or timezone.localdate()
        )
        record(verb="aim.bound", actor=user, subject=f"aim:{aim.pk}", indicator=key)
    return row


def unbind(*, row: AimIndicator, user: User) -> None:
    _changeable(user, row.aim)
    with transaction.atomic():
        record(verb="aim.unbound", actor=user, subject=f"aim:{row.aim_id}", indicator=row.key)
        row.delete()


def review(
    *,
    aim: Aim,
    user: User,
    verdict: str,
    text: str,
    next_on: date | None = None,
    at: datetime | None = None,
) -> AimReview:
    """Freeze the figures beside a person's verdict and set the next date; some verdicts end the aim.

    Without `next_on` the next review is `every_months` after the one that was due. A case that stands open
    for this review is told; its owner and verifier close it.
    """
    now = at or timezone.now()
    today = timezone.localdate(now)
    _changeable(user, aim)
    if verdict not in Verdict.values:
        raise Refused(_("There is no such verdict."))
    following = next_on or _following(aim, today)
    if verdict not in ENDS and following <= today:
        raise Refused(_("The next review must lie after today."))
    readings = [
        {**frozen(row.key, aim.unit), "target": row.target, "better": better(row.key)}
        for row in aim.indicators.all()
    ]
    with transaction.atomic():
        row = AimReview.objects.create(
            aim=aim, due_on=aim.review_on, at=now, by=user, verdict=verdict, text=text, readings=readings
        )
        if verdict in ENDS:
            aim.ended_on, aim.next_at = today, None
        else:
            aim.review_on, aim.next_at = following, morning(following)
        aim.save(update_fields=["ended_on", "review_on", "next_at"])
        record(verb="aim.reviewed", actor=user, subject=f"aim:{aim.pk}", review=row.pk, verdict=verdict)
        _tell_case(aim, row, user, now)
    return row


def fire(*, row: Aim, now: datetime) -> datetime | None:
    """The clock: on its day a review is a case of the aim's owner, which tells him and escalates."""
    if row.ended_on is not None:
        return None
    due = morning(row.review_on)
    if now < due:
        return due
    open_case(
        breach=Breach(
            kind=KIND,
            subject=subject_of(row),
            subject_name=row.title[:120],
            episode=f"{row.pk}:{row.review_on.isoformat()}",
            at=now,
            unit=row.unit,
            owner=row.owner,
        ),
        due_on=row.review_on.isoformat(),
    )
    return None


def subject_of(aim: Aim) -> str:
    return f"aim:{aim.pk}"


def morning(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, MORNING))


def _following(aim: Aim, today: date) -> date:
    """Whole steps after the date that was due, the first that lies ahead."""
    months = aim.every_months
    while (found := month_later(aim.review_on, months, aim.review_on.day)) <= today:
        months += aim.every_months
    return found


def _tell_case(aim: Aim, done: AimReview, user: User, at: datetime) -> None:
    case = Case.objects.filter(kind=KIND, subject=subject_of(aim), state__in=OPEN).order_by("-pk").first()
    if case is None:
        return
    try:
        comment(case=case, user=user, text=_("Reviewed: %(text)s") % {"text": done.text}, at=at)
    except Refused:
        return


def _changeable(user: User, aim: Aim) -> None:
    _allowed(user, aim.unit)
    if aim.ended_on is not None:
        raise Refused(_("This aim has ended. State a new one."))


def _allowed(user: User, unit: Unit) -> None:
    if not may(user.role, "standards"):
        raise Refused(_("Only a director changes the strategy record."))
    if not covers(user, unit):
        raise Refused(_("This unit is not among yours."))
