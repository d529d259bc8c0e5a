"""Every night: cases of one cause that gather in a unit become an improvement, or join the one there is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet

from bihuan.kernel.act.improvements.propose import create, join
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Case, Cause, Improvement, Unit
from bihuan.kernel.read.improvements import NO_PROBLEM
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.clusters import Occurrence, clusters
from bihuan.kernel.rules.improvements import LIVE

LOOK_BACK = timedelta(days=180)
"""A cause is often coded weeks after a case was opened, and nights may be missed."""


def cluster(*, now: datetime) -> None:
    """A case that is linked already is never taken again, so that nights can be repeated."""
    least = int(value("improvement.cluster.cases", now))
    within = timedelta(days=int(value("improvement.cluster.days", now)))
    with transaction.atomic():
        hold("improvement")
        rows = _unlinked(now)
        for cause, found in groupby(rows, lambda case: case.cause):
            if cause is not None:
                left = _join_live(cause, list(found), now)
                _propose(cause, left, least, within, now)


def _unlinked(now: datetime) -> QuerySet[Case]:
    rows = Case.objects.filter(opened_at__gt=now - LOOK_BACK, opened_at__lte=now, improvements=None)
    rows = rows.exclude(cause=None).exclude(state__in=NO_PROBLEM)
    return rows.select_related("cause", "unit").order_by("cause", "opened_at", "pk")


def _join_live(cause: Cause, cases: Iterable[Case], now: datetime) -> list[Case]:
    """The nearest live item of the cause, in the case's unit or above, takes it; the rest is returned."""
    live = Improvement.objects.filter(cause=cause, state__in=LIVE).select_related("unit")
    items = sorted(live, key=lambda item: (-len(item.unit.path), item.pk))
    joining: dict[Improvement, list[Case]] = {}
    left: list[Case] = []
    for case in cases:
        item = next((each for each in items if case.unit.path.startswith(each.unit.path)), None)
        if item is None:
            left.append(case)
        else:
            joining.setdefault(item, []).append(case)
    for item, found in joining.items():
        join(item, found, now=now)
    return left


def _propose(cause: Cause, cases: list[Case], least: int, within: timedelta, now: datetime) -> None:
    by_key = {case.pk: case for case in cases}
    told = [Occurrence(case.pk, case.opened_at, case.unit.path) for case in cases]
    for each in clusters(told, least, within):
        create(
            unit=Unit.objects.get(path=each.path),
            cause=cause,
            now=now,
            found=True,
            cases=[by_key[key] for key in each.keys],
        )
