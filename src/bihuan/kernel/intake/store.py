"""The writer's side of the intake log: one interface, SQLite or PostgreSQL behind it.

All calls block and come from one thread. A failure is a StoreError whose text says what to do;
the caller closes the store, opens it again later and repeats the call with `again=True`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

LogRow = tuple[str, int, int, str, int, str, str, bytes, str, int, int]
"""In the order of `schema.LOG_COLUMNS`."""
SeenRow = tuple[str, str, int, int, str, int, bytes]
"""In the order of `schema.SEEN_COLUMNS`."""


class StoreError(Exception):
    """The log cannot be written now; the text is one line with the cure."""


class Store(Protocol):
    def append(self, rows: Sequence[LogRow], *, again: bool = False) -> None:
        """Return once the rows are durable. `again`: they may have landed already; then do nothing."""

    def flush_seen(self, rows: Sequence[SeenRow]) -> None:
        """Write last beats; may be lost by a power cut, for they are no acknowledged facts."""

    def forget_seen(self, terminals: Sequence[str]) -> None: ...

    def seen(self) -> list[SeenRow]: ...

    def beat(self, gateway: str, started_us: int, at_us: int, counters: str) -> None: ...

    def last_beat_us(self, gateway: str) -> int:
        """0 when this gateway never ran."""

    def tidy(self) -> None:
        """Housekeeping that may run beside the writer, from any thread."""

    def close(self) -> None: ...


def is_postgresql(database_url: str) -> bool:
    return database_url.startswith(("postgres://", "postgresql://"))


def log_path(home: Path) -> Path:
    return home / "intake.sqlite3"


def scrubbed(rows: Sequence[LogRow]) -> list[LogRow]:
    """The same rows with texts that every database takes: what no text can hold is in `raw` anyway."""
    return [(*row[:5], _plain(row[5]), _plain(row[6]), *row[7:]) for row in rows]


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
