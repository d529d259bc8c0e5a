"""Brand switching: what customers of each brand are worth to all of them, and each brand's share of that.

Rust, Lemon, Zeithaml (2004), Return on Marketing: Using Customer Equity to Focus Marketing Strategy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .purchases import Floats, Unfit

PRIOR = 0.5
CELLS = 2_000_000
"""Cells of all tables that are reckoned at once."""


@dataclass(frozen=True, slots=True)
class Equity:
    """Of all brands: `occasions[i, j]` discounted purchases of j by one who begins with i."""

    occasions: Floats
    equity: Floats
    share: Floats
    count_share: Floats


def matrix(last: Sequence[int], following: Sequence[int], brands: int, prior: float = PRIOR) -> Floats:
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
    """95 % intervals [2] of the own brand's equity and of its share, by drawing respondents again.

    Respondents with the same two answers are alike, so that a draw of them is one multinomial draw of the
    cells of the table; many draws are reckoned at once, [draws, brands, brands].
    """
    if discount <= 0:
        raise Unfit("the discount must be above 0: without it the value has no end")
    cells = np.zeros((brands, brands))
    np.add.at(cells, (np.asarray(last, dtype=np.int64), np.asarray(following, dtype=np.int64)), 1.0)
    n, rng = int(cells.sum()), np.random.default_rng(1)
    earned, step = np.asarray(margins, dtype=np.float64), max(1, CELLS // brands**2)
    equities, shares = [], []
    for begin in range(0, draws, step):
        drawn = rng.multinomial(n, cells.ravel() / n, size=min(step, draws - begin))
        table = drawn.reshape(-1, brands, brands).astype(np.float64)
        chances = table + PRIOR
        chances /= chances.sum(axis=2, keepdims=True)
        occasions = np.linalg.inv(np.eye(brands) - chances / (1 + discount))
        equity = np.einsum("db,dbj->dj", table.sum(axis=2) / n * market, occasions) * earned
        equities.append(equity[:, own])
        shares.append(equity[:, own] / equity.sum(axis=1))
    ends = [2.5, 97.5]
    return np.percentile(np.concatenate(equities), ends), np.percentile(np.concatenate(shares), ends)
