"""A clock as a fold over its events, never a stored counter.

The ticks give the spans in which the clock ran; the target is a budget that the spans use up, or
a fixed date. So a pause gives back exactly what it took, whatever the target's unit, a change of
the target keeps what was used (the last target is the one that is asked for), and a deadline that
passed while the clock ran stays passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bihuan.kernel.rules.calendar import DAY, Calendar, Deadline
from bihuan.kernel.rules.deadlines import LaterMonth, NaturalHours, ReportDay, Running, Target, WorkingDays
from bihuan.kernel.rules.hours import business_due, business_elapsed

Span = tuple[datetime, datetime | None]
"""From when to when the clock ran; None: it runs still."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One event of the clock: `start`, `pause`, `resume`, `resolve`, `reopen` or `reset`.

    `reopen` goes on with what was left, `reset` begins anew. Any other verb (a comment, a signal) is no
    tick: a customer's thanks do not start a clock again.
    """

    at: datetime
    verb: str


@dataclass(frozen=True, slots=True)
class Reading:
    deadline: Deadline
    paused: bool
    """Halted by a reason for waiting, not by resolution."""
    started_at: datetime
    target: Target
    spans: tuple[Span, ...]
    running_from: datetime
    """Start of the last span."""
    left: float
    """Share of the target that was left then, 1 at the start; 1 for a fixed date."""

    @property
    def running(self) -> bool:
        return self.spans[-1][1] is None


def read_clock(calendar: Calendar, ticks: Iterable[Tick], target: Target) -> Reading:
    """Fold events in order of time into the deadline. Raises ValueError without a start.

    A second pause of a paused clock and a second resumption of a running one are ignored. Time between
    resolution and reopening counts like a pause, once, also when the case was waiting before.
    """
    spans: list[Span] = []
    paused = False
    for tick in ticks:
        halted = bool(spans) and spans[-1][1] is not None
        if tick.verb == "reset" or (tick.verb == "start" and not spans):
            spans, paused = [(tick.at, None)], False
        elif tick.verb in {"pause", "resolve"} and spans:
            paused = tick.verb == "pause"
            if not halted:
                spans[-1] = (spans[-1][0], tick.at)
        elif tick.verb in {"resume", "reopen"} and halted:
            spans.append((tick.at, None))
            paused = False
    if not spans:
        raise ValueError("a clock without a start")
    return _reading(calendar, tuple(spans), target, paused)


def _reading(calendar: Calendar, spans: tuple[Span, ...], target: Target, paused: bool) -> Reading:
    origin = spans[0][0]
    if isinstance(target, ReportDay | LaterMonth):
        return Reading(target.due(calendar, origin), paused, origin, target, spans, origin, 1.0)
    whole: Running = target
    left: Running = target
    start, deadline = origin, whole.due(calendar, origin)
    for start, end in spans:
        deadline = left.again(calendar, start) if start != origin else deadline
        if end is None or end >= deadline.due_at or (start, end) == spans[-1]:
            break
        left = left.less(calendar, start, end)
    return Reading(deadline, paused, origin, whole, spans, start, left.share(whole))  # type: ignore[arg-type]


def warn_at(calendar: Calendar, reading: Reading, used: float = 0.75) -> datetime:
    """When so large a share of the target will have been used, in office hours unless the target is natural.

    Of a limit in working days the day of the event does not count. Never later than the deadline.
    """
    start, due = reading.running_from, reading.deadline.due_at
    spent = 1 - reading.left
    share = max((used - spent) / reading.left, 0.0) if reading.left else 0.0
    if isinstance(reading.target, NaturalHours):
        return start + (due - start) * share
    if isinstance(reading.target, WorkingDays):
        start = max(start, datetime.combine(calendar.local_date(start) + DAY, time(0), calendar.zone))
    if start >= due:
        return due
    budget = business_elapsed(calendar, start, due) * share
    return min(business_due(calendar, start, budget).due_at, due)


def late_by(calendar: Calendar, reading: Reading, now: datetime) -> timedelta:
    """Natural time since the deadline in which the clock ran: overdue does not grow in a pause."""
    due = reading.deadline.due_at
    ends = [(max(start, due), end or now) for start, end in reading.spans]
    return sum((end - start for start, end in ends if end > start), timedelta(0))
