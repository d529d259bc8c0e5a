"""LMG shares with a bootstrap, many draws at once: what `kernel.rules.measures.drivers` does, in arrays.

Rows that are alike are one row with a weight, so 100,000 answers cost what their different ones cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from bihuan.kernel.rules.measures.interval import NORMAL, Interval, critical

MOST, PER_DRIVER, DRAWS, SEED = 12, 10, 200, 19800101
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of R² in the order of the drivers; `few`: fewer than ten answers a driver."""

    shares: list[float]
    intervals: list[Interval]
    r_squared: float
    n: int
    few: bool


def shares(drivers: Sequence[Sequence[float]], outcome: Sequence[float], *, draws: int = DRAWS) -> Shares:
    """Exact for up to 12 drivers; the interval is the bias-corrected one of a multinomial bootstrap (Efron
    1987): a share of R² near nothing is drawn too large almost always, and its plain interval misses it.

    Raises ValueError beyond 12, for too few answers, or when a column does not vary or is the sum of others.
    """
    k, n = len(drivers), len(outcome)
    if not 1 <= k <= MOST or n <= k + 1:
        raise ValueError(f"{k} drivers and {n} answers: 1 to {MOST}, and more answers than that")
    table, count = np.unique(
        np.column_stack([*drivers, outcome]).astype(np.float64), axis=0, return_counts=True
    )
    whole = _lmg(_correlations(table, count[None, :].astype(np.float64)))
    if not np.isfinite(whole).all():
        raise ValueError("a column does not vary, or is the sum of others")
    drawn = np.random.default_rng(SEED).multinomial(n, count / n, size=draws).astype(np.float64)
    found = _lmg(_correlations(table, drawn))
    found = found[np.isfinite(found).all(axis=1)]
    return Shares(
        shares=[float(each) for each in whole[0]],
        intervals=[_corrected(found[:, at], float(whole[0][at])) for at in range(k)],
        r_squared=float(whole[0].sum()),
        n=n,
        few=n < PER_DRIVER * k,
    )


def _corrected(drawn: Floats, share: float, confidence: float = 0.95) -> Interval:
    """The draws' quantiles at Φ(2·z₀ ± z), where Φ(z₀) of the draws lie below the share itself."""
    if not len(drawn):
        return Interval(share, share)
    edge = 1 / (2 * len(drawn))
    below = float((drawn < share).mean() + (drawn == share).mean() / 2)
    z0, z = NORMAL.inv_cdf(min(max(below, edge), 1 - edge)), critical(confidence)
    low, high = np.quantile(drawn, (NORMAL.cdf(2 * z0 - z), NORMAL.cdf(2 * z0 + z)))
    return Interval(min(float(low), share), max(float(high), share))


def _correlations(table: Floats, weights: Floats) -> Floats:
    """(draws, k+1, k+1) from rows and their weights a draw; not finite where a column does not vary."""
    total = weights.sum(axis=1)[:, None]
    mean = weights @ table / total
    width = table.shape[1]
    products = (table[:, :, None] * table[:, None, :]).reshape(len(table), width * width)
    second = (weights @ products / total).reshape(-1, width, width)
    cov: Floats = second - mean[:, :, None] * mean[:, None, :]
    spread = np.sqrt(np.clip(np.einsum("bii->bi", cov), 0, None))
    with np.errstate(invalid="ignore", divide="ignore"):
        tiny = spread < 1e-9 * np.maximum(1.0, np.abs(mean))
        spread = np.where(tiny, np.nan, spread)
        found: Floats = cov / (spread[:, :, None] * spread[:, None, :])
    return found


def _lmg(matrix: Floats) -> Floats:
    """(draws, k): the Shapley value of R², from R² of each subset in Gray order by one sweep a step."""
    draws, k = matrix.shape[0], matrix.shape[1] - 1
    work, mask = matrix.copy(), 0
    explained = np.zeros((1 << k, draws))
    with np.errstate(invalid="ignore", divide="ignore"):
        for step in range(1, 1 << k):
            at = (step & -step).bit_length() - 1
            mask ^= 1 << at
            work = _swept(work, at, 1.0 if mask >> at & 1 else -1.0)
            explained[mask] = 1 - work[:, k, k]
    found = np.zeros((draws, k))
    masks = np.arange(1 << k)
    size = np.array([int(each).bit_count() for each in masks])
    weight = np.array([1 / (k * comb(k - 1, s)) if s < k else 0.0 for s in range(k + 1)])
    for at in range(k):
        without = masks[(masks >> at & 1) == 0]
        gain = explained[without | 1 << at] - explained[without]
        found[:, at] = weight[size[without]] @ gain
    return found


def _swept(work: Floats, at: int, sign: float) -> Floats:
    """Beaton's sweep of one pivot in every draw; a pivot that is nothing makes its draw not finite."""
    pivot = work[:, at, at]
    pivot = np.where(np.abs(pivot) < 1e-10, np.nan, pivot)
    row, column = work[:, at, :].copy(), work[:, :, at].copy()
    swept: Floats = work - column[:, :, None] * row[:, None, :] / pivot[:, None, None]
    swept[:, at, :] = sign * row / pivot[:, None]
    swept[:, :, at] = sign * column / pivot[:, None]
    swept[:, at, at] = -1 / pivot
    return swept
