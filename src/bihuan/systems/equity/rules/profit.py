"""What customers contribute: their margin less what it costs to win and to serve them."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from .purchases import Floats

Z = 1.959964


@dataclass(frozen=True, slots=True)
class Rate:
    """A ratio of sums over n customers with its 95 % interval; the interval is None for fewer than two."""

    value: float
    low: float | None
    high: float | None
    n: int


def rate(profit: Floats, sales: Floats) -> Rate | None:
    """Σ profit ÷ Σ sales; None without sales.

    The interval is that of a ratio estimator (Cochran, Sampling Techniques, 6.4): it says how much another
    draw of such customers would differ, not that anything was sampled.
    """
    total = float(sales.sum())
    if total <= 0:
        return None
    value, n = float(profit.sum()) / total, len(sales)
    if n < 2:
        return Rate(value, None, None, n)
    residual = profit - value * sales
    half = Z * sqrt(n * float(residual @ residual) / (n - 1)) / total
    return Rate(value, value - half, value + half, n)


def mean(values: Floats, least: int) -> tuple[float, float, float] | None:
    """Mean with its 95 % interval; None for fewer than `least` values."""
    if len(values) < max(least, 2):
        return None
    middle, half = float(values.mean()), Z * float(np.std(values, ddof=1)) / sqrt(len(values))
    return middle, middle - half, middle + half
