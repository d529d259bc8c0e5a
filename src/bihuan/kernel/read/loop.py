"""How the loop runs: time between its steps, what lies longest, how much is closed on time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from bihuan.kernel.models import Case
from bihuan.kernel.rules.intervals import wilson
from bihuan.kernel.scope import Actor, visible

WINDOW = timedelta(days=30)
FEWEST = 10
"""Closed cases below which a rate is withheld."""
STAGES = {
    "opened": ("opened", "notified", "reopened"),
    "in_progress": ("accepted", "in_progress", "waiting"),
    "verifying": ("resolved", "verifying"),
}
"""Stops of the loop strip and the states that stand there."""


@dataclass(frozen=True, slots=True)
class Span:
    """A median duration and how many cases it comes from."""

    median: timedelta | None
    n: int


@dataclass(frozen=True, slots=True)
class Pace:
    accept: Span
    fix: Span
    verify: Span


@dataclass(frozen=True, slots=True)
class Rate:
    """Share of `n` cases, with its Wilson interval; `withheld` below ten."""

    hits: int
    n: int

    @property
    def withheld(self) -> bool:
        return self.n < FEWEST

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.hits, self.n)


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    opened: int
    closed: int


def pace(user: Actor, now: datetime | None = None) -> Pace:
    """Median time to accept, to put right and to verify, over the last 30 days."""
    since = (now or timezone.now()) - WINDOW
    rows = visible(user, Case.objects.order_by())
    accepted = rows.filter(opened_at__gte=since).annotate(
        first=Min("events__at", filter=Q(events__verb="case.accept"))
    )
    return Pace(
        accept=_span(accepted.filter(first__isnull=False).values_list("opened_at", "first")),
        fix=_span(rows.filter(resolved_at__gte=since).values_list("opened_at", "resolved_at")),
        verify=_span(
            rows.filter(closed_at__gte=since, resolved_at__isnull=False).values_list(
                "resolved_at", "closed_at"
            )
        ),
    )


def _span(pairs: Iterable[tuple[datetime | None, datetime | None]]) -> Span:
    seconds = [(end - start).total_seconds() for start, end in pairs if start and end]
    return Span(timedelta(seconds=median(seconds)) if seconds else None, len(seconds))


def oldest(user: Actor) -> dict[str, datetime | None]:
    """When the case that has been open longest at each stop was opened."""
    rows = visible(user, Case.objects.order_by())
    wanted = {stop: Min("opened_at", filter=Q(state__in=states)) for stop, states in STAGES.items()}
    return rows.aggregate(**wanted)


def signals(user: Actor, now: datetime | None = None) -> int:
    """Signals behind the cases of the last 30 days."""
    since = (now or timezone.now()) - WINDOW
    rows = visible(user, Case.objects.order_by()).filter(opened_at__gte=since)
    return rows.aggregate(n=Sum("signals"))["n"] or 0


def daily(user: Actor, now: datetime | None = None, length: int = 14) -> list[Day]:
    """Opened and closed a local day, oldest first, days without either included."""
    today = timezone.localdate(now or timezone.now())
    first = today - timedelta(days=length - 1)
    opened, closed = _by_day(user, "opened_at", first), _by_day(user, "closed_at", first)
    dates = [first + timedelta(days=n) for n in range(length)]
    return [Day(on, opened.get(on, 0), closed.get(on, 0)) for on in dates]


def _by_day(user: Actor, column: str, first: date) -> dict[date, int]:
    start = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    rows = visible(user, Case.objects.order_by()).filter(**{f"{column}__gte": start})
    return dict(rows.annotate(on=TruncDate(column)).values_list("on").annotate(n=Count("pk")))
