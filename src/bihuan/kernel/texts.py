"""Finding a piece of text among a million rows: an index of pieces that the database keeps beside the table.

A search box means "contains", which no ordinary index answers, and names of two letters are common here.
SQLite gets an FTS5 table of three letters each, kept in step by triggers; PostgreSQL an index over pairs of
letters. Neither is a model: both follow from the table, so `settle` makes them anew where they are missing,
as after a migration that rebuilt the table. What an index names may match; the question itself still decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BooleanField, F, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=Model)

MOST = 5_000
"""Keys that are fetched; where there are more, going through the rows in their order soon fills a page."""
COMMON = 100_000
"""Rows of a whole table beyond which the index is not asked for all of them."""
STARTS = 200
"""Different triples that may begin with a word of one or two letters, before it counts as common."""
LAST = "\U0010ffff"

PAIRS = """
CREATE OR REPLACE FUNCTION bihuan_pairs(told text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
  SELECT coalesce(array_agg(DISTINCT substr(lower(told), at, 2)), '{}')
  FROM generate_series(1, length(told) - 1) AS at
$$
"""
"""Its cost keeps the planner from asking every row."""


@dataclass(frozen=True)
class TextIndex:
    """Over some text columns of one table; a field's name is its column's. `label` as in `apps.get_model`."""

    label: str
    fields: tuple[str, ...]

    @cached_property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def name(self) -> str:
        return f"{self.table}_text"

    def text(self, row: str = "") -> str:
        """The columns as one text; two blanks end it, so that its last letters begin a triple too."""
        of = f"{row}." if row else ""
        return " || ' ' || ".join(f"coalesce({of}\"{field}\", '')" for field in self.fields) + " || '  '"


CASES = TextIndex("kernel.Case", ("number", "subject", "subject_name"))
CUSTOMERS = TextIndex("kernel.Customer", ("number", "name", "phone", "email"))
INDEXES = (CASES, CUSTOMERS)


def settle(**told: Any) -> None:
    """Make what is missing or was made otherwise; after every migration, and nothing when all is there."""
    for index in INDEXES:
        with transaction.atomic():
            (_settle_postgresql if connection.vendor == "postgresql" else _settle_sqlite)(index)


def _settle_postgresql(index: TextIndex) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = %s",
                       [index.name])  # fmt: skip
        if not cursor.fetchone():
            cursor.execute(PAIRS)
            cursor.execute(
                f'CREATE INDEX "{index.name}" ON "{index.table}" USING gin (bihuan_pairs({index.text()}))'
            )
            cursor.execute(f'ANALYZE "{index.table}"')


def _settle_sqlite(index: TextIndex) -> None:
    wanted = _wanted(index)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE %s", [f"{index.name}%"])
        there = dict(cursor.fetchall())
        if all(there.get(name) == sql for name, sql in wanted.items()):
            return
        for name, sql in reversed(wanted.items()):
            cursor.execute(f'DROP {"TRIGGER" if " TRIGGER " in sql else "TABLE"} IF EXISTS "{name}"')
        for sql in wanted.values():
            cursor.execute(sql)
        rows = f'SELECT id, {index.text()} FROM "{index.table}"'  # noqa: S608
        cursor.execute(f'INSERT INTO "{index.name}" (rowid, words) {rows}')


def _wanted(index: TextIndex) -> dict[str, str]:
    """The table of triples, the list of its triples and what keeps them in step, by name."""
    name, table = index.name, index.table
    columns = ", ".join(f'"{field}"' for field in index.fields)
    into = f'INSERT INTO "{name}"'
    gone = f"{into} (\"{name}\", rowid, words) VALUES ('delete', old.id, {index.text('old')});"
    come = f"{into} (rowid, words) VALUES (new.id, {index.text('new')});"
    on = f'ON "{table}" BEGIN'
    triples = "words, content='', tokenize='trigram', detail='none'"
    return {
        name: f'CREATE VIRTUAL TABLE "{name}" USING fts5({triples})',
        f"{name}_list": f'CREATE VIRTUAL TABLE "{name}_list" USING fts5vocab("{name}", \'row\')',
        f"{name}_oi": f'CREATE TRIGGER "{name}_oi" AFTER INSERT {on} {come} END',
        f"{name}_od": f'CREATE TRIGGER "{name}_od" AFTER DELETE {on} {gone} END',
        f"{name}_ou": f'CREATE TRIGGER "{name}_ou" AFTER UPDATE OF {columns} {on} {gone} {come} END',
    }


@dataclass(frozen=True)
class Candidates:
    """A query for the keys of all rows that can have a word among them, and about how many it names."""

    sql: str
    params: tuple[Any, ...]
    about: int = 0
    condition: Q | None = None
    """The same as a condition on the table itself, where that is the better question (PostgreSQL)."""

    @property
    def keys(self) -> RawSQL:
        return RawSQL(self.sql, self.params)  # noqa: S611  (made here, of names of tables)


NOBODY = Candidates("SELECT 0 WHERE 1 = 0", ())


def having(index: TextIndex, word: str) -> Candidates | None:
    """None where the index cannot tell, or names so many that going through the rows is the better way."""
    word = word.replace("\0", "")
    if connection.vendor == "postgresql":
        return _having_postgresql(index, word)
    return _having_sqlite(index, word)


def _having_postgresql(index: TextIndex, word: str) -> Candidates | None:
    folded = word.lower()
    pairs = sorted({folded[at : at + 2] for at in range(len(folded) - 1)})
    if not pairs:
        return None
    table = connection.ops.quote_name(index.table)
    condition = f"bihuan_pairs({index.text(table)}) @> %s::text[]"
    sql = f"SELECT id FROM {table} WHERE {condition}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", [pairs])
        about = cursor.fetchone()[0][0]["Plan"]["Plan Rows"]
    return Candidates(sql, (pairs,), about, truth(condition, pairs)) if about <= COMMON else None


def _having_sqlite(index: TextIndex, word: str) -> Candidates | None:
    starts = len(word) < 3
    if starts:
        counts = _triples(index, "term >= %s AND term < %s", word.lower(), word.lower() + LAST)
    else:
        pieces = {word[at : at + 3].lower() for at in range(len(word) - 2)}
        counts = _triples(index, f"term IN ({', '.join(['%s'] * len(pieces))})", *sorted(pieces))
        counts = counts if len(counts) == len(pieces) else {}
    if not counts:
        return NOBODY
    about = sum(counts.values()) if starts else min(counts.values())
    if about > COMMON or len(counts) > STARTS:
        return None
    asked = (" OR " if starts else " AND ").join('"{}"'.format(term.replace('"', '""')) for term in counts)
    return Candidates(f'SELECT rowid FROM "{index.name}" WHERE "{index.name}" MATCH %s', (asked,), about)  # noqa: S608


def _triples(index: TextIndex, where: str, *values: str) -> dict[str, int]:
    """Triples that are in the table, each with the number of rows that have it."""
    with connection.cursor() as cursor:
        sql = f'SELECT term, doc FROM "{index.name}_list" WHERE {where} LIMIT %s'  # noqa: S608
        cursor.execute(sql, [*values, STARTS + 1])
        return dict(cursor.fetchall())


def sought(
    rows: QuerySet[Any],
    candidates: Iterable[Candidates | None],
    units: Sequence[int] | None = None,
    *,
    alone: bool = False,
) -> list[Any] | None:
    """Keys of at most MOST + 1 of these rows that are candidates too; None where no word tells.

    `alone`: nothing but the words narrows the rows, so that candidates are soon enough.

    A word that names few rows leads to them; one that names more is looked up for each row of `units`, the
    units that the rows are restricted to already: the planner cannot know that those are the shorter way.
    """
    told = [each for each in candidates if each]
    if not told:
        return None
    best = min(told, key=lambda each: each.about)
    if best.condition is not None and best.about > MOST and units is None:
        return None
    if best.condition is not None:
        rows = rows.filter(*[each.condition for each in told if each.condition is not None])
        rows = rows if units is None else rows.filter(unit__in=units)
    elif best.about <= MOST or alone:
        rows = rows.filter(pk__in=best.keys)
    else:
        rows = rows.annotate(key_of_text=F("pk") + 0).filter(key_of_text__in=best.keys)
        rows = rows if units is None else rows.filter(unit__in=units)
    return _keys(rows.order_by().values_list("pk")[: MOST + 1])


def _keys(rows: QuerySet[Any]) -> list[Any]:
    """Ten thousand keys in one piece: the ORM would take them by the hundred."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [key for (key,) in cursor.fetchall()]


def truth(sql: str, *values: Any) -> Q:
    """A condition in the words of the database; its columns are named with their table."""
    return Q(RawSQL(sql, values, output_field=BooleanField()))  # noqa: S611  (made here, of names of columns)


def among(keys: list[Any]) -> RawSQL:
    """Keys as a subquery: one parameter, however many they are."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [keys])
    return RawSQL("SELECT value FROM json_each(%s)", [str(keys)])


def narrowed(rows: QuerySet[M], index: TextIndex, word: str) -> QuerySet[M]:
    """Rows of the index' own table without those that cannot have the word."""
    found = having(index, word)
    return rows.filter(pk__in=found.keys) if found else rows
