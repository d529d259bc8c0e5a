"""The strategy record, written out for the page: it reads the same on paper."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects

from bihuan.kernel.models import Aim, AimIndicator, AimMeasure, AimReview, User
from bihuan.kernel.read import strategy
from bihuan.kernel.registry import indicator_specs
from bihuan.web.components.figures import NOTHING, number, percent
from bihuan.web.reports.show import Number, figure_shown

MOST = 50
"""Aims of the page: what prints must be read."""


@dataclass(frozen=True, slots=True)
class GaugeShown:
    """`way`: which direction is meant; `reached` None where nothing can be said."""

    row: AimIndicator
    start: Number
    now: Number
    target: str
    up: bool
    reached: bool | None


@dataclass(frozen=True, slots=True)
class ReviewShown:
    row: AimReview
    readings: list[tuple[Number, str]]


@dataclass(frozen=True, slots=True)
class AimShown:
    aim: Aim
    late: bool
    gauges: list[GaugeShown]
    measures: list[AimMeasure]
    last: ReviewShown | None


def record(user: User, today: date) -> tuple[list[AimShown], int]:
    """Running aims with their figures as they are now, and how many there are."""
    rows = strategy.running(user)
    aims = list(rows[:MOST])
    prefetch_related_objects(aims, "indicators", "measures__owner", "reviews__by")
    readings: dict[tuple[str, int], dict[str, Any]] = {}
    shown = [one(aim, today, readings) for aim in aims]
    return shown, len(aims) if len(aims) < MOST else rows.count()


def one(aim: Aim, today: date, readings: dict[tuple[str, int], dict[str, Any]] | None = None) -> AimShown:
    known = {} if readings is None else readings
    for row in aim.indicators.all():
        if (row.key, aim.unit_id) not in known:
            known[row.key, aim.unit_id] = strategy.frozen(row.key, aim.unit)
    reviews = list(aim.reviews.all())
    return AimShown(
        aim,
        strategy.overdue(aim, today),
        [gauge(row, known[row.key, aim.unit_id]) for row in aim.indicators.all()],
        list(aim.measures.all()),
        reviewed(reviews[0]) if reviews else None,
    )


def gauge(row: AimIndicator, now: dict[str, Any]) -> GaugeShown:
    up = strategy.better(row.key) == "up"
    found = strategy.Gauge(row, row.start, now, "up" if up else "down")
    link = str(now.get("link", "")) if row.key in indicator_specs() else ""
    return GaugeShown(
        row, figure_shown(row.start), figure_shown(now, link), target(row.target, now), up, found.reached
    )


def target(value: float | None, figure: dict[str, Any]) -> str:
    if value is None:
        return NOTHING
    return percent(value) if figure.get("share") else number(value, figure.get("decimals", 0))


def reviewed(row: AimReview) -> ReviewShown:
    return ReviewShown(row, [(figure_shown(each), target(each["target"], each)) for each in row.readings])
