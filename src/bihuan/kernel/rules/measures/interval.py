"""What every estimate carries: its uncertainty. Nothing here knows a unit; it is that of the value."""

from dataclasses import dataclass
from math import copysign, inf
from statistics import NormalDist
from typing import NamedTuple

NORMAL = NormalDist()


class Interval(NamedTuple):
    """From `low` to `high`, both ends included."""

    low: float
    high: float

    @property
    def half(self) -> float:
        return (self.high - self.low) / 2

    def covers(self, value: float) -> bool:
        return self.low <= value <= self.high

    def clipped(self, low: float, high: float) -> "Interval":
        """No further than the scale goes."""
        return Interval(min(max(self.low, low), high), max(min(self.high, high), low))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, its standard error and its interval, in one unit."""

    value: float
    se: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Difference:
    """Second minus first: `statistic` is value ÷ se, `p` two-sided."""

    value: float
    se: float
    statistic: float
    p: float
    interval: Interval

    @property
    def detected(self) -> bool:
        """Whether the interval leaves out zero; otherwise the page says “no detectable difference”."""
        return not self.interval.covers(0)


def critical(confidence: float) -> float:
    """Two-sided normal quantile, 1.96 for 0.95. Raises ValueError unless 0 < confidence < 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, not {confidence}")
    return NORMAL.inv_cdf((1 + confidence) / 2)


def critical_power(power: float, confidence: float) -> float:
    """z(1 − α/2) + z(power), the factor of every two-sided sample size. Raises ValueError as `critical`."""
    if not 0 < power < 1:
        raise ValueError(f"a power lies between 0 and 1, not {power}")
    return critical(confidence) + NORMAL.inv_cdf(power)


def two_sided(z: float) -> float:
    """Chance of a normal deviate at least as far from zero as z, on either side."""
    return 2 * NORMAL.cdf(-abs(z))


def ratio(value: float, se: float) -> float:
    """Value ÷ se; a difference without any spread is zero or infinitely clear."""
    if se > 0:
        return value / se
    return 0.0 if value == 0 else copysign(inf, value)


def estimated(value: float, se: float, confidence: float = 0.95) -> Estimate:
    """Normal interval: value ± z·se."""
    half = critical(confidence) * se
    return Estimate(value, se, Interval(value - half, value + half))


def compared(first: Estimate, second: Estimate, confidence: float = 0.95) -> Difference:
    """Independent estimates: z = (second − first) ÷ √(se₁² + se₂²)."""
    value, se = second.value - first.value, (first.se**2 + second.se**2) ** 0.5
    z, half = ratio(value, se), critical(confidence) * se
    return Difference(value, se, z, two_sided(z), Interval(value - half, value + half))
