"""Means of planned samples: strata of known size, small populations, clusters, unequal weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, fsum, sqrt
from typing import NamedTuple

from bihuan.kernel.rules.measures.distributions import f_quantile, t_critical
from bihuan.kernel.rules.measures.interval import Estimate, Interval
from bihuan.kernel.rules.measures.means import Sample, summed


class Stratum(NamedTuple):
    """`size` units in all, `n` of them observed, their mean and standard deviation (n − 1)."""

    size: int
    n: int
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Stratified:
    """Mean a unit and total of the population, in the unit of the observations."""

    mean: Estimate
    total: Estimate
    n: int
    size: int


def stratified(strata: Sequence[Stratum], confidence: float = 0.95) -> Stratified:
    """Mean Σ W·ȳ, variance Σ W²·(1 − n/N)·s²/n with W = N ÷ ΣN (Lohr, Sampling, ch. 3).

    t with n − H degrees of freedom. A stratum that was observed completely adds no variance. Raises
    ValueError without strata, when more were observed than there are, when none of a stratum was observed,
    or when one alone stands for several.
    """
    for stratum in strata:
        _check(stratum)
    size, n = sum(stratum.size for stratum in strata), sum(stratum.n for stratum in strata)
    if size == 0:
        raise ValueError("a population of nothing")
    mean = fsum(stratum.size * stratum.mean for stratum in strata) / size
    variance = fsum(
        (stratum.size / size) ** 2 * (1 - stratum.n / stratum.size) * stratum.sd**2 / stratum.n
        for stratum in strata
    )
    se, df = sqrt(variance), n - len(strata)
    half = t_critical(confidence, df) * se if se else 0.0
    return Stratified(
        Estimate(mean, se, Interval(mean - half, mean + half)),
        Estimate(size * mean, size * se, Interval(size * (mean - half), size * (mean + half))),
        n,
        size,
    )


def _check(stratum: Stratum) -> None:
    if not 1 <= stratum.n <= stratum.size:
        raise ValueError(f"{stratum.n} observed of {stratum.size}")
    if stratum.n == 1 < stratum.size:
        raise ValueError("the spread of a stratum is not known from one observation")


def with_fpc(n: float, size: int) -> int:
    """Sample size for a population of `size`: n₀ ÷ (1 + (n₀ − 1)/N), rounded up (Cochran 1977, 4.2).

    n₀ unrounded: 384.16 gives 278 of 1,000. Raises ValueError unless both are at least 1.
    """
    if n < 1 or size < 1:
        raise ValueError(f"no sample of {n} from {size}")
    return min(size, ceil(n / (1 + (n - 1) / size) - 1e-9))


class Intraclass(NamedTuple):
    """How alike members of one cluster are, 0 none and 1 wholly; the interval may reach below zero."""

    value: float
    interval: Interval
    clusters: int
    n: int


def intraclass(clusters: Sequence[Sequence[float]]) -> float:
    """Intraclass correlation, ANOVA estimator: (MSB − MSW) ÷ (MSB + (m₀ − 1)·MSW), at most 1.

    m₀ = (n − Σm²/n) ÷ (k − 1) (Donner 1986). Negative when clusters resemble each other more than chance.
    Raises ValueError unless there are two clusters and one of them has two members; 0 without any spread.
    """
    if not all(clusters):
        raise ValueError(f"no correlation within {len(clusters)} clusters, one of them empty")
    return intraclass_of([summed(cluster) for cluster in clusters]).value


def intraclass_of(samples: Sequence[Sample], confidence: float = 0.95) -> Intraclass:
    """The same from n, mean and sd of each cluster, with its interval.

    F = MSB ÷ MSW against F(k − 1, n − k): exact for clusters of one size (Shrout & Fleiss 1979), otherwise
    with m₀ in the place of the size, near enough unless sizes differ widely (Donner 1986). Raises ValueError
    as `intraclass`.
    """
    k, n = len(samples), sum(sample.n for sample in samples)
    if k < 2 or n <= k or any(sample.n < 1 for sample in samples):
        raise ValueError(f"no correlation within {k} clusters of {n} observations")
    grand = fsum(sample.n * sample.mean for sample in samples) / n
    msb = fsum(sample.n * (sample.mean - grand) ** 2 for sample in samples) / (k - 1)
    msw = fsum((sample.n - 1) * sample.sd**2 for sample in samples) / (n - k)
    typical = (n - sum(sample.n**2 for sample in samples) / n) / (k - 1)

    def of(ratio: float) -> float:
        return (ratio - 1) / (ratio + typical - 1)

    if msw <= 0:
        value = 1.0 if msb > 0 else 0.0
        return Intraclass(value, Interval(value, value), k, n)
    ratio, tail = msb / msw, (1 + confidence) / 2
    low, high = ratio / f_quantile(tail, k - 1, n - k), ratio * f_quantile(tail, n - k, k - 1)
    return Intraclass(of(ratio), Interval(of(low), of(high)), k, n)


def design_effect(sizes: Sequence[int], icc: float) -> float:
    """Variance against a simple random sample: 1 + (Σm²/Σm − 1)·icc (Kish 1965); 1 + (m − 1)·icc when equal.

    15 sessions of 20 sheets and icc 0.05: 1.95. Raises ValueError without observations or when icc lies
    outside −1 to 1.
    """
    n = sum(sizes)
    if n < 1 or not -1 <= icc <= 1:
        raise ValueError(f"no design effect for {n} observations and a correlation of {icc}")
    return 1 + (sum(size * size for size in sizes) / n - 1) * icc


def effective_n(sizes: Sequence[int], icc: float) -> float:
    """Simple random observations that say as much: n ÷ design effect; 300 in 15 sessions are 154 at 0.05.

    Raises ValueError as `design_effect`, and when the effect is not positive.
    """
    effect = design_effect(sizes, icc)
    if effect <= 0:
        raise ValueError(f"clusters cannot be as unlike as {icc}")
    return sum(sizes) / effect


def weighting_effect(weights: Sequence[float]) -> float:
    """What unequal weights cost: n·Σw² ÷ (Σw)² (Kish 1965), 1 when they are equal.

    Raises ValueError without weights, or unless all are ≥ 0 and one is above.
    """
    total = fsum(weights)
    if not weights or min(weights) < 0 or total <= 0:
        raise ValueError("weights are numbers above zero")
    return len(weights) * fsum(weight * weight for weight in weights) / total**2


def clustered(clusters: Sequence[Sequence[float]], confidence: float = 0.95) -> Estimate:
    """Mean of observations that came in clusters: Σt ÷ Σm with the variance of a ratio.

    se² = k/(k − 1)·Σ(t − ȳ·m)² ÷ (Σm)² over the k clusters with sum t and size m (Cochran 1977, 9A.8),
    t with k − 1 degrees of freedom. Raises ValueError below two clusters or when one is empty.
    """
    k, n = len(clusters), sum(len(cluster) for cluster in clusters)
    if k < 2 or not all(clusters):
        raise ValueError(f"no spread is known from {k} clusters")
    mean = fsum(value for cluster in clusters for value in cluster) / n
    spread = fsum((fsum(cluster) - mean * len(cluster)) ** 2 for cluster in clusters)
    se = sqrt(k / (k - 1) * spread) / n
    half = t_critical(confidence, k - 1) * se
    return Estimate(mean, se, Interval(mean - half, mean + half))
