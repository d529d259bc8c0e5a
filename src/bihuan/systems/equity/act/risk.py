"""A case for every valuable customer who is about to leave, once a silence."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db.models import Exists, OuterRef, Q

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.models import Case
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.lifecycle import OPEN

from ..models import ModelRun, Score
from ..read.runs import before, units_with_runs
from ..rules.money import to_major

PIECE = 1_000
KIND = "value_at_risk"
DETAIL = "silence"
"""One open case a customer: a further run joins it."""


def open_cases(*, run: ModelRun, at: datetime) -> int:
    """Cases opened now: P(alive) below the standard, of the first tenth in this run or the one before.

    A silence is known by its last purchase: once handled it opens no second case, however often the model
    runs; the customer who buys and falls silent again has a new one. So many are open at once as the standard
    says; whoever waits has a case once there is room (`refill`).
    """
    limit = float(value("equity.alive", at))
    room = int(value("equity.risk.cases", at)) - _open_at(run)
    earlier = before(run)
    was_top = Score.objects.filter(run=earlier, customer=OuterRef("customer"))
    top = Exists(was_top.filter(by_value__lte=max(earlier.customers // 10, 1))) if earlier else Q(pk=None)
    rows = Score.objects.filter(run=run, alive__lt=limit).filter(Q(tenth=1) | Q(top))
    rows = rows.select_related("customer__unit").order_by("-lost", "pk")
    opened = 0
    for score in _without_case(rows.iterator(chunk_size=PIECE) if room > 0 else iter(())):
        if opened >= room:
            break
        opened += _opened(score, at, limit)
    return opened


def refill(*, now: datetime) -> None:
    """Every night, of each unit's newest run: the next valuable customers for whom there is room."""
    for unit in units_with_runs():
        run = ModelRun.objects.filter(unit=unit, state=ModelRun.State.FITTED).order_by("-made_at").first()
        if run:
            open_cases(run=run, at=now)


def _open_at(run: ModelRun) -> int:
    rows = Case.objects.filter(kind=KIND, state__in=OPEN, unit__path__startswith=run.unit.path)
    return rows.count()


def _without_case(rows: Iterator[Score]) -> Iterator[Score]:
    """Those whose silence has opened none yet, whatever became of it."""
    while piece := list(islice(rows, PIECE)):
        known = Case.objects.filter(
            kind=KIND,
            subject__in=[score.customer.number for score in piece],
            episode__in=[episode_of(score) for score in piece],
        )
        taken = set(known.values_list("episode", flat=True))
        yield from (score for score in piece if episode_of(score) not in taken)


def episode_of(score: Score) -> str:
    return f"{score.customer.number}:{score.last_on.isoformat()}"


def _opened(score: Score, at: datetime, limit: float) -> bool:
    customer = score.customer
    _case, fresh = open_case(
        breach=Breach(
            kind=KIND,
            subject=customer.number,
            subject_name=customer.name,
            episode=episode_of(score),
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
