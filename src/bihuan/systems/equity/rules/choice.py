"""Which brand is bought next: a conditional logit of inertia and three drivers, and what moving one is worth.

Rust, Lemon, Zeithaml (2004): U = b0·last + b·drivers for each brand a respondent knows; P(next) = softmax.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from .purchases import Floats, Ints, Unfit
from .switching import customer_equity

NAMES = ("inertia", "value", "brand", "relation")


@dataclass(frozen=True, slots=True)
class Choices:
    """One row a respondent and brand: `who` sorted from 0, `x` columns as NAMES, `next` 1 in one row each."""

    who: Ints
    brand: Ints
    x: Floats
    next: Floats

    @property
    def respondents(self) -> int:
        return int(self.who.max()) + 1 if self.who.size else 0


@dataclass(frozen=True, slots=True)
class Drivers:
    """Coefficients with standard errors, in the order of NAMES."""

    values: Floats
    se: Floats
    covariance: Floats
    n: int


def fit_drivers(data: Choices) -> Drivers:
    """Maximum likelihood. Raises Unfit when the answers do not say how strong each driver is."""
    if data.respondents < 2 * len(NAMES):
        raise Unfit("too few respondents rate the brands")

    def parts(b: Floats) -> tuple[float, Floats, Floats]:
        u = data.x @ b
        top = np.maximum.reduceat(u, starts)
        share = np.exp(u - top[data.who])
        share /= np.add.reduceat(share, starts)[data.who]
        mean = np.add.reduceat(data.x * share[:, None], starts)
        off = data.x - mean[data.who]
        gain = float(data.next @ np.log(np.maximum(share, 1e-300)))
        return gain, data.next @ off, (off * share[:, None]).T @ off

    starts = np.flatnonzero(np.concatenate(([True], data.who[1:] != data.who[:-1])))

    def loss(b: Floats) -> tuple[float, Floats]:
        total, slope, _information = parts(b)
        return -total, -slope

    found = minimize(loss, np.zeros(len(NAMES)), jac=True, method="BFGS")
    _gain, slope, information = parts(found.x)
    if float(np.abs(slope).max()) > 1e-3 * data.respondents or np.abs(found.x).max() > 25:
        raise Unfit("the strength of the drivers has no finite estimate: the answers are of one kind")
    try:
        covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise Unfit("two drivers are rated alike by everybody: they cannot be told apart") from None
    return Drivers(found.x, np.sqrt(np.diag(covariance)), covariance, data.respondents)


def modelled(data: Choices, b: Floats, last: Ints, brands: int, shift: Floats, own: int) -> Floats:
    """Switching matrix [last, next] as the drivers make it, the own brand's drivers moved by `shift`.

    `last` is each respondent's last brand. A last brand that nobody names keeps its customers.
    """
    moved = data.x + np.where((data.brand == own)[:, None], shift, 0.0)
    u = moved @ b
    wide = np.full((data.respondents, brands), -np.inf)
    wide[data.who, data.brand] = u
    share = np.exp(wide - logsumexp(wide, axis=1, keepdims=True))
    total = np.zeros((brands, brands))
    np.add.at(total, last, share)
    named = np.bincount(last, minlength=brands)
    return np.where(named[:, None] > 0, total / np.maximum(named, 1)[:, None], np.eye(brands))


def gain(
    data: Choices,
    drivers: Drivers,
    last: Ints,
    held: Sequence[float],
    margins: Sequence[float],
    discount: float,
    own: int,
    shift: Floats,
    draws: int = 400,
) -> tuple[float, float, float]:
    """Change of the own customer equity when the drivers move by `shift`, with a 95 % interval.

    The interval draws the coefficients from their normal approximation; shares of today are taken as known.
    """

    def change(b: Floats) -> float:
        size = len(held)
        then = modelled(data, b, last, size, shift, own)
        now = modelled(data, b, last, size, np.zeros(len(NAMES)), own)
        return float(
            customer_equity(then, held, margins, discount).equity[own]
            - customer_equity(now, held, margins, discount).equity[own]
        )

    rng = np.random.default_rng(1)
    drawn = [change(b) for b in rng.multivariate_normal(drivers.values, drivers.covariance, draws)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return change(drivers.values), float(low), float(high)
