"""From the options of `bihuan simulate instruments` to a running fleet and its figures."""

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bihuan.systems.instruments.fleet.acts import FAULTS, Act
from bihuan.systems.instruments.fleet.laboratory import Laboratory, demo, generated
from bihuan.systems.instruments.fleet.link import Server
from bihuan.systems.instruments.fleet.load import load
from bihuan.systems.instruments.fleet.memory import Memory, begun
from bihuan.systems.instruments.fleet.run import play
from bihuan.systems.instruments.fleet.script import Script
from bihuan.systems.instruments.fleet.tally import Tally
from bihuan.systems.instruments.fleet.terminal import Crew, Terminal

CONNECTIONS: Final = 48
"""At once: the gateway takes 64 from one address unless told otherwise."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    server: Server
    zone: ZoneInfo
    home: Path | None = None
    """Where terminals keep their journals; None: they have no past and keep nothing."""
    terminals: int | None = None
    """None: the demo laboratory; more than it has: generated ones."""
    rate: float | None = None
    """Messages a second; None: as in a laboratory."""
    seconds: float | None = None
    seed: int = 1
    faults: frozenset[str] = frozenset(FAULTS)
    connections: int = CONNECTIONS
    pace: float = 1.0

    def laboratory(self) -> Laboratory:
        whole = demo()
        if self.terminals is None:
            return whole
        if self.terminals > len(whole.devices):
            return generated(self.terminals, self.seed)
        return whole.first(self.terminals)


def simulate(plan: Plan) -> dict[str, Any]:
    """Run until the time is over or SIGTERM or SIGINT comes; returns the figures."""
    return asyncio.run(_until_signal(plan))


async def _until_signal(plan: Plan) -> dict[str, Any]:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return await run(plan, stop)


async def run(plan: Plan, stop: asyncio.Event) -> dict[str, Any]:
    """Raises nothing for a gateway that is down: the terminals wait for it."""
    crew = Crew(
        plan.server, plan.seed, datetime.now(UTC), asyncio.Semaphore(plan.connections), Tally(), plan.pace
    )
    memory = Memory(plan.zone)
    if plan.home is not None and plan.rate is None:
        memory = Memory.claim(plan.home, plan.zone)
    try:
        laboratory = plan.laboratory()
        terminals = _terminals(plan, laboratory, crew, memory)
        acts = _acts(plan, laboratory, terminals, crew)
        await play(acts, terminals, crew, plan.seconds, stop)
    finally:
        memory.close()
    lasted_s = (datetime.now(UTC) - crew.began).total_seconds()
    result = {"terminals": len(laboratory.devices), "seed": plan.seed, "seconds": round(lasted_s, 3)}
    return {**result, **crew.tally.result()}


def _terminals(plan: Plan, laboratory: Laboratory, crew: Crew, memory: Memory) -> dict[str, Terminal]:
    found: dict[str, Terminal] = {}
    for device in laboratory.devices:
        journal = memory.journal(device)
        memory.remember(laboratory, device, journal, plan.seed, crew.began)
        found[device.code] = Terminal(device, crew, journal, skewed="skew" in plan.faults)
    return found


def _acts(plan: Plan, laboratory: Laboratory, terminals: dict[str, Terminal], crew: Crew) -> Iterator[Act]:
    if plan.rate is not None:
        return load(laboratory, plan.rate, plan.seconds, plan.seed, plan.faults)
    starts = {
        code: begun(terminal.device, terminal.journal, crew.began) for code, terminal in terminals.items()
    }
    return Script(laboratory, plan.seed, plan.faults, starts).acts()
