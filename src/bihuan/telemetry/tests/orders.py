"""Order lines for tests, as Parquet."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def written(path: Path, rows: Iterable[Sequence[Any]], columns: str = "customer, day, amount") -> Path:
    values = ", ".join(f"({', '.join(f'{value}::BIGINT' for value in row)})" for row in rows)
    where = str(path).replace("'", "''")
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {values}) AS t({columns})) TO '{where}' (FORMAT parquet)")
    return path


def many(n: int) -> tuple[Ints, Ints, Ints]:
    """Customers, days and amounts, the same at each call."""
    rng = np.random.default_rng(11)
    return rng.integers(0, n // 8, n), rng.integers(18_000, 19_095, n), rng.integers(100, 90_000, n)
