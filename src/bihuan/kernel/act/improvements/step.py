"""What every step of an improvement has in common: lock, check, move, write the event, set the timer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import Plain, digest, record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Event, Improvement, ImprovementState, Remark, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.calendar import END_OF_DAY
from bihuan.kernel.rules.improvements import Spans, after, spans, warn_at
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

SHORTEST = 4
"""Characters below which a text says nothing."""


def may_steer(user: User, item: Improvement) -> bool:
    """Its owner, wherever he works, and the managers of the unit that has the problem."""
    return user.is_active and (item.owner_id == user.pk or (covers(user, item) and may(user.role, "assign")))


def require_steering(user: User, item: Improvement) -> None:
    if not may_steer(user, item):
        raise Refused(_("Only its owner and the managers of the unit may do this."))


def require_text(text: str) -> None:
    if len(text.strip()) < SHORTEST:
        raise Refused(_("Write at least %(n)d characters.") % {"n": SHORTEST})


@contextmanager
def locked(item: Improvement) -> Iterator[Improvement]:
    """The item as it is now, held until the transaction ends, its timer set by its new state."""
    with transaction.atomic():
        row = Improvement.objects.select_for_update().get(pk=item.pk)
        yield row
        row.save()
    item.refresh_from_db()


def move(item: Improvement, action: str) -> None:
    """Raises Refused when the state does not allow the action."""
    try:
        item.state = ImprovementState(after(action, item.state))
    except ValueError:
        told = {"state": item.get_state_display()}
        raise Refused(_("The improvement is %(state)s: this step is not possible now.") % told) from None


def write(
    item: Improvement, action: str, *, actor: User | None, at: datetime, text: str = "", **payload: Plain
) -> Event:
    """An event; what somebody wrote stands apart, so that it can be erased."""
    if text.strip():
        payload["remark"] = digest(text)
    event = record(
        verb=f"improvement.{action}",
        actor=actor,
        case=None,
        subject=item.number,
        system="kernel",
        at=at,
        **payload,
    )
    if text.strip():
        Remark.objects.create(improvement=item, event=event, text=text.strip())
    return event


def evening(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, tzinfo=working_calendar().zone)


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=working_calendar().zone)


def set_timer(item: Improvement, now: datetime) -> None:
    """What is due next in this state, and when the clock looks at the row first."""
    due: datetime | None = None
    if item.state == ImprovementState.PROPOSED:
        due = within("improvement.plan", now)
    elif item.state == ImprovementState.PLANNED and item.starts_on:
        due = evening(item.starts_on)
    elif item.state == ImprovementState.RUNNING and item.ends_on:
        due = evening(item.ends_on)
    item.due_at = due
    item.next_at = look_at(due, now) if due else None
    if item.state == ImprovementState.DONE:
        item.next_at = midnight_after(compared(item).after_to)


def within(standard: str, now: datetime) -> datetime:
    """So many working days from now, as a standard says."""
    return working_calendar().add_workdays(now, int(value(standard, now))).due_at


def look_at(due: datetime, now: datetime) -> datetime:
    """The reminder, or the deadline itself when the reminder's time has passed."""
    soon = warn_at(working_calendar(), due)
    return soon if soon > now else due


def compared(item: Improvement) -> Spans:
    """The days that the effect test compares. Raises ValueError before the remedies have ended."""
    if item.started_on is None or item.ended_on is None:
        raise ValueError(f"{item.number} has not ended")
    return spans(item.started_on, item.ended_on, int(value("improvement.test", item.ended_on)))
