"""Rates of call-backs, each with its own denominator: who wants no call is in neither part of any rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from os.path import commonpath
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from bihuan.kernel.models import Task, Unit
from bihuan.kernel.rules.measures.interval import Estimate
from bihuan.kernel.rules.measures.proportions import share

from ..models import Call
from ..system.kinds import ANSWERS

MEANS = {key: means for key, _words, means in ANSWERS}
SATISFIED = "satisfied"


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many were due, made, reached and satisfied; counts, and the rates that they allow."""

    wanted: int
    declined: int
    in_time: int
    late: tuple[str, ...]
    """Names of those that were made after their limit or wait beyond it, where they were asked for."""
    open: int
    waiting: int
    """Not made, and their limit has not come: nobody can say yet whether they are in time."""
    unreachable: int
    reached: int
    satisfied: int

    @property
    def base(self) -> int:
        """Everybody who has not declined."""
        return self.wanted - self.declined

    @property
    def judged(self) -> int:
        """Of everybody who has not declined, those that were made or whose limit has passed."""
        return self.base - self.waiting

    @property
    def timely(self) -> Estimate | None:
        return share(self.in_time, self.judged) if self.judged else None

    @property
    def contacted(self) -> Estimate | None:
        """Shown beside every answer: the satisfied are a share of those who were reached."""
        made = self.reached + self.unreachable
        return share(self.reached, made) if made else None

    @property
    def content(self) -> Estimate | None:
        return share(self.satisfied, self.reached) if self.reached else None


def not_due(now: datetime) -> Q:
    """Rows that wait for a limit that is still to come."""
    return Q(done_at__isnull=True, due_at__gt=now)


def _counts(answer: str) -> tuple[dict[str, Count], Q]:
    """What a funnel is made of, by where a row has its answer; and which rows are late."""
    declined = Q(**{f"{answer}__in": [key for key, means in MEANS.items() if means == "declined"]})
    away = Q(**{f"{answer}__in": [key for key, means in MEANS.items() if means == "unreachable"]})
    made = Q(done_at__isnull=False) & ~declined
    now = timezone.now()
    late = made & Q(done_at__gt=F("due_at"))
    beyond = Q(done_at__isnull=True, due_at__lte=now) & ~declined
    counts = {
        "wanted": Count("pk"),
        "declined": Count("pk", filter=declined),
        "made": Count("pk", filter=made),
        "away": Count("pk", filter=made & away),
        "satisfied": Count("pk", filter=made & Q(**{answer: SATISFIED})),
        "late": Count("pk", filter=late),
        "waiting": Count("pk", filter=not_due(now) & ~declined),
    }
    return counts, late | beyond


def funnel(rows: QuerySet[Any], answer: str, name: str = "") -> Funnel:
    """Counts of call-backs that were due: where a row has its answer, and by what the late are named."""
    counts, late = _counts(answer)
    told = rows.order_by().aggregate(**counts)
    names = rows.filter(late).order_by("due_at", "pk").values_list(name, flat=True) if name else ()
    return _made(told, tuple(names))


def funnels(rows: QuerySet[Any], answer: str, path: str, units: Sequence[Unit]) -> dict[int, Funnel]:
    """The same of many units by their key, in one statement: by where a row has the path of its unit."""
    counts, _late = _counts(answer)
    told = list(rows.order_by().values(path).annotate(**counts))
    found: dict[int, Funnel] = {}
    for unit in units:
        below = [each for each in told if each[path].startswith(unit.path)]
        found[unit.pk] = _made({key: sum(each[key] for each in below) for key in counts}, ())
    return found


def _made(told: Mapping[str, int], late: tuple[str, ...]) -> Funnel:
    return Funnel(
        wanted=told["wanted"],
        declined=told["declined"],
        in_time=told["made"] - told["late"],
        late=late,
        open=told["wanted"] - told["declined"] - told["made"],
        waiting=told["waiting"],
        unreachable=told["away"],
        reached=told["made"] - told["away"],
        satisfied=told["satisfied"],
    )


def complaint_calls(
    unit: Unit, first: datetime, last: datetime, duty: str = "call_1", *, named: bool = False
) -> Funnel:
    """The first or second call-backs of complaints made in [first, last) in a unit and below.

    A complaint that was sent back has several first call-backs; the first of them is judged.
    """
    return funnel(_first(unit.path, first, last, duty), "outcome", "case__subject" if named else "")


def _first(path: str, first: datetime, last: datetime, duty: str) -> QuerySet[Task]:
    rows = Task.objects.filter(
        kind=duty,
        case__kind="complaint",
        case__unit__path__startswith=path,
        counted_from__gte=first,
        counted_from__lt=last,
    ).exclude(state="cancelled")
    keys = rows.order_by().values("case").annotate(first=Min("pk")).values_list("first", flat=True)
    return Task.objects.filter(pk__in=keys)


def complaints_of(units: Sequence[Unit], first: datetime, last: datetime) -> dict[int, Funnel]:
    """First call-backs of complaints, of each unit and below."""
    rows = _first(above(units), first, last, "call_1")
    return funnels(rows, "outcome", "case__unit__path", units)


def orders_of(units: Sequence[Unit], first: datetime, last: datetime, **narrow: Any) -> dict[int, Funnel]:
    """Call-backs after stages or repairs, of each unit and below."""
    rows = Call.objects.filter(
        order__unit__path__startswith=above(units), ended_at__gte=first, ended_at__lt=last, **narrow
    )
    return funnels(rows, "answer", "order__unit__path", units)


def above(units: Sequence[Unit]) -> str:
    """What the paths of all of them begin with."""
    return commonpath([unit.path for unit in units])


def order_calls(unit: Unit, first: datetime, last: datetime, *, named: bool = False, **narrow: Any) -> Funnel:
    """Call-backs after stages or repairs that ended in [first, last) in a unit and below."""
    rows = Call.objects.filter(
        order__unit__path__startswith=unit.path, ended_at__gte=first, ended_at__lt=last, **narrow
    )
    return funnel(rows, "answer", "order__number" if named else "")
