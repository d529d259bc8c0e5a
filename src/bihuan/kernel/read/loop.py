"""How the loop runs: counts, time between its steps, what lies longest, how much is closed on time.

One look asks for what is open and for what was opened, accepted, put right or closed in the window, each by
an index: years of history behind it cost nothing. What happened comes counted by the half hour, durations
come as seconds, so that nobody converts the instants of tens of thousands of rows.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, F, FloatField, Func, IntegerField, Min, Q, QuerySet, Sum
from django.utils import timezone

from bihuan.kernel.bulk import instant
from bihuan.kernel.models import Case, Task
from bihuan.kernel.prepared import Hole, Prepared
from bihuan.kernel.remembered import for_a_minute
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


class HalfHour(Seconds):
    """Whole half hours from the second instant to the first: local days begin at one in every zone."""

    output_field = IntegerField()  # type: ignore[assignment]

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        text, values = super().as_sqlite(compiler, connection, **more)
        return f"CAST(({text} + 0.001) / 1800 + 10000 AS INTEGER) - 10000", values

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        text, values = super().as_postgresql(compiler, connection, **more)
        return f"FLOOR(({text} + 0.001) / 1800)::int", values


def _slot(column: str) -> HalfHour:
    return HalfHour(F(column), Hole("base"))


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
    lambda: (
        _scoped(Case.objects.filter(opened_at__gte=Hole("first")))
        .annotate(slot=_slot("opened_at"))
        .values("slot")
        .annotate(n=Count("pk"), told=Sum("signals"))
        .values_list("slot", "n", "told")
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
    lambda: (
        _scoped(Case.objects.filter(closed_at__gte=Hole("first")))
        .annotate(slot=_slot("closed_at"))
        .values("slot")
        .annotate(
            n=Count("pk"),
            done=Count("pk", filter=Q(state="closed")),
            in_time=Count("pk", filter=Q(state="closed", due_at__gte=F("resolved_at"))),
        )
        .values_list("slot", "n", "done", "in_time")
    )
)
VERIFIED = Prepared(
    lambda: _scoped(Case.objects.filter(closed_at__gte=Hole("first"), resolved_at__isnull=False)).values_list(
        Seconds(F("closed_at"), F("resolved_at"))
    )
)


def look(user: Actor, given: datetime | None = None, length: int = 14) -> Look:
    """The last 30 days and what is open now; `length` days are told day by day. `given`: another instant."""
    now, path = given or timezone.now(), scope(user)
    today = timezone.localdate(now)
    dates = [today - timedelta(days=length - 1 - n) for n in range(length)]
    midnights = [timezone.make_aware(datetime.combine(on, datetime.min.time())) for on in dates]
    if path is None:
        return _folded(dates, midnights, [], [], [], Pace(*[_span([])] * 3))
    asked = {"path": path, "first": now - WINDOW, "base": midnights[0]}
    return _folded(
        dates,
        midnights,
        STANDING.rows(path=path, now=now),
        OPENED.rows(**asked),
        CLOSED.rows(**asked),
        pace_now(path) if given is None else _pace(path, now),
    )


def _pace(path: str, now: datetime) -> Pace:
    asked = {"path": path, "first": now - WINDOW}
    accepted: dict[int, float] = {}
    for case, seconds in ACCEPTED.rows(**asked):
        accepted[case] = min(seconds, accepted.get(case, seconds))
    put_right = [seconds for (seconds,) in PUT_RIGHT.rows(**asked)]
    verified = [seconds for (seconds,) in VERIFIED.rows(**asked)]
    return Pace(_span(list(accepted.values())), _span(put_right), _span(verified))


@for_a_minute
def pace_now(path: str) -> Pace:
    """Medians over tens of thousands of cases: half of what a look costs."""
    return _pace(path, timezone.now())


def _folded(
    dates: Sequence[date],
    midnights: Sequence[datetime],
    standing: Sequence[tuple[Any, ...]],
    opened: Sequence[tuple[Any, ...]],
    closed: Sequence[tuple[Any, ...]],
    pace: Pace,
) -> Look:
    by_state = {state: (n, _aware(oldest), late) for state, n, oldest, late in standing}
    stops = {stop: [by_state[key] for key in states if key in by_state] for stop, states in STAGES.items()}
    sums = {stop: sum(n for n, _oldest, _late in rows) for stop, rows in stops.items()}
    running = UNFIXED - {"waiting"}
    counts = {
        "found": sum(n for _slot_of, n, _told in opened),
        "opened": sums["opened"],
        "fixing": sums["in_progress"],
        "verifying": sums["verifying"],
        "closed": sum(done for _slot_of, _n, done, _timely in closed),
        "in_time": sum(timely for *_rest, timely in closed),
        "overdue": sum(late for state, (_n, _oldest, late) in by_state.items() if state in running),
    }
    return Look(
        counts=counts,
        signals=sum(told for _slot_of, _n, told in opened),
        pace=pace,
        oldest={stop: min((at for _n, at, _late in rows), default=None) for stop, rows in stops.items()},
        days=_days(
            dates, midnights, [(row[0], row[1]) for row in opened], [(row[0], row[1]) for row in closed]
        ),
    )


def _aware(at: Any) -> datetime:
    """An instant as the driver gives it: SQLite's is text."""
    found: datetime = datetime.fromisoformat(at) if isinstance(at, str) else at
    return instant(found) or found


def _span(seconds: Sequence[float]) -> Span:
    middle = timedelta(seconds=round(median(seconds), 3)) if seconds else None
    return Span(middle, len(seconds))


def _days(
    dates: Sequence[date],
    midnights: Sequence[datetime],
    opened: Iterable[tuple[int, int]],
    closed: Iterable[tuple[int, int]],
) -> list[Day]:
    """Opened and closed a local day, oldest first, empty days too; slots are half hours from the first
    midnight."""
    starts = [round((at - midnights[0]).total_seconds()) // 1800 for at in midnights]
    counts = {"opened": [0] * (len(dates) + 1), "closed": [0] * (len(dates) + 1)}
    for name, slots in (("opened", opened), ("closed", closed)):
        for slot, n in slots:
            counts[name][bisect_right(starts, slot)] += n
    return [Day(on, counts["opened"][n], counts["closed"][n]) for n, on in enumerate(dates, 1)]
