"""Many rows at once, without a model object or an SQL expression for each value.

The projector writes thousands of rows a second; Django's bulk_create and bulk_update spend ten
times as long on building statements as the database on running them (bench/projection.py).
Used where a batch's rows are all of one shape; everything else goes through the ORM.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, JSONField, Model

Convert = Callable[[Any], Any]
Values = Sequence[Any]

CHUNK = 50
"""Rows a statement: SQLite looks up and moves its counter of keys once a statement, not once a row."""


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
        ready = [(key, *row) for key, row in zip(keys, self._ready(rows), strict=True)]
        self._put(["id", *self._columns], ready)
        return keys

    def load(self, columns: Sequence[Sequence[Any]]) -> None:
        """Insert rows given by column: thousands at once, whose keys nobody asks for."""
        ready: list[Iterable[Any]] = [*columns]
        for number, convert in self._converts:
            ready[number] = map(convert, columns[number])
        rows = zip(*ready, strict=True)
        if connection.vendor == "postgresql":
            self._copy(rows)
        else:
            self._put(self._columns, list(rows))

    def _copy(self, rows: Iterable[Values]) -> None:
        into = f"COPY {self._table} ({', '.join(self._columns)}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(into) as target:
            for row in rows:
                target.write_row(row)

    def add(self, row: Values, *, unless_there: bool = False) -> int | None:
        """Insert one row and return its key; None when a unique key has it already and that is no error."""
        into = f"INSERT INTO {self._table} ({', '.join(self._columns)}) VALUES {_marks(len(self.names))}"  # noqa: S608
        after = f"{' ON CONFLICT DO NOTHING' if unless_there else ''} RETURNING id"
        found = fetch(into + after, *self._ready([row])[0])
        return int(found[0][0]) if found else None

    def update(self, rows: Sequence[tuple[int, Values]]) -> None:
        """Write the columns of rows that are there, given as (key, values)."""
        if rows:
            ready = self._ready([values for _key, values in rows])
            self._set(self._columns, [(*row, key) for row, (key, _values) in zip(ready, rows, strict=True)])

    def change(self, rows: Iterable[tuple[int, Values, Values]]) -> None:
        """Of rows given as (key, before, after), each key once, write what differs.

        An index whose columns are not named costs nothing.
        """
        found: dict[tuple[int, ...], list[tuple[int, Values]]] = {}
        for key, before, after in rows:
            if before != after:
                differ = tuple([n for n, was in enumerate(before) if after[n] != was])
                found.setdefault(differ, []).append((key, after))
        for differ, changed in found.items():
            ready = self._ready([after for _key, after in changed])
            values = [(*[row[n] for n in differ], key) for row, (key, _) in zip(ready, changed, strict=True)]
            self._change(differ, values)

    def upsert(self, rows: Sequence[Values], unique: Sequence[str]) -> None:
        """Insert rows, or write the other columns of those that `unique` finds there."""
        if not rows:
            return
        quoted = dict(zip(self.names, self._columns, strict=True))
        keys = ", ".join(quoted[name] for name in unique)
        sets = ", ".join(f"{quoted[n]} = excluded.{quoted[n]}" for n in self.names if n not in unique)
        self._put(self._columns, self._ready(rows), f" ON CONFLICT ({keys}) DO UPDATE SET {sets}")

    def _put(self, columns: Sequence[str], rows: Sequence[Values], after: str = "") -> None:
        """Statements of `CHUNK` rows; SQLite takes the rest one a row: two texts, both kept prepared."""
        into = f"INSERT INTO {self._table} ({', '.join(columns)}) VALUES "  # noqa: S608
        one = _marks(len(columns))
        for many, chunks in _chunks(rows):
            run(into + ", ".join([one] * many) + after, chunks)

    def _set(self, columns: Sequence[str], values: Sequence[Values]) -> None:
        sets = ", ".join(f"{column} = %s" for column in columns)
        run(f"UPDATE {self._table} SET {sets} WHERE id = %s", values)  # noqa: S608

    def _change(self, differ: Sequence[int], values: Sequence[Values]) -> None:
        """PostgreSQL plans a statement as long as it runs it, and is given many rows at once."""
        columns = [self._columns[n] for n in differ]
        if connection.vendor != "postgresql":
            self._set(columns, values)
            return
        sets = ", ".join(f"{column} = v.{column}" for column in columns)
        types = [self._fields[n].db_type(connection) for n in differ]
        typed = f"({', '.join(f'%s::{kind}' for kind in types)}, %s)"
        for many, chunks in _chunks(values):
            rows = ", ".join([typed, *[_marks(len(columns) + 1)] * (many - 1)])
            named = f"(VALUES {rows}) AS v ({', '.join(columns)}, id)"
            run(f"UPDATE {self._table} t SET {sets} FROM {named} WHERE t.id = v.id", chunks)  # noqa: S608

    def _ready(self, rows: Sequence[Values]) -> Sequence[Values]:
        """The rows as the database's driver takes them, column by column where something is to be done."""
        if not self._converts:
            return rows
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for number, convert in self._converts:
            columns[number] = map(convert, columns[number])
        return list(zip(*columns, strict=True))

    def _keys(self, count: int) -> list[int]:
        """Keys that nobody else takes: SQLite's writer is alone, PostgreSQL has its sequence."""
        if connection.vendor == "postgresql":
            found = fetch(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                self.model._meta.db_table,
                count,
            )
            return [int(key) for (key,) in found]
        top = fetch(f"SELECT MAX(id) FROM {self._table}")[0][0] or 0  # noqa: S608
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
    def _converts(self) -> list[tuple[int, Convert]]:
        found = ((number, _convert(field)) for number, field in enumerate(self._fields))
        return [(number, convert) for number, convert in found if convert is not None]


def _marks(count: int) -> str:
    return f"({', '.join(['%s'] * count)})"


def _chunks(rows: Sequence[Values]) -> Iterator[tuple[int, list[Values]]]:
    """Rows strung together, as (how many in each, those)."""
    full = len(rows) - len(rows) % CHUNK
    if full:
        yield CHUNK, [list(chain.from_iterable(rows[at : at + CHUNK])) for at in range(0, full, CHUNK)]
    if full < len(rows) and connection.vendor == "postgresql":
        yield len(rows) - full, [list(chain.from_iterable(rows[full:]))]
    elif full < len(rows):
        yield 1, list(rows[full:])


def run(sql: str, values: Sequence[Values]) -> None:
    """One statement for each tuple of values."""
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def fetch(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a statement that was written once; `instant` makes its instants aware."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def execute(sql: str, *values: Any) -> int:
    """One statement that was written once; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def among(column: str) -> str:
    """Condition that `column` is one of the values that `these` packs: the same text for any number."""
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)"
    return f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608


def these(values: Iterable[object]) -> object:
    """What the mark in `among` stands for."""
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))


def instant(value: datetime | None) -> datetime | None:
    """An instant as `fetch` gives it: SQLite's driver knows no zone."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def stored(value: datetime) -> object:
    """An instant as a value in the condition of a `fetch`."""
    return _sqlite_instant(value) if connection.vendor == "sqlite" else value


def _convert(field: "Field[Any, Any]") -> Convert | None:
    if isinstance(field, JSONField):
        empty = field.get_db_prep_save([], connection)
        return lambda value: empty if value == [] else field.get_db_prep_save(value, connection)
    if isinstance(field, DateTimeField) and connection.vendor == "sqlite":
        return _sqlite_instant
    return None


def _sqlite_instant(value: datetime | None) -> str | None:
    """As Django writes it: UTC without offset."""
    if value is None:
        return None
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(" ")[:-6]
