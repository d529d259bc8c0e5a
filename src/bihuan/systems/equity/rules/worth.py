"""Lifetime value: expected purchases, times what they bring, discounted. Each function states its
convention."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from .purchases import Floats

MONTH_WEEKS = 4.345
"""Weeks a month, as lifetimes has it."""
Margin = Literal["after", "at once"]


def discounted(
    expected: Callable[[float], Floats], value: Floats, *, months: int, month: float, rate: float
) -> Floats:
    """Value of the purchases of the next months by row, the purchases of month k discounted by (1+rate)^k.

    `expected(t)` purchases within the next t, `value` of one of them, `month` in the same unit of time,
    `rate` a
    month. Nothing is added for what was bought before, nothing taken off for what it cost to win the
    customer.
    """
    total = np.zeros_like(value)
    before = np.zeros_like(value)
    for k in range(1, months + 1):
        upto = expected(k * month)
        total += (upto - before) / (1 + rate) ** k
        before = upto
    return total * value


def multiple(retention: float, rate: float, margin: Margin = "after") -> float:
    """Margins that a customer is worth who stays each year with chance `retention` (Gupta, Lehmann 2003).

    r / (1+i-r) with the first margin a year from now; one more with the first margin at once.
    Raises ValueError for a retention outside 0..1 or a rate at which the sum has no end.
    """
    if not 0 <= retention <= 1 or 1 + rate - retention <= 0:
        raise ValueError("retention must lie in 0..1 and below 1 + rate")
    found = retention / (1 + rate - retention)
    return found + 1 if margin == "at once" else found


def segments(worth: Floats, of: Floats) -> dict[int, tuple[int, float, float]]:
    """By segment number: customers, average value, and both multiplied: the segment's equity."""
    found: dict[int, tuple[int, float, float]] = {}
    for key in np.unique(of):
        mine = worth[of == key]
        found[int(key)] = (len(mine), float(mine.mean()), float(mine.sum()))
    return found
