"""The intake log in its own SQLite file: WAL, FULL, one writer."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from .schema import LOG_COLUMNS, SEEN_COLUMNS, SQLITE
from .store import LogRow, SeenRow, StoreError, scrubbed

CHUNK = 256
"""Rows a statement. Every statement gives up the interpreter lock and waits for it behind a busy
event loop: few and long ones, and none for BEGIN and COMMIT where one statement is the whole."""
PREPARED_BYTES = 8 << 20
"""A write-ahead file that has its size already takes a commit in half the time of one that grows."""
TIDY_ROWS = 50_000
"""Move the write-ahead file into the database after about 6 MiB; a transaction counts as TIDY_WRITE rows."""
TIDY_WRITE = 100
WAL_MOST = 64 << 20
TAIL = "SELECT gateway, conn, at_us, raw FROM intake_log ORDER BY seq DESC LIMIT 1"
UPSERT_SEEN = (
    " ON CONFLICT (terminal) DO UPDATE SET code=excluded.code, at_us=excluded.at_us,"
    " first_us=min(first_us, excluded.first_us), address=excluded.address,"
    " messages=excluded.messages, ring=excluded.ring"
)
UPSERT_GATEWAY = (
    "INSERT INTO intake_gateway VALUES (?, ?, ?, ?) ON CONFLICT (gateway) DO UPDATE SET"
    " started_us=excluded.started_us, at_us=excluded.at_us, counters=excluded.counters"
)


class SqliteStore:
    """Raises StoreError from every call that the disk or another process makes fail."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.untidy = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.db = self._connect()
            self.db.executescript(SQLITE)
            self._prepare()
            self.inode = path.stat().st_ino
        except (sqlite3.Error, OSError) as error:
            if hasattr(self, "db"):
                self.db.close()
            raise StoreError(_cure(error, path)) from error

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=5, isolation_level=None, check_same_thread=False)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "wal_autocheckpoint=0"):
                db.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            db.close()
            raise
        return db

    def _prepare(self) -> None:
        if self._wal_size() < PREPARED_BYTES:
            self.db.execute("BEGIN IMMEDIATE")
            self.db.execute("CREATE TABLE room (bytes)")
            self.db.execute("INSERT INTO room VALUES (zeroblob(?))", (PREPARED_BYTES,))
            self.db.execute("DROP TABLE room")
            self.db.execute("COMMIT")
            self.db.execute("PRAGMA wal_checkpoint(RESTART)")

    def _wal_size(self) -> int:
        path = Path(f"{self.path}-wal")
        return path.stat().st_size if path.exists() else 0

    def append(self, rows: Sequence[LogRow], *, again: bool = False) -> None:
        if again and self._landed(rows[-1]):
            return
        try:
            self._write(_insert("intake_log", LOG_COLUMNS), rows)
        except (UnicodeError, OverflowError, sqlite3.InterfaceError):
            self._write(_insert("intake_log", LOG_COLUMNS), scrubbed(rows))

    def _landed(self, last: LogRow) -> bool:
        try:
            found = self.db.execute(TAIL).fetchone()
        except sqlite3.Error as error:
            raise StoreError(_cure(error, self.path)) from error
        return bool(found == (last[0], last[2], last[1], last[7]))

    def flush_seen(self, rows: Sequence[SeenRow]) -> None:
        self._relaxed(_insert("intake_seen", SEEN_COLUMNS, UPSERT_SEEN), rows)

    def forget_seen(self, terminals: Sequence[str]) -> None:
        for terminal in terminals:
            self._relaxed(lambda rows: "DELETE FROM intake_seen WHERE terminal = ?", [(terminal,)])

    def beat(self, gateway: str, started_us: int, at_us: int, counters: str) -> None:
        self._relaxed(lambda rows: UPSERT_GATEWAY, [(gateway, started_us, at_us, counters)])

    def _relaxed(self, statement: Callable[[int], str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Write without waiting for the disk; the next commit of log rows takes it along."""
        self.db.execute("PRAGMA synchronous=NORMAL")
        try:
            self._write(statement, rows)
        finally:
            self.db.execute("PRAGMA synchronous=FULL")

    def _write(self, statement: Callable[[int], str], rows: Sequence[tuple[Any, ...]]) -> None:
        try:
            self._check_place()
            if len(rows) <= CHUNK:
                self.db.execute(statement(len(rows)), tuple(chain.from_iterable(rows)))
            else:
                self._write_chunks(statement, rows)
            self.untidy += len(rows) + TIDY_WRITE
        except (sqlite3.Error, OSError) as error:
            self._roll_back()
            if isinstance(error, sqlite3.InterfaceError):
                raise
            raise StoreError(_cure(error, self.path)) from error
        except BaseException:
            self._roll_back()
            raise

    def _write_chunks(self, statement: Callable[[int], str], rows: Sequence[tuple[Any, ...]]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            self.db.execute(statement(len(chunk)), tuple(chain.from_iterable(chunk)))
        self.db.execute("COMMIT")

    def _check_place(self) -> None:
        """A deleted file would go on taking rows that nobody can ever read."""
        if os.stat(self.path).st_ino != self.inode:
            raise FileNotFoundError(self.path)

    def _roll_back(self) -> None:
        if self.db.in_transaction:
            try:
                self.db.execute("ROLLBACK")
            except sqlite3.Error:
                self.db.close()

    def seen(self) -> list[SeenRow]:
        return self._read(f"SELECT {', '.join(SEEN_COLUMNS)} FROM intake_seen")  # noqa: S608

    def last_beat_us(self, gateway: str) -> int:
        rows = self._read("SELECT at_us FROM intake_gateway WHERE gateway = ?", gateway)
        return int(rows[0][0]) if rows else 0

    def _read(self, sql: str, *values: object) -> list[Any]:
        try:
            return self.db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(_cure(error, self.path)) from error

    def tidy(self) -> None:
        """Move the write-ahead file into the database: a commit that had to do it would be slow."""
        if self.untidy < TIDY_ROWS:
            return
        self.untidy = 0
        try:
            mode = "RESTART" if self._wal_size() > WAL_MOST else "PASSIVE"
            db = self._connect()
        except (sqlite3.Error, OSError):
            return
        try:
            db.execute(f"PRAGMA wal_checkpoint({mode})")
        except sqlite3.Error:
            return
        finally:
            db.close()

    def close(self) -> None:
        self.db.close()


class Statement:
    """INSERT of n rows at once, prepared once a size."""

    def __init__(self, table: str, columns: tuple[str, ...], tail: str) -> None:
        self.head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "  # noqa: S608
        self.row = f"({', '.join('?' * len(columns))})"
        self.tail = tail
        self.texts: dict[int, str] = {}

    def __call__(self, rows: int) -> str:
        text = self.texts.get(rows)
        if text is None:
            text = self.texts[rows] = self.head + ", ".join([self.row] * rows) + self.tail
        return text


@lru_cache
def _insert(table: str, columns: tuple[str, ...], tail: str = "") -> Statement:
    return Statement(table, columns, tail)


def _cure(error: Exception, path: Path) -> str:
    text = str(error)
    if "full" in text or getattr(error, "errno", None) == 28:
        return f"no space left for {path}: free disk space there"
    if "locked" in text:
        return f"{path} is locked: another program holds it; end that program"
    if "readonly" in text or isinstance(error, PermissionError):
        return f"{path} cannot be written: give this user write access to the file and its folder"
    if "malformed" in text or "not a database" in text:
        return f"{path} is damaged: stop, move it away or restore a backup, start again"
    if isinstance(error, FileNotFoundError):
        return f"{path} was removed or replaced: it is made anew"
    return f"{path} cannot be written: {text}"
