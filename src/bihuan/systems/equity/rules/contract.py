"""Customers under contract or with yearly chances to buy: sBG and BG/BB.

Fader, Hardie (2007), How to Project Customer Retention; (2010), Customer-Base Valuation in a Contractual
Setting;
Fader, Hardie, Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln, hyp2f1, logsumexp, psi

from .fitting import Fit, fitted
from .purchases import Floats, Unfit

Parameters = Mapping[str, float]


def fit_renewals(standing: Sequence[float]) -> Fit:
    """sBG parameters gamma, delta from how many of one cohort are left: at the start and after each renewal.

    Raises Unfit for a cohort that grows, is empty, or that nobody has left.
    """
    left = np.asarray(standing, dtype=np.float64)
    if left.size < 2 or left[0] <= 0 or (left < 0).any() or (np.diff(left) > 0).any():
        raise Unfit("a cohort begins above 0 and never grows")
    lost, last = -np.diff(left), float(left[-1])
    if not lost.any():
        raise Unfit("nobody has left yet: nothing says how many will")
    years = np.arange(1, left.size, dtype=np.float64)

    def likelihood(values: Floats) -> tuple[float, Floats]:
        g, d = values
        ends = betaln(g + 1, d + years - 1) - betaln(g, d)
        stays = betaln(g, d + years[-1]) - betaln(g, d)
        total = float(lost @ ends + last * stays)
        whole = psi(g + d + years)
        d_g = float(lost @ (psi(g + 1) - whole - psi(g) + psi(g + d)) + last * (-whole[-1] + psi(g + d)))
        d_d = float(
            lost @ (psi(d + years - 1) - whole - psi(d) + psi(g + d))
            + last * (psi(d + years[-1]) - whole[-1] - psi(d) + psi(g + d))
        )
        return total, np.array([d_g, d_d])

    start = ({"gamma": 1.0, "delta": 1.0}, {"gamma": 0.5, "delta": 3.0})
    return fitted(likelihood, start[0], int(left[0]), start[1:])


def survival(fit: Parameters, years: ArrayLike) -> Floats:
    """Share of a cohort that is left after so many renewals."""
    g, d = fit["gamma"], fit["delta"]
    return np.asarray(np.exp(betaln(g, d + np.asarray(years, dtype=np.float64)) - betaln(g, d)))


def value_from_start(fit: Parameters, discount: float) -> float:
    """Expected payments of a new contract, discounted to its start, where the first one counts whole
    (DEL)."""
    g, d = fit["gamma"], fit["delta"]
    return float(hyp2f1(1, d, g + d, 1 / (1 + discount)))


def residual_value(fit: Parameters, renewals: int, discount: float) -> float:
    """Expected payments still to come, just before renewal number `renewals` (1, 2, …), discounted to then
    (DERL)."""
    g, d, n = fit["gamma"], fit["delta"], renewals
    return float((d + n - 1) / (g + d + n - 1) * hyp2f1(1, d + n, g + d + n, 1 / (1 + discount)))


def fit_chances(x: ArrayLike, last: ArrayLike, chances: ArrayLike, count: ArrayLike | None = None) -> Fit:
    """BG/BB parameters alpha, beta (buys at a chance), gamma, delta (ends before one).

    By row: x purchases at `chances` opportunities, the last at opportunity `last` (0 for none), `count`
    customers.
    """
    xs, ends, n = (np.asarray(each, dtype=np.int64) for each in (x, last, chances))
    weights = np.ones(len(xs)) if count is None else np.asarray(count, dtype=np.float64)
    if not xs.size or (ends > n).any() or (xs > ends).any() or ((xs == 0) != (ends == 0)).any():
        raise Unfit("purchases after the last chance, or more purchases than chances")
    if not xs.any():
        raise Unfit("nobody bought at any chance")
    # every row is a sum over the chance at which the customer may have ended, the last one meaning “not yet”
    row = np.repeat(np.arange(len(xs)), n - ends + 1)
    step = np.concatenate([np.arange(stop - start + 1) for start, stop in zip(ends, n, strict=True)])
    at = ends[row] + step
    still = at == n[row]

    def likelihood(values: Floats) -> tuple[float, Floats]:
        a, b, g, d = values
        bought, missed = xs[row], at - xs[row]
        over = np.where(still, 0.0, 1.0)
        terms = betaln(a + bought, b + missed) - betaln(a, b) + betaln(g + over, d + at) - betaln(g, d)
        whole = np.full(len(xs), -np.inf)
        np.logaddexp.at(whole, row, terms)
        share = np.exp(terms - whole[row]) * weights[row]
        all_ab, all_gd = psi(a + b + at), psi(g + d + at + over)
        slope = np.array(
            [
                share @ (psi(a + bought) - all_ab - psi(a) + psi(a + b)),
                share @ (psi(b + missed) - all_ab - psi(b) + psi(a + b)),
                share @ (psi(g + over) - all_gd - psi(g) + psi(g + d)),
                share @ (psi(d + at) - all_gd - psi(d) + psi(g + d)),
            ]
        )
        return float(weights @ whole), slope

    starts = (
        {"alpha": 1.0, "beta": 1.0, "gamma": 1.0, "delta": 2.0},
        {"alpha": 0.5, "beta": 0.5, "gamma": 0.5, "delta": 5.0},
    )
    return fitted(likelihood, starts[0], int(weights.sum()), starts[1:])


def alive_at_next(fit: Parameters, x: int, last: int, chances: int) -> float:
    """P(alive at opportunity chances + 1) of BG/BB."""
    a, b, g, d = (fit[name] for name in ("alpha", "beta", "gamma", "delta"))
    at = np.arange(last, chances + 1)
    over = np.where(at == chances, 0.0, 1.0)
    terms = betaln(a + x, b + at - x) + betaln(g + over, d + at)
    top = betaln(a + x, b + chances - x) + betaln(g, d + chances + 1)
    return float(np.exp(top - logsumexp(terms)))


def expected_at(fit: Parameters, x: int, last: int, chances: int, ahead: int) -> float:
    """Purchases expected at the next `ahead` opportunities of BG/BB."""
    a, b, g, d = (fit[name] for name in ("alpha", "beta", "gamma", "delta"))
    alive = alive_at_next(fit, x, last, chances)
    n = chances
    rate = (a + x) / (a + b + n)
    # alive at n + 1 has gamma, delta + n + 1 behind it; each further chance asks it to stay once more
    steps = np.arange(ahead)
    stays = np.exp(
        gammaln(d + n + 1 + steps)
        - gammaln(d + n + 1)
        + gammaln(g + d + n + 1)
        - gammaln(g + d + n + 1 + steps)
    )
    return float(alive * rate * stays.sum())


def ahead_of(
    fit: Parameters,
    x: ArrayLike,
    last: ArrayLike,
    chances: ArrayLike,
    ahead: int,
    weights: Floats | None = None,
) -> tuple[Floats, Floats]:
    """`alive_at_next` and `expected_at` of BG/BB for many histories at once, [rows] each.

    `weights` [ahead] count a purchase at each of the next chances, by default 1: discounts, for instance.
    """
    a, b, g, d = (fit[name] for name in ("alpha", "beta", "gamma", "delta"))
    xs, ends, n = (np.asarray(each, dtype=np.int64) for each in (x, last, chances))
    # each history has a sum over the chance at which it may have ended; shorter sums are filled with nothing
    at = ends[:, None] + np.arange(int((n - ends).max()) + 1)
    there = at <= n[:, None]
    at = np.minimum(at, n[:, None])
    over = np.where(at == n[:, None], 0.0, 1.0)
    terms = betaln(a + xs[:, None], b + at - xs[:, None]) + betaln(g + over, d + at)
    whole = logsumexp(np.where(there, terms, -np.inf), axis=1)
    alive = np.exp(betaln(a + xs, b + n - xs) + betaln(g, d + n + 1) - whole)
    steps = np.arange(ahead)
    each = np.exp(
        gammaln(d + n[:, None] + 1 + steps)
        - gammaln(d + n + 1)[:, None]
        + gammaln(g + d + n + 1)[:, None]
        - gammaln(g + d + n[:, None] + 1 + steps)
    )
    stays = each.sum(axis=1) if weights is None else each @ weights
    return np.asarray(alive), np.asarray(alive * (a + xs) / (a + b + n) * stays)
