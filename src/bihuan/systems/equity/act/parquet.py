"""Millions of order lines from a Parquet file, through the same judgement as a spreadsheet's."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from django.db import transaction

from bihuan.inputs import BadInput
from bihuan.kernel.act.events import record
from bihuan.kernel.bulk import Table
from bihuan.kernel.models import Unit, User

from ..models import Problem, Purchase
from ..rules.money import HOUSE, PLACES
from .orders import judge

NEEDED = ("order", "customer", "date", "amount")
OPTIONAL = {"line": "1", "currency": f"'{HOUSE}'", "category": "''", "refund_of": "''"}
COLUMNS = (
    *("order", "line", "number", "on", "amount", "currency", "category", "refund_of"),
    *("unit_id", "day", "value", "problem"),
)
PIECE, SHOWN = 20_000, 20
MOST_FAULTS = 10_000
"""Faults that are listed; the others are counted."""
MOST_ROWS = 200_000_000
MEMORY = "1GB"
"""What the engine may take; beyond it works on the disk."""
LOOKED_UP = 5_000
LIMITS = {"order": 40, "customer": 32, "category": 60, "refund_of": 40}


class Brought(NamedTuple):
    """`repeated` rows were in the file twice, word for word, and count once."""

    rows: int
    repeated: int


class Fault(NamedTuple):
    """One row that cannot be read; `column` is the file's own name."""

    row: int
    column: str
    value: str
    why: str
    """A key of `words.FAULTS`."""


class Unreadable(BadInput):
    """Rows of the file cannot be read; nothing was written."""

    def __init__(self, text: str, faults: list[Fault], count: int) -> None:
        super().__init__(text)
        self.faults, self.count = faults, count


def import_parquet(*, path: Path, unit: Unit, today: date, user: User | None = None) -> Brought:
    """All or nothing: lines that are there already are overwritten, those of unknown customers wait.

    Raises Unreadable with the first rows that cannot be read, BadInput for what is no such file, or for one
    that gives an order line two meanings.
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


def bring_by_pieces(
    *, path: Path, unit: Unit, today: date, user: User, tell: Callable[[int, int], None]
) -> Brought:
    """The same for a job: the whole file is judged first, then pieces are committed one after another.

    So nobody waits for a lock as long as millions of lines take. Until the end no new line counts; a job that
    is killed and begins anew finds its lines and overwrites them. Raises what `import_parquet` raises, and
    Unreadable for order lines that belong to a unit outside the user's.
    """
    with duckdb.connect(":memory:") as engine:
        _prepare(engine, path)
        _refuse_unreadable(engine, path)
        rows, distinct = _counts(engine, path)
        _refuse_foreign(engine, path, user)
        table, done = Table(Purchase, *COLUMNS), 0
        for piece in _pieces(engine, unit.pk, Problem.CUSTOMER.value):
            with transaction.atomic():
                table.upsert(piece, ("order", "line"))
            done += len(piece)
            tell(done, distinct)
    with transaction.atomic():
        judge(today=today)
        record(verb="equity.orders", actor=user, subject=f"unit:{unit.pk}", rows=distinct)
    return Brought(distinct, rows - distinct)


def _prepare(engine: duckdb.DuckDBPyConnection, path: Path) -> None:
    if not path.is_file():
        raise BadInput(f"{path}: there is no such file")
    try:
        engine.execute(f"SET memory_limit='{MEMORY}'")
        engine.execute(f"SET temp_directory={_text(path.parent / 'spill')}")
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


WRONG = {
    ("order", "number_", "empty"): "coalesce(number_, '') = ''",
    ("order", "number_", "long"): f"length(number_) > {LIMITS['order']}",
    ("customer", "customer", "empty"): "coalesce(customer, '') = ''",
    ("customer", "customer", "long"): f"length(customer) > {LIMITS['customer']}",
    ("date", "day", "date"): "day IS NULL",
    ("amount", "minor", "amount"): "minor IS NULL",
    ("amount", "minor", "fine"): "minor <> round(minor)",
    ("line", "line", "line"): "line < 1",
    ("currency", "currency", "currency"): "length(currency) <> 3",
    ("category", "category", "long"): f"length(category) > {LIMITS['category']}",
    ("refund_of", "refund_of", "long"): f"length(refund_of) > {LIMITS['refund_of']}",
}
"""By column of the file, as the engine names it, and why: what makes a row unreadable."""


def _refuse_unreadable(engine: duckdb.DuckDBPyConnection, path: Path) -> None:
    total = engine.execute("SELECT count(*) FROM given").fetchall()[0][0]
    if total > MOST_ROWS:
        raise BadInput(f"{path}: {total} rows are more than {MOST_ROWS}. Split the file")
    wrong = " OR ".join(f"({where})" for where in WRONG.values())
    count = int(engine.execute(f"SELECT count(*) FROM lines WHERE {wrong}").fetchall()[0][0])  # noqa: S608
    if count:
        found = _faults(engine)
        named = ", ".join(str(row) for row in sorted({fault.row for fault in found})[:SHOWN])
        raise Unreadable(
            f"{path}: {count} rows have no readable order, customer, date or amount (or too long a text),"
            f" the first: rows {named}. Nothing was imported",
            found,
            count,
        )


def _faults(engine: duckdb.DuckDBPyConnection) -> list[Fault]:
    """The first of them, by row of the file."""
    each = " UNION ALL ".join(
        f"SELECT row_no, '{column}', left({own}::VARCHAR, 80), '{why}' FROM lines WHERE {where}"  # noqa: S608
        for (column, own, why), where in WRONG.items()
    )
    rows = engine.execute(f"SELECT * FROM ({each}) ORDER BY 1, 2 LIMIT {MOST_FAULTS}").fetchall()  # noqa: S608
    return [Fault(int(row), column, value or "", why) for row, column, value, why in rows]


def _refuse_foreign(engine: duckdb.DuckDBPyConnection, path: Path, user: User) -> None:
    """Order lines that are there already and belong to somebody else's unit are nobody's to overwrite."""
    if user.unit.parent_id is None:
        return
    found: list[Fault] = []
    asked = engine.execute("SELECT min(row_no), number_, line FROM lines GROUP BY number_, line ORDER BY 1")
    while rows := asked.fetchmany(LOOKED_UP):
        at = {(order, line): row for row, order, line in rows}
        there = Purchase.objects.filter(order__in={order for order, _line in at})
        outside = there.exclude(unit__path__startswith=user.unit.path).order_by()
        for key in outside.values_list("order", "line"):
            if key in at and len(found) < MOST_FAULTS:
                found.append(Fault(int(at[key]), "order", f"{key[0]} / {key[1]}", "foreign"))
    if found:
        raise Unreadable(
            f"{path}: {len(found)} order lines exist already, outside your units. Nothing was imported",
            sorted(found),
            len(found),
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


def _pieces(
    engine: duckdb.DuckDBPyConnection, unit: int, problem: str = ""
) -> Iterator[list[tuple[Any, ...]]]:
    """`problem` stands with each line until it is judged."""
    asked = engine.execute(
        "SELECT DISTINCT number_, line, customer, day, minor::BIGINT, currency, category, refund_of,"
        " epoch(day)::BIGINT // 86400 FROM lines"
    )
    while rows := asked.fetchmany(PIECE):
        yield [(*row[:3], row[3], *row[4:8], unit, row[8], 0, problem) for row in rows]


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
