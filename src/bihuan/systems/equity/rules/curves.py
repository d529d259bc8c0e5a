"""Smooth functions of one variable, taken at few points and read off at many (Chebyshev interpolation).

Trefethen (2013), Approximation Theory and Approximation Practice, chapters 3 and 8: a function analytic and
below M within the Bernstein ellipse of parameter rho is missed by at most 4 M rho^(1-n) / (rho - 1) by its
interpolant at n points.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from .purchases import Floats

PIECE = 1 << 13
SIZES = (8, 12, 16, 24, 32, 48, 64, 96, 128)
FEW = 2 * SIZES[0]
"""Places that are computed one by one: points of a curve through them would be no fewer."""
CLOSE = 1e-12
MOST = 256


@cache
def points(n: int) -> Floats:
    """Chebyshev points of the first kind in -1..1."""
    return np.asarray(np.cos(np.pi * (np.arange(n) + 0.5) / n), dtype=np.float64)


@cache
def _transform(n: int) -> Floats:
    """Values at the points → coefficients, as a matrix [n, n]."""
    k = np.arange(n)
    found = np.cos(np.pi * np.outer(k, k + 0.5) / n) * (2 / n)
    found[0] /= 2
    return np.asarray(found, dtype=np.float64)


def coefficients(values: Floats) -> Floats:
    """Of values at `points` along the last axis."""
    return np.asarray(values @ _transform(values.shape[-1]).T, dtype=np.float64)


def basis(at: Floats, n: int) -> Floats:
    """T_0 .. T_(n-1) at each place [n, places]."""
    found = np.empty((n, len(at)))
    found[0] = 1.0
    if n > 1:
        found[1] = at
    twice = 2 * at
    for k in range(2, n):
        np.multiply(twice, found[k - 1], out=found[k])
        found[k] -= found[k - 2]
    return found


def read_off(function: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Values of several smooth functions [functions, places] at the places `at`.

    `function` gives [functions, n] for n places. As many points are taken as it needs until the last three
    coefficients are below CLOSE of the largest; where places are few or none suffice, all are computed.
    """
    low, high = float(at.min()), float(at.max())
    middle, half = (low + high) / 2, max((high - low) / 2, 1e-9)
    for n in SIZES:
        if len(at) <= 2 * n:
            break
        found = coefficients(function(middle + half * points(n)))
        sizes = np.abs(found)
        if (sizes[:, -3:].max(axis=1) <= CLOSE * sizes.max(axis=1)).all():
            return _at(found, (at - middle) / half)
    return function(at)


def _at(coefficient: Floats, at: Floats) -> Floats:
    found = np.empty((len(coefficient), len(at)))
    for start in range(0, len(at), PIECE):
        part = slice(start, start + PIECE)
        found[:, part] = coefficient @ basis(at[part], coefficient.shape[1])
    return found


def needed(half: float, growth: Callable[[float], float], close: float) -> int:
    """How many points a function needs that is analytic where |Im| < pi, over an interval of this half width.

    `growth(theta)`: logarithm of its bound where |Im| <= theta. The best of four ellipses is taken, and never
    more than MOST points: only a search that has run away asks for them.
    """
    best = np.inf
    for theta in (1.2, 1.8, 2.4, 2.9):
        reach = theta / half
        rho = reach + np.hypot(1.0, reach)
        best = min(best, 1 + (growth(theta) - np.log(close * (rho - 1) / 4)) / np.log(rho))
    return max(2, int(np.ceil(min(best, MOST))))
