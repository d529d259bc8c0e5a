"""Registrations, read from the control records as they change; the gateway never writes there."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from bihuan.gateway.terminals import Registered
from bihuan.kernel.intake.store import is_postgresql

COLUMNS = ", ".join(Registered._fields)
CHANGED = f"SELECT {COLUMNS} FROM kernel_fieldterminal WHERE rev > "  # noqa: S608


class Unavailable(Exception):
    """The control records cannot be read now: keep what is known."""


class Directory(Protocol):
    async def changed(self, after_rev: int) -> list[Registered]:
        """Raises Unavailable."""

    async def close(self) -> None: ...


def open_directory(home: Path, database_url: str) -> Directory:
    if is_postgresql(database_url):
        return PostgresDirectory(database_url)
    path = unquote(urlsplit(database_url).path) if database_url.startswith("sqlite:") else ""
    return SqliteDirectory(Path(path) if path else home / "control.sqlite3")


class SqliteDirectory:
    """Read beside the event loop: another process may hold the file for a while."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def changed(self, after_rev: int) -> list[Registered]:
        return await asyncio.get_running_loop().run_in_executor(None, self._read, after_rev)

    def _read(self, after_rev: int) -> list[Registered]:
        try:
            db = sqlite3.connect(f"file:{quote(str(self.path))}?mode=ro", uri=True, timeout=0.5)
        except sqlite3.Error as error:
            raise Unavailable from error
        try:
            return [Registered._make(row) for row in db.execute(f"{CHANGED} ?", (after_rev,))]
        except sqlite3.Error as error:
            raise Unavailable from error
        finally:
            db.close()

    async def close(self) -> None:
        """Nothing is kept open: the file may be replaced by a restore at any time."""


class PostgresDirectory:
    def __init__(self, url: str) -> None:
        import asyncpg

        self.url = url
        self.connect = asyncpg.connect
        self.faults = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
        self.db: asyncpg.Connection | None = None

    async def changed(self, after_rev: int) -> list[Registered]:
        try:
            if self.db is None or self.db.is_closed():
                self.db = await self.connect(self.url, timeout=3, command_timeout=5)
            return [Registered._make(row) for row in await self.db.fetch(f"{CHANGED} $1", after_rev)]
        except self.faults as error:
            raise Unavailable from error

    async def close(self) -> None:
        if self.db is not None:
            self.db.terminate()
