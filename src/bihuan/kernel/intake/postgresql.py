"""The intake log in PostgreSQL: COPY by asyncpg on an event loop of the writer's own thread."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar, cast

import asyncpg

from .schema import LOG_COLUMNS, POSTGRESQL, SEEN_COLUMNS
from .store import LogRow, SeenRow, StoreError, scrubbed

T = TypeVar("T")

TIMEOUT_S = 20
FIRST_TIMEOUT_S = 3600
"""Of the first start that makes the index by time: a log of a hundred million rows takes minutes, and a start
that gave up would begin again without end."""
WHOLE = "SELECT to_regclass('intake_log_at') IS NOT NULL"
TAIL = "SELECT conn, at_us, raw FROM intake_log WHERE gateway = $1 ORDER BY seq DESC LIMIT 1"
SEEN_TYPES = "$1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bytea[]"
UPSERT_SEEN = f"""
INSERT INTO intake_seen ({", ".join(SEEN_COLUMNS)}) SELECT * FROM unnest({SEEN_TYPES})
ON CONFLICT (terminal) DO UPDATE SET code = excluded.code, at_us = excluded.at_us,
first_us = least(intake_seen.first_us, excluded.first_us), address = excluded.address,
messages = excluded.messages, ring = excluded.ring WHERE intake_seen.at_us <= excluded.at_us
"""  # noqa: S608
UPSERT_GATEWAY = """
INSERT INTO intake_gateway VALUES ($1, $2, $3, $4) ON CONFLICT (gateway) DO UPDATE SET
started_us = excluded.started_us, at_us = excluded.at_us, counters = excluded.counters
"""
ONLY_ONE = "SELECT pg_try_advisory_lock(hashtextextended('bihuan intake ' || $1, 0))"
"""Two writers under one name would not commit in the order of `seq`."""
TABLES_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('bihuan intake tables', 0))"
FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class PostgresStore:
    """Raises StoreError from every call that the server or the way to it makes fail."""

    def __init__(self, url: str, gateway: str) -> None:
        self.url, self.gateway = url, gateway
        self.loop = asyncio.new_event_loop()
        try:
            self.db = self._run(asyncpg.connect(url, timeout=5, command_timeout=TIMEOUT_S))
            self._run(self._prepare())
        except BaseException:
            self.close()
            raise

    def _run(self, work: Awaitable[T]) -> T:
        try:
            return self.loop.run_until_complete(work)
        except asyncpg.DataError:
            raise
        except FAULTS as error:
            raise StoreError(f"PostgreSQL does not take the intake log: {_cure(error)}") from error

    async def _prepare(self) -> None:
        if not await self.db.fetchval(ONLY_ONE, self.gateway):
            raise asyncpg.InterfaceError(
                f"another gateway named {self.gateway!r} writes it: give each its own BIHUAN_GATEWAY_NAME"
            )
        await self.db.execute("SET synchronous_commit = on")
        patience_s = TIMEOUT_S if await self.db.fetchval(WHOLE) else FIRST_TIMEOUT_S
        async with self.db.transaction():
            await self.db.execute(TABLES_LOCK, timeout=patience_s)
            await self.db.execute(POSTGRESQL, timeout=patience_s)

    def append(self, rows: Sequence[LogRow], *, again: bool = False) -> None:
        if again and self._landed(rows[-1]):
            return
        try:
            self._run(self._copy(rows))
        except (asyncpg.DataError, UnicodeError, OverflowError):
            self._run(self._copy(scrubbed(rows)))

    def _landed(self, last: LogRow) -> bool:
        found = self._run(self.db.fetchrow(TAIL, self.gateway))
        return found is not None and tuple(found) == (last[2], last[1], last[7])

    async def _copy(self, rows: Sequence[LogRow]) -> None:
        await self.db.copy_records_to_table("intake_log", records=rows, columns=LOG_COLUMNS)

    def flush_seen(self, rows: Sequence[SeenRow]) -> None:
        self._run(self._relaxed(UPSERT_SEEN, *map(list, zip(*rows, strict=True))))

    def forget_seen(self, terminals: Sequence[str]) -> None:
        self._run(self._relaxed("DELETE FROM intake_seen WHERE terminal = ANY($1)", list(terminals)))

    def beat(self, gateway: str, started_us: int, at_us: int, counters: str) -> None:
        self._run(self._relaxed(UPSERT_GATEWAY, gateway, started_us, at_us, counters))

    async def _relaxed(self, sql: str, *values: object) -> None:
        async with self.db.transaction():
            await self.db.execute("SET LOCAL synchronous_commit = off")
            await self.db.execute(sql, *values)

    def seen(self) -> list[SeenRow]:
        rows = self._run(self.db.fetch(f"SELECT {', '.join(SEEN_COLUMNS)} FROM intake_seen"))  # noqa: S608
        return [cast(SeenRow, tuple(row)) for row in rows]

    def last_beat_us(self, gateway: str) -> int:
        return int(
            self._run(self.db.fetchval("SELECT at_us FROM intake_gateway WHERE gateway = $1", gateway)) or 0
        )

    def tidy(self) -> None:
        """The server does its own housekeeping."""

    def close(self) -> None:
        if hasattr(self, "db"):
            self.db.terminate()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()


def _cure(error: BaseException) -> str:
    if isinstance(error, OSError | TimeoutError):
        return "it cannot be reached; check that it runs and that BIHUAN_DATABASE_URL names it"
    if isinstance(error, asyncpg.DiskFullError):
        return "its disk is full; free space there"
    return str(error).partition("\n")[0] or type(error).__name__
