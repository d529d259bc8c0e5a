"""Published data: the tenth of CDNOW and the donations that `lifetimes` ships."""

from functools import cache
from importlib.metadata import distribution
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from bihuan.systems.equity.rules.purchases import Purchases, grouped

DONATIONS = "donations"
CDNOW = "cdnow_customers_summary_with_transactions"

NAMES = {"x": "frequency", "t_x": "recency", "zbar": "monetary_value"}


@cache
def table(name: str) -> Any:
    """Read as a file: its own loader needs a module that newer Pythons lack."""
    found = pd.read_csv(str(distribution("Lifetimes").locate_file(f"lifetimes/datasets/{name}.csv")))
    return found.rename(columns=NAMES)


@cache
def customers() -> Purchases:
    """2,357 customers in weeks."""
    found = table(CDNOW)
    return grouped(found["frequency"], found["recency"], found["T"])
