"""The median with an interval that assumes no shape: times on a page are far from normal."""

from collections.abc import Sequence

from bihuan.kernel.rules.measures.distributions import binomial_cdf
from bihuan.kernel.rules.measures.interval import Interval


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two middle ones. Raises ValueError without values."""
    if not values:
        raise ValueError("a median of nothing")
    row = sorted(values)
    half = len(row) // 2
    return row[half] if len(row) % 2 else (row[half - 1] + row[half]) / 2


def median_interval(values: Sequence[float], confidence: float = 0.95) -> Interval | None:
    """From the r-th smallest value to the r-th largest (Conover, Practical Nonparametric Statistics, 3.2).

    r is as large as P(X < r) ≤ (1 − confidence)/2 allows for X binomial(n, ½). None where not even the
    smallest and the largest value cover that much: below six values for 95 %.
    """
    row, n = sorted(values), len(values)
    low, high = 0, n // 2
    while low < high:
        middle = (low + high + 1) // 2
        if binomial_cdf(middle - 1, n, 0.5) <= (1 - confidence) / 2:
            low = middle
        else:
            high = middle - 1
    return Interval(row[low - 1], row[n - low]) if low else None
