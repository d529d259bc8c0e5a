"""Did the remedies help? Two counts with their exposures, compared exactly.

Cases of a cause are counted for t₀ days before the remedies and t₁ days after them. Given their sum n, and
rates that differ by the factor ρ, the later count is binomial with π = ρt₁ ÷ (ρt₁ + t₀) (Przyborowski and
Wilenski 1940; Clopper and Pearson 1934 for π). No normal approximation: small counts are not flattered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, lgamma, log, log1p
from typing import Literal

Verdict = Literal["worked", "no_effect", "worse", "too_little"]
STEPS = 200
"""Halvings of an interval of 0 to 1: far below the last bit."""
TINY = 1e-300
SMALLEST_CHANGE = 1e-15


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate after ÷ rate before, with its exact interval and the central two-sided p of “no change”."""

    ratio: float | None
    """None: nothing was counted before, so that no finite number says it."""
    low: float
    high: float
    p: float


def rate_ratio(
    before: int, days_before: float, after: int, days_after: float, confidence: float = 0.95
) -> RateRatio:
    """Exact conditional comparison of two Poisson rates, exposures in days.

    The p is central (twice the smaller tail), so that p < 1 − confidence where and only where the interval
    excludes 1. Without any case nothing is known: (0, ∞), p = 1. Raises ValueError for a negative count or an
    exposure that is not positive.
    """
    if before < 0 or after < 0 or days_before <= 0 or days_after <= 0:
        raise ValueError("counts must not be negative, and exposures must be positive")
    n = before + after
    if n == 0:
        return RateRatio(None, 0.0, inf, 1.0)
    low, high = clopper_pearson(after, n, confidence)
    share = days_after / (days_before + days_after)
    tail = min(binomial_below(after, n, share), binomial_above(after, n, share))
    odds = days_before / days_after
    ratio = after / before * odds if before else None
    return RateRatio(ratio, _odds(low) * odds, _odds(high) * odds, min(2 * tail, 1.0))


def verdict(
    before: int, days_before: float, after: int, days_after: float, least: int, confidence: float = 0.95
) -> Verdict:
    """What may be said of the remedies.

    Too little: fewer than `least` cases in all, or so few that even none at all afterwards could not be told
    from chance. Otherwise the interval decides: wholly below 1 they worked, wholly above it is worse.
    """
    if days_before <= 0 or days_after <= 0 or before + after < least:
        return "too_little"
    found = rate_ratio(before, days_before, after, days_after, confidence)
    if found.p < 1 - confidence:
        return "worked" if found.high < 1 else "worse"
    best = rate_ratio(before + after, days_before, 0, days_after, confidence)
    return "no_effect" if best.p < 1 - confidence else "too_little"


def clopper_pearson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share (Clopper and Pearson 1934), both ends 0–1. ValueError where impossible."""
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a proportion")
    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else _solve(lambda p: binomial_above(successes, n, p) - tail)
    high = 1.0 if successes == n else _solve(lambda p: tail - binomial_below(successes, n, p))
    return low, high


def binomial_below(k: int, n: int, p: float) -> float:
    """P(X ≤ k) of a binomial, by the incomplete beta function I₁₋ₚ(n − k, k + 1)."""
    return 1.0 if k >= n else 0.0 if k < 0 else incomplete_beta(n - k, k + 1, 1 - p)


def binomial_above(k: int, n: int, p: float) -> float:
    """P(X ≥ k) of a binomial, by Iₚ(k, n − k + 1)."""
    return 1.0 if k <= 0 else 0.0 if k > n else incomplete_beta(k, n - k + 1, p)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front * _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """Lentz's algorithm; converges in O(√max(a, b)) steps on this side of the mean."""
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / _away(1 + term * d), _away(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < SMALLEST_CHANGE:
            break
    return found


def _away(value: float) -> float:
    """Never exactly zero, as a divisor."""
    return value if abs(value) > TINY else TINY


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else inf


def _solve(rising: Callable[[float], float]) -> float:
    """Where a function that rises over 0 to 1 crosses zero."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
