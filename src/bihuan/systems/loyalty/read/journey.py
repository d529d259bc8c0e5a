"""Stages and touchpoints with score, complaints and cases at each, whichever department is behind them."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from bihuan.kernel.models import Case, Unit
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.measures.nps import Reading, reading
from bihuan.kernel.rules.periods import Period

from ..models import Answer, JourneyStage, Programme, Touchpoint
from .scores import NONE, by, counting, within


@dataclass(frozen=True, slots=True)
class Point:
    touchpoint: Touchpoint
    reading: Reading
    cases: int
    open: int
    complaints: int
    """Cases of the kind complaint of customers who answered about this point in the period."""
    policy: int
    unasked: int


@dataclass(frozen=True, slots=True)
class Stage:
    stage: JourneyStage
    points: list[Point] = field(default_factory=list)


def journey(programme: Programme | None, unit: Unit, period: Period) -> list[Stage]:
    """Every active touchpoint of the units seen, in the order in which the customer goes."""
    rows = within(counting(programme, unit), period.first, period.last)
    scores = by(rows, "touchpoint_id")
    everything = Answer.objects.filter(unit__path__startswith=unit.path, touchpoint__isnull=False)
    everything = within(everything, period.first, period.last)
    told: dict[int, dict[str, Any]] = {
        row["touchpoint_id"]: dict(row)
        for row in everything.order_by()
        .values("touchpoint_id")
        .annotate(
            cases=Count("case", distinct=True),
            open=Count("case", filter=Q(case__state__in=OPEN), distinct=True),
            policy=Count(
                "case", filter=Q(case__verdict="policy") | Q(case__cause__code="POLICY"), distinct=True
            ),
            unasked=Count("pk", filter=Q(unsolicited=True)),
        )
    }
    complaints = _complaints(everything, period)
    stages = {stage.pk: Stage(stage) for stage in JourneyStage.objects.all()}
    points = Touchpoint.objects.filter(active=True, pk__in=_shown(unit, told)).select_related("unit", "stage")
    for point in points.order_by("stage__place", "code"):
        more: dict[str, int] = told.get(point.pk, {})
        stages[point.stage_id].points.append(
            Point(
                point,
                reading(scores.get((point.pk,), NONE)),
                cases=more.get("cases", 0),
                open=more.get("open", 0),
                complaints=complaints.get(point.pk, 0),
                policy=more.get("policy", 0),
                unasked=more.get("unasked", 0),
            )
        )
    return list(stages.values())


def _shown(unit: Unit, told: dict[int, dict[str, Any]]) -> set[int]:
    """Those of the unit, of those above it, and wherever its customers answered."""
    near = Q(unit__path__startswith=unit.path) | Q(unit__in=unit.ancestors)
    return set(Touchpoint.objects.filter(near).values_list("pk", flat=True)) | set(told)


def _complaints(rows: QuerySet[Answer], period: Period) -> dict[int, int]:
    begin, end = period.span
    found = Case.objects.filter(
        kind="complaint", opened_at__gte=begin, opened_at__lt=end, customer__isnull=False
    )
    customers = set(found.order_by().values_list("customer_id", flat=True).distinct()[:100_000])
    if not customers:
        return {}
    points: dict[int, set[int]] = {}
    for point, customer in (
        rows.filter(customer__isnull=False).values_list("touchpoint_id", "customer_id").distinct()
    ):
        if customer in customers:
            points.setdefault(point, set()).add(customer)
    return {point: len(found) for point, found in points.items()}
