"""How much of a recurring duty is due in a period, until when, and when the calendar waives it."""

from dataclasses import dataclass
from datetime import date, datetime

from bihuan.kernel.rules.calendar import END_OF_DAY, Calendar, Deadline, days
from bihuan.kernel.rules.recurrence import Span

BY_CALENDAR, NONE_ASKED = "calendar", "none"


@dataclass(frozen=True, slots=True)
class Quota:
    needed: int
    deadline: Deadline
    waived: str = ""
    """Why nothing is due: `calendar`, no working day; `none`, the standard asks for none."""


def quota(calendar: Calendar, period: Span, times: int, *, all_year: bool, prorated: bool) -> Quota:
    """`times` in the period, due at the end of its last working day.

    A period without any working day waives it. Prorated: ⌈times · working days ÷ days of the week pattern⌉,
    at most `times`, so that once a week stays once while a day of the week is worked. `all_year`: subjects
    are open on days of rest too, so that the last day of the period counts and nothing is waived or reduced.
    """
    if all_year:
        due = Deadline(period.last, _end(calendar, period.last), provisional=False)
        return Quota(times, due, NONE_ASKED if times == 0 else "")
    worked = possible(calendar, period, all_year=False)
    due_on = worked[-1] if worked else period.last
    unsure = calendar.any_provisional(period.first, period.last)
    due = Deadline(due_on, _end(calendar, due_on), unsure)
    if not worked:
        return Quota(0, due, BY_CALENDAR)
    needed = _share(calendar, period, times, len(worked)) if prorated else times
    return Quota(needed, due, NONE_ASKED if needed == 0 else "")


def possible(calendar: Calendar, period: Span, *, all_year: bool) -> list[date]:
    """The days of the period on which the duty can be done."""
    return [day for day in days(period.first, period.last) if all_year or calendar.is_workday(day)]


def fair(calendar: Calendar, period: Span, begun_on: date, *, all_year: bool) -> bool:
    """Is a period asked of who joins it on that day? Yes while half of its possible days are left."""
    every = possible(calendar, period, all_year=all_year)
    return 2 * sum(day >= begun_on for day in every) >= len(every)


def _share(calendar: Calendar, period: Span, times: int, worked: int) -> int:
    usual = sum(day.weekday() in calendar.week for day in days(period.first, period.last))
    return min(-(-times * worked // usual), times) if usual else times


def _end(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, tzinfo=calendar.zone)
