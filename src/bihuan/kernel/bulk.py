"""Many rows at once, without a model object or an SQL expression for each value.

The projector writes thousands of rows a second; Django's bulk_create and bulk_update spend ten
times as long on building statements as the database on running them (bench/projection.py).
Used where a batch's rows are all of one shape; everything else goes through the ORM.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, JSONField, Max, Model

Convert = Callable[[Any], Any]
Values = Sequence[Any]


class Table:
    """Named columns of one model; values are given and kept in this order."""

    def __init__(self, model: type[Model], *names: str) -> None:
        self.model = model
        self.names = names

    def insert(self, rows: Sequence[Values]) -> list[int]:
        """Insert rows and return their new keys, in order; in the caller's transaction."""
        if not rows:
            return []
        keys = self._keys(len(rows))
        marks = ", ".join(["%s"] * (len(self.names) + 1))
        sql = f"INSERT INTO {self._table} (id, {', '.join(self._columns)}) VALUES ({marks})"  # noqa: S608
        self._run(sql, ([key, *self._ready(row)] for key, row in zip(keys, rows, strict=True)))
        return keys

    def update(self, rows: Sequence[tuple[int, Values]]) -> None:
        """Write the columns of rows that are there, given as (key, values)."""
        if not rows:
            return
        sets = ", ".join(f"{column} = %s" for column in self._columns)
        sql = f"UPDATE {self._table} SET {sets} WHERE id = %s"  # noqa: S608
        self._run(sql, ([*self._ready(row), key] for key, row in rows))

    def upsert(self, rows: Sequence[Values], unique: Sequence[str]) -> None:
        """Insert rows, or write the other columns of those that `unique` finds there."""
        if not rows:
            return
        quoted = dict(zip(self.names, self._columns, strict=True))
        keys = ", ".join(quoted[name] for name in unique)
        sets = ", ".join(f"{quoted[n]} = excluded.{quoted[n]}" for n in self.names if n not in unique)
        marks = ", ".join(["%s"] * len(self.names))
        sql = f"INSERT INTO {self._table} ({', '.join(self._columns)}) VALUES ({marks})"  # noqa: S608
        self._run(f"{sql} ON CONFLICT ({keys}) DO UPDATE SET {sets}", (self._ready(row) for row in rows))

    def _run(self, sql: str, values: Iterable[list[Any]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(sql, list(values))

    def _ready(self, row: Values) -> list[Any]:
        return [convert(value) for convert, value in zip(self._converts, row, strict=True)]

    def _keys(self, count: int) -> list[int]:
        """Keys that nobody else takes: SQLite's writer is alone, PostgreSQL has its sequence."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [self.model._meta.db_table, count],
                )
                return [int(key) for (key,) in cursor.fetchall()]
        top = self.model._default_manager.aggregate(top=Max("pk"))["top"] or 0
        return list(range(top + 1, top + 1 + count))

    @cached_property
    def _table(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    @cached_property
    def _fields(self) -> "list[Field[Any, Any]]":
        found = [self.model._meta.get_field(name) for name in self.names]
        return [field for field in found if isinstance(field, Field)]

    @cached_property
    def _columns(self) -> list[str]:
        return [connection.ops.quote_name(field.column or field.name) for field in self._fields]

    @cached_property
    def _converts(self) -> list[Convert]:
        return [_convert(field) for field in self._fields]


def _convert(field: "Field[Any, Any]") -> Convert:
    if isinstance(field, JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    if isinstance(field, DateTimeField) and connection.vendor == "sqlite":
        return _sqlite_instant
    return _as_it_is


def _sqlite_instant(value: datetime | None) -> str | None:
    """As Django writes it: UTC without offset."""
    if value is None:
        return None
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(" ")[:-6]


def _as_it_is(value: Any) -> Any:
    return value
