"""Rates of call-backs, each with its own denominator: who wants no call is in neither part of any rate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet

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
    """Names of those that were made after their limit, where they were asked for."""
    open: int
    unreachable: int
    reached: int
    satisfied: int

    @property
    def base(self) -> int:
        """Everybody who has not declined."""
        return self.wanted - self.declined

    @property
    def timely(self) -> Estimate | None:
        return share(self.in_time, self.base) if self.base else None

    @property
    def contacted(self) -> Estimate | None:
        """Shown beside every answer: the satisfied are a share of those who were reached."""
        made = self.reached + self.unreachable
        return share(self.reached, made) if made else None

    @property
    def content(self) -> Estimate | None:
        return share(self.satisfied, self.reached) if self.reached else None


def funnel(rows: QuerySet[Any], answer: str, name: str = "") -> Funnel:
    """Counts of call-backs that were due: where a row has its answer, and by what the late are named."""
    declined = Q(**{f"{answer}__in": [key for key, means in MEANS.items() if means == "declined"]})
    away = Q(**{f"{answer}__in": [key for key, means in MEANS.items() if means == "unreachable"]})
    made = Q(done_at__isnull=False) & ~declined
    late = made & Q(done_at__gt=F("due_at"))
    told = rows.order_by().aggregate(
        wanted=Count("pk"),
        declined=Count("pk", filter=declined),
        made=Count("pk", filter=made),
        away=Count("pk", filter=made & away),
        satisfied=Count("pk", filter=made & Q(**{answer: SATISFIED})),
        late=Count("pk", filter=late),
    )
    names = rows.filter(late).order_by("due_at", "pk").values_list(name, flat=True) if name else ()
    return Funnel(
        wanted=told["wanted"],
        declined=told["declined"],
        in_time=told["made"] - told["late"],
        late=tuple(names),
        open=told["wanted"] - told["declined"] - told["made"],
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
    rows = Task.objects.filter(
        kind=duty,
        case__kind="complaint",
        case__unit__path__startswith=unit.path,
        counted_from__gte=first,
        counted_from__lt=last,
    ).exclude(state="cancelled")
    keys = rows.order_by().values("case").annotate(first=Min("pk")).values_list("first", flat=True)
    return funnel(Task.objects.filter(pk__in=keys), "outcome", "case__subject" if named else "")


def order_calls(unit: Unit, first: datetime, last: datetime, *, named: bool = False, **narrow: Any) -> Funnel:
    """Call-backs after stages or repairs that ended in [first, last) in a unit and below."""
    rows = Call.objects.filter(
        order__unit__path__startswith=unit.path, ended_at__gte=first, ended_at__lt=last, **narrow
    )
    return funnel(rows, "answer", "order__number" if named else "")
