"""Days, weeks, months, quarters and years as spans of dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from bihuan.kernel.rules.reporting import month_later

PeriodKind = Literal["day", "week", "month", "quarter", "year"]
KINDS: tuple[str, ...] = get_args(PeriodKind)
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A closed span of dates."""

    first: date
    last: date


def period_of(day: date, kind: str) -> Span:
    """The period of a kind that holds the day; weeks are ISO weeks. Raises KeyError for an unknown kind."""
    if kind == "day":
        return Span(day, day)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Span(monday, monday + timedelta(days=6))
    length = MONTHS[kind]
    first = month_later(day, -((day.month - 1) % length), 1)
    return Span(first, month_later(first, length - 1, 31))


def periods(first: date, last: date, kind: str) -> Iterator[Span]:
    """Every period that holds a day of the closed span, in order; none when the span is empty."""
    while first <= last:
        found = period_of(first, kind)
        yield found
        first = found.last + timedelta(days=1)
