"""The clock's steps: reminders, what is overdue, and the effect test when its day has come."""

from datetime import datetime, timedelta

from bihuan.kernel.act.improvements.effect import compare_effect
from bihuan.kernel.act.improvements.step import compared, evening, midnight_after, write
from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import (
    Event,
    Improvement,
    ImprovementState,
    Remedy,
    RemedyState,
    Role,
    Unit,
    User,
)
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.duty import nearest
from bihuan.kernel.read.improvements import current_test
from bihuan.kernel.rules.improvements import LIVE, warn_at


def fire(*, row: Improvement, now: datetime) -> datetime | None:
    """Runs inside the clock's transaction."""
    if row.state == ImprovementState.DONE and current_test(row) is None:
        ready = midnight_after(compared(row).after_to)
        if now < ready:
            return ready
        compare_effect(row, now=now)
        return row.next_at
    if row.due_at is None or row.state not in {*LIVE, ImprovementState.DONE}:
        return None
    return _remind(row, _responsible(row), row.due_at, now)


def fire_remedy(*, row: Remedy, now: datetime) -> datetime | None:
    """A remedy has a date of its own, which counts while the improvement is worked on."""
    item = row.improvement
    if row.state != RemedyState.OPEN or row.due_on is None or item.state not in LIVE:
        return None
    return _remind(item, row.owner or item.owner, evening(row.due_on), now, remedy=row.pk)


def _responsible(item: Improvement) -> User | None:
    """Whose step is next."""
    if item.state == ImprovementState.PROPOSED:
        return item.owner or nearest(Role.MANAGER, item.unit)
    if item.state == ImprovementState.DONE:
        return item.verifier
    return item.owner


def _remind(
    item: Improvement, owner: User | None, due: datetime, now: datetime, remedy: int = 0
) -> datetime | None:
    """Three working days before, and when it is overdue: each once for each deadline."""
    if now > due:
        if not _said(item, "overdue", due, remedy):
            _tell(item, "overdue", owner, due, now, remedy)
            _tell_superior(item, owner, due, remedy)
        return None
    soon = warn_at(working_calendar(), due)
    if now >= soon and not _said(item, "soon", due, remedy):
        _tell(item, "soon", owner, due, now, remedy)
    return soon if now < soon else due + timedelta(seconds=1)


def _said(item: Improvement, what: str, due: datetime, remedy: int) -> bool:
    events = Event.objects.filter(subject=item.number, verb=f"improvement.{what}")
    return any(
        event.payload.get("due") == due.isoformat() and event.payload.get("remedy", 0) == remedy
        for event in events
    )


def _tell(
    item: Improvement, what: str, owner: User | None, due: datetime, now: datetime, remedy: int
) -> None:
    write(item, what, actor=None, at=now, due=due.isoformat(), remedy=remedy)
    if owner:
        tell(user=owner, key=f"improvement.{what}", at=due, number=item.number, remedy=remedy)


def _tell_superior(item: Improvement, owner: User | None, due: datetime, remedy: int) -> None:
    above = superior(owner, item.unit)
    if above and above != owner:
        tell(user=above, key="improvement.escalated", at=due, number=item.number, remedy=remedy)


def superior(owner: User | None, unit: Unit) -> User | None:
    """The owner's own superior; where there is none, the manager of the unit, then its director."""
    own = owner.superior if owner and owner.superior and owner.superior.is_active else None
    found = own or nearest(Role.MANAGER, unit)
    return found if found and found != owner else nearest(Role.DIRECTOR, unit)
