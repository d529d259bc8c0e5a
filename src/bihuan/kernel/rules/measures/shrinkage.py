"""Empirical Bayes: figures of few observations are drawn towards the figure of all.

What all units have in common is estimated from the units themselves by moments; no random numbers.
"""

from collections.abc import Sequence
from math import fsum, inf
from typing import NamedTuple

LEAST_STRENGTH = 0.01  # prior observations when units differ as much as they can


class Rate(NamedTuple):
    """`successes` of `n` cases of the unit `key`."""

    key: str
    successes: int
    n: int


class Level(NamedTuple):
    """A mean or score of the unit `key` from n observations, with its standard error."""

    key: str
    value: float
    se: float
    n: int


class BetaPrior(NamedTuple):
    """The units' common rate and how many observations it weighs (∞: they do not differ)."""

    mean: float
    strength: float

    def shrunk(self, rate: Rate) -> float:
        """(x + M·P) ÷ (n + M)."""
        if self.strength == inf:
            return self.mean
        return (rate.successes + self.strength * self.mean) / (rate.n + self.strength)


class NormalPrior(NamedTuple):
    """The units' common mean and the variance between them (0: they do not differ)."""

    mean: float
    variance: float

    def weight(self, se: float) -> float:
        """Share of its own value that a unit keeps: τ² ÷ (τ² + se²)."""
        return self.variance / (self.variance + se * se) if self.variance else 0.0

    def shrunk(self, level: Level) -> float:
        return self.mean + self.weight(level.se) * (level.value - self.mean)


def beta_prior(rates: Sequence[Rate]) -> BetaPrior:
    """Beta-binomial by moments, weights n (Kleinman 1973).

    P = Σx/Σn, S = Σn(p − P)², ρ = (S/P(1−P) − (K−1)) ÷ (Σn − Σn²/Σn − (K−1)), M = 1/ρ − 1. ρ ≤ 0 gives
    M = ∞. Units without cases say nothing. Raises ValueError when counts are impossible or all are empty.
    """
    if any(not 0 <= rate.successes <= rate.n for rate in rates):
        raise ValueError("more successes than cases")
    filled = [rate for rate in rates if rate.n]
    total = sum(rate.n for rate in filled)
    if total == 0:
        raise ValueError("a rate of nothing")
    mean = sum(rate.successes for rate in filled) / total
    spread = mean * (1 - mean)
    free = len(filled) - 1
    room = total - fsum(rate.n**2 for rate in filled) / total - free
    if spread == 0 or room <= 0:
        return BetaPrior(mean, inf)
    scatter = fsum(rate.n * (rate.successes / rate.n - mean) ** 2 for rate in filled)
    correlation = (scatter / spread - free) / room
    return BetaPrior(mean, max(1 / correlation - 1, LEAST_STRENGTH) if correlation > 1e-12 else inf)


def normal_prior(levels: Sequence[Level]) -> NormalPrior:
    """Normal-normal by moments (DerSimonian & Laird 1986).

    With w = 1/se² and Q = Σw(y − ȳ_w)²: τ² = max(0, (Q − (K−1)) ÷ (Σw − Σw²/Σw)); the mean is weighted by
    1/(se² + τ²). Raises ValueError without units or unless every se is above 0.
    """
    if not levels or any(level.se <= 0 for level in levels):
        raise ValueError("every unit needs a standard error above zero")
    weights = [1 / level.se**2 for level in levels]
    total = fsum(weights)
    centre = _weighted(levels, weights)
    q = fsum(weight * (level.value - centre) ** 2 for weight, level in zip(weights, levels, strict=True))
    room = total - fsum(weight * weight for weight in weights) / total
    between = max(0.0, (q - (len(levels) - 1)) / room) if len(levels) > 1 else 0.0
    return NormalPrior(_weighted(levels, [1 / (level.se**2 + between) for level in levels]), between)


def _weighted(levels: Sequence[Level], weights: Sequence[float]) -> float:
    pairs = zip(weights, levels, strict=True)
    return fsum(weight * level.value for weight, level in pairs) / fsum(weights)


def james_stein(values: Sequence[float], variance: float) -> tuple[float, list[float]]:
    """(c, shrunk values) for K ≥ 4 values of one known variance: ȳ + c·(y − ȳ).

    c = max(0, 1 − (K − 3)·variance ÷ Σ(y − ȳ)²) (Efron & Morris 1977). Raises ValueError below four values
    or for a negative variance.
    """
    if len(values) < 4 or variance < 0:
        raise ValueError("at least four values, and a variance that is not negative")
    mean = fsum(values) / len(values)
    scatter = fsum((value - mean) ** 2 for value in values)
    kept = max(0.0, 1 - (len(values) - 3) * variance / scatter) if scatter > 0 else 0.0
    return kept, [mean + kept * (value - mean) for value in values]


def smoothed_rates(counts: Sequence[int], exposures: Sequence[float]) -> list[float]:
    """Events per unit of exposure, each drawn towards m = Σx/Σe (global smoother of Marshall 1991).

    A = Σe(r − m)²/Σe − m/ē; a unit keeps A ÷ (A + m/e) of its own deviation, nothing when A ≤ 0. Raises
    ValueError when lengths differ, a count is negative, or an exposure is not above 0.
    """
    if len(counts) != len(exposures) or min(counts, default=-1) < 0 or min(exposures) <= 0:
        raise ValueError("each count needs an exposure above zero")
    total = fsum(exposures)
    mean = sum(counts) / total
    rates = [count / exposure for count, exposure in zip(counts, exposures, strict=True)]
    scatter = fsum(e * (rate - mean) ** 2 for rate, e in zip(rates, exposures, strict=True)) / total
    between = scatter - mean * len(counts) / total
    if between <= 0:
        return [mean] * len(counts)
    return [
        mean + between / (between + mean / e) * (rate - mean)
        for rate, e in zip(rates, exposures, strict=True)
    ]
