"""The five kinds of target that a duty may have, each of which answers when it is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from bihuan.kernel.rules.calendar import Calendar, Deadline
from bihuan.kernel.rules.hours import business_due, business_elapsed
from bihuan.kernel.rules.reporting import Period, closing_day, month_window, report_day

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """So many working days after the day of the event."""

    days: int

    def due(self, calendar: Calendar, start: datetime) -> Deadline:
        return calendar.add_workdays(start, self.days)

    def again(self, calendar: Calendar, start: datetime) -> Deadline:
        """The deadline of what is left after a pause: nothing falls due on a day of rest."""
        day = calendar.local_date(start)
        if self.days or calendar.is_workday(day):
            return self.due(calendar, start)
        return calendar.add_workdays(start, 1)

    def less(self, calendar: Calendar, a: datetime, b: datetime) -> "WorkingDays":
        """What is left after the clock ran from a to b, at least nothing."""
        return WorkingDays(max(self.days - calendar.workdays_between(a, b), 0))

    def share(self, whole: "WorkingDays") -> float:
        """This as a share of the whole target; 1 when the whole is nothing."""
        return self.days / whole.days if whole.days else 1.0


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """So many hours in which the house is open."""

    hours: float

    def due(self, calendar: Calendar, start: datetime) -> Deadline:
        return business_due(calendar, start, self.hours * HOUR)

    again = due

    def less(self, calendar: Calendar, a: datetime, b: datetime) -> "BusinessHours":
        return BusinessHours(max(self.hours - business_elapsed(calendar, a, b) / HOUR, 0.0))

    def share(self, whole: "BusinessHours") -> float:
        return self.hours / whole.hours if whole.hours else 1.0


@dataclass(frozen=True, slots=True)
class NaturalHours:
    """So many hours by the wall clock, day and night."""

    hours: float

    def due(self, calendar: Calendar, start: datetime) -> Deadline:
        due_at = (start.astimezone(UTC) + self.hours * HOUR).astimezone(calendar.zone)
        return Deadline(due_at.date(), due_at, provisional=False)

    again = due

    def less(self, calendar: Calendar, a: datetime, b: datetime) -> "NaturalHours":
        return NaturalHours(max(self.hours - (b - a) / HOUR, 0.0))

    def share(self, whole: "NaturalHours") -> float:
        return self.hours / whole.hours if whole.hours else 1.0


@dataclass(frozen=True, slots=True)
class ReportDay:
    """A fixed day of the month after the period in which the start lies."""

    day: int
    period: Period = "month"

    def due(self, calendar: Calendar, start: datetime) -> Deadline:
        return report_day(calendar, closing_day(calendar.local_date(start), self.period), self.day)


@dataclass(frozen=True, slots=True)
class LaterMonth:
    """Up to the last working day of the month that lies so many months after the start's."""

    months: int = 1

    def due(self, calendar: Calendar, start: datetime) -> Deadline:
        return month_window(calendar, start, self.months).closes

    def opens(self, calendar: Calendar, start: datetime) -> datetime:
        """Beginning of the first working day of that month."""
        opens_on = month_window(calendar, start, self.months).opens_on
        return datetime.combine(opens_on, datetime.min.time(), calendar.zone)


Running = WorkingDays | BusinessHours | NaturalHours
"""Targets that are a budget: a pause adds to them."""
Fixed = ReportDay | LaterMonth
"""Targets that are a date: no pause moves them."""
Target = Running | Fixed

MAKERS: MappingProxyType[str, Callable[[Decimal], Target]] = MappingProxyType(
    {
        "working days": lambda value: WorkingDays(int(value)),
        "business hours": lambda value: BusinessHours(float(value)),
        "h": lambda value: NaturalHours(float(value)),
        "day of next month": lambda value: ReportDay(int(value)),
        "day after the quarter": lambda value: ReportDay(int(value), "quarter"),
        "months later": lambda value: LaterMonth(int(value)),
    }
)
"""What a standard is measured in → its target."""


def target_of(value: Decimal, measured_in: str) -> Target:
    """The target that a standard states. Raises ValueError for a unit that is no limit of time."""
    make = MAKERS.get(measured_in)
    if make is None:
        raise ValueError(f"no limit of time is measured in {measured_in!r}")
    return make(value)
