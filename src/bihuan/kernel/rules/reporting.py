"""Limits that are calendar days: “by the 5th of the month after the quarter”, “in the second month”."""

from calendar import monthrange
from datetime import date, datetime
from typing import Literal

from bihuan.kernel.rules.calendar import Calendar, Deadline, Window

Period = Literal["month", "quarter"]
MONTHS = {"month": 1, "quarter": 3}


def month_later(day: date, months: int, at: int) -> date:
    """Day `at` of the month that lies `months` after the date's month, at most that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(at, monthrange(year, month + 1)[1]))


def closing_day(day: date, period: Period) -> date:
    """Last day of the month or quarter that holds the date."""
    length = MONTHS[period]
    return month_later(day, length - 1 - (day.month - 1) % length, 31)


def report_day(calendar: Calendar, closed_on: date, day: int) -> Deadline:
    """Day `day` of the month after a period that closed on `closed_on`.

    Not a working day: the previous one, since a limit “before the 3rd” is not extended; but never before the
    first working day after the period closes, for nobody can report on days to come; then the next one.
    """
    nominal = month_later(closed_on, 1, day)
    if calendar.is_workday(nominal):
        return calendar.deadline(nominal, closed_on)
    previous = calendar.previous_workday(nominal)
    due_on = previous if previous > closed_on else calendar.next_workday(nominal)
    return calendar.deadline(due_on, closed_on)


def month_window(calendar: Calendar, moment: date | datetime, months: int = 1) -> Window:
    """First to last working day of the month that lies `months` after the month of the moment."""
    first = month_later(calendar.local_date(moment), months, 1)
    last = month_later(first, 0, 31)
    opens_on = first if calendar.is_workday(first) else calendar.next_workday(first)
    closes_on = last if calendar.is_workday(last) else calendar.previous_workday(last)
    return Window(opens_on, calendar.deadline(closes_on, calendar.local_date(moment)))
