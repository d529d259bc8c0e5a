"""Last beats and the gateway's own beat, written once a second, a few hundred a transaction."""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from bihuan.gateway.terminals import Terminal
from bihuan.gateway.writer import Chore
from bihuan.kernel.intake.store import SeenRow, Store

if TYPE_CHECKING:
    from bihuan.gateway.server import Gateway

CHUNK = 200
"""Terminals a transaction: a swipe must not wait behind ten thousand beats."""


class Seen:
    def __init__(self, gateway: "Gateway") -> None:
        self.gateway = gateway
        self.writer = gateway.commits.writer
        self.loaded = False
        self.flushing = False
        self._tidying = False

    def load(self) -> None:
        """Begin with what earlier runs have seen; nothing is flushed before."""
        rows: list[SeenRow] = []
        away_since: list[int] = []

        def read(store: Store) -> None:
            away_since[:] = [store.last_beat_us(self.gateway.name)]
            rows[:] = store.seen()

        def take(done: bool) -> None:
            if done:
                self._call(self._load, rows, away_since[0])

        self.writer.put_chore(Chore(read, take, must=True))

    def _load(self, rows: list[SeenRow], away_since_us: int) -> None:
        blind_us = self.gateway.started_us - away_since_us if away_since_us else 0
        self.gateway.terminals.load(rows, max(0.0, blind_us / 1e6))
        self.loaded = True

    def flush(self) -> None:
        """Skipped while the last flush is still under way: what is dirty stays so."""
        if self.flushing or not self.loaded:
            return
        self.flushing = True
        terminals = self.gateway.terminals
        gone, dirty = terminals.take_gone(), terminals.take_dirty()
        if gone:
            self.writer.put_chore(Chore(lambda store: store.forget_seen(gone)))
        dirty.sort(key=_key)
        for start in range(0, len(dirty), CHUNK):
            self._flush(dirty[start : start + CHUNK])
        self._beat()

    def _flush(self, chunk: list[Terminal]) -> None:
        def write(store: Store) -> None:
            store.flush_seen([terminal.row() for terminal in chunk])

        def told(done: bool) -> None:
            if not done:
                self._call(self._again, chunk)

        self.writer.put_chore(Chore(write, told))

    def _again(self, chunk: list[Terminal]) -> None:
        for terminal in chunk:
            if not terminal.dirty:
                terminal.dirty = True
                self.gateway.terminals.dirty.append(terminal)

    def _beat(self) -> None:
        gateway = self.gateway
        at_us, counters = gateway.wall.now_us(), gateway.counters.as_json()

        def write(store: Store) -> None:
            store.beat(gateway.name, gateway.started_us, at_us, counters)

        self.writer.put_chore(Chore(write, lambda done: self._call(self._flushed)))

    def _flushed(self) -> None:
        self.flushing = False
        store = self.writer.store
        if store is not None and not self._tidying:
            self._tidying = True
            self.gateway.loop.run_in_executor(None, store.tidy).add_done_callback(self._tidied)

    def _tidied(self, done: object) -> None:
        self._tidying = False

    def _call(self, function: Callable[..., None], *values: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
            self.gateway.loop.call_soon_threadsafe(function, *values)


def _key(terminal: Terminal) -> str:
    return terminal.key
