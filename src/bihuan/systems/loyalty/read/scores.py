"""Counts of promoters, passives and detractors: whose answers count, grouped where the database can."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bihuan.kernel.models import Unit
from bihuan.kernel.remembered import remembered
from bihuan.kernel.rules.measures.interval import Estimate
from bihuan.kernel.rules.measures.nps import Answers, Change, Reading, change, reading
from bihuan.kernel.rules.measures.posterior import posterior
from bihuan.kernel.rules.measures.standing import Standing
from bihuan.kernel.rules.periods import Period

from ..models import Answer, Programme

PROMOTER, DETRACTOR = Q(score__gte=9), Q(score__lte=6)
NONE = Answers(0, 0, 0)


def counting(programme: Programme | None, unit: Unit) -> QuerySet[Answer]:
    """Answers that are in a score: asked for, and valid as the kernel judged the reply."""
    rows = Answer.objects.filter(unit__path__startswith=unit.path, unsolicited=False, reply__valid=True)
    return rows.filter(programme=programme) if programme else rows


def within(rows: QuerySet[Answer], first: date, last: date) -> QuerySet[Answer]:
    """Local days, both included."""
    return rows.filter(answered_at__gte=midnight(first), answered_at__lt=midnight(last + timedelta(days=1)))


def midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time()))


def counted(rows: QuerySet[Answer]) -> Answers:
    return _answers(rows.order_by().aggregate(**_sums()))


def by(rows: QuerySet[Answer], *fields: str) -> dict[tuple[object, ...], Answers]:
    found = rows.order_by().values(*fields).annotate(**_sums())
    return {tuple(row[name] for name in fields): _answers(row) for row in found}


def _sums() -> dict[str, Count]:
    return {
        "n": Count("pk"),
        "promoters": Count("pk", filter=PROMOTER),
        "detractors": Count("pk", filter=DETRACTOR),
    }


def _answers(row: dict[str, int]) -> Answers:
    return Answers(row["promoters"], row["n"] - row["promoters"] - row["detractors"], row["detractors"])


def total(parts: Iterable[Answers]) -> Answers:
    found = [0, 0, 0]
    for part in parts:
        found = [a + b for a, b in zip(found, part, strict=True)]
    return Answers(*found)


@dataclass(frozen=True, slots=True)
class Score:
    """One period, the one before, and what may be said of the change; None where either has no score."""

    period: Period
    answers: Answers
    reading: Reading
    bayes: Estimate | None
    before: Answers
    change: Change | None


@remembered
def score(programme: Programme | None, unit: Unit, period: Period) -> Score:
    rows = counting(programme, unit)
    now = counted(within(rows, period.first, period.last))
    before = counted(within(rows, period.previous.first, period.previous.last))
    found = reading(now)
    firm = found.standing is not Standing.WITHHELD and reading(before).standing is not Standing.WITHHELD
    return Score(
        period,
        now,
        found,
        posterior(now) if found.standing is not Standing.WITHHELD else None,
        before,
        change(before, now) if firm else None,
    )


def trend(
    programme: Programme | None, unit: Unit, period: Period, spans: int = 8
) -> list[tuple[Period, Reading]]:
    found, at = [], period
    rows = counting(programme, unit)
    for _each in range(spans):
        found.append((at, reading(counted(within(rows, at.first, at.last)))))
        at = at.previous
    return found[::-1]
