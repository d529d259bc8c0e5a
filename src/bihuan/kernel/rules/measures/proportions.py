"""Shares: their interval, two of them compared, and how many observations they take. Ratios are 0–1."""

from math import ceil, log, log1p, sqrt

from bihuan.kernel.rules.intervals import wilson
from bihuan.kernel.rules.measures.interval import (
    Difference,
    Estimate,
    Interval,
    compared,
    critical,
    critical_power,
)


def share(successes: int, n: int, confidence: float = 0.95) -> Estimate:
    """successes ÷ n with the Wilson interval; its se is that of the score test at the estimate.

    Raises ValueError when the counts are impossible or n is 0.
    """
    if n == 0:
        raise ValueError("a share of nothing")
    interval = Interval(*wilson(successes, n, confidence))
    p = successes / n
    return Estimate(p, sqrt(p * (1 - p) / n), interval)


def adjusted_wald(successes: int, n: int, confidence: float = 0.95) -> Estimate:
    """Adjusted Wald (Agresti & Coull 1998): z²/2 successes and z²/2 failures are added; clipped to 0–1.

    The value is the adjusted one, between the raw share and one half. Raises ValueError when the counts
    are impossible.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a proportion")
    z = critical(confidence)
    size = n + z * z
    p = (successes + z * z / 2) / size
    se = sqrt(p * (1 - p) / size)
    return Estimate(p, se, Interval(p - z * se, p + z * se).clipped(0, 1))


def difference(
    first: tuple[int, int], second: tuple[int, int], confidence: float = 0.95, *, adjusted: bool = True
) -> Difference:
    """Second share minus first, each given as (successes, n).

    Adjusted (Agresti & Caffo 2000): one success and one failure are added to each; otherwise plain Wald.
    Raises ValueError when counts are impossible or, unadjusted, an n is 0.
    """
    return compared(_plain(*first, int(adjusted)), _plain(*second, int(adjusted)), confidence)


def _plain(successes: int, n: int, added: int) -> Estimate:
    if not 0 <= successes <= n or n + added == 0:
        raise ValueError(f"{successes} of {n} is not a proportion")
    size = n + 2 * added
    p = (successes + added) / size
    return Estimate(p, sqrt(p * (1 - p) / size), Interval(p, p))


def needed_unrounded(margin: float, p: float = 0.5, confidence: float = 0.95) -> float:
    """z²·p(1−p) ÷ margin², before rounding up, as `stratified.with_fpc` takes it.

    Raises ValueError unless margin > 0 and 0 ≤ p ≤ 1.
    """
    if margin <= 0 or not 0 <= p <= 1:
        raise ValueError(f"no sample size for a share of {p} within {margin}")
    return p * (1 - p) * (critical(confidence) / margin) ** 2


def needed(margin: float, p: float = 0.5, confidence: float = 0.95) -> int:
    """Observations for an interval of ± margin around a share near p, at least 1: 385 for ±0.05."""
    return max(1, ceil(needed_unrounded(margin, p, confidence)))


def needed_to_compare(p1: float, p2: float, power: float = 0.8, confidence: float = 0.95) -> int:
    """Observations a group to detect p1 against p2: (z_{α/2} + z_β)²·(p1(1−p1) + p2(1−p2)) ÷ (p1 − p2)².

    Fleiss, Levin & Paik 2003, without continuity correction. Raises ValueError unless the shares are 0–1
    and differ.
    """
    if not (0 <= p1 <= 1 and 0 <= p2 <= 1) or p1 == p2:
        raise ValueError(f"no sample size for {p1} against {p2}")
    spread = p1 * (1 - p1) + p2 * (1 - p2)
    return max(1, ceil(spread * (critical_power(power, confidence) / (p1 - p2)) ** 2))


def chance_of_seeing(p: float, k: int) -> float:
    """Chance that k random draws show at least one of a share p: 1 − (1 − p)^k."""
    return 1 - (1 - p) ** k


def draws_to_see(p: float, chance: float = 0.95) -> int:
    """Random draws after which at least one of a share p was seen with this chance.

    Raises ValueError unless both lie strictly between 0 and 1.
    """
    if not (0 < p < 1 and 0 < chance < 1):
        raise ValueError(f"no number of draws for a share of {p} and a chance of {chance}")
    return ceil(log1p(-chance) / log(1 - p) - 1e-12)
