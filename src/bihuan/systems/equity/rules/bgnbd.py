"""BG/NBD and its modified form: purchases come as a Poisson process until a customer drops out after one
of them.

Fader, Hardie, Lee (2005), “Counting Your Customers” the Easy Way; Batislam, Denizel, Filiztekin (2007) for
the
modified form, in which a customer may drop out right after the first purchase as well.
"""

from collections.abc import Mapping

import numpy as np
from scipy.special import expit, gammaln, hyp2f1, psi

from .fitting import FEW, MANY, Fit, Sample, fitted
from .purchases import Floats, Purchases, Unfit, sampled

PIECE = 1 << 13
"""Rows at a time: what is computed of them stays in the processor's cache."""
START = {"r": 0.5, "alpha": 5.0, "a": 1.0, "b": 2.0}
OTHERS = ({"r": 1.0, "alpha": 1.0, "a": 1.0, "b": 1.0}, {"r": 0.2, "alpha": 20.0, "a": 0.3, "b": 3.0})
Parameters = Mapping[str, float]


def fit(data: Purchases, *, modified: bool = False) -> Fit:
    """Parameters r, alpha (rate of purchases, gamma), a, b (chance to drop out, beta), in the unit of time
    of the data.

    Raises Unfit when nobody bought again.
    """
    if not (data.x > 0).any():
        raise Unfit("no customer has bought twice: nothing says how often they come back")
    model, sample = _Likelihood(data, modified), None
    if len(data.x) > MANY:
        few = sampled(data, FEW)
        sample = Sample(_Likelihood(few, modified), float(few.count.sum()))
    scale = 10 / float(data.age.max())
    start = {**START, "alpha": START["alpha"] / scale}
    others = [{**each, "alpha": each["alpha"] / scale} for each in OTHERS]
    return fitted(model, start, data.customers, others, sample)


class _Likelihood:
    """What does not change between evaluations is kept: functions of x alone are taken once per distinct
    x, and who
    never bought again (three of four in most shops) needs one logarithm."""

    def __init__(self, data: Purchases, modified: bool) -> None:
        self.shift = 1.0 if modified else 0.0
        self.xs, which = np.unique(data.x, return_inverse=True)
        self.weights = np.bincount(which, weights=data.count)
        mixed = np.full(len(data.x), True) if modified else data.x > 0
        self.x, self.last, self.age = data.x[mixed], data.last[mixed], data.age[mixed]
        self.count, self.which = data.count[mixed], which[mixed]
        self.once_age, self.once = data.age[~mixed], data.count[~mixed]
        self.total = float(data.count.sum())

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = values
        xs, weights, shift = self.xs, self.weights, self.shift
        log_once, over_once = self._once(alpha)
        by_x = (
            gammaln(r + xs)
            - gammaln(r)
            + r * np.log(alpha)
            + gammaln(a + b)
            - gammaln(b)
            + gammaln(b + xs + shift)
            - gammaln(a + b + xs + shift)
        )
        total = float(weights @ by_x) - r * log_once
        ends = psi(a + b) - psi(a + b + xs + shift)
        d_r = float(weights @ (psi(r + xs) - psi(r)) + self.total * np.log(alpha)) - log_once
        d_alpha = self.total * r / alpha - r * over_once
        d_a, d_b = float(weights @ ends), float(weights @ (ends + psi(b + xs + shift) - psi(b)))
        return self._mixed(values, total, np.array([d_r, d_alpha, d_a, d_b]))

    def _once(self, alpha: float) -> tuple[float, float]:
        log_once = over_once = 0.0
        for at in range(0, len(self.once), PIECE):
            to, count = alpha + self.once_age[at : at + PIECE], self.once[at : at + PIECE]
            log_once += float(count @ np.log(to))
            over_once += float(count @ (1 / to))
        return log_once, over_once

    def _mixed(self, values: Floats, total: float, slope: Floats) -> tuple[float, Floats]:
        """Those who may have dropped out after their last purchase or may only be waiting."""
        r, alpha, a, b = values
        over = np.maximum(b + self.xs - 1 + self.shift, 1e-300)
        offset, by_x = np.log(a / over), np.zeros(len(self.xs))
        for at in range(0, len(self.x), PIECE):
            part = slice(at, at + PIECE)
            count, which, power = self.count[part], self.which[part], r + self.x[part]
            to_age, to_last = alpha + self.age[part], alpha + self.last[part]
            log_age = np.log(to_age)
            apart = log_age - np.log(to_last)
            gone = offset[which] + power * apart
            small = np.exp(-np.abs(gone))
            left = count * np.where(gone > 0, 1.0, small) / (1 + small)
            more = np.maximum(gone, 0) + np.log(1 + small)
            total += float(count @ more - (count * power) @ log_age)
            slope[0] += left @ apart - count @ log_age
            slope[1] -= ((count - left) * power) @ (1 / to_age) + (left * power) @ (1 / to_last)
            by_x += np.bincount(which, weights=left, minlength=len(by_x))
        slope[2] += by_x.sum() / a
        slope[3] -= by_x @ (1 / over)
        return total, slope


def alive(fit: Parameters, data: Purchases, *, modified: bool = False) -> Floats:
    """P(alive) at the end of the observation, by row. Who never bought again is alive by BG/NBD's own
    assumption."""
    r, alpha, a, b = (fit[name] for name in ("r", "alpha", "a", "b"))
    x = data.x
    power = (r + x) * (np.log(alpha + data.age) - np.log(alpha + data.last))
    if modified:
        return np.asarray(expit(-(np.log(a / (b + x)) + power)), dtype=np.float64)
    odds = np.log(a / np.where(x > 0, b + x - 1, 1.0)) + power
    return np.where(x > 0, expit(-odds), 1.0)


def expected(fit: Parameters, data: Purchases, ahead: float, *, modified: bool = False) -> Floats:
    """Purchases expected in the next `ahead` units of time, by row."""
    sure = if_alive(fit, data.x, data.age, ahead, modified=modified)
    return sure * alive(fit, data, modified=modified)


def if_alive(fit: Parameters, x: Floats, age: Floats, ahead: float, *, modified: bool = False) -> Floats:
    """Purchases expected of who is surely there: it does not depend on when the last purchase was."""
    r, alpha, a, b = (fit[name] for name in ("r", "alpha", "a", "b"))
    a = _off_one(a)
    far = alpha + age
    shift = 1.0 if modified else 0.0
    curve = hyp2f1(r + x, b + x + shift, a + b + x - 1 + shift, ahead / (far + ahead))
    left = 1 - np.exp((r + x) * np.log(far / (far + ahead))) * curve
    return np.asarray((a + b + x - 1 + shift) / (a - 1) * left, dtype=np.float64)


def expected_of_new(fit: Parameters, ahead: float, *, modified: bool = False) -> float:
    """Repeat purchases expected of a new customer in the first `ahead` units of time."""
    r, alpha, a, b = (fit[name] for name in ("r", "alpha", "a", "b"))
    a = _off_one(a)
    z = ahead / (alpha + ahead)
    if modified:
        return float(b / (a - 1) * (1 - (alpha / (alpha + ahead)) ** r * hyp2f1(r, b + 1, a + b, z)))
    return float((a + b - 1) / (a - 1) * (1 - (alpha / (alpha + ahead)) ** r * hyp2f1(r, b, a + b - 1, z)))


def chance_of(fit: Parameters, x: int, age: float) -> float:
    """P(X(age) = x) for a new customer (BG/NBD)."""
    r, alpha, a, b = (fit[name] for name in ("r", "alpha", "a", "b"))
    beta = gammaln(a + b) - gammaln(b)
    stays = np.exp(
        beta
        + gammaln(b + x)
        - gammaln(a + b + x)
        + gammaln(r + x)
        - gammaln(r)
        - gammaln(x + 1)
        + r * np.log(alpha / (alpha + age))
        + x * np.log(age / (alpha + age))
    )
    if x == 0:
        return float(stays)
    j = np.arange(x)
    terms = np.exp(gammaln(r + j) - gammaln(r) - gammaln(j + 1) + j * np.log(age / (alpha + age)))
    ends = 1 - (alpha / (alpha + age)) ** r * terms.sum()
    leaves = np.exp(
        gammaln(a + 1) - gammaln(a) + gammaln(a + b) - gammaln(b) + gammaln(b + x - 1) - gammaln(a + b + x)
    )
    return float(stays + leaves * ends)


def _off_one(a: float) -> float:
    """The formulas divide by a - 1; their limit is smooth."""
    return a if abs(a - 1) > 1e-6 else 1 + 1e-6
