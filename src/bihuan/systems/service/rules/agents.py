"""What a quarter's scores say of each agent, and whether the scorers agree well enough to say it.

Five calls are few: the spread of marks within agents is estimated from all of them together, an agent's mean
carries the interval that follows, and the rank comes as the band of ranks that it may hold.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Final, Literal

from bihuan.kernel.rules.measures.distributions import t_critical
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.krippendorff import alpha
from bihuan.kernel.rules.measures.ranking import Ranked, rank_levels
from bihuan.kernel.rules.measures.shrinkage import Level

Given = Mapping[str, Mapping[str, float]]
"""Call → scorer → score 0–100."""
State = Literal["unscored", "unknown", "apart", "agreed"]
ROUNDING: Final = 1 / sqrt(12)
"""Standard deviation of rounding to whole points: marks are no finer, however alike they look."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """unscored: a call for double scoring still lacks a score. unknown: too few such calls, or all alike.
    apart: below the limit, no ranking is shown. agreed: at or above it."""

    state: State
    alpha: float | None
    calls: int
    """Calls with at least two scores."""
    missing: int
    """Scores still to come on calls for double scoring."""


@dataclass(frozen=True, slots=True)
class Standing:
    agent: str
    n: int
    """Calls scored."""
    mean: float | None
    interval: Interval | None
    """95 %, clipped to the scale; None where no spread is known yet."""
    ranked: Ranked | None = None


def agreement(given: Given, double: Collection[str], scorers: int, limit: float) -> Agreement:
    """Krippendorff's interval alpha over the calls that at least two people scored (`krippendorff.alpha`).

    `scorers` is how many each call of `double` needs. Equal to the limit is agreement.
    """
    shared = sorted(call for call, marks in given.items() if len(marks) > 1)
    people = sorted({scorer for call in shared for scorer in given[call]})
    found = alpha([[given[call].get(scorer) for call in shared] for scorer in people]) if shared else None
    missing = sum(max(scorers - len(given.get(call, {})), 0) for call in double)
    state: State = "unscored" if missing else "unknown"
    if found is not None and not missing:
        state = "apart" if found < limit else "agreed"
    return Agreement(state, found, len(shared), missing)


def standings(calls: Mapping[str, Sequence[float]], least: int) -> list[Standing]:
    """Agent → scores of his calls (the mean where several people scored one) → best first, unscored last.

    s² = Σ(x − x̄ₐ)² ÷ (N − K) over all N scored calls of K agents; mean ± t·s/√n with N − K degrees of
    freedom. Ranks are those of `ranking.rank_levels`; agents with fewer than `least` calls get none. No
    interval and no rank while no agent has two calls.
    """
    scored = {agent: list(marks) for agent, marks in calls.items() if marks}
    free = sum(map(len, scored.values())) - len(scored)
    rest = [Standing(agent, 0, None, None) for agent in sorted(set(calls) - set(scored))]
    means = {agent: fsum(marks) / len(marks) for agent, marks in scored.items()}
    if not free:
        by_mean = sorted(means, key=lambda agent: (-means[agent], agent))
        return [Standing(agent, len(scored[agent]), means[agent], None) for agent in by_mean] + rest
    spread = max(_within(scored, means, free), ROUNDING)
    levels = [
        Level(agent, means[agent], spread / sqrt(len(marks)), len(marks)) for agent, marks in scored.items()
    ]
    half = t_critical(0.95, free)
    errors = {level.key: level.se for level in levels}
    return [
        Standing(
            each.key,
            each.n,
            each.raw,
            Interval(each.raw - half * errors[each.key], each.raw + half * errors[each.key]).clipped(0, 100),
            each,
        )
        for each in rank_levels(levels, least=least)
    ] + rest


def _within(scored: Mapping[str, Sequence[float]], means: Mapping[str, float], free: int) -> float:
    squares = fsum((mark - means[agent]) ** 2 for agent, marks in scored.items() for mark in marks)
    return sqrt(squares / free)
