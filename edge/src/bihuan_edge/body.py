"""What follows `update` and `photo`: collected until it, `socketshutdown` or the driver ends it."""

import re
from typing import Protocol

from .header import SHUTDOWN
from .messages import Kind, Message
from .photo import Walk, find_start, walk

REFUSED_MOST = 256
"""So many refused bytes are kept for the log."""
_PARTIAL = len(SHUTDOWN) - 1
_TAIL = re.compile(rb"(socketshutdown)[\x00\t\n\r ]*\Z", re.IGNORECASE)
_TAIL_MOST = 64


class Body(Protocol):
    """A body is fed until `done`, or until `over` its limit; `finish` then gives its message."""

    terminal: str
    raw: bytes
    buffer: bytearray
    limit: int
    came: int
    """Bytes of the wire taken in after `raw`, those that are not kept included."""
    shutdown: bytes
    """The `socketshutdown` that ended the body, as it was sent."""
    done: bool
    over: bool

    def feed(self, piece: bytes) -> int:
        """Take bytes in and return how many of them belong here."""
        ...

    def finish(self) -> Message | None:
        """The message of what came; None when that is over the limit."""
        ...


class _Text:
    """Searches `socketshutdown` as bytes come in, never the same byte twice but for a split word."""

    __slots__ = ("_searched", "buffer", "came", "done", "limit", "over", "raw", "shutdown", "terminal")

    def __init__(self, terminal: str, raw: bytes, limit: int) -> None:
        self.terminal = terminal
        self.raw = raw
        self.buffer = bytearray()
        self.shutdown = b""
        self.done = False
        self.over = False
        self.limit = limit
        self.came = 0
        self._searched = 0

    def _search(self) -> None:
        found = self.buffer[self._searched :].lower().find(SHUTDOWN)
        if found >= 0:
            self._end_at(self._searched + found)
            return
        self._searched = max(self._searched, len(self.buffer) - _PARTIAL)
        self.over = len(self.buffer) > self.limit + _PARTIAL

    def _end_at(self, end: int) -> None:
        self.shutdown = bytes(self.buffer[end : end + len(SHUTDOWN)])
        self.over = end > self.limit
        self.done = not self.over
        if self.done:
            del self.buffer[end:]


class Journal(_Text):
    """Free text after `update`."""

    __slots__ = ()

    def feed(self, piece: bytes) -> int:
        self.buffer += piece
        self.came += len(piece)
        self._search()
        return len(piece)

    def finish(self) -> Message | None:
        if len(self.buffer) > self.limit:
            return None
        size = len(self.raw) + len(self.buffer)
        return Message(Kind.UPDATE, self.terminal, "", self.raw, bytes(self.buffer), size)


class Photo(_Text):
    """A picture after `photo`; without a start that we know, or past a broken structure, it is text."""

    __slots__ = ("_announced", "_end", "_kind", "_lost", "_prefix", "_walk")

    def __init__(self, terminal: str, raw: bytes, limit: int) -> None:
        super().__init__(terminal, raw, limit)
        self._kind = ""
        self._prefix = b""
        self._announced: tuple[int, ...] = ()
        self._walk: Walk | None = None
        self._lost = False
        self._end = -1

    def feed(self, piece: bytes) -> int:
        self.buffer += piece
        self.came += len(piece)
        if self._walk is None and not self._lost:
            self._recognise()
        if self._walk is not None and not self._lost:
            return len(piece) - self._follow(self._walk)
        if self._lost:
            self._search()
        return len(piece)

    def _recognise(self) -> None:
        start = find_start(self.buffer, self.limit)
        if start is None:
            return
        if not start.kind:
            self._lost = True
            return
        self._kind = start.kind
        self._announced = start.announced
        self._prefix = bytes(self.buffer[: start.offset])
        del self.buffer[: start.offset]
        self._walk = walk(start.kind)

    def _follow(self, path: Walk) -> int:
        """Walk on; returns how many of the bytes held stand after the picture and its padding."""
        if self._end < 0:
            self._end = path.end(self.buffer)
        if path.broken:
            self._lost, self._searched = True, path.position
            self._search()
            return 0
        if self._end > self.limit or (self._end < 0 and len(self.buffer) > self.limit):
            self.over = True
            return 0
        surplus = len(self.buffer) - self._padded() if self._end >= 0 else -1
        self.done = surplus >= 0
        if self.done:
            del self.buffer[len(self.buffer) - surplus :]
        return max(surplus, 0)

    def _padded(self) -> int:
        """Where the next message begins: an announced size beyond the end covers padding."""
        return min((size for size in self._announced if size >= self._end), default=self._end)

    def finish(self) -> Message | None:
        if self._end < 0 and not self.shutdown:
            self._take_off_shutdown()
        if len(self.buffer) > self.limit:
            return None
        size = len(self.raw) + len(self._prefix) + len(self.buffer)
        if self._walk is None:
            refused = (self.raw + self.buffer[:REFUSED_MOST])[:REFUSED_MOST]
            return Message(Kind.REJECTED, self.terminal, "bad_photo", bytes(refused), size=size)
        whole = self._end >= 0
        picture = bytes(memoryview(self.buffer)[: self._end]) if whole else bytes(self.buffer)
        # A length that covers padding would swallow what follows a replay of raw + body.
        raw = self.raw if whole and self._padded() > self._end else self.raw + self._prefix
        return Message(Kind.PHOTO, self.terminal, self._kind, raw, picture, size, not whole)

    def _take_off_shutdown(self) -> None:
        tail = _TAIL.search(self.buffer[-_TAIL_MOST:])
        if tail:
            self.shutdown = tail[1]
            del self.buffer[max(len(self.buffer) - _TAIL_MOST, 0) + tail.start() :]
