"""What a cohort's payments are, and what they add to the customer equity of a run."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.read.standards import value
from bihuan.kernel.scope import covers

from ..models import Cohort, ModelRun
from ..models.contracts import MOST_MONTHS
from ..read.contracts import histories, standing
from ..rules.purchases import Unfit
from ..rules.within import Worth, chances_within, discounts, renewals_within

MONTH = 30.4375
MOST = 200
"""Cohorts of a run, the first by code: each costs a quarter of a second."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`payment` in minor units; what is None is not known."""

    counted_on: date | None
    months: int | None
    payment: int | None
    in_orders: bool | None


def set_terms(*, cohort: Cohort, user: User, terms: Terms) -> None:
    """From the next model run on the cohort counts by them. Raises Refused for what cannot be."""
    if not covers(user, cohort):
        raise Refused(_("This unit is not among yours."))
    if terms.months is not None and not 1 <= terms.months <= MOST_MONTHS:
        raise Refused(_("A period has from 1 to %(n)d months.") % {"n": MOST_MONTHS})
    if terms.payment is not None and terms.payment < 0:
        raise Refused(_("A payment leaves 0 or more."))
    with transaction.atomic():
        for name in ("counted_on", "months", "payment", "in_orders"):
            setattr(cohort, name, getattr(terms, name))
        cohort.save(update_fields=["counted_on", "months", "payment", "in_orders"])
        record(verb="cohort.terms", actor=user, subject=f"unit:{cohort.unit_id}", cohort=cohort.pk)


def freeze(run: ModelRun) -> list[dict[str, Any]]:
    """Every cohort of the run's unit as it counts, or `why` it does not (a key of `words.APART`).

    Frozen with the run, because a fit costs too much for the director's first screen.
    """
    rows = Cohort.objects.filter(unit__path__startswith=run.unit.path).select_related("unit")
    return [_frozen(run, cohort, at) for at, cohort in enumerate(rows.order_by("code", "pk")[: 2 * MOST])]


def _frozen(run: ModelRun, cohort: Cohort, at: int) -> dict[str, Any]:
    told: dict[str, Any] = {"cohort": cohort.pk, "code": cohort.code, "path": cohort.unit.path}
    why = "many" if at >= MOST else _why(run, cohort)
    if why:
        return {**told, "why": why}
    try:
        found = _worth(run, cohort)
    except Unfit:
        return {**told, "why": "unfit"}
    fen = float(cohort.payment or 0)
    money = {name: round(getattr(found, name) * fen) for name in ("value", "low", "high")}
    return {**told, **money, "n": found.n, "on": cohort.counted_on.isoformat() if cohort.counted_on else ""}


def _why(run: ModelRun, cohort: Cohort) -> str:
    """The first reason for which a cohort stands apart; nothing where it counts."""
    if cohort.in_orders:
        return "orders"
    if None in (cohort.in_orders, cohort.counted_on, cohort.months, cohort.payment):
        return "terms"
    if run.margin is None:
        return "sales"
    oldest = run.end_on - timedelta(days=round(float(value("equity.contract.fresh", run.made_at)) * MONTH))
    if cohort.counted_on is None or cohort.counted_on < oldest:
        return "old"
    return "long" if cohort.months is None or cohort.months > run.months else ""


def _worth(run: ModelRun, cohort: Cohort) -> Worth:
    """In payments. Raises Unfit."""
    weights = discounts(int(cohort.months or 0), run.months, float(run.rate))
    if cohort.kind == Cohort.Kind.CHANCES:
        return chances_within(histories(cohort), weights)
    return renewals_within(standing(cohort), weights)
