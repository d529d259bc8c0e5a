"""Running time by day, and its share of working time. Spans are pairs of instants, the end not included."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

Span = tuple[datetime, datetime]
ZERO = timedelta(0)


@dataclass(slots=True)
class Day:
    """What ran on one local day, and how many runs count for it."""

    on: date
    ran: timedelta = ZERO
    runs: int = 0


def cut(span: Span, period: Span) -> timedelta:
    """How much of a span lies in the period."""
    return max(min(span[1], period[1]) - max(span[0], period[0]), ZERO)


def local_day(at: datetime, zone: tzinfo) -> date:
    """The calendar day of an instant."""
    return at.astimezone(zone).date()


def midnight(on: date, zone: tzinfo) -> datetime:
    """The instant at which a local day begins."""
    return datetime(on.year, on.month, on.day, tzinfo=zone)


def by_day(spans: Iterable[Span], first: date, last: date, zone: tzinfo) -> list[Day]:
    """Runs cut at local midnights, one row a day of [first, last], days without any included.

    A run counts once: on its first day within the period. So the days' sums of time and of runs
    are exactly those of the runs that touch the period, each cut at the period's ends.
    """
    days = {on: Day(on) for on in _dates(first, last)}
    period = (midnight(first, zone), midnight(last + timedelta(days=1), zone))
    for begin, end in spans:
        if not touches((begin, end), period):
            continue
        begin, end = max(begin, period[0]), min(end, period[1])
        days[local_day(begin, zone)].runs += 1
        for on, part in pieces((begin, end), zone):
            days[on].ran += part
    return list(days.values())


def touches(span: Span, period: Span) -> bool:
    """Whether a span lies in the period, at least with its begin: an empty one does so too."""
    begin, end = span
    return begin < period[1] and (end > period[0] or begin >= period[0])


def pieces(span: Span, zone: tzinfo) -> Iterator[tuple[date, timedelta]]:
    """A span by local day."""
    begin, end = span
    while begin < end:
        on = local_day(begin, zone)
        after = min(midnight(on + timedelta(days=1), zone), end)
        yield on, after - begin
        begin = after


def by_month(days: Iterable[Day]) -> list[Day]:
    """Days added up by month; `on` is the first of the month."""
    months: dict[date, Day] = {}
    for day in days:
        month = months.setdefault(day.on.replace(day=1), Day(day.on.replace(day=1)))
        month.ran += day.ran
        month.runs += day.runs
    return list(months.values())


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order: two that overlap are one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif begin < end:
            found.append((begin, end))
    return found


def shared(spans: Iterable[Span], opened: Sequence[Span]) -> timedelta:
    """How long anything of `spans` ran while `opened` (in order, without overlaps) was open."""
    total, at = ZERO, 0
    for span in merged(spans):
        while at < len(opened) and opened[at][1] <= span[0]:
            at += 1
        each = at
        while each < len(opened) and opened[each][0] < span[1]:
            total += cut(span, opened[each])
            each += 1
    return total


def length(spans: Iterable[Span]) -> timedelta:
    """Sum of spans."""
    return sum((end - begin for begin, end in spans), ZERO)


def _dates(first: date, last: date) -> Iterator[date]:
    for number in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(number)
