"""Whether the processes live, and how far the projector is behind the intake."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from bihuan.kernel.attendance import KEYS, Absence
from bihuan.kernel.beat import FRESH_S
from bihuan.kernel.intake.log import Gateway, IntakeLog
from bihuan.kernel.models import IntakePosition, ProcessBeat

EXPECTED = ("gateway", "worker", "live")
"""Beside the one that answers this request."""
REMEMBERED_S = 3.0
SHOWN_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Process:
    name: str
    at: datetime | None
    started_at: datetime | None
    detail: dict[str, Any]
    fresh: bool

    @property
    def says(self) -> dict[str, Any]:
        """What it is doing, without its last absence, which has a sentence of its own."""
        return {key: _flat(value) for key, value in self.detail.items() if key not in KEYS}


def _flat(value: Any) -> Any:
    """Counts by kind as a reader sees them: `open 3, close 9`; 0 where nothing was counted."""
    if not isinstance(value, dict):
        return value
    return ", ".join(f"{kind} {count}" for kind, count in value.items()) or 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a gateway has taken in and the projector has not applied yet."""

    gateway: str
    rows: int
    lag_s: float
    """Age of the oldest row that waits; 0 when none does."""


@dataclass(frozen=True, slots=True)
class Health:
    processes: tuple[Process, ...]
    backlog: tuple[Backlog, ...]

    @property
    def down(self) -> list[str]:
        alive = {kind(process.name) for process in self.processes if process.fresh}
        return [name for name in EXPECTED if name not in alive]

    def absence(self, now: datetime) -> Absence | None:
        """The worker's last one, as long as its traces are fresh: for two days after it came back."""
        worker = next((each for each in self.processes if each.name == "worker"), None)
        found = Absence.of(worker.detail) if worker else None
        return found if found and now - found.until < SHOWN_FOR else None

    @property
    def lag_s(self) -> float:
        return max((one.lag_s for one in self.backlog), default=0.0)


def kind(name: str) -> str:
    """`gateway:host` → `gateway`."""
    return name.partition(":")[0]


def health(now: datetime | None = None) -> Health:
    """Read afresh. Raises what the databases raise."""
    now = now or timezone.now()
    intake = IntakeLog(Path(settings.HOME), settings.ENVIRONMENT.database_url)
    try:
        gateways = intake.gateways()
        backlog = tuple(_backlog(intake, gateway.gateway, now) for gateway in gateways)
    finally:
        intake.close()
    beats = [_from_beat(row, now) for row in ProcessBeat.objects.order_by("name")]
    return Health((*beats, *(_from_gateway(row, now) for row in gateways)), backlog)


_last: tuple[float, Health] | None = None


def recent_health() -> Health:
    """`health`, at most three seconds old: every page shows it."""
    global _last
    if _last is None or time.monotonic() - _last[0] > REMEMBERED_S:
        _last = (time.monotonic(), health())
    return _last[1]


def forget() -> None:
    """The next `recent_health` reads afresh."""
    global _last
    _last = None


def _from_beat(row: ProcessBeat, now: datetime) -> Process:
    fresh = (now - row.at).total_seconds() < FRESH_S
    return Process(row.name, row.at, row.started_at, row.detail, fresh)


def _from_gateway(row: Gateway, now: datetime) -> Process:
    at, started_at = _instant(row.at_us), _instant(row.started_us)
    fresh = (now - at).total_seconds() < FRESH_S
    return Process(f"gateway:{row.gateway}", at, started_at, row.counters, fresh)


def _backlog(intake: IntakeLog, gateway: str, now: datetime) -> Backlog:
    applied = IntakePosition.objects.filter(gateway=gateway).values_list("seq", flat=True).first() or 0
    newest = intake.newest(gateway)
    if newest is None or newest.seq <= applied:
        return Backlog(gateway, 0, 0.0)
    waiting = intake.rows_after(gateway, applied, 1)
    oldest = _instant(waiting[0].at_us) if waiting else now
    return Backlog(gateway, newest.seq - applied, max((now - oldest).total_seconds(), 0.0))


def _instant(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1_000_000, UTC)
