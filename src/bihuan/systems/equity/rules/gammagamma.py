"""Gamma-Gamma: what an occasion is worth, apart from how often it comes (Fader, Hardie 2013)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from .fitting import FEW, MANY, Fit, Sample, fitted
from .purchases import Floats, Unfit

START = {"p": 4.0, "q": 3.0, "v": 1.0}
OTHERS = ({"p": 1.0, "q": 1.0, "v": 1.0}, {"p": 10.0, "q": 8.0, "v": 1.0})
Parameters = Mapping[str, float]


def fit(x: ArrayLike, mean: ArrayLike) -> Fit:
    """Parameters p, q, v (v in money) from repeaters: x repeat occasions and their mean value, the first
    excluded.

    Who never bought again is left out, as the model has it. Raises Unfit for a repeater whose mean is not
    above
    0: list such customers and leave them out by hand, a refund is no purchase.
    """
    repeats, value = np.asarray(x, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    again = repeats > 0
    repeats, value = repeats[again], value[again]
    if not repeats.size:
        raise Unfit("no customer has bought twice: nothing says what an occasion is worth")
    if not (np.isfinite(value).all() and (value > 0).all()):
        raise Unfit("a repeater whose mean value is not above 0")
    scale = float(value.mean())
    model, sample = _Likelihood(repeats, value / scale), None
    if len(repeats) > MANY:
        few = np.argsort(repeats, kind="stable")[:: len(repeats) // FEW]
        sample = Sample(_Likelihood(repeats[few], value[few] / scale), len(few))
    found = fitted(model, START, len(repeats), OTHERS, sample)
    moved = (*found.values[:2], found.values[2] * scale)
    errors = (*found.se[:2], None if found.se[2] is None else found.se[2] * scale)
    return Fit(
        names=found.names,
        values=moved,
        se=errors,
        likelihood=found.likelihood - len(repeats) * float(np.log(scale)),
        customers=found.customers,
        converged=found.converged,
        steps=found.steps,
        message=found.message,
    )


class _Likelihood:
    """A repeater costs one logarithm and one reciprocal an evaluation; sums that never change are taken
    before."""

    def __init__(self, x: Floats, mean: Floats) -> None:
        self.x, self.whole = x, x * mean
        self.xs, which = np.unique(x, return_inverse=True)
        self.counts = np.bincount(which).astype(np.float64)
        logs = np.log(mean)
        self.log_mean = float(logs.sum())
        self.x_log = float(x @ (logs + np.log(x)))
        self.x_sum = float(x.sum())

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        p, q, v = values
        px, counts, size = p * self.xs, self.counts, float(len(self.x))
        far = np.log(self.whole + v)
        over = 1 / (self.whole + v)
        total = (
            float(counts @ (gammaln(px + q) - gammaln(px)))
            + size * float(q * np.log(v) - gammaln(q))
            + p * self.x_log
            - self.log_mean
            - float((p * self.x + q) @ far)
        )
        slope_q = psi(px + q)
        d_p = float(counts @ (self.xs * (slope_q - psi(px)))) + self.x_log - float(self.x @ far)
        d_q = float(counts @ slope_q) + size * float(np.log(v) - psi(q)) - float(far.sum())
        d_v = size * q / v - float((p * self.x + q) @ over)
        return total, np.array([d_p, d_q, d_v])


def expected(fit: Parameters, x: ArrayLike, mean: ArrayLike) -> Floats:
    """What an occasion of each customer is worth: between its own mean and everybody's, by how much is known.

    Infinite when q <= 1: the tail is then too heavy for a mean.
    """
    p, q, v = (fit[name] for name in ("p", "q", "v"))
    repeats = np.asarray(x, dtype=np.float64)
    own = np.where(repeats > 0, np.asarray(mean, dtype=np.float64), 0.0)
    with np.errstate(divide="ignore"):
        found = p * (v + repeats * own) / (p * repeats + q - 1)
    return np.where(p * repeats + q > 1, found, np.inf)


def correlation(x: ArrayLike, mean: ArrayLike) -> float | None:
    """Of frequency and value among repeaters: the model takes them as independent. None below three of
    them."""
    repeats, value = np.asarray(x, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    again = repeats > 0
    if again.sum() < 3 or repeats[again].std() == 0 or value[again].std() == 0:
        return None
    return float(np.corrcoef(repeats[again], value[again])[0, 1])
