"""Brand switching: what customers of each brand are worth to all of them, and each brand's share of that.

Rust, Lemon, Zeithaml (2004), Return on Marketing: Using Customer Equity to Focus Marketing Strategy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .purchases import Floats, Unfit


@dataclass(frozen=True, slots=True)
class Equity:
    """Of all brands: `occasions[i, j]` discounted purchases of j by one who begins with i."""

    occasions: Floats
    equity: Floats
    share: Floats
    count_share: Floats


def matrix(last: Sequence[int], following: Sequence[int], brands: int, prior: float = 0.5) -> Floats:
    """Chance to buy brand j next after brand i, from two answers of each respondent.

    `prior` is added to each cell, so that a brand that few named keeps a chance. Rows sum to 1.
    """
    counts = np.full((brands, brands), prior)
    np.add.at(counts, (np.asarray(last, dtype=np.int64), np.asarray(following, dtype=np.int64)), 1.0)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True), dtype=np.float64)


def customer_equity(
    switching: Floats, customers: Sequence[float], margins: Sequence[float], discount: float
) -> Equity:
    """Value of all customers to each brand, first purchase now, without end.

    Occasions are the rows of (I - P/(1+d))^-1: the purchase now with chance 1 for the brand of today. Raises
    Unfit for a matrix whose rows do not sum to one, or a discount at which the sum has no end.
    """
    p = np.asarray(switching, dtype=np.float64)
    if p.ndim != 2 or p.shape[0] != p.shape[1] or (p < 0).any() or not np.allclose(p.sum(axis=1), 1):
        raise Unfit("the chances of a row must sum to 1")
    if discount <= 0:
        raise Unfit("the discount must be above 0: without it the value has no end")
    occasions = np.linalg.inv(np.eye(len(p)) - p / (1 + discount))
    held = np.asarray(customers, dtype=np.float64)
    equity = held @ occasions * np.asarray(margins, dtype=np.float64)
    return Equity(
        occasions=np.asarray(occasions, dtype=np.float64),
        equity=np.asarray(equity, dtype=np.float64),
        share=np.asarray(equity / equity.sum(), dtype=np.float64),
        count_share=np.asarray(held / held.sum(), dtype=np.float64),
    )


def return_on_marketing(gain: float, cost: float) -> float:
    """(gain in customer equity - cost) / cost."""
    if cost <= 0:
        raise Unfit("a return needs a cost above 0")
    return (gain - cost) / cost


def share_interval(
    last: Sequence[int],
    following: Sequence[int],
    brands: int,
    market: float,
    margins: Sequence[float],
    discount: float,
    own: int,
    draws: int = 400,
) -> tuple[Floats, Floats]:
    """95 % intervals [2] of the own brand's equity and of its share, by drawing respondents again."""
    rng = np.random.default_rng(1)
    first, second = np.asarray(last, dtype=np.int64), np.asarray(following, dtype=np.int64)
    found = []
    for _ in range(draws):
        drawn = rng.integers(0, len(first), len(first))
        held = np.bincount(first[drawn], minlength=brands) / len(first) * market
        again = customer_equity(
            matrix(list(first[drawn]), list(second[drawn]), brands), list(held), margins, discount
        )
        found.append((again.equity[own], again.share[own]))
    low_high = np.percentile(np.array(found), [2.5, 97.5], axis=0)
    return low_high[:, 0], low_high[:, 1]
