"""Maximum likelihood with analytic gradients, over positive parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, minimize

from .purchases import Floats, Unfit

Likelihood = Callable[[Floats], tuple[float, Floats]]
"""Parameters → log-likelihood of all customers, and its gradient by the parameters."""
STEPS = 500
TIGHT, ENOUGH = 1e-8, 1e-5
"""Gradient of the mean log-likelihood by the log parameters: what is asked for, and what counts as an end
where
rounding lets nothing better come."""
MANY, FEW = 40_000, 20_000
"""Above so many rows the way to the top is found on so few of them."""
FARTHEST = 12.0
"""A log parameter beyond this has run away: the data do not say where it lies."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Estimates with what is needed to trust them."""

    names: tuple[str, ...]
    values: tuple[float, ...]
    se: tuple[float | None, ...]
    """Standard errors from the Hessian at the optimum; None where it says nothing."""
    likelihood: float
    customers: int
    converged: bool
    steps: int
    message: str

    def __getitem__(self, name: str) -> float:
        return self.values[self.names.index(name)]

    def as_dict(self) -> dict[str, float]:
        return dict(zip(self.names, self.values, strict=True))

    @property
    def aic(self) -> float:
        return 2 * len(self.values) - 2 * self.likelihood


@dataclass(frozen=True, slots=True)
class Sample:
    """A likelihood of a few rows that stand for all, and how many customers they count."""

    likelihood: Likelihood
    customers: float


def fitted(
    likelihood: Likelihood,
    start: Mapping[str, float],
    customers: int,
    others: Sequence[Mapping[str, float]] = (),
    sample: Sample | None = None,
) -> Fit:
    """The best of the starts. Raises Unfit when none comes to an end that is a number.

    With a sample the way is found on it: its top is the start on all rows and its curvature the first step
    there, so that a handful of evaluations of everything remain. The end is that of all rows alone.
    """
    names = tuple(start)
    best = None
    if sample is not None:
        best = _from_sample(likelihood, sample, np.log([start[name] for name in names]), customers)
    for each in () if best is not None else (start, *others):
        found = _run(likelihood, np.log([each[name] for name in names]), customers)
        if np.isfinite(found.fun) and (best is None or found.fun < best.fun - 1e-12):
            best = found
        if best is not None and _ended(best):
            break
    if best is None:
        raise Unfit("the likelihood is no number at any start")
    values = np.exp(best.x)
    away = [name for name, at in zip(names, best.x, strict=True) if abs(at) > FARTHEST]
    ended = _ended(best) and not away
    message = f"{', '.join(away)} has no finite estimate" if away else "" if ended else str(best.message)
    return Fit(
        names=names,
        values=tuple(float(value) for value in values),
        se=_errors(likelihood, values) if ended else (None,) * len(names),
        likelihood=float(-best.fun * customers),
        customers=customers,
        converged=ended,
        steps=int(best.nfev),
        message=message,
    )


def _run(
    likelihood: Likelihood, at: Floats, customers: float, inverse: Floats | None = None
) -> OptimizeResult:
    options: Any = {"gtol": TIGHT, "maxiter": STEPS, "hess_inv0": inverse}
    found: OptimizeResult = minimize(
        _mean(likelihood, customers), at, jac=True, method="BFGS", options=options
    )
    return found


def _mean(likelihood: Likelihood, customers: float) -> Likelihood:
    """What is made small: minus the mean log-likelihood, by the log parameters."""

    def mean(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(np.clip(logs, -2 * FARTHEST, 2 * FARTHEST))
        with np.errstate(all="ignore"):
            total, slope = likelihood(values)
        if not np.isfinite(total):
            return 1e10, np.zeros_like(logs)
        return -total / customers, -slope * values / customers

    return mean


def _from_sample(
    likelihood: Likelihood, sample: Sample, start: Floats, customers: int
) -> OptimizeResult | None:
    """The end on all rows; None where the sample leads nowhere and all starts must be tried."""
    rough = _run(sample.likelihood, start, sample.customers)
    if not _ended(rough) or np.abs(rough.x).max() > FARTHEST:
        return None
    curved = _differences(lambda logs: _mean(sample.likelihood, sample.customers)(logs)[1], rough.x, 1e-4)
    try:
        np.linalg.cholesky(curved)
    except np.linalg.LinAlgError:
        return None
    inverse = np.linalg.inv(curved)
    found = _run(likelihood, rough.x, customers, (inverse + inverse.T) / 2)
    return found if np.isfinite(found.fun) and _ended(found) else None


def _ended(found: OptimizeResult) -> bool:
    """BFGS also stops where rounding lets it go no further: near enough to the top that is an end too."""
    return bool(found.success or float(np.abs(found.jac).max()) < ENOUGH)


def _errors(likelihood: Likelihood, values: Floats) -> tuple[float | None, ...]:
    """The observed information, inverted."""
    size = len(values)
    with np.errstate(all="ignore"):
        information = -_differences(lambda at: likelihood(at)[1], values, values * 1e-4)
    try:
        variance = np.diag(np.linalg.inv(information))
    except np.linalg.LinAlgError:
        return (None,) * size
    return tuple(float(np.sqrt(each)) if each > 0 else None for each in variance)


def _differences(slope: Callable[[Floats], Floats], at: Floats, steps: Floats | float) -> Floats:
    """Second derivatives from central differences of the first, made symmetric."""
    size = len(at)
    found = np.empty((size, size))
    for k, step in enumerate(np.broadcast_to(steps, at.shape)):
        up, down = at.copy(), at.copy()
        up[k] += step
        down[k] -= step
        found[k] = (slope(up) - slope(down)) / (2 * step)
    return np.asarray((found + found.T) / 2, dtype=np.float64)
