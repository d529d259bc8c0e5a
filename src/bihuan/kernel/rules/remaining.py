"""How much working time is left to a deadline, in days of office hours."""

from datetime import datetime, timedelta
from math import copysign, floor

from bihuan.kernel.rules.calendar import DAY, Calendar
from bihuan.kernel.rules.hours import OFFICE, Hours, business_elapsed


def working_days_left(
    calendar: Calendar,
    now: datetime,
    due_at: datetime,
    hours: Hours = OFFICE,
    opened_at: datetime | None = None,
) -> float:
    """Office time from `now` to `due_at` in working days, cut to halves; negative when overdue.

    Cut, not rounded: nobody is promised more than is left, nor told to be later than he is. The
    rest of the day on which the clock was started (`opened_at`) does not count, as it does not
    count in the limit: a limit of three days never shows four.
    """
    if opened_at is not None:
        after = datetime.combine(calendar.local_date(opened_at) + DAY, datetime.min.time(), calendar.zone)
        now = max(now, min(after, due_at))
    days = working_days_between(calendar, now, due_at, hours)
    return copysign(floor(abs(days) * 2) / 2, days) if days else 0.0


def working_days_between(calendar: Calendar, a: datetime, b: datetime, hours: Hours = OFFICE) -> float:
    """Office time from a to b in days of `hours`; negative when b is the earlier."""
    if b < a:
        return -working_days_between(calendar, b, a, hours)
    first, last = calendar.local_date(a), calendar.local_date(b)
    if first == last:
        return business_elapsed(calendar, a, b, hours) / length(hours)
    midnight = datetime.combine(first + DAY, datetime.min.time(), calendar.zone)
    morning = datetime.combine(last, datetime.min.time(), calendar.zone)
    whole = calendar.workdays_between(first, last) - calendar.is_workday(last)
    parts = business_elapsed(calendar, a, midnight, hours) + business_elapsed(calendar, morning, b, hours)
    return whole + parts / length(hours)


def length(hours: Hours) -> timedelta:
    """Open time of one working day."""
    day = datetime(2000, 1, 3)
    spans = (
        (datetime.combine(day, opens), datetime.combine(day + DAY * (closes <= opens), closes))
        for opens, closes in hours.spans
    )
    return sum((closes - opens for opens, closes in spans), timedelta(0))


OFFICE_DAY = length(OFFICE)
