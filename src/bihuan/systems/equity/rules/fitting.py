"""Maximum likelihood with analytic gradients, over positive parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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


def fitted(
    likelihood: Likelihood,
    start: Mapping[str, float],
    customers: int,
    others: Sequence[Mapping[str, float]] = (),
) -> Fit:
    """The best of the starts. Raises Unfit when none comes to an end that is a number."""
    names = tuple(start)
    best = None
    for each in (start, *others):
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


def _run(likelihood: Likelihood, at: Floats, customers: int) -> OptimizeResult:
    def mean(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(np.clip(logs, -2 * FARTHEST, 2 * FARTHEST))
        with np.errstate(all="ignore"):
            total, slope = likelihood(values)
        if not np.isfinite(total):
            return 1e10, np.zeros_like(logs)
        return -total / customers, -slope * values / customers

    return minimize(mean, at, jac=True, method="BFGS", options={"gtol": TIGHT, "maxiter": STEPS})


def _ended(found: OptimizeResult) -> bool:
    """BFGS also stops where rounding lets it go no further: near enough to the top that is an end too."""
    return bool(found.success or float(np.abs(found.jac).max()) < ENOUGH)


def _errors(likelihood: Likelihood, values: Floats) -> tuple[float | None, ...]:
    """From central differences of the gradient: the observed information, inverted."""
    size = len(values)
    hessian = np.empty((size, size))
    for k in range(size):
        step = values[k] * 1e-4
        up, down = values.copy(), values.copy()
        up[k] += step
        down[k] -= step
        with np.errstate(all="ignore"):
            hessian[k] = (likelihood(up)[1] - likelihood(down)[1]) / (2 * step)
    information = -(hessian + hessian.T) / 2
    try:
        variance = np.diag(np.linalg.inv(information))
    except np.linalg.LinAlgError:
        return (None,) * size
    return tuple(float(np.sqrt(each)) if each > 0 else None for each in variance)
