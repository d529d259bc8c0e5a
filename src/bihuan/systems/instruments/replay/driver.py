"""Drive the wire and the rules by a transcript: bytes and instants in, effects gathered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from heapq import heappop, heappush
from math import inf

from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection

from ..rules import effects as fx
from ..rules import roster, timers
from ..rules.apply import apply, unknown
from ..rules.facts import Directory, InstrumentFacts
from ..rules.state import History, State
from .transcript import Entry, Fixture

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Rejected:
    """Bytes that were no message."""

    conn: int
    reason: str
    size: int


@dataclass(slots=True)
class Instrument:
    """One instrument with its whole past in memory."""

    facts: InstrumentFacts
    state: State
    history: History = field(default_factory=lambda: History(since=_EVER))

    @property
    def next_due(self) -> float:
        due = timers.next_due(self.state, self.facts)
        return inf if due is None else due.timestamp()


class Driver:
    """All connections and instruments of one transcript."""

    def __init__(self, fixture: Fixture, zone: tzinfo) -> None:
        self.zone = zone
        self.now = fixture.at
        self.effects: list[fx.Effect] = []
        self.sent: dict[int, bytes] = {}
        self.closed: list[int] = []
        self.rejected: list[Rejected] = []
        self._directory = Directory(fixture.instruments, fixture.cards, fixture.permits, zone)
        self.instruments = {facts.code: _instrument(facts, fixture) for facts in fixture.instruments}
        self._open: dict[int, Connection] = {}
        self._shut: dict[int, Connection] = {}
        self._dues = _Dues()

    def play(self, entry: Entry) -> None:
        """Let time pass to the entry, firing what falls due on the way, then let it happen."""
        self._pass(entry.at)
        self.now = entry.at
        if entry.conn is None:
            return
        if entry.conn in self._shut:
            self._late(entry.conn, entry.send or b"", entry.at)
        elif entry.send is not None:
            self._receive(entry.conn, entry.send, entry.at)
        elif entry.close and (connection := self._open.pop(entry.conn, None)) is not None:
            self._take(entry.conn, connection, connection.eof(entry.at.timestamp()), entry.at)

    def _pass(self, until: datetime) -> None:
        limit = until.timestamp()
        while (found := self._dues.pop(limit, self._due)) is not None:
            due, who = found
            at = datetime.fromtimestamp(due, UTC)
            if isinstance(who, int):
                connection = self._open[who]
                self._take(who, connection, connection.tick(due), at)
            else:
                instrument = self.instruments[who]
                self.effects += timers.due(instrument.state, instrument.facts, instrument.history, at)
            self._dues.push(self._due(who), who)

    def _due(self, who: "int | str") -> float:
        if isinstance(who, str):
            return self.instruments[who].next_due
        connection = self._open.get(who)
        return inf if connection is None else connection.next_due

    def _receive(self, conn: int, data: bytes, at: datetime) -> None:
        connection = self._open.get(conn)
        if connection is None:
            connection = self._open[conn] = Connection()
            connection.tick(at.timestamp())
        self._take(conn, connection, connection.receive(data, at.timestamp()), at)
        self._dues.push(self._due(conn), conn)

    def _late(self, conn: int, data: bytes, at: datetime) -> None:
        """Bytes for a closed connection: those of the refusal's own instant belong to it."""
        connection = self._shut[conn]
        before = connection.refused_more
        connection.receive(data, at.timestamp())
        last = next((entry for entry in reversed(self.rejected) if entry.conn == conn), None)
        if last is not None:
            last.size += connection.refused_more - before

    def _take(self, conn: int, connection: Connection, messages: list[Message], at: datetime) -> None:
        answered: dict[str, int] = {}
        for message in messages:
            if message.kind is Kind.REJECTED:
                self.rejected.append(Rejected(conn, message.text, message.size))
            elif message.kind is Kind.SHUTDOWN:
                self._delivered(answered, at)
            else:
                self._apply(message, at)
            if message.kind is Kind.REQUEST:
                self._answer(conn, connection, message, answered)
        if connection.closed:
            self._open.pop(conn, None)
            self._shut[conn] = connection
            self.closed.append(conn)

    def _apply(self, message: Message, at: datetime) -> None:
        facts = self._directory.instrument(message.terminal)
        if facts is None:
            self.effects.append(unknown(message, at))
            return
        instrument = self.instruments[facts.code]
        self.effects += apply(instrument.state, self._directory, instrument.history, message, at)
        self._dues.push(instrument.next_due, facts.code)

    def _answer(self, conn: int, connection: Connection, message: Message, answered: dict[str, int]) -> None:
        facts = self._directory.instrument(message.terminal)
        if facts is None:
            return
        data = roster.answer(self._directory, facts, self.instruments[facts.code].state.roster_delivered)
        if data:
            self.sent[conn] = self.sent.get(conn, b"") + data
            connection.answered(message.terminal, str(facts.roster_version))
            answered[message.terminal] = facts.roster_version

    def _delivered(self, answered: dict[str, int], at: datetime) -> None:
        """A shutdown in the same bytes as its request follows it as well as one in the next."""
        for terminal, version in answered.items():
            self._apply(Message(Kind.DELIVERED, terminal, str(version)), at)


class _Dues:
    """The earliest due connection or instrument; a due that moved later is found out when popped."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, bool, str, int | str]] = []
        self._known: dict[int | str, float] = {}

    def push(self, due: float, who: int | str) -> None:
        if due < self._known.get(who, inf):
            self._known[who] = due
            heappush(self._heap, (due, isinstance(who, str), str(who), who))

    def pop(self, limit: float, actual: Callable[[int | str], float]) -> tuple[float, int | str] | None:
        """The next that is really due by `limit`; at one instant connections come first."""
        while self._heap and self._heap[0][0] <= limit:
            due, _, _, who = heappop(self._heap)
            if self._known.get(who) != due:
                continue
            del self._known[who]
            moved = actual(who)
            if moved <= due:
                return due, who
            self.push(moved, who)
        return None


def _instrument(facts: InstrumentFacts, fixture: Fixture) -> Instrument:
    state = State(facts.code, roster_delivered=fixture.delivered.get(facts.code))
    return Instrument(facts, state)
