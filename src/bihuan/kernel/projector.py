"""Applies the intake log to the control records, each fact exactly once.

A batch is folded and its effects and the new position are committed in one transaction of the
control database; the log itself is only read. A row that cannot be applied is quarantined and
passed, so that it cannot stop what comes after it.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from bihuan.kernel.bulk import Table, fetch
from bihuan.kernel.intake.log import IntakeLog, IntakeRow
from bihuan.kernel.models import IntakePosition, Quarantine
from bihuan.kernel.registry import collect

log = logging.getLogger(__name__)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
POSITIONS = Table(IntakePosition, "seq", "at")
SEEN = f"SELECT id, seq FROM {IntakePosition._meta.db_table} WHERE gateway = %s"  # noqa: S608

BATCH = 500
"""Rows a transaction at first; `Pace` finds how many take as long as others may be made to wait."""
HOLD_S = 0.06
"""How long a transaction should hold the database: SQLite's lock is unfair to who waits."""
LEAST, MOST = 8, 1000
BREATH = 0.15
"""Share of its last transaction for which a busy projector lets others write."""


class Pace:
    """Rows a batch, so that a batch of cases takes no longer than one of swipes."""

    def __init__(self) -> None:
        self.batch = BATCH

    def took(self, rows: int, seconds: float) -> float:
        """Learn from a batch; returns for how long to pause before the next."""
        if rows >= self.batch or seconds > HOLD_S:
            wanted = int(rows * HOLD_S / max(seconds, 1e-6))
            self.batch = min(max(wanted, self.batch // 2, LEAST), self.batch * 2, MOST)
        return seconds * BREATH if rows >= self.batch // 2 else 0.0


def relax_durability() -> None:
    """On SQLite, let this process's commits reach the disk with the next that must.

    The intake log is durable by itself and the position is committed with the effects, so after
    a power failure the last batches are applied again from it: nothing is lost, nothing counts
    twice. The pages' own writes stay FULL.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=NORMAL")


class Handler(Protocol):
    """What a system does with rows; called inside the projector's transaction."""

    def apply(self, rows: Sequence[IntakeRow]) -> None: ...


@cache
def handlers() -> tuple[Handler, ...]:
    return tuple(make() for _system, make in collect(lambda system: system.intake))


def instant(at_us: int) -> datetime:
    """Receipt time of a row, exact to the microsecond."""
    return EPOCH + timedelta(microseconds=at_us)


def step(intake: IntakeLog, batch: int = BATCH) -> int:
    """Apply the next rows of every gateway; returns how many."""
    return sum(_step(intake, gateway.gateway, batch) for gateway in intake.gateways())


def _step(intake: IntakeLog, gateway: str, batch: int) -> int:
    found = fetch(SEEN, gateway)
    rows = intake.rows_after(gateway, found[0][1] if found else 0, batch)
    if not rows:
        return 0
    try:
        _apply(gateway, rows)
    except Exception as why:
        if isinstance(why, DatabaseError) and not isinstance(why, IntegrityError):
            raise
        if len(rows) > 1:
            log.warning(
                "a batch of %d rows of %s failed (%s); applying them one by one", len(rows), gateway, why
            )
            for row in rows:
                _apply_one(gateway, row)
        else:
            _quarantine(gateway, rows[0], why)
    return len(rows)


def _apply(gateway: str, rows: Sequence[IntakeRow]) -> None:
    with transaction.atomic():
        key, seen = _position(gateway)
        fresh = rows if rows[0].seq > seen else [row for row in rows if row.seq > seen]
        if not fresh:
            return
        for handler in handlers():
            handler.apply(fresh)
        _advance(key, fresh[-1])


def _apply_one(gateway: str, row: IntakeRow) -> None:
    try:
        _apply(gateway, [row])
    except Exception as why:
        if isinstance(why, DatabaseError) and not isinstance(why, IntegrityError):
            raise
        _quarantine(gateway, row, why)


def _position(gateway: str) -> tuple[int, int]:
    """The row's key and `seq`; locked, so that of two workers the second finds the batch already applied."""
    sql = SEEN + (" FOR UPDATE" if connection.features.has_select_for_update else "")
    found = fetch(sql, gateway)
    if not found:
        IntakePosition.objects.get_or_create(gateway=gateway)
        found = fetch(sql, gateway)
    key, seq = found[0]
    return key, seq


def _advance(key: int, last: IntakeRow) -> None:
    POSITIONS.update([(key, (last.seq, instant(last.at_us)))])


def _quarantine(gateway: str, row: IntakeRow, why: Exception) -> None:
    log.error("row %s %s cannot be applied and is passed: %s", gateway, row.seq, why, exc_info=why)
    with transaction.atomic():
        key, seen = _position(gateway)
        if seen >= row.seq:
            return
        Quarantine.objects.get_or_create(
            gateway=gateway,
            seq=row.seq,
            defaults={"at": timezone.now(), "error": f"{type(why).__name__}: {why}"[:400]},
        )
        _advance(key, row)
