"""When each step of the ladder of escalation is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.clock import Reading, warn_at
from bihuan.kernel.rules.hours import business_due
from bihuan.kernel.rules.remaining import OFFICE_DAY


@dataclass(frozen=True, slots=True)
class Step:
    key: int
    used: float
    """Share of the limit, 1: the deadline itself."""
    days_late: int
    tells: str


def step_at(calendar: Calendar, reading: Reading, step: Step) -> datetime:
    """When the step is due: within office hours when it lies before or after the deadline, never at midnight.

    A working day late means that one day of office time has passed since the deadline.
    """
    due = reading.deadline.due_at
    if step.days_late:
        return business_due(calendar, due, step.days_late * OFFICE_DAY).due_at
    return warn_at(calendar, reading, step.used) if step.used < 1 else due


def planned(calendar: Calendar, reading: Reading, steps: Iterable[Step]) -> list[tuple[datetime, Step]]:
    """Every step with its instant, in the order in which they fall due."""
    found = [(step_at(calendar, reading, step), step) for step in steps]
    return sorted(found, key=lambda pair: (pair[0], pair[1].days_late, pair[1].used, pair[1].key))
