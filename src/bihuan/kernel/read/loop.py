"""How the loop runs: counts, time between its steps, what lies longest, how much is closed on time.

One look asks for what is open and for what was opened, accepted, put right or closed in the window, each by
an index: years of history behind it cost nothing. Rows come as seconds and are counted here, so that nobody
converts the instants of tens of thousands of rows.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, F, FloatField, Func, Min, Q, QuerySet
from django.utils import timezone

from bihuan.kernel.bulk import instant
from bihuan.kernel.models import Case, Task
from bihuan.kernel.prepared import Hole, Prepared
from bihuan.kernel.rules.intervals import wilson
from bihuan.kernel.rules.lifecycle import UNFIXED
from bihuan.kernel.scope import Actor, below, scope

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


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the loop: `counts` and `oldest` by stop of the strip, the rest of the window."""

    counts: dict[str, int]
    signals: int
    pace: Pace
    oldest: dict[str, datetime | None]
    days: list[Day]


class Seconds(Func):
    """From the second instant to the first."""

    output_field = FloatField()
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "((julianday(%(expressions)s)) * 86400.0)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "EXTRACT(EPOCH FROM (%(expressions)s))::float8"
        return super().as_sql(compiler, connection, template=template, arg_joiner=" - ", **more)


def _scoped(rows: QuerySet[Any]) -> QuerySet[Any]:
    return below(Hole("path"), rows.order_by())


def _age(column: str) -> Seconds:
    return Seconds(F(column), Hole("first"))


STANDING = Prepared(
    lambda: (
        _scoped(Case.objects.filter(state__in=[each for states in STAGES.values() for each in states]))
        .values("state")
        .annotate(
            n=Count("pk"),
            oldest=Min("opened_at"),
            late=Count("pk", filter=Q(due_at__lt=Hole("now"))),
        )
        .values_list("state", "n", "oldest", "late")
    )
)
OPENED = Prepared(
    lambda: _scoped(Case.objects.filter(opened_at__gte=Hole("first"))).values_list(
        _age("opened_at"), "signals"
    )
)
ACCEPTED = Prepared(
    lambda: _scoped(
        Task.objects.filter(
            kind=Task.ACCEPT, state="done", due_at__gte=Hole("first"), case__opened_at__gte=Hole("first")
        )
    ).values_list("case", Seconds(F("done_at"), F("case__opened_at")))
)
PUT_RIGHT = Prepared(
    lambda: _scoped(Case.objects.filter(resolved_at__gte=Hole("first"))).values_list(
        Seconds(F("resolved_at"), F("opened_at"))
    )
)
CLOSED = Prepared(
    lambda: _scoped(Case.objects.filter(closed_at__gte=Hole("first"))).values_list(
        _age("closed_at"),
        "state",
        Seconds(F("closed_at"), F("resolved_at")),
        Seconds(F("due_at"), F("resolved_at")),
    )
)


def look(user: Actor, now: datetime | None = None, length: int = 14) -> Look:
    """The last 30 days and what is open now; `length` days are told day by day."""
    now, path = now or timezone.now(), scope(user)
    if path is None:
        return _folded(now, [], [], [], [], [], length)
    asked = {"path": path, "first": now - WINDOW}
    accepted: dict[int, float] = {}
    for case, seconds in ACCEPTED.rows(**asked):
        accepted[case] = min(seconds, accepted.get(case, seconds))
    return _folded(
        now,
        STANDING.rows(path=path, now=now),
        OPENED.rows(**asked),
        list(accepted.values()),
        [seconds for (seconds,) in PUT_RIGHT.rows(**asked)],
        CLOSED.rows(**asked),
        length,
    )


def _folded(
    now: datetime,
    standing: Sequence[tuple[Any, ...]],
    opened: Sequence[tuple[Any, ...]],
    accepted: Sequence[float],
    put_right: Sequence[float],
    closed: Sequence[tuple[Any, ...]],
    length: int,
) -> Look:
    by_state = {state: (n, _aware(oldest), late) for state, n, oldest, late in standing}
    stops = {stop: [by_state[key] for key in states if key in by_state] for stop, states in STAGES.items()}
    sums = {stop: sum(n for n, _oldest, _late in rows) for stop, rows in stops.items()}
    done = [row for row in closed if row[1] == "closed"]
    running = UNFIXED - {"waiting"}
    counts = {
        "found": len(opened),
        "opened": sums["opened"],
        "fixing": sums["in_progress"],
        "verifying": sums["verifying"],
        "closed": len(done),
        "in_time": sum(left is not None and left >= 0 for *_rest, left in done),
        "overdue": sum(late for state, (_n, _oldest, late) in by_state.items() if state in running),
    }
    verified = [seconds for _age_of, _state, seconds, _left in closed if seconds is not None]
    return Look(
        counts=counts,
        signals=sum(signals for _age_of, signals in opened),
        pace=Pace(_span(accepted), _span(put_right), _span(verified)),
        oldest={stop: min((at for _n, at, _late in rows), default=None) for stop, rows in stops.items()},
        days=_days(now, [row[0] for row in opened], [row[0] for row in closed], length),
    )


def _aware(at: Any) -> datetime:
    """An instant as the driver gives it: SQLite's is text."""
    found: datetime = datetime.fromisoformat(at) if isinstance(at, str) else at
    return instant(found) or found


def _span(seconds: Sequence[float]) -> Span:
    middle = timedelta(seconds=round(median(seconds), 3)) if seconds else None
    return Span(middle, len(seconds))


def _days(now: datetime, opened: Iterable[float], closed: Iterable[float], length: int) -> list[Day]:
    """Opened and closed a local day, oldest first, empty days too; ages count from the window's start."""
    today, begins = timezone.localdate(now), now - WINDOW
    dates = [today - timedelta(days=length - 1 - n) for n in range(length)]
    midnights = [timezone.make_aware(datetime.combine(on, datetime.min.time())) for on in dates]
    starts = [(at - begins).total_seconds() for at in midnights]
    counts = {"opened": [0] * (length + 1), "closed": [0] * (length + 1)}
    for name, ages in (("opened", opened), ("closed", closed)):
        for age in ages:
            counts[name][bisect_right(starts, age + 0.001)] += 1
    return [Day(on, counts["opened"][n], counts["closed"][n]) for n, on in enumerate(dates, 1)]
