"""Millions of order lines from a Parquet file, through the same judgement as a spreadsheet's."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from django.db import transaction

from bihuan.inputs import BadInput
from bihuan.kernel.act.events import record
from bihuan.kernel.bulk import Table
from bihuan.kernel.models import Unit, User

from ..models import Purchase
from ..rules.money import HOUSE, PLACES
from .orders import judge

NEEDED = ("order", "customer", "date", "amount")
OPTIONAL = {"line": "1", "currency": f"'{HOUSE}'", "category": "''", "refund_of": "''"}
COLUMNS = (
    *("order", "line", "number", "on", "amount", "currency", "category", "refund_of"),
    *("unit_id", "day", "value", "problem"),
)
PIECE, SHOWN = 20_000, 20
LIMITS = {"order": 40, "customer": 32, "category": 60, "refund_of": 40}


class Brought(NamedTuple):
    """`repeated` rows were in the file twice, word for word, and count once."""

    rows: int
    repeated: int


def import_parquet(*, path: Path, unit: Unit, today: date, user: User | None = None) -> Brought:
    """All or nothing: lines that are there already are overwritten, those of unknown customers wait.

    Raises BadInput naming the first rows that cannot be read, or that give one order line two meanings.
    """
    with duckdb.connect(":memory:") as engine:
        _prepare(engine, path)
        _refuse_unreadable(engine, path)
        rows, distinct = _counts(engine, path)
        table = Table(Purchase, *COLUMNS)
        with transaction.atomic():
            for piece in _pieces(engine, unit.pk):
                table.upsert(piece, ("order", "line"))
            judge(today=today)
            record(verb="equity.orders", actor=user, subject=f"unit:{unit.pk}", rows=distinct)
    return Brought(distinct, rows - distinct)


def _prepare(engine: duckdb.DuckDBPyConnection, path: Path) -> None:
    if not path.is_file():
        raise BadInput(f"{path}: there is no such file")
    try:
        engine.execute("CREATE VIEW given AS SELECT * FROM read_parquet(?)".replace("?", _text(path)))
        found = {row[0] for row in engine.execute("DESCRIBE given").fetchall()}
    except duckdb.Error as error:
        raise BadInput(f"{path}: {str(error).splitlines()[0]}") from None
    for name in NEEDED:
        if name not in found:
            raise BadInput(f"{path}: {name}: this column is missing")
    own = {name: f'"{name}"' if name in found else usual for name, usual in OPTIONAL.items()}
    money = f"upper(coalesce({own['currency']}::VARCHAR, '{HOUSE}'))"
    shift = " ".join(f"WHEN '{name}' THEN {10**digits}" for name, digits in PLACES.items())
    engine.execute(
        'CREATE TEMP VIEW lines AS SELECT row_number() OVER () AS row_no, trim("order"::VARCHAR) AS number_,'  # noqa: S608
        f" coalesce(try_cast({own['line']} AS INTEGER), 1) AS line, trim(customer::VARCHAR) AS customer,"
        f' try_cast("date" AS DATE) AS day, {money} AS currency,'
        f" try_cast(amount::VARCHAR AS DECIMAL(20, 5)) * (CASE {money} {shift} ELSE 100 END) AS minor,"
        f" coalesce({own['category']}::VARCHAR, '') AS category,"
        f" coalesce({own['refund_of']}::VARCHAR, '') AS refund_of FROM given"
    )


def _refuse_unreadable(engine: duckdb.DuckDBPyConnection, path: Path) -> None:
    wrong = (
        "coalesce(number_, '') = '' OR coalesce(customer, '') = '' OR day IS NULL OR minor IS NULL"
        " OR minor <> round(minor) OR line < 1 OR length(currency) <> 3"
        f" OR length(number_) > {LIMITS['order']} OR length(customer) > {LIMITS['customer']}"
        f" OR length(category) > {LIMITS['category']} OR length(refund_of) > {LIMITS['refund_of']}"
    )
    count = engine.execute(f"SELECT count(*) FROM lines WHERE {wrong}").fetchall()[0][0]  # noqa: S608
    if count:
        first = engine.execute(f"SELECT row_no FROM lines WHERE {wrong} ORDER BY 1 LIMIT {SHOWN}").fetchall()  # noqa: S608
        named = ", ".join(str(row[0]) for row in first)
        raise BadInput(
            f"{path}: {count} rows have no readable order, customer, date or amount (or too long a text),"
            f" the first: rows {named}. Nothing was imported"
        )


def _counts(engine: duckdb.DuckDBPyConnection, path: Path) -> tuple[int, int]:
    told = "number_, line, customer, day, currency, minor, category, refund_of"
    rows, whole, keys = engine.execute(
        f"SELECT (SELECT count(*) FROM lines), (SELECT count(*) FROM (SELECT DISTINCT {told} FROM lines)),"  # noqa: S608
        " (SELECT count(*) FROM (SELECT DISTINCT number_, line FROM lines))"
    ).fetchall()[0]
    if keys != whole:
        first = engine.execute(
            f"SELECT number_, line FROM (SELECT DISTINCT {told} FROM lines)"  # noqa: S608
            " GROUP BY number_, line HAVING count(*) > 1 ORDER BY 1, 2 LIMIT 1"
        ).fetchall()[0]
        raise BadInput(
            f"{path}: order {first[0]} line {first[1]} is in the file with different contents;"
            " give each line of an order its own number. Nothing was imported"
        )
    return int(rows), int(whole)


def _pieces(engine: duckdb.DuckDBPyConnection, unit: int) -> Iterator[list[tuple[Any, ...]]]:
    asked = engine.execute(
        "SELECT DISTINCT number_, line, customer, day, minor::BIGINT, currency, category, refund_of,"
        " epoch(day)::BIGINT // 86400 FROM lines"
    )
    while rows := asked.fetchmany(PIECE):
        yield [(*row[:3], row[3], *row[4:8], unit, row[8], 0, "") for row in rows]


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
