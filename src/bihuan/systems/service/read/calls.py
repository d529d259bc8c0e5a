"""Rates of call-backs, each with its own denominator: who wants no call is in neither part of any rate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min

from bihuan.kernel.models import Task, Unit
from bihuan.kernel.rules.measures.interval import Estimate
from bihuan.kernel.rules.measures.proportions import share

from ..models import Call
from ..system.kinds import ANSWERS

MEANS = {key: means for key, _words, means in ANSWERS}
SATISFIED = "satisfied"


@dataclass(frozen=True, slots=True)
class Made:
    """One call-back that was due: `answer` is empty while it is open."""

    name: str
    due_at: datetime | None
    done_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many were due, made, reached and satisfied; counts, and the rates that they allow."""

    wanted: int
    declined: int
    in_time: int
    late: tuple[str, ...]
    """Names of those that were made after their limit."""
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


def funnel(calls: Iterable[Made]) -> Funnel:
    """Fold call-backs into the counts of the funnel."""
    rows = list(calls)
    counted = [row for row in rows if MEANS.get(row.answer) != "declined"]
    made = [row for row in counted if row.done_at is not None]
    late = [row for row in made if row.due_at and row.done_at and row.done_at > row.due_at]
    away = sum(MEANS.get(row.answer) == "unreachable" for row in made)
    return Funnel(
        wanted=len(rows),
        declined=len(rows) - len(counted),
        in_time=len(made) - len(late),
        late=tuple(row.name for row in late),
        open=len(counted) - len(made),
        unreachable=away,
        reached=len(made) - away,
        satisfied=sum(row.answer == SATISFIED for row in made),
    )


def complaint_calls(unit: Unit, first: datetime, last: datetime, duty: str = "call_1") -> Funnel:
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
    found = Task.objects.filter(pk__in=keys).values_list("case__subject", "due_at", "done_at", "outcome")
    return funnel(Made(*row) for row in found)


def order_calls(unit: Unit, first: datetime, last: datetime, **narrow: Any) -> Funnel:
    """Call-backs after stages or repairs that ended in [first, last) in a unit and below."""
    rows = Call.objects.filter(
        order__unit__path__startswith=unit.path, ended_at__gte=first, ended_at__lt=last, **narrow
    )
    return funnel(Made(*row) for row in rows.values_list("order__number", "due_at", "done_at", "answer"))
