"""The score as it would be if those who answered were mixed like all customers (post-stratification)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from bihuan.kernel.rules.measures.interval import Interval, critical
from bihuan.kernel.rules.measures.nps import variance
from bihuan.kernel.rules.measures.response import raked
from bihuan.kernel.rules.measures.stratified import weighting_effect

ADDED = 3
"""As in the adjusted Wald interval: the effective sample is widened by three answers."""


@dataclass(frozen=True, slots=True)
class Weighted:
    score: float
    interval: Interval
    effective: float
    """Answers that would say as much if none had a weight."""
    heaviest: float
    """The largest weight: one answer stands for so many."""


def weighted(
    rows: Sequence[tuple[int, tuple[str, ...]]],
    frames: Sequence[Mapping[str, float]],
    confidence: float = 0.95,
) -> Weighted:
    """rows: (−1, 0 or 1, class in each dimension). Kish's effective n, adjusted as the raw interval is.

    Raises ValueError as `raked`: a class that nobody answered from cannot be weighted up.
    """
    weights = raked([classes for _group, classes in rows], frames)
    total = fsum(weights)
    promoters = fsum(w for (group, _), w in zip(rows, weights, strict=True) if group > 0) / total
    detractors = fsum(w for (group, _), w in zip(rows, weights, strict=True) if group < 0) / total
    n = len(rows) / weighting_effect(weights)
    p, d = ((share * n + ADDED / 4) / (n + ADDED) for share in (promoters, detractors))
    half = 100 * critical(confidence) * sqrt(variance(p, d) / (n + ADDED))
    centre = 100 * (p - d)
    interval = Interval(centre - half, centre + half).clipped(-100, 100)
    return Weighted(100 * (promoters - detractors), interval, n, max(weights))
