"""Rows of a model into SQLite as fast as the file takes them, and from there into PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHUNK = 5_000
FAST = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-300000", "locking_mode=EXCLUSIVE")


class Rows:
    """Named columns of a model; every other column gets the field's own default, as `save` would give it.

    Raises FieldDoesNotExist for a name that the model does not have, so that it follows the models.
    """

    def __init__(self, database: sqlite3.Connection, model: Any, *names: str) -> None:
        from django.db import connection

        self.database = database
        self.held: list[Any] = []
        meta = model._meta
        given = [meta.get_field(name) for name in ("id", *names)]
        rest = [each for each in meta.concrete_fields if each not in given]
        lacking = [each.name for each in rest if not each.null and not each.has_default() and not each.blank]
        assert not lacking, f"{model.__name__}: {lacking} must be given"
        self.constant = tuple(each.get_db_prep_save(each.get_default(), connection) for each in rest)
        columns = ", ".join(f'"{each.column}"' for each in (*given, *rest))
        marks = ", ".join("?" * (len(given) + len(rest)))
        self.sql = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608
        self.last = database.execute(f'SELECT coalesce(max(id), 0) FROM "{meta.db_table}"').fetchone()[0]  # noqa: S608

    def key(self) -> int:
        self.last += 1
        return int(self.last)

    def add(self, *values: Any) -> None:
        """`values` begin with the key; instants are text already."""
        self.held.append(values + self.constant)
        if len(self.held) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        self.database.executemany(self.sql, self.held)
        self.held.clear()


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file to itself, its indexes built once at the end."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in FAST:
        database.execute(f"PRAGMA {pragma}")
    indexes = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for title, _sql in indexes:
        database.execute(f'DROP INDEX "{title}"')
    database.execute("BEGIN")
    yield database
    for _title, sql in indexes:
        database.execute(sql)
    database.execute("COMMIT")
    database.close()


def copy(path: Path) -> None:
    """Every row of the SQLite file into the migrated PostgreSQL database that Django is set up for.

    Types need no change: COPY reads what SQLite keeps. Constraints are checked by the source already.
    """
    from django.db import connection

    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    there = set(connection.introspection.table_names())
    tables = [one for (one,) in source.execute(named) if one in there and one != "django_migrations"]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint)"
        )
        indexes = cursor.fetchall()
        for title, _definition in indexes:
            cursor.execute(f'DROP INDEX "{title}"')
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
        for table in tables:
            _copy_table(cursor, source, table)
        for _title, definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _copy_table(cursor: Any, source: sqlite3.Connection, table: str) -> None:
    columns = [row[1] for row in source.execute(f'PRAGMA table_info("{table}")')]
    quoted = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as out:
        for row in source.execute(f'SELECT {quoted} FROM "{table}"'):  # noqa: S608
            out.write_row(row)
    if "id" in columns:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table}"'])
        for (sequence,) in [row for row in cursor.fetchall() if row[0]]:
            top = f'(SELECT coalesce(max(id), 0) + 1 FROM "{table}")'  # noqa: S608
            cursor.execute(f"SELECT setval(%s, {top})", [sequence])


def checked() -> None:
    """What the generator sealed is what the house would have sealed: first, middle and last block."""
    from bihuan.kernel.audit import block_digest
    from bihuan.kernel.models import Block

    keys = list(Block.objects.order_by("pk").values_list("pk", flat=True))
    for key in {keys[0], keys[len(keys) // 2], keys[-1]}:
        block = Block.objects.get(pk=key)
        events = list(block.events.order_by("position"))
        assert len(events) == block.count, f"block {key} has {len(events)} events"
        assert block_digest(block.previous, events) == block.digest, f"block {key} does not fit"
