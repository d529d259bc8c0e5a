"""Models of customer value from files alone: no database of the house, no Django, no clock."""

import csv
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import numpy as np

from bihuan.inputs import BadInput

from .rules import contract, gammagamma, scoring, switching
from .rules.fitting import Fit
from .rules.occasions import Summary, summarise
from .rules.purchases import Ints, Purchases, Unfit, grouped

Document = dict[str, Any]
EPOCH = date(1970, 1, 1)
WEEK, CENT = 7, 100
COLUMNS = ("customer", "date", "amount")
READ = (
    "SELECT customer::VARCHAR, (date::VARCHAR)[1:10], amount::VARCHAR,"
    " epoch(try_cast((date::VARCHAR)[1:10] AS DATE))::BIGINT // 86400,"
    " round(try_cast(amount::VARCHAR AS DECIMAL(18, 4)) * 100)::BIGINT FROM "
)


@dataclass(frozen=True, slots=True)
class Transactions:
    """`names[code]` is a customer; days since 1970, amounts in cents."""

    names: list[str]
    customer: Ints
    day: Ints
    amount: Ints


def read_transactions(path: Path) -> Transactions:
    """Columns customer, date (2026-09-30), amount; CSV or Parquet. Raises BadInput naming file, line and
    field."""
    import duckdb

    if not path.is_file():
        raise BadInput(f"{path}: there is no such file")
    parquet = path.suffix.lower() == ".parquet"
    source = "read_parquet(?)" if parquet else "read_csv(?, all_varchar = true, header = true)"
    try:
        with duckdb.connect(":memory:") as engine:
            found = engine.execute(READ + source, [str(path)]).fetchnumpy()
    except duckdb.Error as error:
        raise BadInput(f"{path}: {_missing(path, str(error), parquet)}") from None
    name, _text, _amount, day, cents = found.values()
    lacking = np.ma.getmaskarray(day) | np.ma.getmaskarray(cents) | np.ma.getmaskarray(name)
    if lacking.any():
        raise _first_fault(path, int(np.flatnonzero(lacking)[0]), parquet)
    if not len(name):
        raise BadInput(f"{path}: no transactions")
    names, customer = np.unique(np.asarray(name, dtype=str), return_inverse=True)
    return Transactions(
        [str(each) for each in names],
        np.asarray(customer, dtype=np.int64),
        np.asarray(day, dtype=np.int64),
        np.asarray(cents, dtype=np.int64),
    )


def _missing(path: Path, error: str, parquet: bool) -> str:
    """A missing column by its name; anything else in the engine's first line."""
    if not parquet:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            header = next(csv.reader(file), [])
        for column in COLUMNS:
            if column not in header:
                return f"1: {column}: this column is missing"
    return error.splitlines()[0]


def _first_fault(path: Path, at: int, parquet: bool) -> BadInput:
    """Names the line and field; a CSV file is read again for it, slowly and in order."""
    if parquet:
        return BadInput(f"{path}: row {at + 1}: date or amount cannot be read")
    with path.open(encoding="utf-8-sig", newline="") as file:
        for reader in (csv.DictReader(file),):
            for row in reader:
                if not (row["customer"] or "").strip():
                    return BadInput.at(path, reader.line_num, "customer", "is empty")
                try:
                    date.fromisoformat((row["date"] or "").strip()[:10])
                except ValueError:
                    return BadInput.at(
                        path, reader.line_num, "date", f"{row['date']!r} is no date such as 2026-09-30"
                    )
                try:
                    Decimal((row["amount"] or "").strip())
                except InvalidOperation:
                    return BadInput.at(path, reader.line_num, "amount", f"{row['amount']!r} is no number")
    return BadInput(f"{path}: a row cannot be read")


def summary_of(rows: Transactions, end: date | None) -> Summary:
    """Up to `end`, by default the last date of the file. Raises BadInput for later rows, which would not
    count."""
    last = int(rows.day.max())
    closing = last if end is None else (end - EPOCH).days
    if last > closing:
        late = int((rows.day > closing).sum())
        raise BadInput(f"--end: {late} transactions lie after it")
    try:
        return summarise(rows.customer, rows.day, rows.amount, closing)
    except Unfit as error:
        raise BadInput(str(error)) from None


def in_weeks(found: Summary) -> Purchases:
    return grouped(found.x, found.last / WEEK, found.age / WEEK)


def fit(path: Path, model: str, end: date | None = None) -> Document:
    """Estimates of one model, time in weeks, money as in the file. Raises BadInput when it cannot be
    fitted."""
    if model == "sbg":
        return _document(model, _tried(lambda: contract.fit_renewals(_cohort(path))), None)
    found = summary_of(read_transactions(path), end)
    if model == "gamma-gamma":
        return _document(model, _tried(lambda: gammagamma.fit(found.x, found.mean / CENT)), found)
    return _document(model, _tried(lambda: scoring.fit_purchases(model, in_weeks(found))), found)


def _tried(run: Any) -> Fit:
    try:
        found: Fit = run()
    except Unfit as error:
        raise BadInput(str(error)) from None
    return found


def _document(model: str, found: Fit, summary: Summary | None) -> Document:
    return {
        "model": model,
        "parameters": found.as_dict(),
        "standard_errors": dict(zip(found.names, found.se, strict=True)),
        "log_likelihood": found.likelihood,
        "customers": len(summary.customer) if summary else found.customers,
        "repeaters": summary.repeaters if summary else None,
        "converged": found.converged,
        "message": found.message,
    }


def _cohort(path: Path) -> list[float]:
    """One count a line: how many are left at the start and after each renewal."""
    left = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        text = line.strip()
        if not text or (number == 1 and text.lower() == "survivors"):
            continue
        try:
            left.append(float(text))
        except ValueError:
            raise BadInput.at(path, number, "survivors", f"{text!r} is no number") from None
    return left


def score(path: Path, months: int, rate: float, model: str = "bg-nbd", end: date | None = None) -> Document:
    """Every customer's chance to be alive, expected purchases and value over the horizon (`rate` a month)."""
    rows = read_transactions(path)
    found = summary_of(rows, end)
    data = in_weeks(found)
    purchases = _tried(lambda: scoring.fit_purchases(model, data))
    value = _tried(lambda: gammagamma.fit(found.x, found.mean / CENT))
    for name, one in ((model, purchases), ("gamma-gamma", value)):
        if not one.converged:
            raise BadInput(f"{path}: {name} did not come to an end ({one.message}): nobody can be valued")
    try:
        each = scoring.values(
            model, purchases, value, data, found.x, found.mean / CENT, months=months, rate=rate
        )
    except Unfit as error:
        raise BadInput(str(error)) from None
    return {
        "purchases": _document(model, purchases, found),
        "value": _document("gamma-gamma", value, found),
        "horizon_months": months,
        "monthly_rate": rate,
        "customers": [
            {
                "customer": rows.names[code],
                "alive": float(each.alive[k]),
                "expected": float(each.expected[k]),
                "each": float(each.each[k]),
                "value": float(each.worth[k]),
            }
            for k, code in enumerate(found.customer)
        ],
        "equity": float(each.worth.sum()),
    }


def switch(path: Path) -> Document:
    """`{"brands", "matrix", "customers", "margins", "discount"[, "after", "cost"]}` → equity, shares and
    return.

    `after` is the switching matrix that a measure is expected to bring, `cost` what it costs the first brand.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        brands = [str(each) for each in given["brands"]]
        held, margins = [float(n) for n in given["customers"]], [float(n) for n in given["margins"]]
        discount = float(given["discount"])
        matrix, after = given["matrix"], given.get("after")
        if not len(brands) == len(held) == len(margins) == len(matrix):
            raise BadInput(f"{path}: brands, matrix, customers and margins must be of one length")
        now = switching.customer_equity(np.asarray(matrix, dtype=np.float64), held, margins, discount)
        found: Document = {
            "equity": dict(zip(brands, now.equity.tolist(), strict=True)),
            "equity_share": dict(zip(brands, now.share.tolist(), strict=True)),
            "market_share": dict(zip(brands, now.count_share.tolist(), strict=True)),
            "occasions": now.occasions.tolist(),
        }
        if after is not None:
            then = switching.customer_equity(np.asarray(after, dtype=np.float64), held, margins, discount)
            gain = float(then.equity[0] - now.equity[0])
            found |= {"gain": gain, "return": switching.return_on_marketing(gain, float(given["cost"]))}
    except KeyError as error:
        raise BadInput(f"{path}: {error.args[0]} is missing") from None
    except (Unfit, TypeError, ValueError) as error:
        raise BadInput(f"{path}: {error}") from None
    return found
