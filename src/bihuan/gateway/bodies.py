"""Pictures and journals: a file named by its SHA-256, durable before the row that names it."""

import asyncio
import contextlib
import hashlib
import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from bihuan.gateway.counters import Counters, Journal
from bihuan_edge.messages import Kind

AGAIN_S = 1.0
PLACES = {Kind.PHOTO: ("evidence", ""), Kind.UPDATE: ("journals", ".txt")}
"""Folder in the data folder, and ending of the name."""


def keep(folder: Path, ending: str, body: bytes) -> str:
    """Write once, durably, and return the SHA-256 in hex. Raises OSError."""
    digest = hashlib.sha256(body).hexdigest()
    path = folder / digest[:2] / f"{digest}{ending}"
    if path.is_file() and path.stat().st_size == len(body):
        return digest
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        _sync(folder)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{id(body):x}")
    try:
        with open(temporary, "wb", opener=_private) as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync(path.parent)
    return digest


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o640)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Bodies:
    """Writes beside the event loop and tries again until the disk takes it."""

    def __init__(
        self, home: Path, loop: asyncio.AbstractEventLoop, counters: Counters, journal: Journal
    ) -> None:
        self.home = home
        self.loop = loop
        self.counters = counters
        self.journal = journal
        self.waiting = 0
        self.threads = ThreadPoolExecutor(2, "bodies")

    def put(self, kind: Kind, body: bytes, kept: Callable[[str], None]) -> None:
        """Call back with the SHA-256 once the file is durable."""
        self.waiting += 1
        self.counters.body_bytes += len(body)
        self._start(kind, body, kept)

    def _start(self, kind: Kind, body: bytes, kept: Callable[[str], None]) -> None:
        folder, ending = PLACES[kind]
        work = self.threads.submit(keep, self.home / folder, ending, body)
        work.add_done_callback(lambda done: self._tell(done, kind, body, kept))

    def _tell(self, done: Future[str], kind: Kind, body: bytes, kept: Callable[[str], None]) -> None:
        if done.cancelled():
            return
        with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
            self.loop.call_soon_threadsafe(self._done, done, kind, body, kept)

    def _done(self, done: Future[str], kind: Kind, body: bytes, kept: Callable[[str], None]) -> None:
        error = done.exception()
        if error is not None:
            self.counters.store_errors += 1
            self.journal.say(
                logging.ERROR,
                self.loop.time(),
                "%s: %s; free space or give write access, it is tried again by itself",
                self.home / PLACES[kind][0],
                getattr(error, "strerror", None) or type(error).__name__,
            )
            self.loop.call_later(AGAIN_S, self._start, kind, body, kept)
            return
        self.waiting -= 1
        self.counters.body_bytes -= len(body)
        kept(done.result())

    def close(self) -> None:
        self.threads.shutdown(wait=False, cancel_futures=True)
