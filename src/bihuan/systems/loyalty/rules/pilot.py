"""Did a pilot work? Difference-in-differences of the net promoter score, with what its interval rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import fsum, sqrt
from typing import NamedTuple

from bihuan.kernel.rules.measures.distributions import t_critical, t_two_sided
from bihuan.kernel.rules.measures.interval import NORMAL, Interval, critical
from bihuan.kernel.rules.measures.nps import Answers, adjusted

FEWEST_CLUSTERS = 3
"""Of an arm: from two units the spread between units is hardly known, from one not at all."""
LEAST = 30
"""Answers of each of the four cells below which nothing is concluded."""


class Basis(Enum):
    """What the interval knows of: the spread between units, or chance in the answers alone."""

    UNITS = "units"
    ANSWERS = "answers"


class Verdict(Enum):
    WORKED = "worked"
    WORSE = "worse"
    NOT_SHOWN = "not_shown"
    TOO_LITTLE = "too_little"
    UNSURE = "unsure"
    """The difference stands beyond chance in the answers, but of an arm there are too few units to say that
    it is the programme's."""
    DRIFTED = "drifted"
    """Both arms went apart before the pilot began already."""


class Cluster(NamedTuple):
    """A unit of an arm: its answers before and after, either may be none."""

    before: Answers
    after: Answers


@dataclass(frozen=True, slots=True)
class Arm:
    before: Answers
    after: Answers
    units: int

    @property
    def change(self) -> float:
        return self.after.score - self.before.score


@dataclass(frozen=True, slots=True)
class Estimate:
    """`points`: (pilot after − before) − (comparison after − before), raw."""

    points: float
    se: float
    interval: Interval
    p: float
    basis: Basis
    df: int | None
    pilot: Arm
    comparison: Arm


def pooled(clusters: Sequence[Cluster]) -> Arm:
    """All answers of an arm, and how many of its units gave any."""
    before = Answers(*(sum(each.before[k] for each in clusters) for k in range(3)))
    after = Answers(*(sum(each.after[k] for each in clusters) for k in range(3)))
    return Arm(before, after, sum(1 for each in clusters if each.before.n or each.after.n))


def did(pilot: Sequence[Cluster], comparison: Sequence[Cluster], confidence: float = 0.95) -> Estimate:
    """Difference-in-differences in points. Raises ValueError when one of the four cells has no answers.

    With at least three units in each arm the variance is the clustered one: the cell score is a ratio of
    totals Σt/Σm, a unit's influence u = ±(t − NPS·m)/M summed over both times, so that what a unit keeps
    from before to after cancels; Var = Σ over arms k/(k − 1)·Σ(u − ū)² (Cochran 1977, 6.3; Bertrand, Duflo &
    Mullainathan 2004 on why), t with the units of both arms less two. Otherwise the four adjusted variances
    of the answers are added: chance between units is then not in the interval, and `basis` says so.
    """
    one, two = pooled(pilot), pooled(comparison)
    if not min(one.before.n, one.after.n, two.before.n, two.after.n):
        raise ValueError("each arm needs answers before and after")
    points = one.change - two.change
    if min(one.units, two.units) >= FEWEST_CLUSTERS:
        se = sqrt(_between(pilot, one) + _between(comparison, two))
        df = one.units + two.units - 2
        half = t_critical(confidence, df) * se
        p = t_two_sided(points / se, df) if se else (0.0 if points else 1.0)
        return Estimate(points, se, _around(points, half), p, Basis.UNITS, df, one, two)
    cells = (one.before, one.after, two.before, two.after)
    se = sqrt(fsum(adjusted(cell).se ** 2 for cell in cells))
    views = [adjusted(cell).value for cell in cells]
    centre = (views[1] - views[0]) - (views[3] - views[2])
    p = 2 * (1 - NORMAL.cdf(abs(centre) / se))
    return Estimate(points, se, _around(centre, critical(confidence) * se), p, Basis.ANSWERS, None, one, two)


def _around(centre: float, half: float) -> Interval:
    return Interval(centre - half, centre + half).clipped(-400, 400)


def _between(clusters: Sequence[Cluster], arm: Arm) -> float:
    influences = [
        _influence(each.after, arm.after) - _influence(each.before, arm.before)
        for each in clusters
        if each.before.n or each.after.n
    ]
    k = len(influences)
    mean = fsum(influences) / k
    return k / (k - 1) * fsum((each - mean) ** 2 for each in influences)


def _influence(answers: Answers, cell: Answers) -> float:
    total = 100 * (answers.promoters - answers.detractors)
    return (total - cell.score * answers.n) / cell.n


def judged(
    found: Estimate, placebo: Estimate | None, confidence: float = 0.95, least: int = LEAST
) -> Verdict:
    """`placebo`: the same estimate of two times before the pilot: it should be nothing."""
    cells = (found.pilot.before, found.pilot.after, found.comparison.before, found.comparison.after)
    if min(cell.n for cell in cells) < least:
        return Verdict.TOO_LITTLE
    if placebo is not None and placebo.p < 1 - confidence:
        return Verdict.DRIFTED
    if found.p >= 1 - confidence:
        return Verdict.NOT_SHOWN
    if found.basis is Basis.ANSWERS:
        return Verdict.UNSURE
    return Verdict.WORKED if found.points > 0 else Verdict.WORSE
