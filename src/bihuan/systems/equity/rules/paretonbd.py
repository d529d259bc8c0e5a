"""Pareto/NBD: purchases as a Poisson process until an unseen, exponential end.

Schmittlein, Morrison, Colombo (1987); formulas as in Fader, Hardie (2005), A Note on Deriving the Pareto/NBD.

The likelihood holds s ∫ (alpha+y)^-(r+x) (beta+y)^-(s+1) dy from the last purchase to the end of the
observation, elsewhere written with two hypergeometric functions whose difference loses digits. It is taken
here by Gauss-Legendre over u = ((c+last)/(c+y))^(m/k), c the smaller of alpha and beta, m = r+s+x, k =
min(m, 20):
a low power of u times what hardly changes. The same nodes give the gradient. Against adaptive quadrature:
within
3e-6 in 99 of 100 wild cases (x to 1,000, alpha and beta from 0.5 to 50), 2e-4 in the worst.
"""

from collections.abc import Mapping

import numpy as np
from scipy.special import expit, gammaln, psi

from .fitting import Fit, fitted
from .purchases import Floats, Purchases, Unfit

START = {"r": 1.0, "alpha": 5.0, "s": 1.0, "beta": 5.0}
OTHERS = ({"r": 0.3, "alpha": 2.0, "s": 0.3, "beta": 2.0}, {"r": 0.5, "alpha": 10.0, "s": 0.2, "beta": 20.0})
NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)
FOLD = 20.0
SLICE = 20_000
"""Rows at a time: the nodes of a million would take a gigabyte."""
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
    return fitted(lambda values: _likelihood(data, values), starts[0], data.customers, starts[1:])


def _likelihood(data: Purchases, values: Floats) -> tuple[float, Floats]:
    r, alpha, s, beta = values
    xs, which = np.unique(data.x, return_inverse=True)
    weights = np.bincount(which, weights=data.count)
    total = float(weights @ (gammaln(r + xs) - gammaln(r)))
    everybody = float(data.count.sum())
    total += everybody * float(r * np.log(alpha) + s * np.log(beta))
    slope = np.array(
        [
            float(weights @ (psi(r + xs) - psi(r))) + everybody * np.log(alpha),
            everybody * r / alpha,
            everybody * np.log(beta),
            everybody * s / beta,
        ]
    )
    for start in range(0, len(data.x), SLICE):
        part = slice(start, start + SLICE)
        value, change = _rows(data.x[part], data.last[part], data.age[part], values)
        total += float(data.count[part] @ value)
        slope += change @ data.count[part]
    return total, slope


def _rows(x: Floats, last: Floats, age: Floats, values: Floats) -> tuple[Floats, Floats]:
    """ln of (still there + ended in between) by row, and its gradient [4, rows]."""
    r, alpha, s, beta = values
    to_a, to_b = alpha + age, beta + age
    there = -(r + x) * np.log(to_a) - s * np.log(to_b)
    ended, means = _ended(x, last, age, values)
    ended = ended + np.log(s)
    share = expit(ended - there)
    value = np.logaddexp(there, ended)
    stays = 1 - share
    log_a, over_a, log_b, over_b = means
    slope = np.stack(
        [
            -stays * np.log(to_a) - share * log_a,
            -(r + x) * (stays / to_a + share * over_a),
            -stays * np.log(to_b) - share * (log_b - 1 / s),
            -stays * s / to_b - share * (s + 1) * over_b,
        ]
    )
    return value, slope


def _ended(
    x: Floats, last: Floats, age: Floats, values: Floats
) -> tuple[Floats, tuple[Floats, Floats, Floats, Floats]]:
    """ln of the integral by row, and the means under it of ln(alpha+y), 1/(alpha+y), ln(beta+y),
    1/(beta+y)."""
    r, alpha, s, beta = values
    m = r + s + x
    fold = np.minimum(m, FOLD)
    least = min(alpha, beta)
    begin = np.log(least + last)
    low = -np.expm1(-m / fold * (np.log(least + age) - begin))
    log_u = np.log1p(-low[:, None] * ((NODES + 1) / 2))
    log_y = begin[:, None] - (fold / m)[:, None] * log_u
    near = np.exp(log_y)
    far = near + abs(alpha - beta)
    log_far = np.log(far)
    at_a, log_a, at_b, log_b = (near, log_y, far, log_far) if alpha <= beta else (far, log_far, near, log_y)
    logs = log_y - log_u - (r + x)[:, None] * log_a - (s + 1) * log_b
    top = logs.max(axis=1)
    flat = WEIGHTS * np.exp(logs - top[:, None])
    whole = flat.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = top + np.log(whole * low * fold / (2 * m))
        share = flat / whole[:, None]
    return value, (
        (share * log_a).sum(axis=1),
        (share / at_a).sum(axis=1),
        (share * log_b).sum(axis=1),
        (share / at_b).sum(axis=1),
    )


def alive(fit: Parameters, data: Purchases) -> Floats:
    """P(alive) at the end of the observation, by row."""
    values = np.array([fit[name] for name in ("r", "alpha", "s", "beta")])
    r, alpha, s, beta = values
    found = np.empty(len(data.x))
    for start in range(0, len(data.x), SLICE):
        part = slice(start, start + SLICE)
        x, age = data.x[part], data.age[part]
        ended, _ = _ended(x, data.last[part], age, values)
        there = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
        found[part] = expit(there - ended - np.log(s))
    return found


def expected(fit: Parameters, data: Purchases, ahead: float) -> Floats:
    """Purchases expected in the next `ahead` units of time, by row."""
    r, alpha, s, beta = (fit[name] for name in ("r", "alpha", "s", "beta"))
    rate = (r + data.x) / (alpha + data.age)
    return np.asarray(alive(fit, data) * rate * _time_left(s, beta + data.age, ahead), dtype=np.float64)


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
