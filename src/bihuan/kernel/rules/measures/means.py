"""Means of independent observations, two of them compared, and the sample that a comparison takes.

Values keep the unit of the observations.
"""

from collections.abc import Iterable
from math import ceil, fsum, sqrt
from typing import NamedTuple

from bihuan.kernel.rules.measures.distributions import t_critical, t_two_sided
from bihuan.kernel.rules.measures.interval import (
    Difference,
    Estimate,
    Interval,
    critical,
    critical_power,
    ratio,
    two_sided,
)


class Sample(NamedTuple):
    """n observations, their mean and standard deviation (n − 1 in the divisor)."""

    n: int
    mean: float
    sd: float


def summed(values: Iterable[float]) -> Sample:
    """Raises ValueError without values; one value has standard deviation 0."""
    observed = list(values)
    if not observed:
        raise ValueError("a mean of nothing")
    n = len(observed)
    mean = fsum(observed) / n
    spread = fsum((value - mean) ** 2 for value in observed)
    return Sample(n, mean, sqrt(spread / (n - 1)) if n > 1 else 0.0)


def _checked(sample: Sample) -> Sample:
    if sample.n < 2 or sample.sd < 0:
        raise ValueError(f"no spread is known from {sample.n} observations with sd {sample.sd}")
    return sample


def interval(sample: Sample, confidence: float = 0.95) -> Estimate:
    """Mean ± t·sd/√n with n − 1 degrees of freedom. Raises ValueError below two observations."""
    _checked(sample)
    se = sample.sd / sqrt(sample.n)
    half = t_critical(confidence, sample.n - 1) * se
    return Estimate(sample.mean, se, Interval(sample.mean - half, sample.mean + half))


def difference(first: Sample, second: Sample, confidence: float = 0.95) -> Difference:
    """Second mean minus first (Welch 1947), degrees of freedom after Satterthwaite.

    The statistic is (m₂ − m₁) ÷ √(s₁²/n₁ + s₂²/n₂); 79.58 against 79.12 with sd 20 and 400 each gives 0.33.
    Raises ValueError below two observations on either side.
    """
    v1, v2 = (_checked(sample).sd ** 2 / sample.n for sample in (first, second))
    value, se = second.mean - first.mean, sqrt(v1 + v2)
    statistic = ratio(value, se)
    if se == 0:
        return Difference(value, se, statistic, two_sided(statistic), Interval(value, value))
    share = v1 / (v1 + v2)
    df = 1 / (share**2 / (first.n - 1) + (1 - share) ** 2 / (second.n - 1))
    half = t_critical(confidence, df) * se
    p = t_two_sided(statistic, df)
    return Difference(value, se, statistic, p, Interval(value - half, value + half))


def paired(differences: Iterable[float], confidence: float = 0.95) -> Difference:
    """Mean of differences within pairs against zero. Raises ValueError below two pairs."""
    sample = summed(differences)
    estimate = interval(sample, confidence)
    statistic = ratio(estimate.value, estimate.se)
    p = t_two_sided(statistic, sample.n - 1) if estimate.se else two_sided(statistic)
    return Difference(estimate.value, estimate.se, statistic, p, estimate.interval)


def needed(margin: float, sd: float, confidence: float = 0.95) -> int:
    """Observations for a mean within ± margin: (z·sd/margin)².

    Raises ValueError unless margin > 0 and sd ≥ 0.
    """
    if margin <= 0 or sd < 0:
        raise ValueError(f"no sample size for ±{margin} with sd {sd}")
    return max(1, ceil((critical(confidence) * sd / margin) ** 2))


def needed_to_compare(difference: float, sd: float, power: float = 0.8, confidence: float = 0.95) -> int:
    """Observations a group to call two means different: 2·((z_{α/2} + z_β)·sd ÷ difference)².

    29,675 for 0.46 with sd 20: what it would take to say that 79.58 is more than 79.12. Raises ValueError
    unless difference ≠ 0 and sd ≥ 0.
    """
    if difference == 0 or sd < 0:
        raise ValueError(f"no sample detects a difference of {difference} with sd {sd}")
    return max(1, ceil(2 * (critical_power(power, confidence) * sd / difference) ** 2))


def detectable(n: int, sd: float, power: float = 0.8, confidence: float = 0.95) -> float:
    """The smallest difference that n observations a group detect with this power, as a positive number.

    Raises ValueError unless n ≥ 1 and sd ≥ 0.
    """
    if n < 1 or sd < 0:
        raise ValueError(f"nothing is detected by {n} observations with sd {sd}")
    return critical_power(power, confidence) * sd * sqrt(2 / n)
