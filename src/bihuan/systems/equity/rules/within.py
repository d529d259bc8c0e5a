"""What cohorts still pay within the horizon of a lifetime value, so that both can be added.

A residual value has no end and its discount is of a period; the value of who buys without a contract ends
with its horizon and is discounted by the month. Here the payments of a cohort are cut and discounted as those
are: payment k falls k periods after the count and is divided by (1 + rate)^(k × months of a period). The
payment of the period that was just counted is over.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .cohorts import TAIL, Row, columns, refitted_chances, refitted_renewals
from .contract import Parameters, ahead_of, survival
from .purchases import Floats


class Worth(NamedTuple):
    """A value with the ends of its 95 % interval, over `n` customers."""

    value: float
    low: float
    high: float
    n: int


def discounts(months: int, horizon: int, rate: float) -> Floats:
    """One factor for each payment within the horizon; none where a period is longer than that."""
    return np.asarray((1 + rate) ** -(months * np.arange(1.0, horizon // months + 1)))


def renewals_within(standing: tuple[int, ...], weights: Floats, seed: int = 1) -> Worth:
    """Payments of those who are left: left × Σ S(n+k)/S(n) × weight k. Raises Unfit as the fit does."""
    fit, again = refitted_renewals(standing, seed)
    seen, left = len(standing) - 1, standing[-1]
    periods = np.arange(seen, seen + len(weights) + 1)

    def worth(one: Parameters) -> float:
        curve = survival(one, periods)
        return left * float(curve[1:] @ weights) / float(curve[0])

    return _told(worth(fit.as_dict()), [worth(one) for one in again], left)


def chances_within(rows: tuple[Row, ...], weights: Floats, seed: int = 1) -> Worth:
    """Purchases expected of all customers at the next chances, each × its weight. Raises Unfit."""
    fit, again = refitted_chances(rows, seed)
    x, last, chances, count = columns(rows)

    def worth(one: Parameters) -> float:
        return float(count @ ahead_of(one, x, last, chances, len(weights), weights)[1])

    return _told(worth(fit.as_dict()), [worth(one) for one in again], int(count.sum()))


def _told(value: float, drawn: Sequence[float], n: int) -> Worth:
    low, high = np.percentile(np.array(drawn), [TAIL, 100 - TAIL])
    return Worth(value, min(float(low), value), max(float(high), value), n)


def summed(parts: Sequence[Worth]) -> Worth:
    """The sum of estimates that rest on different data, with the interval of Zou and Donner (2008).

    Low end Σ v - √Σ (v - low)², high end Σ v + √Σ (high - v)² (MOVER): lopsided parts stay so.
    """
    value = sum(each.value for each in parts)
    below = sum((each.value - each.low) ** 2 for each in parts) ** 0.5
    above = sum((each.high - each.value) ** 2 for each in parts) ** 0.5
    return Worth(value, value - below, value + above, sum(each.n for each in parts))
