"""The gateway process: listens, sweeps, flushes, reads registrations, stops cleanly."""

import asyncio
import contextlib
import gc
import logging
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import uvloop

from bihuan.gateway.bodies import Bodies
from bihuan.gateway.bounds import Bounds
from bihuan.gateway.clock import Wall
from bihuan.gateway.commits import Commits
from bihuan.gateway.connection import FieldConnection
from bihuan.gateway.counters import Counters, Journal
from bihuan.gateway.directory import Directory, Unavailable, open_directory
from bihuan.gateway.ending import RESET, set_end
from bihuan.gateway.quota import Quota, Quotas
from bihuan.gateway.seen import Seen
from bihuan.gateway.terminals import Terminals
from bihuan.kernel.intake.opening import open_store
from bihuan_edge.wire import Limits

log = logging.getLogger("bihuan.gateway")

SLICES = 8
"""Connections are swept an eighth at a time: all of them at once would hold up a swipe."""
PACE_S = 1.0
"""How often everything is swept, beats are flushed and registrations are read."""
STOP_S = 2.5
WHOLE_EVERY = 60
SWITCH_S = 0.00005
"""The writer's thread gets the interpreter back so soon when the event loop is busy."""


class Gateway:
    def __init__(
        self,
        home: Path,
        database_url: str,
        name: str,
        bounds: Bounds | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.now = self.loop.time
        self.name = name
        self.bounds = bounds or Bounds()
        self.limits = limits or Limits()
        self.wall = Wall()
        self.started_us = self.wall.now_us()
        self.counters = Counters()
        self.journal = Journal(self.bounds.log_lines_a_minute)
        self.terminals = Terminals(self.bounds.unregistered)
        self.commits = Commits(
            lambda: open_store(home, database_url, name), self.loop, self.bounds, self.counters
        )
        self.commits.on_room = self._let_go
        self.bodies = Bodies(home, self.loop, self.counters, self.journal)
        self.directory: Directory = open_directory(home, database_url)
        self.seen = Seen(self)
        self.buffered = 0
        """Bytes that the parsers hold."""
        self.crowded: list[FieldConnection] = []
        """Not read until there is room for rows again."""
        self.slices: tuple[set[FieldConnection], ...] = tuple(set() for _ in range(SLICES))
        self.per_address: dict[str, int] = {}
        self._number = (self.started_us // 1_000_000) << 20
        self._strangers = Quota(self.bounds.unregistered_rows_a_minute)
        self._refusals = Quota(self.bounds.rejected_rows_a_minute)
        self._refusals_by_address = Quotas(self.bounds.rejected_rows_a_minute_and_address)
        self._server: asyncio.Server | None = None
        self._duties: list[asyncio.Task[None]] = []

    async def start(self, host: str, port: int) -> int:
        """Listen and return the port. Raises OSError when it is taken."""
        server = await self.loop.create_server(
            partial(FieldConnection, self), host, port, backlog=4096, start_serving=False
        )
        for listener in server.sockets:
            set_end(listener.fileno(), RESET)
        self._server = server
        self.commits.writer.start()
        self.seen.load()
        await self._read_directory(-1)
        await server.start_serving()
        self._duties = [self.loop.create_task(self._sweep()), self.loop.create_task(self._follow_directory())]
        return int(server.sockets[0].getsockname()[1])

    def say(self, level: int, text: str, *values: object) -> None:
        self.journal.say(level, self.now(), text, *values)

    def enter(self, connection: FieldConnection) -> bool:
        """Count a new connection in; False: one too many."""
        counters, bounds, address = self.counters, self.bounds, connection.address
        counters.accepted += 1
        counters.open_connections += 1
        self._number += 1
        connection.number = self._number
        self.slices[self._number % SLICES].add(connection)
        held = self.per_address[address] = self.per_address.get(address, 0) + 1
        if held <= bounds.connections_an_address and counters.open_connections <= bounds.connections:
            return True
        counters.refused["too_many_connections"] += 1
        self.say(logging.WARNING, "too many connections: one of %d from %s is closed", held, address)
        return False

    def leave(self, connection: FieldConnection) -> None:
        self.slices[connection.number % SLICES].discard(connection)
        self.counters.open_connections -= 1
        left = self.per_address.get(connection.address, 1) - 1
        if left:
            self.per_address[connection.address] = left
        else:
            self.per_address.pop(connection.address, None)
        self.buffered -= connection.buffered
        connection.buffered = 0

    def may_record_refusal(self, reason: str, address: str) -> bool:
        now = self.now()
        self.counters.refused[reason] += 1
        if self._refusals_by_address.take(address, now) and self._refusals.take(now):
            self.say(logging.INFO, "refused from %s: %s", address, reason)
            return True
        self.counters.dropped["refusals"] += 1
        return False

    def may_record_stranger(self) -> bool:
        if self._strangers.take(self.now()):
            return True
        self.counters.dropped["unregistered"] += 1
        return False

    def _let_go(self) -> None:
        while self.crowded:
            self.crowded.pop().resume()

    async def _sweep(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(PACE_S / SLICES)
            turn += 1
            now = self.now()
            for connection in tuple(self.slices[turn % SLICES]):
                connection.tick(now)
            if turn % SLICES == 0:
                self._count()
                self.seen.flush()

    def _count(self) -> None:
        counters = self.counters
        counters.waiting_rows = self.commits.waiting
        counters.terminals = len(self.terminals.by_key)
        counters.unregistered = self.terminals.unregistered
        counters.store_errors += self.commits.writer.take_errors()

    async def _follow_directory(self) -> None:
        rev, turn = -1, 0
        while True:
            turn += 1
            rev = await self._read_directory(-1 if turn % WHOLE_EVERY == 0 else rev)
            await asyncio.sleep(PACE_S)

    async def _read_directory(self, after_rev: int) -> int:
        """Returns the newest revision that is known."""
        try:
            rows = await self.directory.changed(after_rev)
            self.terminals.register(rows, whole=after_rev < 0)
        except Unavailable:
            return after_rev
        except Exception as error:
            self.counters.errors += 1
            self.journal.bug(self.now(), error)
            return after_rev
        return max([after_rev, 0, *(row.rev for row in rows)])

    async def _wait_while(self, busy: Callable[[], bool], until: float) -> None:
        while busy() and time.monotonic() < until:
            await asyncio.sleep(0.005)

    async def stop(self) -> bool:
        """Take nothing more, store what is here, close; False when the store did not take it."""
        until = time.monotonic() + STOP_S
        if self._server is not None:
            self._server.close()
        for duty in self._duties:
            duty.cancel()
        connections = [connection for part in self.slices for connection in part]
        for connection in connections:
            connection.stop()
        await self._wait_while(lambda: self.bodies.waiting > 0, until)
        stored = await self.commits.drain(until) and not self.bodies.waiting
        await self._wait_while(lambda: self.seen.flushing, until)
        self.seen.flush()
        self.commits.writer.stop()
        await asyncio.to_thread(self.commits.writer.join, max(0.1, until - time.monotonic()))
        self.bodies.close()
        await self.directory.close()
        await asyncio.sleep(0)
        for connection in connections:
            if not connection.gone:
                connection.reset()
        return stored


def allow_many_sockets() -> int:
    """Raise the limit of open files as far as this user may; returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return soft


def serve(home: Path, database_url: str, host: str, port: int, name: str, bounds: Bounds) -> int:
    """Run until SIGTERM or SIGINT; returns the exit status."""
    sys.setswitchinterval(SWITCH_S)
    allow_many_sockets()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(home, database_url, host, port, name, bounds))


async def _serve(home: Path, database_url: str, host: str, port: int, name: str, bounds: Bounds) -> int:
    gateway = Gateway(home, database_url, name, bounds)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gateway.loop.add_signal_handler(number, stopped.set)
    gateway.loop.set_exception_handler(lambda loop, context: _unhandled(gateway, context))
    try:
        await gateway.start(host, port)
    except OSError as error:
        log.error(
            "%s:%d cannot be opened (%s): end the program that uses it, or set BIHUAN_GATEWAY_PORT",
            host,
            port,
            error.strerror or type(error).__name__,
        )
        return 1
    log.info("terminals may connect to %s:%d", host, port)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    await stopped.wait()
    if await gateway.stop():
        return 0
    log.error("%d rows could not be stored; none of them was acknowledged", gateway.commits.waiting)
    return 1


def _unhandled(gateway: Gateway, context: dict[str, object]) -> None:
    gateway.counters.errors += 1
    error = context.get("exception")
    if isinstance(error, BaseException):
        gateway.journal.bug(gateway.now(), error)
