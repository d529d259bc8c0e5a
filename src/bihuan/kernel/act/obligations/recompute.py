"""Open rows follow the calendar and the standards; what has run out stays as it was."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bihuan.kernel.act.events import record
from bihuan.kernel.act.obligations.fulfil import settle
from bihuan.kernel.act.obligations.terms import Terms, terms
from bihuan.kernel.locks import hold
from bihuan.kernel.models import Obligation, ObligationState
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.registry import obligation_specs
from bihuan.kernel.rules.recurrence import Span

ASKED = ("needed", "due_at", "due_provisional", "standard_id", "state", "reason")
WRITTEN = (
    *("needed", "done", "late", "due_at", "due_provisional", "standard", "state", "reason", "next_at"),
)


def recompute(*, standard: str = "", now: datetime | None = None) -> int:
    """After a change of the calendar, or of one standard: how many rows of periods that still run changed.

    One event for each obligation and period says what changed.
    """
    now = now or timezone.now()
    keys = [
        key
        for key, (_system, spec) in obligation_specs().items()
        if not standard or standard in {spec.standard, spec.all_year}
    ]
    if not keys:
        return 0
    with transaction.atomic():
        hold("obligations")
        rows = _open_rows(keys, now)
        return sum(
            _period(key, Span(first, last), list(found), now)
            for (key, first, last), found in groupby(rows, lambda row: (row.key, row.begins_on, row.ends_on))
        )


def _open_rows(keys: Collection[str], now: datetime) -> list[Obligation]:
    by_calendar = Q(
        state=ObligationState.WAIVED, reason__in=[Obligation.Reason.CALENDAR, Obligation.Reason.NONE]
    )
    running = Q(ends_on__gte=timezone.localdate(now), key__in=keys)
    rows = Obligation.objects.select_for_update().filter(
        running, Q(state=ObligationState.DUE, due_at__gt=now) | by_calendar
    )
    return list(rows.order_by("key", "begins_on", "pk"))


def _period(key: str, period: Span, rows: list[Obligation], now: datetime) -> int:
    asked = terms(obligation_specs()[key][1], period, working_calendar())
    if asked.quota.deadline.due_at <= now:
        return 0
    changed = [row for row in rows if _apply(row, asked)]
    Obligation.objects.bulk_update(changed, WRITTEN, batch_size=200)
    if changed:
        record(
            verb="obligation.recomputed",
            subject=key,
            at=now,
            begins_on=period.first.isoformat(),
            rows=len(changed),
            needed=asked.quota.needed,
            due=asked.quota.deadline.due_at.isoformat(),
            waived=asked.quota.waived,
        )
    return len(changed)


def _apply(row: Obligation, asked: Terms) -> bool:
    before = [getattr(row, name) for name in ASKED]
    row.needed, row.standard = asked.quota.needed, asked.standard
    row.due_at, row.due_provisional = asked.quota.deadline.due_at, asked.quota.deadline.provisional
    row.reason = asked.quota.waived
    row.state = ObligationState.WAIVED if row.reason else ObligationState.DUE
    row.next_at = None if row.reason else row.due_at
    settle(row)
    return before != [getattr(row, name) for name in ASKED]
