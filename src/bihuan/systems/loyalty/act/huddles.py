"""Huddles: held, attended, decided; what was decided has an owner and a day."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import digest, record
from bihuan.kernel.act.improvements import plan, propose
from bihuan.kernel.act.improvements.step import may_steer
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.obligations.fulfil import fulfil
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Cause, Improvement, Unit, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Answer, Attendance, Decision, Hearing, Huddle, Programme


def begin(
    *,
    programme: Programme,
    unit: Unit,
    user: User,
    at: datetime | None = None,
    present: Collection[User] = (),
) -> Huddle:
    """A huddle of the unit; its agenda is what came since the last one."""
    now = at or timezone.now()
    if not may(user.role, "handle") or not covers(user, unit):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if now > timezone.now() + timedelta(minutes=5):
        raise Refused(_("A huddle is entered when it is held."))
    with transaction.atomic():
        last = (
            Huddle.objects.filter(programme=programme, unit=unit, held_at__lt=now)
            .order_by("-held_at")
            .first()
        )
        row = Huddle.objects.create(
            programme=programme, unit=unit, held_at=now, led_by=user, since=last.held_at if last else None
        )
        people = {each.pk: each for each in (user, *present)}
        Attendance.objects.bulk_create(Attendance(huddle=row, user=each) for each in people.values())
        _told(row, user, "huddle_begun")
    return row


def attend(*, huddle: Huddle, user: User, who: User, present: bool = True) -> None:
    row = _open(huddle, user)
    Attendance.objects.update_or_create(huddle=row, user=who, defaults={"present": present})


def decide(
    *,
    huddle: Huddle,
    user: User,
    text: str,
    owner: User | None = None,
    due_on: date | None = None,
    answer: Answer | None = None,
) -> Decision:
    """Something that the team does itself."""
    row = _open(huddle, user)
    if len(text.strip()) < 4:
        raise Refused(_("Write what is done."))
    if owner is None or due_on is None:
        raise Refused(_("A decision needs an owner and a day."))
    if not owner.is_active or not owner.unit.path.startswith(row.programme.unit.path):
        raise Refused(_("Choose an owner within the programme."))
    with transaction.atomic():
        made = Decision.objects.create(
            huddle=row, answer=answer, text=text.strip(), owner=owner, due_on=due_on, next_at=_evening(due_on)
        )
        _told(row, user, "huddle_decided", decision=made.pk, text=digest(text))
    return made


def hand_on(
    *,
    huddle: Huddle,
    user: User,
    text: str,
    owner: User,
    cause: Cause,
    due_on: date,
    answer: Answer | None = None,
) -> Improvement:
    """What the team cannot change: an improvement whose owner may sit in another department. A manager plans
    it at once; of anybody else it is a proposal that the manager hears of."""
    row = _open(huddle, user)
    with transaction.atomic():
        item = propose(user=user, unit=row.unit, cause=cause, title=text.strip()[:120], problem=text.strip())
        if may_steer(user, item):
            plan(
                item=item,
                user=user,
                problem=text,
                cause=cause,
                owner=owner,
                starts_on=timezone.localdate(),
                ends_on=due_on,
                title=text.strip()[:120],
            )
        made = Decision.objects.create(
            huddle=row, answer=answer, text=text.strip()[:400], owner=owner, due_on=due_on, improvement=item
        )
        _told(row, user, "huddle_handed_on", decision=made.pk, improvement=item.number)
    return item


def finish(*, row: Decision, user: User, at: datetime | None = None) -> None:
    if not may(user.role, "handle") or not covers(user, row):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if row.done_at:
        raise Refused(_("This has been done already."))
    if row.improvement_id:
        raise Refused(_("An improvement is concluded on its own page."))
    _done(row, user, at or timezone.now())


def take_back(*, row: Decision, user: User, before: str | None) -> None:
    _done(row, user, None)


def _done(row: Decision, user: User, at: datetime | None) -> None:
    with transaction.atomic():
        row.done_at, row.done_by = at, user if at else None
        row.next_at = None if at or row.due_on is None else _evening(row.due_on)
        row.save(update_fields=["done_at", "done_by", "next_at"])
        _told(row.huddle, user, "huddle_done" if at else "huddle_undone", decision=row.pk)


def close(*, huddle: Huddle, user: User, at: datetime | None = None) -> Huddle:
    """Minutes are closed for good, and the week's huddle counts."""
    row = _open(huddle, user)
    now = at or timezone.now()
    with transaction.atomic():
        if not row.attendances.filter(present=True).exclude(user=row.led_by).exists():
            raise Refused(_("Nobody but you was there: a huddle takes two."))
        row.closed_at, row.closed_by = now, user
        row.save(update_fields=["closed_at", "closed_by"])
        fulfil(
            key="loyalty.huddle",
            subject=f"{row.programme.code}:{row.unit.code}",
            at=row.held_at,
            source=f"huddle:{row.pk}",
            by=user,
            now=now,
        )
        _told(row, user, "huddle_closed")
    return row


def remind(*, row: Decision, now: datetime) -> datetime | None:
    """Once, on the evening of its day."""
    if row.done_at or row.due_on is None:
        return None
    if now < _evening(row.due_on):
        return _evening(row.due_on)
    for user in {row.owner, row.huddle.led_by}:
        if user:
            tell(
                user=user,
                key="loyalty.decision_late",
                at=_evening(row.due_on),
                unit=row.huddle.unit,
                number=row.pk,
                text=row.text[:60],
            )
    return None


def heard(*, user: User, count: int, on: date | None = None) -> None:
    """So many answers were read on the playback page."""
    if count < 1:
        return
    day = on or timezone.localdate()
    with transaction.atomic():
        row, fresh = Hearing.objects.get_or_create(user=user, on=day, defaults={"count": count})
        if not fresh:
            Hearing.objects.filter(pk=row.pk).update(count=F("count") + count)


def _open(huddle: Huddle, user: User) -> Huddle:
    row = Huddle.objects.select_related("programme__unit", "unit", "led_by").get(pk=huddle.pk)
    if not may(user.role, "handle") or not covers(user, row):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if row.closed_at:
        raise Refused(_("The minutes of this huddle are closed."))
    return row


def _evening(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(18)))


def _told(row: Huddle, user: User, verb: str, *, decision: int = 0, **more: str) -> None:
    about = f"huddle:{row.pk}"
    words = sorted(more.values())
    record(
        verb=f"loyalty.{verb}", actor=user, subject=about, system="loyalty", decision=decision, words=words
    )


__all__ = ["attend", "begin", "close", "decide", "finish", "hand_on", "heard", "remind", "take_back"]
