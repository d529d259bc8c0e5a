"""The strategy record as a person sees it: aims of his units, with their indicators as they are now."""

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.manifest import IndicatorSpec
from bihuan.kernel.models import Aim, AimIndicator, AimReview, Unit, User
from bihuan.kernel.registry import indicator_specs, load
from bihuan.kernel.report import Figure, freeze
from bihuan.kernel.scope import visible

log = logging.getLogger(__name__)
SHOWN = 200
"""Aims of a page: a strategy with more has none."""


def reading(spec: IndicatorSpec, unit: Unit) -> Figure:
    """The indicator as it is now. A system that fails to answer withholds its figure and nothing else."""
    try:
        found: Figure = load(spec.read)(unit)
    except Exception:
        log.exception("indicator %s of unit %s failed", spec.key, unit.pk)
        return Figure(
            key=spec.key, label=spec.title, value=None, withheld=_("could not be read, see the log")
        )
    return found


def frozen(key: str, unit: Unit) -> dict[str, Any]:
    """As `freeze` writes it; of a system that is switched off only that it is."""
    found = indicator_specs().get(key)
    figure = (
        reading(found[1], unit)
        if found
        else Figure(key=key, label=key, value=None, withheld=_("its system is switched off"))
    )
    plain: dict[str, Any] = freeze(figure)
    return plain


@dataclass(frozen=True, slots=True)
class Gauge:
    """An indicator of an aim: `start` and `now` frozen figures; `reached` None where nothing can be said."""

    row: AimIndicator
    start: dict[str, Any]
    now: dict[str, Any]
    better: str

    @property
    def reached(self) -> bool | None:
        value, target = self.now.get("value"), self.row.target
        if value is None or target is None:
            return None
        return bool(value >= target if self.better == "up" else value <= target)


def better(key: str) -> str:
    found = indicator_specs().get(key)
    return found[1].better if found else "up"


def gauges(aim: Aim) -> list[Gauge]:
    return [Gauge(row, row.start, frozen(row.key, aim.unit), better(row.key)) for row in aim.indicators.all()]


def aims(user: User) -> QuerySet[Aim]:
    """Those of the user's units; running ones first, the next review first."""
    rows = visible(user, Aim.objects.select_related("unit", "owner"))
    return rows.order_by(F("ended_on").desc(nulls_first=True), "review_on", "pk")


def running(user: User) -> QuerySet[Aim]:
    return aims(user).filter(ended_on=None)


def overdue(aim: Aim, today: date) -> bool:
    return aim.ended_on is None and aim.review_on < today


def history(aim: Aim) -> list[AimReview]:
    return list(aim.reviews.select_related("by")[:SHOWN])
