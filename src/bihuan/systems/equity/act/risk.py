"""A case for every valuable customer who is about to leave, once a silence."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.read.standards import value

from ..models import ModelRun, Score
from ..read.runs import before
from ..rules.money import to_major

FEW = 20
"""Rows looked at for each case that may open: most of them have one already."""
DETAIL = "silence"
"""One open case a customer: a further run joins it."""


def open_cases(*, run: ModelRun, at: datetime) -> int:
    """Cases opened now: P(alive) below the standard, of the first tenth in this run or the one before.

    A silence is known by its last purchase: once handled it opens no second case, however often the model
    runs; the customer who buys and falls silent again has a new one.
    """
    limit, most = float(value("equity.alive", at)), int(value("equity.risk.cases", at))
    earlier = before(run)
    was_top = Score.objects.filter(run=earlier, customer=OuterRef("customer"))
    top = Exists(was_top.filter(by_value__lte=max(earlier.customers // 10, 1))) if earlier else Q(pk=None)
    rows = Score.objects.filter(run=run, alive__lt=limit).filter(Q(tenth=1) | Q(top))
    rows = rows.select_related("customer__unit").order_by("-lost", "pk")
    opened = 0
    for score in rows[: most * FEW]:
        if opened >= most:
            break
        opened += _opened(score, at, limit)
    return opened


def _opened(score: Score, at: datetime, limit: float) -> bool:
    customer = score.customer
    _case, fresh = open_case(
        breach=Breach(
            kind="value_at_risk",
            subject=customer.number,
            subject_name=customer.name,
            episode=f"{customer.number}:{score.last_on.isoformat()}",
            detail=DETAIL,
            at=at,
            unit=customer.unit,
            customer=customer,
        ),
        alive=f"{score.alive:.3f}",
        limit_alive=f"{limit:g}",
        last_on=score.last_on.isoformat(),
        at_risk=str(to_major(score.lost)),
    )
    return fresh
