"""Business hours: a budget of working time that runs only while the house is open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bihuan.kernel.rules.calendar import DAY, SEARCH_LIMIT, Calendar, Deadline

MIDNIGHT = time(0)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening spans of a working day in order; a span that ends at 00:00 ends with the day."""

    spans: tuple[tuple[time, time], ...]

    def on(self, day: date, calendar: Calendar) -> Iterator[Span]:
        """The day's spans as UTC instants, so that differences are true durations in any zone."""
        for opens, closes in self.spans:
            closing_day = day + DAY if closes == MIDNIGHT else day
            yield (
                datetime.combine(day, opens, calendar.zone).astimezone(UTC),
                datetime.combine(closing_day, closes, calendar.zone).astimezone(UTC),
            )


OFFICE = Hours(((time(8, 30), time(11, 30)), (time(13, 30), time(17))))


def open_spans(calendar: Calendar, start: datetime, hours: Hours) -> Iterator[Span]:
    """Open time from the instant on, the first span cut at it; ends when ten years bring no working day."""
    instant, day, idle = start.astimezone(UTC), calendar.local_date(start), 0
    while idle < SEARCH_LIMIT and day < date.max:
        idle += 1
        if calendar.is_workday(day):
            idle = 0
            for opens, closes in hours.on(day, calendar):
                if closes > instant:
                    yield max(opens, instant), closes
        day += DAY


def business_due(calendar: Calendar, start: datetime, budget: timedelta, hours: Hours = OFFICE) -> Deadline:
    """The first instant at which `budget` of open time has passed since `start`.

    A budget used up at closing time is due at closing time, not at the next opening. Raises ValueError for a
    negative budget, a naive instant, or a calendar that never opens.
    """
    if budget < timedelta(0):
        raise ValueError("the budget must not be negative")
    begun_on, due_at, left = calendar.local_date(start), start, budget
    spans = open_spans(calendar, start, hours)
    while left:
        span = next(spans, None)
        if span is None:
            raise ValueError(f"no open hours can be reached after {start.isoformat()}")
        due_at = min(span[0] + left, span[1])
        left -= due_at - span[0]
    due_at = due_at.astimezone(calendar.zone)
    return Deadline(due_at.date(), due_at, calendar.any_provisional(begun_on, due_at.date()))


def business_elapsed(calendar: Calendar, a: datetime, b: datetime, hours: Hours = OFFICE) -> timedelta:
    """Open time between two instants; negative when b is the earlier. Raises ValueError when naive."""
    if calendar.local_date(a) > calendar.local_date(b) or b < a:
        return -business_elapsed(calendar, b, a, hours)
    total = timedelta(0)
    for opens, closes in open_spans(calendar, a, hours):
        if opens >= b:
            break
        total += min(closes, b) - opens
    return total
