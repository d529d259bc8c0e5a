"""The steps of an improvement: planned, begun, ended, dropped, and gone on with."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.improvements.step import (
    locked,
    move,
    require_steering,
    require_text,
    set_timer,
    write,
)
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Cause, Improvement, Remedy, RemedyState, User
from bihuan.kernel.read.improvements import sees
from bihuan.kernel.rules.permissions import may


def plan(
    *,
    item: Improvement,
    user: User,
    problem: str,
    cause: Cause | None,
    owner: User | None,
    starts_on: date | None,
    ends_on: date | None,
    title: str = "",
    at: datetime | None = None,
) -> Improvement:
    """What is wrong, why, who puts it right and when. May be done again until the remedies begin."""
    now = at or timezone.now()
    require_text(problem)
    if cause is None:
        raise Refused(_("Choose the cause: the effect is tested by counting its cases."))
    if owner is None or not owner.is_active or not may(owner.role, "handle"):
        raise Refused(_("Choose an owner who may handle cases."))
    if starts_on is None or ends_on is None or ends_on < starts_on:
        raise Refused(_("Give the first and the last day; the last cannot lie before the first."))
    with locked(item) as row:
        require_steering(user, row)
        move(row, "plan")
        new_owner = row.owner_id != owner.pk
        row.title, row.problem, row.cause, row.owner = title.strip(), problem.strip(), cause, owner
        row.starts_on, row.ends_on = starts_on, ends_on
        set_timer(row, now)
        write(
            row,
            "planned",
            actor=user,
            at=now,
            cause=cause.code,
            to=owner.pk,
            starts_on=starts_on.isoformat(),
            ends_on=ends_on.isoformat(),
        )
        if new_owner and owner != user:
            tell(user=owner, key="improvement.yours", at=now, number=row.number)
    return item


def start(
    *, item: Improvement, user: User, on: date | None = None, at: datetime | None = None
) -> Improvement:
    """The remedies begin: the quarter before this day is what the effect is compared with."""
    now = at or timezone.now()
    day = _no_later(on, now)
    with locked(item) as row:
        require_steering(user, row)
        move(row, "start")
        if not row.remedies.exclude(state=RemedyState.DROPPED).exists():
            raise Refused(_("Write at least one remedy first."))
        row.started_on = day
        set_timer(row, now)
        write(row, "started", actor=user, at=now, on=day.isoformat())
    return item


def finish(
    *, item: Improvement, user: User, text: str, on: date | None = None, at: datetime | None = None
) -> Improvement:
    """The remedies have ended: their effect is tested one quarter after this day, by itself."""
    now = at or timezone.now()
    day = _no_later(on, now)
    require_text(text)
    with locked(item) as row:
        require_steering(user, row)
        move(row, "finish")
        if row.remedies.filter(state=RemedyState.OPEN).exists():
            raise Refused(_("Some remedies are still open: do or drop them first."))
        if row.started_on and day < row.started_on:
            raise Refused(_("The remedies cannot end before they began."))
        row.ended_on = day
        set_timer(row, now)
        write(row, "finished", actor=user, at=now, text=text, on=day.isoformat())
    return item


def go_on(
    *, item: Improvement, user: User, text: str, ends_on: date, at: datetime | None = None
) -> Improvement:
    """It did not help, or not enough: further remedies; the quarter before the first ones stays the base."""
    now = at or timezone.now()
    require_text(text)
    if ends_on < timezone.localdate(now):
        raise Refused(_("The last day has passed already."))
    with locked(item) as row:
        require_steering(user, row)
        move(row, "go_on")
        row.ended_on, row.ends_on = None, ends_on
        row.outcome, row.verifier, row.closed_at = "", None, None
        set_timer(row, now)
        write(row, "went_on", actor=user, at=now, text=text, ends_on=ends_on.isoformat())
    return item


def drop(*, item: Improvement, user: User, text: str, at: datetime | None = None) -> Improvement:
    """No problem, or not worth the effort; explained. Its cases stay linked and cluster no more."""
    now = at or timezone.now()
    require_text(text)
    with locked(item) as row:
        require_steering(user, row)
        move(row, "drop")
        row.closed_at = now
        row.due_at = row.next_at = None
        Remedy.objects.filter(improvement=row, state=RemedyState.OPEN).update(
            state=RemedyState.DROPPED, next_at=None
        )
        write(row, "dropped", actor=user, at=now, text=text)
    return item


def comment(*, item: Improvement, user: User, text: str, at: datetime | None = None) -> Improvement:
    require_text(text)
    with locked(item) as row:
        if not sees(user, row):
            raise Refused(_("Only its owner and the managers of the unit may do this."))
        write(row, "comment", actor=user, at=at or timezone.now(), text=text)
    return item


def _no_later(on: date | None, now: datetime) -> date:
    today = timezone.localdate(now)
    if on and on > today:
        raise Refused(_("This day lies ahead; do it when it has come."))
    return on or today
