"""What a cohort of renewals or of chances says: fit, curve and value, each with its interval.

Intervals draw the customers again: of renewals that is one multinomial draw of who left when, of chances one
of how many there are of each history. Results are kept by the data themselves, which are all that they
depend on.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .contract import (
    ahead_of,
    fit_chances,
    fit_renewals,
    residual_value,
    survival,
    value_from_start,
)
from .fitting import Fit
from .purchases import Ints, Unfit

KEPT = 64
DRAWS, MOST_CELLS = 200, 400_000
"""Draws × cells of a BG/BB likelihood: a large table takes fewer draws rather than a minute."""
FEWEST_DRAWS = 40
TAIL = 2.5
NO_INTERVAL = "most repetitions have no estimate: the data do not carry an interval"
Row = tuple[int, int, int, int]
"""Purchases, last chance with one, chances, customers."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """`observed` and `fitted` shares from the start on; `fitted` and its band go on beyond what was seen.

    `residual[n-1]`: payments still to come just before renewal n, in payments (DERL); `still` the same for
    the next renewal, with its interval; `start` those of a new customer, the first one whole (DEL).
    """

    fit: Fit
    observed: list[float]
    fitted: list[float]
    low: list[float]
    high: list[float]
    residual: list[float]
    start: float
    still: float
    still_low: float
    still_high: float
    draws: int


@lru_cache(maxsize=KEPT)
def refitted_renewals(standing: tuple[int, ...], seed: int = 1) -> tuple[Fit, list[dict[str, float]]]:
    """The fit, and those of cohorts drawn again. Raises Unfit, also where most of them have no estimate."""
    fit = _ended(fit_renewals(standing))
    rng, found = np.random.default_rng(seed), []
    lost = np.append(-np.diff(standing), standing[-1])
    for _ in range(DRAWS):
        drawn = rng.multinomial(standing[0], lost / standing[0])
        again = np.concatenate(([standing[0]], standing[0] - np.cumsum(drawn[:-1])))
        try:
            one = fit_renewals(again.tolist())
        except Unfit:
            continue
        if one.converged:
            found.append(one.as_dict())
    if len(found) * 2 < DRAWS:
        raise Unfit(NO_INTERVAL)
    return fit, found


@lru_cache(maxsize=KEPT)
def renewed(standing: tuple[int, ...], discount: float, ahead: int = 12, seed: int = 1) -> Renewed:
    """Of one cohort counted at its start and after each renewal. Raises Unfit, also without an interval."""
    fit, again = refitted_renewals(standing, seed)
    periods = np.arange(len(standing) + ahead)
    following = len(standing)
    found = [residual_value(one, following, discount) for one in again]
    curves = [survival(one, periods) for one in again]
    low, high = np.percentile(np.array(curves), [TAIL, 100 - TAIL], axis=0)
    ends = np.percentile(np.array(found), [TAIL, 100 - TAIL])
    told = fit.as_dict()
    return Renewed(
        fit=fit,
        observed=[each / standing[0] for each in standing],
        fitted=survival(told, periods).tolist(),
        low=low.tolist(),
        high=high.tolist(),
        residual=[residual_value(told, n, discount) for n in range(1, following + 1)],
        start=value_from_start(told, discount),
        still=residual_value(told, following, discount),
        still_low=float(ends[0]),
        still_high=float(ends[1]),
        draws=len(found),
    )


@dataclass(frozen=True, slots=True)
class History:
    """Customers of one history: P(there at the next chance) and purchases expected of each of them."""

    x: int
    last: int
    chances: int
    customers: int
    alive: float
    expected: float


@dataclass(frozen=True, slots=True)
class Chanced:
    """`total`: purchases expected of all customers at the next `ahead` chances."""

    fit: Fit
    rows: list[History]
    customers: int
    alive: float
    total: float
    low: float
    high: float
    ahead: int
    draws: int


def columns(rows: tuple[Row, ...]) -> tuple[Ints, ...]:
    """x, last, chances and customers of the histories, [rows] each."""
    return tuple(np.array(each, dtype=np.int64) for each in zip(*rows, strict=True))


@lru_cache(maxsize=KEPT)
def refitted_chances(rows: tuple[Row, ...], seed: int = 1) -> tuple[Fit, list[dict[str, float]]]:
    """The fit, and those of histories drawn again. Raises Unfit, also where most of them have no estimate."""
    x, last, chances, count = columns(rows)
    fit = _ended(fit_chances(x, last, chances, count))
    n = int(count.sum())
    cells = int((chances - last + 1).sum())
    draws = min(DRAWS, max(FEWEST_DRAWS, MOST_CELLS // max(cells, 1)))
    rng, found = np.random.default_rng(seed), []
    for _ in range(draws):
        drawn = rng.multinomial(n, count / n)
        keep = drawn > 0
        try:
            one = fit_chances(x[keep], last[keep], chances[keep], drawn[keep])
        except Unfit:
            continue
        if one.converged:
            found.append(one.as_dict())
    if len(found) * 2 < draws:
        raise Unfit(NO_INTERVAL)
    return fit, found


@lru_cache(maxsize=KEPT)
def chanced(rows: tuple[Row, ...], ahead: int, seed: int = 1) -> Chanced:
    """Of one cohort with chances to buy (BG/BB). Raises Unfit, also without an interval."""
    fit, again = refitted_chances(rows, seed)
    x, last, chances, count = columns(rows)
    n = int(count.sum())
    found = [float(count @ ahead_of(one, x, last, chances, ahead)[1]) for one in again]
    low, high = np.percentile(np.array(found), [TAIL, 100 - TAIL])
    told = fit.as_dict()
    alive, expected = ahead_of(told, x, last, chances, ahead)
    each = [
        History(*row, alive=float(one), expected=float(many))
        for row, one, many in zip(rows, alive, expected, strict=True)
    ]
    return Chanced(
        fit=fit,
        rows=each,
        customers=n,
        alive=float(count @ alive) / n,
        total=float(count @ expected),
        low=float(low),
        high=float(high),
        ahead=ahead,
        draws=len(found),
    )


def _ended(fit: Fit) -> Fit:
    if not fit.converged:
        raise Unfit("the fit did not come to an end: a parameter has no finite estimate")
    return fit
