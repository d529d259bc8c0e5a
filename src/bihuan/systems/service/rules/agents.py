"""What a quarter's scores say of each agent, and whether the scorers agree well enough to say it.

Five calls are few: the spread of marks within agents is estimated from all of them together, an agent's mean
carries the interval that follows, and the rank comes as the band of ranks that it may hold.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import fsum, sqrt
from typing import Final, Literal

from bihuan.kernel.rules.measures.agreement import ac1, agreed, cohen
from bihuan.kernel.rules.measures.distributions import t_critical
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.krippendorff import alpha
from bihuan.kernel.rules.measures.ranking import Ranked, rank_levels
from bihuan.kernel.rules.measures.shrinkage import Level

Given = Mapping[str, Mapping[str, float]]
"""Call → scorer → score 0–100."""
State = Literal["unscored", "unknown", "apart", "agreed"]
Marks = Mapping[str, float | None]
"""Item → points, None where it does not apply."""
PAIRS: Final = 10
"""Pairs of scores from which on agreement about an item that is kept or broken is told."""
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


@dataclass(frozen=True, slots=True)
class PassFail:
    """Agreement about an item that is kept or broken; κ and AC1 side by side.

    Where nearly everything is kept κ falls to nothing although all agree, AC1 does not (c8: 92 % agreed, κ
    .291, AC1 .910).
    """

    text: str
    """Empty: all such items together."""
    n: int
    """Pairs of scores of one call; below PAIRS no figure."""
    agreed: float | None = None
    kappa: float | None = None
    """None too where nobody found anything broken: agreement by chance is then complete."""
    ac1: float | None = None


def table_of(calls: Iterable[Sequence[Marks]], item: str) -> list[list[int]]:
    """Every pair of scores of each call: [kept, broken] by the one, by the other; 0 points are broken."""
    table = [[0, 0], [0, 0]]
    for scores in calls:
        given = [points for marks in scores if (points := marks.get(item)) is not None]
        for one, other in combinations(given, 2):
            table[int(one <= 0)][int(other <= 0)] += 1
    return table


def summed_tables(tables: Sequence[Sequence[Sequence[int]]]) -> list[list[int]]:
    """All items in one table: pairs of scores are few for each."""
    return [[sum(table[i][j] for table in tables) for j in (0, 1)] for i in (0, 1)]


def on_item(text: str, table: Sequence[Sequence[int]]) -> PassFail:
    """Share of pairs that agree, Cohen's κ and Gwet's AC1 (`measures.agreement`), from PAIRS pairs on."""
    n = sum(map(sum, table))
    return PassFail(text, n, agreed(table), cohen(table), ac1(table)) if n >= PAIRS else PassFail(text, n)
