"""Terminal protocol v1 without sockets: bytes and instants in, messages out.

The same bytes at the same instants give the same messages however they were cut, nothing raises whatever the
bytes are, and what is held is bounded by `Limits`.
"""

import re
from math import inf
from typing import NamedTuple

from .body import REFUSED_MOST, Body, Journal, Photo
from .header import FAST_LENGTH, SHUTDOWN, Header, Verdict, read_fast, read_header
from .messages import Kind, Message

_BETWEEN = re.compile(rb"(?:[\x00\t\n\r ]|\xef\xbb\xbf)*")
_SHUTDOWN = Message(Kind.SHUTDOWN, raw=SHUTDOWN, size=len(SHUTDOWN))
_PIECE = 16 * 1024
"""A body takes its bytes in such pieces, so that many small pictures in one segment stay linear."""


class Limits(NamedTuple):
    """Bytes and seconds that a terminal may take."""

    header: int = 256
    photo: int = 5 * 1024 * 1024
    journal: int = 8 * 1024 * 1024
    idle_s: float = 90.0
    """Without a byte, or with one header unfinished."""
    body_idle_s: float = 10.0
    """Without a byte inside a photo or journal."""
    bad_messages: int = 16
    body_s: float = 1800.0
    """For the whole of a photo or journal, against one that drips for ever."""


_DEFAULT = Limits()


class Connection:
    """One TCP connection of a terminal, as the driver feeds it.

    The driver calls `tick` when `next_due` has come, at once when it is new: that starts its idle clock.
    `receive` itself never times anything out, so that a driver that was held up does not cut a picture whose
    bytes have been waiting.
    """

    __slots__ = (
        "_answered",
        "_bad",
        "_body",
        "_body_due",
        "_ended",
        "_held",
        "_last_at",
        "_limits",
        "_refused_at",
        "closed",
        "next_due",
        "refused_more",
    )

    def __init__(self, limits: Limits = _DEFAULT) -> None:
        self.closed = False
        """The server must close now, without a byte."""
        self.next_due = -inf
        self.refused_more = 0
        """Bytes after a fatal refusal at its very instant: add them to the refusal's `size`."""
        self._limits = limits
        self._held = b""
        self._body: Body | None = None
        self._body_due = inf
        self._answered: dict[str, str] | None = None
        self._bad = 0
        self._ended = False
        self._last_at = -inf
        self._refused_at: float | None = None

    @property
    def buffered(self) -> int:
        """Bytes held now."""
        return len(self._held) + (len(self._body.buffer) if self._body is not None else 0)

    def answered(self, terminal: str, version: str) -> None:
        """A roster was sent; `socketshutdown` later on this connection proves that it arrived."""
        if self._ended:
            return
        if self._answered is None:
            self._answered = {}
        self._answered[terminal] = version

    def receive(self, data: bytes, at: float) -> list[Message]:
        """Bytes have come at `at`: seconds on any clock that only goes forward."""
        out: list[Message] = []
        if self._ended:
            if at == self._refused_at:
                self.refused_more += len(data)
            return out
        begun = self._held
        self._last_at = at
        if begun:
            data = begun + data
            self._held = b""
        self._read(data, out)
        if self._body is not None:
            self.next_due = min(at + self._limits.body_idle_s, self._body_due)
        elif not self._ended and (out or not begun or not self._held.startswith(begun)):
            self.next_due = at + self._limits.idle_s
        return out

    def eof(self, at: float) -> list[Message]:
        """FIN or reset: what was unfinished comes out.

        `closed` is set only by a shutdown or a refusal among it: after a FIN a roster may still be answered.
        """
        out: list[Message] = []
        if not self._ended:
            self._last_at = at
            self._give_up(out)
            self._end()
        return out

    def tick(self, at: float) -> list[Message]:
        """Time has passed to `at`."""
        out: list[Message] = []
        if at < self.next_due:
            return out
        if self.next_due == -inf:
            self.next_due = at + self._limits.idle_s
            return out
        if self._body is not None:
            self.next_due = self._last_at + self._limits.idle_s
            self._finish(self._body, out)
        if at >= self.next_due:
            self._give_up(out)
            self._close()
        return out

    def _read(self, data: bytes, out: list[Message]) -> None:
        at, size = 0, len(data)
        fast = self._limits.header >= FAST_LENGTH
        while at < size and not self._ended:
            if self._body is not None:
                at = self._collect(self._body, data, at, out)
                continue
            if fast:
                at = read_fast(data, at, out)
                if data.startswith(SHUTDOWN, at):
                    self._shut_down(_SHUTDOWN, out)
                    return
            at = self._step(data, at, out)

    def _step(self, data: bytes, at: int, out: list[Message]) -> int:
        """Read one message with care; returns where the next may begin."""
        between = _BETWEEN.match(data, at)
        at = between.end() if between else at
        most = self._limits.header
        if at == len(data):
            return at
        header = read_header(data[at : at + most])
        if header.verdict is Verdict.MESSAGE:
            self._accept(header, data[at : at + header.end], out)
        elif header.verdict is Verdict.BAD_MESSAGE:
            self._bad_message(data, at, header.end, out)
        elif header.verdict is Verdict.BAD_BYTE:
            self._refuse("bad_protocol", data[at : at + header.end], len(data) - at, out)
        elif len(data) - at > most:
            self._refuse("bad_overlong", data[at : at + most], len(data) - at, out)
        else:
            self._held = data[at:]
            return len(data)
        return at + header.end

    def _accept(self, header: Header, raw: bytes, out: list[Message]) -> None:
        if header.kind is Kind.SHUTDOWN:
            self._shut_down(Message(Kind.SHUTDOWN, raw=raw, size=len(raw)), out)
        elif header.kind is Kind.UPDATE:
            self._begin(Journal(header.terminal, raw, self._limits.journal))
        elif header.kind is Kind.PHOTO:
            self._begin(Photo(header.terminal, raw, self._limits.photo))
        else:
            out.append(Message(header.kind, header.terminal, header.card, raw, b"", len(raw)))

    def _begin(self, body: Body) -> None:
        self._body = body
        self._body_due = self._last_at + self._limits.body_s

    def _collect(self, body: Body, data: bytes, at: int, out: list[Message]) -> int:
        piece = data[at : at + _PIECE]
        taken = body.feed(piece)
        if body.over:
            self._refuse_body(body, len(data) - at - len(piece), out)
        elif body.done:
            self._finish(body, out)
        return at + taken

    def _finish(self, body: Body, out: list[Message]) -> None:
        message = body.finish()
        if message is None:
            self._refuse_body(body, 0, out)
            return
        self._body = None
        out.append(message)
        if body.shutdown:
            self._shut_down(Message(Kind.SHUTDOWN, raw=body.shutdown, size=len(body.shutdown)), out)

    def _give_up(self, out: list[Message]) -> None:
        if self._body is not None:
            self._finish(self._body, out)
        if self._held:
            held = self._held
            out.append(Message(Kind.REJECTED, text="truncated", raw=held[:REFUSED_MOST], size=len(held)))

    def _bad_message(self, data: bytes, at: int, length: int, out: list[Message]) -> None:
        raw = data[at : at + length]
        self._bad += 1
        if self._bad > self._limits.bad_messages:
            self._refuse("bad_message", raw, len(data) - at, out)
        else:
            out.append(Message(Kind.REJECTED, text="bad_message", raw=raw[:REFUSED_MOST], size=length))

    def _refuse_body(self, body: Body, rest: int, out: list[Message]) -> None:
        raw = body.raw + bytes(body.buffer[: min(body.limit, REFUSED_MOST)])
        self._refuse("bad_overlong", raw, len(body.raw) + body.came + rest, out, body.terminal)

    def _refuse(self, reason: str, raw: bytes, size: int, out: list[Message], terminal: str = "") -> None:
        out.append(Message(Kind.REJECTED, terminal, reason, raw[:REFUSED_MOST], size=size))
        self._refused_at = self._last_at
        self._close()

    def _shut_down(self, message: Message, out: list[Message]) -> None:
        for terminal, version in (self._answered or {}).items():
            out.append(Message(Kind.DELIVERED, terminal, version))
        out.append(message)
        self._close()

    def _close(self) -> None:
        self.closed = True
        self._end()

    def _end(self) -> None:
        self._ended = True
        self._held = b""
        self._body = None
        self._answered = None
        self.next_due = inf
