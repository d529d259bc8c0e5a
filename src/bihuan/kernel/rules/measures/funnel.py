"""Funnel plot of shares (Spiegelhalter 2005): how far from the target chance alone carries n cases."""

from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple

from bihuan.kernel.rules.measures.distributions import binomial_cdf
from bihuan.kernel.rules.measures.interval import NORMAL, Interval, critical
from bihuan.kernel.rules.measures.shrinkage import Rate

WARNING, ALARM = 0.95, 0.998


class Overdispersion(NamedTuple):
    """`phi`: how much more the units vary than chance, 1 for not at all; `variance`: between units, τ²."""

    phi: float
    variance: float


def limits(target: float, n: int, confidence: float = WARNING, between: float = 0.0) -> Interval:
    """Control limits of a share of n cases around the target, 0–1.

    Without variance between units: interpolated exact binomial (Spiegelhalter 2005, A.1.1). With it:
    target ± z·√(target(1−target)/n + τ²), clipped to 0–1. Raises ValueError unless 0 < target < 1, n ≥ 1
    and τ² ≥ 0.
    """
    if not 0 < target < 1 or n < 1 or between < 0:
        raise ValueError(f"no limits around {target} for {n} cases and a variance of {between}")
    z = critical(confidence)
    if between > 0:
        half = z * sqrt(target * (1 - target) / n + between)
        return Interval(target - half, target + half).clipped(0, 1)
    tail = (1 - confidence) / 2
    return Interval(_exact(target, n, tail), _exact(target, n, 1 - tail)).clipped(0, 1)


def _exact(target: float, n: int, chance: float) -> float:
    """(r − a) ÷ n with r the smallest count that reaches the chance, a its surplus as a share of r's own."""
    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        if binomial_cdf(middle, n, target) >= chance:
            high = middle
        else:
            low = middle
    reached = binomial_cdf(high, n, target)
    own = reached - binomial_cdf(high - 1, n, target)
    return (high - (reached - chance) / own) / n if own > 0 else high / n


def beyond(rate: Rate, target: float, confidence: float = WARNING, between: float = 0.0) -> int:
    """1 above the limits, −1 below, 0 within; the counts judge, not the curve that is drawn between them.

    Without variance between units: by the exact chance of so many or more (fewer), so that 22 of 22 at a
    target
    of .98 is nothing special although the interpolated curve runs just below 1.
    """
    if between > 0 or not rate.n:
        found, share = limits(target, rate.n, confidence, between), rate.successes / rate.n
        return 0 if found.covers(share) else 1 if share > found.high else -1
    tail = (1 - confidence) / 2
    if 1 - binomial_cdf(rate.successes - 1, rate.n, target) <= tail:
        return 1
    return -1 if binomial_cdf(rate.successes, rate.n, target) <= tail else 0


def z_score(rate: Rate, target: float, between: float = 0.0) -> float:
    """(p − target) ÷ √(target(1−target)/n + τ²). Raises ValueError unless 0 < target < 1 and n ≥ 1."""
    if not 0 < target < 1 or rate.n < 1:
        raise ValueError(f"no deviation from {target} in {rate.n} cases")
    return (rate.successes / rate.n - target) / sqrt(target * (1 - target) / rate.n + between)


def p_value(rate: Rate, target: float, between: float = 0.0) -> float:
    """Two-sided chance of such a deviation, for `comparisons.discoveries`."""
    return 2 * NORMAL.cdf(-abs(z_score(rate, target, between)))


def overdispersion(rates: Sequence[Rate], target: float, trim: float = 0.1) -> Overdispersion:
    """Winsorised φ and additive τ² (Spiegelhalter 2005, section 4).

    The lowest and the highest `trim` of the z scores are pulled in to their neighbours, so that an outlier
    does not widen the limits that should show it; φ = Σz²/K; τ² = max(0, (Kφ − (K−1)) ÷ (Σw − Σw²/Σw)),
    w = n ÷ target(1−target). Units without cases say nothing; below two units φ is 1. Raises ValueError
    unless 0 < target < 1 and 0 ≤ trim < 0.5.
    """
    if not 0 < target < 1 or not 0 <= trim < 0.5:
        raise ValueError(f"no dispersion around {target} with {trim} trimmed")
    filled = [rate for rate in rates if rate.n]
    k = len(filled)
    if k < 2:
        return Overdispersion(1.0, 0.0)
    scores = sorted(z_score(rate, target) for rate in filled)
    cut = int(trim * k)
    low, high = scores[cut], scores[k - 1 - cut]
    phi = fsum(min(max(score, low), high) ** 2 for score in scores) / k
    weights = [rate.n / (target * (1 - target)) for rate in filled]
    total = fsum(weights)
    room = total - fsum(weight * weight for weight in weights) / total
    return Overdispersion(phi, max(0.0, (k * phi - (k - 1)) / room))
