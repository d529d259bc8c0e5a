"""Published data: the tenth of CDNOW and the donations that `lifetimes` ships."""

import warnings
from functools import cache
from typing import Any

from bihuan.systems.equity.rules.purchases import Purchases, grouped


@cache
def table(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes import datasets

        return getattr(datasets, f"load_{name}")()


@cache
def customers() -> Purchases:
    """2,357 customers in weeks."""
    found = table("cdnow_summary_data_with_monetary_value")
    return grouped(found["frequency"], found["recency"], found["T"])
