"""One connection of a terminal: bytes into the parser, messages into rows, FIN after the commit."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from bihuan.gateway.ending import FIN, RESET, set_end
from bihuan.gateway.terminals import Terminal
from bihuan.kernel.intake.store import LogRow
from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection

if TYPE_CHECKING:
    from bihuan.gateway.server import Gateway

LINGER_S = 10.0
"""A terminal that does not take the rest of its answer for so long is dropped."""
UNSENT_MOST = 1 << 20
RESUME_S = 2.0
"""Grace after a pause in reading: the bytes that waited must not count as silence."""


class FieldConnection(asyncio.Protocol):
    """Sockets are reset by default, because a FIN means “stored”: a process that is killed must not
    acknowledge anything. Only `_finish` sends a FIN."""

    __slots__ = (
        "address",
        "answers",
        "buffered",
        "busy",
        "close_by",
        "closing",
        "code",
        "gateway",
        "gone",
        "last_us",
        "mark",
        "not_before",
        "number",
        "paused",
        "refused",
        "rest",
        "rev",
        "terminal",
        "transport",
        "waiting",
        "wire",
    )
    transport: asyncio.Transport

    def __init__(self, gateway: "Gateway") -> None:
        self.gateway = gateway
        self.wire = Connection(gateway.limits)
        self.address = ""
        self.number = self.mark = self.last_us = self.buffered = self.rev = 0
        """`mark`: the batch that holds the last row of this connection."""
        self.code = ""
        self.terminal: Terminal | None = None
        """Of the last message; looked up again only when the identifier changes."""
        self.answers: deque[tuple[int, Terminal]] | None = None
        """Requests, each with the batch that must have landed before."""
        self.rest: tuple[Sequence[Message], int] | None = None
        """What follows a body that is being written."""
        self.busy = self.waiting = self.closing = self.paused = self.gone = False
        self.refused = False
        """The terminal may not speak from this address."""
        self.close_by = self.not_before = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.address = str((transport.get_extra_info("peername") or ("",))[0])
        if not self.gateway.enter(self):
            self.reset()

    def data_received(self, data: bytes) -> None:
        if self.closing:
            return
        try:
            gateway = self.gateway
            gateway.counters.received_bytes += len(data)
            self.take(self.wire.receive(data, gateway.now()), gateway.wall.now_us())
            self._hold_back()
            self._settle()
        except Exception as error:
            self._fail(error)

    def eof_received(self) -> bool:
        self._end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        self.gateway.leave(self)
        self._end()

    def _end(self) -> None:
        """Nothing more comes. A connection that is closing already is settled by what it waits for."""
        if self.closing:
            return
        try:
            self.closing = True
            last = self.wire.eof(self.gateway.now())
            if self.rest is not None:
                self.rest = ([*self.rest[0], *last], self.rest[1])
            else:
                self.take(last, self.gateway.wall.now_us())
            self._count_buffered()
            self._settle()
        except Exception as error:
            self._fail(error)

    def tick(self, now: float) -> None:
        """Time has passed; called about once a second. The first call starts the idle clock."""
        if self.closing:
            if self.close_by and now >= self.close_by and not self.gone:
                self.reset()
            return
        if self.wire.next_due > now or self.paused or now < self.not_before:
            return
        try:
            self.take(self.wire.tick(now), self.gateway.wall.now_us())
            self._count_buffered()
            self._settle()
        except Exception as error:
            self._fail(error)

    def take(self, messages: Sequence[Message], at_us: int) -> None:
        """Turn messages into rows; stops at a body and goes on when that is durable."""
        rows: list[LogRow] = []
        if self.rev != self.gateway.terminals.rev:
            self.code, self.rev = "", self.gateway.terminals.rev
        for index, message in enumerate(messages):
            if not self._accepts(message, at_us):
                if self.refused:
                    break
                continue
            if message.body and self._begin_body(message, messages[index + 1 :], at_us, rows):
                return
            rows.append(self._row(message, at_us))
            if message.kind is Kind.REQUEST:
                self._put(rows)
                rows = []
                self._ask()
        self._put(rows)
        if self.wire.closed or self.refused:
            self.closing = True

    def _accepts(self, message: Message, at_us: int) -> bool:
        """Whether a message becomes a row; notes that its terminal was heard."""
        kind = message.kind
        self.gateway.counters.kinds[kind] += 1
        if kind is Kind.SHUTDOWN:
            return False
        if kind is Kind.REJECTED:
            return self.gateway.may_record_refusal(message.text, self.address)
        if message.terminal != self.code and not self._recognise(message, at_us):
            return False
        terminal = self.terminal
        if terminal is None:
            self.gateway.counters.dropped["unregistered_too_many"] += 1
            return False
        terminal.hear(message, self.address, at_us, self.gateway.terminals.dirty)
        if kind is Kind.HEARTBEAT:
            return False
        return terminal.accepted or self.gateway.may_record_stranger()

    def _row(self, message: Message, at_us: int, digest: str = "") -> LogRow:
        kind, terminal, text, raw, _, size, truncated = message
        last = self.last_us = at_us if at_us > self.last_us else self.last_us + 1
        return (
            self.gateway.name,
            last,
            self.number,
            self.address,
            int(kind),
            terminal,
            text,
            raw,
            digest,
            size,
            1 if truncated else 0,
        )

    def _put(self, rows: list[LogRow]) -> None:
        if rows:
            self.mark = self.gateway.commits.add(rows)

    def _recognise(self, message: Message, at_us: int) -> bool:
        self.code = message.terminal
        self.terminal = self.gateway.terminals.find(message.terminal, at_us)
        if self.terminal is None or self.terminal.allows(self.address):
            return True
        self.refused = True
        if self.gateway.may_record_refusal("bad_address", self.address):
            refusal = Message(
                Kind.REJECTED, message.terminal, "bad_address", message.raw[:256], b"", message.size
            )
            self._put([self._row(refusal, at_us)])
        return False

    def _begin_body(self, message: Message, rest: Sequence[Message], at_us: int, rows: list[LogRow]) -> bool:
        """Start to write a picture or journal; of a stranger's only the size stays."""
        if self.terminal is None or not self.terminal.accepted:
            return False
        self._put(rows)
        self.busy = True
        self.rest = (rest, at_us)
        self._pause()
        self.gateway.bodies.put(message.kind, message.body, lambda digest: self._body_kept(message, digest))
        return True

    def _body_kept(self, message: Message, digest: str) -> None:
        rest, at_us = self.rest or ((), 0)
        self.busy, self.rest = False, None
        try:
            self._put([self._row(message, at_us, digest)])
            self.take(rest, at_us)
            self.resume()
            self._settle()
        except Exception as error:
            self._fail(error)

    def _ask(self) -> None:
        if self.terminal is not None and self.terminal.registered:
            self.answers = self.answers or deque()
            self.answers.append((self.mark, self.terminal))

    def _settle(self) -> None:
        """Do what may be done now that this much is durable; call again when more is."""
        if self.busy or self.waiting:
            return
        done = self.gateway.commits.done
        while self.answers and self.answers[0][0] <= done:
            self._answer(self.answers.popleft()[1])
        if self.mark <= done:
            if self.closing:
                self._finish()
        elif self.answers or self.closing:
            self.waiting = True
            mark = self.answers[0][0] if self.answers else self.mark
            self.gateway.commits.wait(mark, self._committed)

    def _committed(self) -> None:
        self.waiting = False
        try:
            self._settle()
        except Exception as error:
            self._fail(error)

    def _answer(self, terminal: Terminal) -> None:
        roster = terminal.answer()
        if roster is None or self.gone or self.transport.get_write_buffer_size() > UNSENT_MOST:
            return
        self.transport.write(roster)
        self.wire.answered(terminal.code, str(terminal.roster_version))

    def _hold_back(self) -> None:
        """Stop reading while too much waits; drop the connection whose body breaks the budget."""
        self._count_buffered()
        gateway = self.gateway
        if self.buffered and gateway.buffered + gateway.counters.body_bytes > gateway.bounds.body_bytes:
            gateway.counters.refused["bodies_full"] += 1
            gateway.say(logging.WARNING, "too many pictures and journals at once: %s is closed", self.address)
            self.reset()
        elif not self.closing and self.mark > gateway.commits.done and gateway.commits.full:
            gateway.crowded.append(self)
            self._pause()

    def _count_buffered(self) -> None:
        held = self.wire.buffered
        if held != self.buffered:
            self.gateway.buffered += held - self.buffered
            self.buffered = held

    def _pause(self) -> None:
        if not (self.paused or self.gone or self.transport.is_closing()):
            self.paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        if self.paused and not self.busy:
            self.paused = False
            self.not_before = self.gateway.now() + RESUME_S
            if not (self.gone or self.transport.is_closing()):
                self.transport.resume_reading()

    def _finish(self) -> None:
        """FIN: everything that came on this connection is durable."""
        if self.gone or self.transport.is_closing():
            return
        self._linger(FIN)
        self.close_by = self.gateway.now() + LINGER_S
        self.transport.close()

    def stop(self) -> None:
        """The gateway stops: take nothing more, close once everything is durable."""
        self.closing = True
        self._settle()

    def reset(self) -> None:
        """End without acknowledging anything."""
        self.closing = True
        if not self.gone:
            self._linger(RESET)
            self.transport.abort()

    def _linger(self, value: bytes) -> None:
        found = self.transport.get_extra_info("socket")
        if found is not None:
            set_end(found.fileno(), value)

    def _fail(self, error: Exception) -> None:
        self.gateway.counters.errors += 1
        self.gateway.journal.bug(self.gateway.now(), error)
        self.reset()
