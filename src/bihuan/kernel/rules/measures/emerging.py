"""Causes that become more frequent than they were: a jump in one period, or a slow rise over several."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from bihuan.kernel.rules.measures.comparisons import adjusted_p
from bihuan.kernel.rules.measures.distributions import beta_cdf, poisson_tail

LEAST = 3  # cases of a cause in a period before anybody is alarmed
WEIGHT, WIDTH = 0.2, 3.0


class Alarm(NamedTuple):
    """`cases` in the last period against `expected`; `p`, adjusted for the causes looked at; `rising`: the
    smoothed count crossed its limit."""

    cause: str
    cases: int
    expected: float
    p: float
    jumped: bool
    rising: bool


def jump(count: int, expected: float) -> float:
    """P(X ≥ count) for a Poisson count with known expectation. Raises ValueError for negative numbers."""
    if count < 0 or expected < 0:
        raise ValueError(f"{count} against {expected}")
    return poisson_tail(count, expected)


def jump_from(count: int, history: Sequence[int]) -> float:
    """P(X ≥ count) in a period like those of the history, whose mean is itself only estimated.

    Gamma(½ + Σx, k) after Jeffreys' prior makes the next count negative binomial:
    I_{1/(k+1)}(count, ½ + Σx) (Gelman et al., BDA3, 2.6). Raises ValueError without history or for negative
    counts.
    """
    if not history or count < 0 or min(history) < 0:
        raise ValueError("counts of at least one earlier period")
    if count == 0:
        return 1.0
    return beta_cdf(1 / (len(history) + 1), count, 0.5 + sum(history))


def smoothed(counts: Sequence[int], start: float, weight: float = WEIGHT) -> list[float]:
    """z_t = λ·x_t + (1 − λ)·z_{t−1}, z_0 = start (Roberts 1959). Raises ValueError unless 0 < λ ≤ 1."""
    if not 0 < weight <= 1:
        raise ValueError(f"a weight of {weight}")
    values, z = [], start
    for count in counts:
        z = weight * count + (1 - weight) * z
        values.append(z)
    return values


def upper_limit(
    expected: float, period: int, weight: float = WEIGHT, width: float = WIDTH, sd: float | None = None
) -> float:
    """expected + L·sd·√(λ/(2 − λ)·(1 − (1 − λ)^{2t})) in the t-th period; sd is √expected for counts.

    Borror, Champ & Rigdon 1998 for Poisson counts. Raises ValueError unless expected ≥ 0 and period ≥ 1.
    """
    if expected < 0 or period < 1:
        raise ValueError(f"no limit for {expected} in period {period}")
    spread = sqrt(expected) if sd is None else sd
    return expected + width * spread * sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * period)))


def rising(
    counts: Sequence[int], expected: float, weight: float = WEIGHT, width: float = WIDTH
) -> list[bool]:
    """Period by period, whether the smoothed count lies above its limit."""
    values = smoothed(counts, expected, weight)
    return [value > upper_limit(expected, t, weight, width) for t, value in enumerate(values, 1)]


def alarms(
    causes: Mapping[str, Sequence[int]], baseline: int, rate: float = 0.05, least: int = LEAST
) -> list[Alarm]:
    """Causes that jumped or rise, most surprising first.

    Each cause has its counts of the same periods, oldest first; the first `baseline` of them say what is
    usual. A jump is a last count of which `jump_from` the baseline stands at this false-discovery rate among
    all causes; a rise is an average above its limit now, with at least half a case as the usual count. Below
    `least` cases in the last period nothing is said. Raises ValueError unless 1 ≤ baseline < periods.
    """
    names = sorted(causes)
    if any(not 1 <= baseline < len(causes[name]) for name in names):
        raise ValueError("a baseline, and at least one period after it")
    chances = adjusted_p([jump_from(causes[name][-1], causes[name][:baseline]) for name in names])
    found = []
    for name, p in zip(names, chances, strict=True):
        counts, usual = causes[name], sum(causes[name][:baseline]) / baseline
        rises = rising(counts[baseline:], max(usual, 0.5))[-1]
        if counts[-1] >= least and (p <= rate or rises):
            found.append(Alarm(name, counts[-1], usual, p, p <= rate, rises))
    return sorted(found, key=lambda alarm: (alarm.p, alarm.cause))
