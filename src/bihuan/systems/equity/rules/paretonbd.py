"""Pareto/NBD: purchases as a Poisson process until an unseen, exponential end.

Schmittlein, Morrison, Colombo (1987); formulas as in Fader, Hardie (2005), A Note on Deriving the Pareto/NBD.

The integral over an end between the last purchase and the end of the observation is a difference of two
points of one curve (`tail`), beside the chance of being there still. With what would have been there had
the observation ended at the last purchase,

    there + ended = there (1 - s h(age)) + there(last) s h(last).

Both terms are positive, so none is more than the sum, and an error e of s h is at most 2 e of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, psi

from . import tail
from .fitting import FEW, MANY, Fit, Sample, fitted
from .purchases import Floats, Ints, Purchases, Unfit, sampled

START = {"r": 1.0, "alpha": 5.0, "s": 1.0, "beta": 5.0}
OTHERS = ({"r": 0.3, "alpha": 2.0, "s": 0.3, "beta": 2.0}, {"r": 0.5, "alpha": 10.0, "s": 0.2, "beta": 20.0})
PIECE, MIXED = 1 << 13, 1 << 11
"""Rows at a time: what is computed of them stays in the processor's cache."""
Parameters = Mapping[str, float]


def fit(data: Purchases) -> Fit:
    """Parameters r, alpha (rate of purchases), s, beta (rate of ending), in the unit of time of the data.

    Raises Unfit when nobody bought again.
    """
    if not (data.x > 0).any():
        raise Unfit("no customer has bought twice: nothing says how often they come back")
    scale = 10 / float(data.age.max())
    starts = [
        {name: value / scale if name in ("alpha", "beta") else value for name, value in each.items()}
        for each in (START, *OTHERS)
    ]
    sample = None
    if len(data.x) > MANY:
        few = sampled(data, FEW)
        sample = Sample(_Likelihood(few), float(few.count.sum()))
    return fitted(_Likelihood(data), starts[0], data.customers, starts[1:], sample)


class _Likelihood:
    """Functions of x alone are taken once per distinct x."""

    def __init__(self, data: Purchases) -> None:
        self.rows = _Rows(data)
        self.weights = np.bincount(self.rows.which, weights=data.count)
        self.total = float(data.count.sum())

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = values
        xs, weights, total = self.rows.xs, self.weights, self.total
        value = float(weights @ (gammaln(r + xs) - gammaln(r)))
        slope = np.array(
            [
                float(weights @ (psi(r + xs) - psi(r))) + total * np.log(alpha),
                total * r / alpha,
                total * np.log(beta),
                total * s / beta,
            ]
        )
        value += total * float(r * np.log(alpha) + s * np.log(beta))
        known = self.rows.curves(values)
        for piece in self.rows.pieces:
            each, change = _slopes(piece, known, values)
            value += float(piece.count @ each)
            slope += change @ piece.count
        return value, slope


@dataclass(frozen=True, slots=True)
class _Piece:
    """Neighbours in order of x and their places; `last` has one entry where nobody bought again."""

    at: Ints
    which: Ints
    x: Floats
    last: Floats
    age: Floats
    count: Floats
    pure: bool


class _Rows:
    """Rows in pieces: of one x where there are many of it, so that one curve serves them all."""

    def __init__(self, data: Purchases) -> None:
        self.xs, self.which = np.unique(data.x, return_inverse=True)
        self.longest = float(data.age.max())
        order = np.argsort(self.which, kind="stable")
        ends = np.cumsum(np.bincount(self.which))
        self.pieces: list[_Piece] = []
        start = 0
        while start < len(order):
            end = int(ends[self.which[order[start]]])
            pure = end - start > MIXED
            stop = min(end, start + PIECE) if pure else min(len(order), start + MIXED)
            self.pieces.append(self._piece(data, order[start:stop], pure))
            start = stop

    def _piece(self, data: Purchases, at: Ints, pure: bool) -> _Piece:
        none = pure and data.x[at[0]] == 0
        last = np.zeros(1) if none else data.last[at]
        return _Piece(at, self.which[at], data.x[at], last, data.age[at], data.count[at], pure)

    def curves(self, values: Floats) -> tail.Table:
        _r, alpha, _s, beta = values
        known = float(np.log(beta / alpha)), float(np.log((beta + self.longest) / (alpha + self.longest)))
        return tail.table(self.xs, values, *known)


def _slopes(piece: _Piece, known: tail.Table, values: Floats) -> tuple[Floats, Floats]:
    """ln of (still there + ended in between) by row, and its gradient [4, rows]."""
    r, alpha, s, beta = values
    at_a, at_b, age_a, age_b = alpha + piece.last, beta + piece.last, alpha + piece.age, beta + piece.age
    log_a, log_b, long_a, long_b = np.log(at_a), np.log(at_b), np.log(age_a), np.log(age_b)
    power = r + piece.x
    wait_a, wait_b = long_a - log_a, long_b - log_b
    ended = tail.read_off(known, piece.which[: len(log_a)], log_b - log_a, piece.pure)
    later = tail.read_off(known, piece.which, long_b - long_a, piece.pure)
    stays = np.exp(-power * wait_a - s * wait_b)
    there = (1 - later[0]) * stays
    whole = ended[0] + there
    slope = np.empty((4, len(piece.x)))
    slope[0] = -log_a + (ended[1] - later[1] * stays - there * wait_a) / whole
    slope[2] = -log_b + (ended[2] - later[2] * stays - there * wait_b) / whole
    bent, turned = ended[3], later[3] * stays
    over_a, over_b = 1 / at_a, 1 / at_b
    far_a, far_b = 1 / age_a, 1 / age_b
    slope[1] = turned * far_a - bent * over_a - there * power * (far_a - over_a)
    slope[1] = slope[1] / whole - power * over_a
    slope[3] = bent * over_b - turned * far_b - there * s * (far_b - over_b)
    slope[3] = slope[3] / whole - s * over_b
    return np.log(whole) - power * log_a - s * log_b, slope


def alive(fit: Parameters, data: Purchases) -> Floats:
    """P(alive) at the end of the observation, by row."""
    values = np.array([fit[name] for name in ("r", "alpha", "s", "beta")])
    r, alpha, s, beta = values
    rows, found = _Rows(data), np.empty(len(data.x))
    known = rows.curves(values)
    for piece in rows.pieces:
        log_a, log_b = np.log(alpha + piece.last), np.log(beta + piece.last)
        long_a, long_b = np.log(alpha + piece.age), np.log(beta + piece.age)
        ended = tail.read_off(known, piece.which[: len(log_a)], log_b - log_a, piece.pure)[0]
        later = tail.read_off(known, piece.which, long_b - long_a, piece.pure)[0]
        stays = np.exp(-(r + piece.x) * (long_a - log_a) - s * (long_b - log_b))
        found[piece.at] = stays / (ended + (1 - later) * stays)
    return found


def expected(fit: Parameters, data: Purchases, ahead: float) -> Floats:
    """Purchases expected in the next `ahead` units of time, by row."""
    return alive(fit, data) * if_alive(fit, data.x, data.age, ahead)


def if_alive(fit: Parameters, x: Floats, age: Floats, ahead: float) -> Floats:
    """Purchases expected of who is surely there."""
    r, alpha, s, beta = (fit[name] for name in ("r", "alpha", "s", "beta"))
    return np.asarray((r + x) / (alpha + age) * _time_left(s, beta + age, ahead), dtype=np.float64)


def expected_of_new(fit: Parameters, ahead: float) -> float:
    """Repeat purchases expected of a new customer in the first `ahead` units of time."""
    return float(fit["r"] / fit["alpha"] * _time_left(fit["s"], np.array(fit["beta"]), ahead))


def _time_left(s: float, beta: Floats, ahead: float) -> Floats:
    """Time within `ahead` in which somebody alive now is expected to stay; the limit at s = 1 is a
    logarithm."""
    log = np.log1p(ahead / beta)
    if abs(s - 1) < 1e-9:
        return np.asarray(beta * log, dtype=np.float64)
    return np.asarray(-beta * np.expm1(-(s - 1) * log) / (s - 1), dtype=np.float64)
