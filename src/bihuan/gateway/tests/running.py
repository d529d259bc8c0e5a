"""A gateway on a thread of its own, and terminals on plain blocking sockets."""

import asyncio
import socket
import sqlite3
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import uvloop

from bihuan.gateway.bounds import Bounds
from bihuan.gateway.server import Gateway
from bihuan.kernel.intake.log import IntakeLog, IntakeRow, Seen
from bihuan_edge.messages import Kind
from bihuan_edge.wire import Limits

T = TypeVar("T")

PATIENCE_S = 5.0
FIELD_TERMINAL = """CREATE TABLE IF NOT EXISTS kernel_fieldterminal (id INTEGER PRIMARY KEY, terminal TEXT,
rev INTEGER, addresses TEXT, encoding TEXT, roster TEXT, roster_version INTEGER, roster_delivered INTEGER,
removed BOOLEAN)"""


class Running:
    def __init__(self, home: Path, url: str = "", bounds: Bounds | None = None, limits: Limits | None = None):
        self.home, self.url, self.bounds, self.limits = home, url, bounds, limits
        self.log = IntakeLog(home, url)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._main, daemon=True)
        self.port = 0
        self.stored = False

    def _main(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._run())

    async def _run(self) -> None:
        self.gateway = Gateway(self.home, self.url, "east", self.bounds, self.limits)
        self._stop = asyncio.Event()
        self.port = await self.gateway.start("127.0.0.1", 0)
        self._ready.set()
        await self._stop.wait()
        self.stored = await self.gateway.stop()

    def __enter__(self) -> "Running":
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.log.close()

    def stop(self) -> None:
        if self._thread.is_alive():
            self.gateway.loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def terminal(self) -> "Terminal":
        return Terminal(self.port)

    def say(self, *pieces: bytes) -> bytes:
        """Send pieces on one connection and return what came until the gateway closed it."""
        with self.terminal() as terminal:
            for piece in pieces:
                terminal.send(piece)
            return terminal.rest()

    def rows(self) -> list[IntakeRow]:
        return self.log.rows_after("east", 0, 1_000_000)

    def facts(self) -> list[tuple[Kind, str, str]]:
        return [(Kind(row.kind), row.terminal, row.text) for row in self.rows()]

    def seen(self, terminal: str, messages: int) -> Seen:
        def heard() -> Seen | None:
            found = self.log.seen_of(terminal)
            return found if found is not None and found.messages >= messages else None

        return eventually(heard)


class Terminal:
    """`with` closes it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def fin(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def receive(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            data = self.socket.recv(size - len(got))
            assert data, "closed too early"
            got += data
        return got

    def rest(self) -> bytes:
        """Everything until FIN. Raises ConnectionResetError, TimeoutError."""
        return b"".join(iter(lambda: self.socket.recv(65536), b""))

    def hears_nothing(self, for_s: float = 0.05) -> bool:
        self.socket.settimeout(for_s)
        try:
            return self.socket.recv(1) == b"never"
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(PATIENCE_S)


def eventually(found: Callable[[], T | None]) -> T:
    ends = time.monotonic() + PATIENCE_S
    while not (value := found()):
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.005)
    return value


def register(home: Path, terminal: str, **more: Any) -> None:
    """What the control records say of a terminal, as the instruments system writes it."""
    values = {
        "terminal": terminal,
        "rev": 1,
        "addresses": "[]",
        "encoding": "utf-8",
        "roster": "",
        "roster_version": 0,
        "roster_delivered": 0,
        "removed": False,
        **more,
    }
    db = sqlite3.connect(home / "control.sqlite3")
    try:
        db.execute(FIELD_TERMINAL)
        db.execute("DELETE FROM kernel_fieldterminal WHERE terminal = ?", (terminal,))
        marks = ", ".join("?" * len(values))
        names = ", ".join(values)
        db.execute(f"INSERT INTO kernel_fieldterminal ({names}) VALUES ({marks})", tuple(values.values()))
        db.commit()
    finally:
        db.close()
