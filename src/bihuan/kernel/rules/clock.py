"""A case's clock as a fold over its events, never a stored counter.

This is the working-day target: N working days after the start, extended by the working days
that lie wholly or partly inside pauses that were ended on a later working day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.rules.calendar import Calendar, Deadline


@dataclass(frozen=True, slots=True)
class Tick:
    """One event of the clock: `start`, `pause`, `resume` or `reopen`, or one that it ignores."""

    at: datetime
    verb: str


@dataclass(frozen=True, slots=True)
class Reading:
    deadline: Deadline
    paused: bool
    started_at: datetime


def read_clock(calendar: Calendar, ticks: Iterable[Tick], working_days: int) -> Reading:
    """Fold events in order of time into the deadline. Raises ValueError without a start.

    Days paused = working days after the day of the pause up to the day of the resumption, so a
    pause within one day costs nothing. A reopened case keeps what it had left: the days between
    its resolution and its reopening count like a pause.
    """
    started: datetime | None = None
    halted: datetime | None = None
    extra = 0
    paused = False
    for tick in ticks:
        if tick.verb == "start":
            started = started or tick.at
        elif tick.verb in {"pause", "resolve"}:
            halted = halted or tick.at
            paused = tick.verb == "pause"
        elif tick.verb in {"resume", "reopen"} and halted:
            extra += calendar.workdays_between(halted, tick.at)
            halted, paused = None, False
    if started is None:
        raise ValueError("a clock without a start")
    return Reading(calendar.add_workdays(started, working_days + extra), paused, started)
