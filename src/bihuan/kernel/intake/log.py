"""The reader's side of the intake log, for the projector, the pages and the transcripts.

One IntakeLog belongs to one thread. Where the gateway has never run there are no tables yet:
then everything is empty. A database that cannot be read raises the driver's own error.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from .schema import LOG_COLUMNS, SEEN_COLUMNS
from .store import is_postgresql, log_path

PRUNE_ROWS = 2_000
COLUMNS = ", ".join(("seq", *LOG_COLUMNS))
BETWEEN = "SELECT min(seq + 0), max(seq + 0) FROM intake_log WHERE at_us >= ? AND at_us < ?"
"""Commits follow the clock but for its steps, so few other rows lie between the first and the last of a time.
The sum keeps PostgreSQL from going along all numbers until one is of that time."""
PART = "WHERE seq > ? AND seq <= ? AND at_us >= ? AND at_us < ? ORDER BY seq LIMIT ?"


class IntakeRow(NamedTuple):
    """One message as it was received, or one refusal; `kind` is a `bihuan_edge.messages.Kind`."""

    seq: int
    gateway: str
    at_us: int
    conn: int
    address: str
    kind: int
    terminal: str
    text: str
    raw: bytes
    body: str
    size: int
    truncated: bool


class Seen(NamedTuple):
    """When a terminal was last heard; `ring` is one letter a beat, newest last."""

    terminal: str
    code: str
    at_us: int
    first_us: int
    address: str
    messages: int
    ring: str


class Gateway(NamedTuple):
    gateway: str
    started_us: int
    at_us: int
    counters: dict[str, Any]


class _Cursor(Protocol):
    rowcount: int

    def fetchall(self) -> list[tuple[Any, ...]]: ...


class _Connection(Protocol):
    def execute(self, query: str, values: Sequence[object] = ...) -> _Cursor: ...

    def close(self) -> None: ...


class IntakeLog:
    """Queries on the log of all gateways; connects when first asked, again after `close`."""

    def __init__(self, home: Path, database_url: str = "") -> None:
        self.path = log_path(home)
        self.url = database_url if is_postgresql(database_url) else ""
        self._db: _Connection | None = None

    def rows_after(self, gateway: str, seq: int, limit: int) -> list[IntakeRow]:
        """The next rows of one gateway in commit order."""
        return self._rows("WHERE gateway = ? AND seq > ? ORDER BY seq LIMIT ?", gateway, seq, limit)

    def raw(self, from_us: int, to_us: int, terminal: str = "") -> Iterator[IntakeRow]:
        """Rows received in [from, to), of one terminal in whatever case or of all, in commit order."""
        [(first, last)] = self._read(BETWEEN, from_us, to_us) or [(None, None)]
        seq, wanted = (first or 0) - 1, terminal.casefold()
        while first and (rows := self._rows(PART, seq, last, from_us, to_us, 5_000)):
            seq = rows[-1].seq
            yield from (row for row in rows if not wanted or row.terminal.casefold() == wanted)

    def _rows(self, condition: str, *values: object) -> list[IntakeRow]:
        rows = self._read(f"SELECT {COLUMNS} FROM intake_log {condition}", *values)  # noqa: S608
        make = IntakeRow._make
        return [make((*row[:11], row[11] != 0)) for row in rows]

    def oldest(self, gateway: str) -> IntakeRow | None:
        return next(iter(self._rows("WHERE gateway = ? ORDER BY seq LIMIT 1", gateway)), None)

    def newest(self, gateway: str) -> IntakeRow | None:
        return next(iter(self._rows("WHERE gateway = ? ORDER BY seq DESC LIMIT 1", gateway)), None)

    def gateways(self) -> list[Gateway]:
        rows = self._read("SELECT gateway, started_us, at_us, counters FROM intake_gateway ORDER BY gateway")
        return [Gateway(name, started, at, json.loads(counters)) for name, started, at, counters in rows]

    def seen(self) -> list[Seen]:
        """Every terminal that was ever heard, registered or not."""
        rows = self._read(f"SELECT {', '.join(SEEN_COLUMNS)} FROM intake_seen ORDER BY terminal")  # noqa: S608
        return [_seen(row) for row in rows]

    def last_words(self) -> list[tuple[str, int, str, bytes]]:
        """Terminal, instant, address and ring of everybody, as the driver gives them: every board asks."""
        return cast(
            list[tuple[str, int, str, bytes]],
            self._read("SELECT terminal, at_us, address, ring FROM intake_seen"),
        )

    def seen_of(self, terminal: str) -> Seen | None:
        found = self._read(
            f"SELECT {', '.join(SEEN_COLUMNS)} FROM intake_seen WHERE terminal = ?",  # noqa: S608
            terminal.casefold(),
        )
        return _seen(found[0]) if found else None

    def prune(self, before_us: int, chunk: int = PRUNE_ROWS) -> int:
        """Delete rows older than an instant, a chunk a transaction so that the gateway never waits long.

        Rows are deleted from the oldest on, up to the first that is to stay.
        """
        total = 0
        while True:
            rows = self._read("SELECT seq, at_us FROM intake_log ORDER BY seq LIMIT ?", chunk)
            old = [seq for seq, at_us in rows if at_us < before_us]
            if not old:
                return total
            connection = cast(_Connection, self._db)
            total += connection.execute(self._sql("DELETE FROM intake_log WHERE seq <= ? AND at_us < ?"),
                                        (old[-1], before_us)).rowcount  # fmt: skip
            if len(old) < len(rows) or len(rows) < chunk:
                return total

    def forget(self, terminals: Sequence[str]) -> set[str]:
        """Delete what these terminals ever sent; returns the digests of the bodies that it named."""
        names = [terminal.casefold() for terminal in terminals]
        if not names:
            return set()
        ours = f"IN ({', '.join('?' * len(names))})"
        named = self._read(
            f"SELECT DISTINCT body FROM intake_log WHERE body <> '' AND lower(terminal) {ours}",  # noqa: S608
            *names,
        )
        for table, column in (("intake_log", "lower(terminal)"), ("intake_seen", "terminal")):
            self._write(f"DELETE FROM {table} WHERE {column} {ours}", *names)  # noqa: S608
        return {body for (body,) in named}

    def _write(self, sql: str, *values: object) -> None:
        connection = self._connect()
        if connection is None:
            return
        try:
            connection.execute(self._sql(sql), values)
        except Exception as error:
            if not _no_table(error):
                raise

    def _read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        connection = self._connect()
        if connection is None:
            return []
        try:
            return connection.execute(self._sql(sql), values).fetchall()
        except Exception as error:
            if _no_table(error):
                return []
            self.close()
            raise

    def _sql(self, sql: str) -> str:
        return sql.replace("?", "%s") if self.url else sql

    def _connect(self) -> _Connection | None:
        if self._db is None:
            self._db = _postgresql(self.url) if self.url else _sqlite(self.path)
        return self._db

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


def _seen(row: tuple[Any, ...]) -> Seen:
    return Seen._make((*row[:6], bytes(row[6]).decode("ascii", "replace")))


def _sqlite(path: Path) -> _Connection | None:
    if not path.is_file():
        return None
    db = sqlite3.connect(path, timeout=20, isolation_level=None)
    return cast(_Connection, db)


def _postgresql(url: str) -> _Connection:
    import psycopg

    return cast(_Connection, psycopg.connect(url, autocommit=True, connect_timeout=5))


def _no_table(error: Exception) -> bool:
    return "no such table" in str(error) or type(error).__name__ == "UndefinedTable"
