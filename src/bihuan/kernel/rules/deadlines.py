"""The five kinds of target that a duty may have, each of which answers when it is due."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bihuan.kernel.rules.calendar import Calendar, Deadline
from bihuan.kernel.rules.hours import business_due
from bihuan.kernel.rules.reporting import Period, closing_day, month_window, report_day


@dataclass(frozen=True, slots=True)
class WorkingDays:
    days: int

    def due(self, calendar: Calendar, start: datetime) -> Deadline:
        return calendar.add_workdays(start, self.days)


@dataclass(frozen=True, slots=True)
class BusinessHours:
    hours: float

    def due(self, calendar: Calendar, start: datetime) -> Deadline:
        return business_due(calendar, start, timedelta(hours=self.hours))


@dataclass(frozen=True, slots=True)
class NaturalHours:
    hours: float

    def due(self, calendar: Calendar, start: datetime) -> Deadline:
        due_at = (start.astimezone(UTC) + timedelta(hours=self.hours)).astimezone(calendar.zone)
        return Deadline(due_at.date(), due_at, provisional=False)


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


Target = WorkingDays | BusinessHours | NaturalHours | ReportDay | LaterMonth
