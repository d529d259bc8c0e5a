"""Ranking that says how sure it is: by shrunken figures, each with the band of ranks it may hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, log, log1p, sqrt

from bihuan.kernel.rules.measures.shrinkage import (
    BetaPrior,
    Level,
    NormalPrior,
    Rate,
    beta_prior,
    normal_prior,
)
from bihuan.kernel.rules.measures.standing import RANKED

REACH = 6.5  # standard deviations that the grid covers on either side
FEWEST, MOST = 120, 600


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit's own figure, the shrunken one, its rank, and the best and worst rank of its band.

    The last three are None for a unit that has too few observations to be ranked. Ties share a rank.
    """

    key: str
    n: int
    raw: float
    shrunk: float
    rank: int | None
    best: int | None
    worst: int | None


@dataclass(frozen=True, slots=True)
class _Figure:
    """Law of a unit's true figure on a line: log-density up to a constant, centre and width."""

    key: str
    n: int
    raw: float
    shrunk: float
    log_density: Callable[[float], float]
    centre: float
    width: float


def rank_rates(
    rates: Sequence[Rate], *, least: int = RANKED, confidence: float = 0.95, lowest_first: bool = False
) -> list[Ranked]:
    """Rates 0–1 by their beta-binomial posterior (`shrinkage.beta_prior`), best first, withheld ones last.

    Units below `least` cases help to estimate what all have in common, and get no rank; those without any
    case are left out. Raises ValueError when counts are impossible. The order of the input changes nothing.
    """
    if not any(rate.n for rate in rates):
        return []
    prior = beta_prior(rates)
    figures = [_beta_figure(rate, prior) for rate in rates if rate.n]
    return _ranked(figures, least, confidence, lowest_first, prior.strength == inf)


def rank_levels(
    levels: Sequence[Level], *, least: int = RANKED, confidence: float = 0.95, lowest_first: bool = False
) -> list[Ranked]:
    """Means or scores by their normal posterior (`shrinkage.normal_prior`); otherwise as `rank_rates`.

    Raises ValueError unless every se is above 0.
    """
    if not levels:
        return []
    ordered = sorted(levels)
    prior = normal_prior(ordered)
    figures = [_normal_figure(level, prior) for level in ordered]
    return _ranked(figures, least, confidence, lowest_first, prior.variance == 0)


def _beta_figure(rate: Rate, prior: BetaPrior) -> _Figure:
    """On the logit, where the density stays finite even for 0 of n."""
    raw, shrunk = rate.successes / rate.n, prior.shrunk(rate)
    if prior.strength == inf:
        return _Figure(rate.key, rate.n, raw, shrunk, lambda y: 0.0, 0.0, 0.0)
    a = rate.successes + prior.strength * prior.mean
    b = rate.n - rate.successes + prior.strength * (1 - prior.mean)

    def log_density(y: float) -> float:
        return a * y - (a + b) * (y + log1p(exp(-y)) if y > 0 else log1p(exp(y)))

    return _Figure(rate.key, rate.n, raw, shrunk, log_density, log(a / b), sqrt(1 / a + 1 / b))


def _normal_figure(level: Level, prior: NormalPrior) -> _Figure:
    """Posterior variance: τ²·se² ÷ (τ² + se²)."""
    centre, width = prior.shrunk(level), sqrt(prior.weight(level.se)) * level.se

    def log_density(y: float) -> float:
        return -(((y - centre) / width) ** 2) / 2

    return _Figure(level.key, level.n, level.value, centre, log_density, centre, width)


def _ranked(
    figures: Sequence[_Figure], least: int, confidence: float, lowest_first: bool, alike: bool
) -> list[Ranked]:
    sign = 1 if lowest_first else -1
    firm = [figure for figure in figures if figure.n >= least]
    bands = (
        [(1, len(firm))] * len(firm)
        if alike
        else [band(chances, confidence) for chances in rank_chances(_cells(firm), lowest_first=lowest_first)]
    )
    order = sorted(
        zip(firm, bands, strict=True), key=lambda pair: (sign * round(pair[0].shrunk, 12), pair[0].key)
    )
    ranked: list[Ranked] = []
    for place, (figure, (best, worst)) in enumerate(order, 1):
        tied = ranked and round(ranked[-1].shrunk, 12) == round(figure.shrunk, 12)
        rank = ranked[-1].rank if tied else place
        ranked.append(Ranked(figure.key, figure.n, figure.raw, figure.shrunk, rank, best, worst))
    withheld = sorted((figure for figure in figures if figure.n < least), key=lambda figure: figure.key)
    rest = [Ranked(each.key, each.n, each.raw, each.shrunk, None, None, None) for each in withheld]
    return ranked + rest


def _cells(figures: Sequence[_Figure]) -> list[list[float]]:
    """Each law as chances of the cells of one common grid, as fine as the narrowest law needs."""
    if not figures:
        return []
    low = min(figure.centre - REACH * figure.width for figure in figures)
    high = max(figure.centre + REACH * figure.width for figure in figures)
    finest = min(figure.width for figure in figures) / 3
    count = int(min(max((high - low) / finest, FEWEST), MOST))
    grid = [low + (high - low) * (at + 0.5) / count for at in range(count)]
    cells = []
    for figure in figures:
        logs = [figure.log_density(y) for y in grid]
        top = max(logs)
        weights = [exp(value - top) for value in logs]
        total = sum(weights)
        cells.append([weight / total for weight in weights])
    return cells


def rank_chances(cells: Sequence[Sequence[float]], *, lowest_first: bool = False) -> list[list[float]]:
    """[unit][r − 1]: the chance that the unit holds rank r; rows of `cells` are laws over one rising grid.

    Given that a unit lies in a cell, the number of units above it is a sum of independent yes-or-no draws
    (Poisson-binomial); the product of their polynomials is taken once a cell and divided by the unit's own
    factor. Two units in one cell are above each other half of the time. Time ∝ cells × units².
    """
    units = len(cells)
    chances = [[0.0] * units for _ in range(units)]
    below = [0.0] * units
    for at in range(len(cells[0]) if cells else 0):
        here = [row[at] for row in cells]
        above = [min(max(1 - b - w / 2, 0.0), 1.0) for b, w in zip(below, here, strict=True)]
        ahead = [1 - p for p in above] if lowest_first else above
        product = [1.0]
        for p in ahead:
            product = [x * (1 - p) + y * p for x, y in zip([*product, 0.0], [0.0, *product], strict=True)]
        for unit, weight in enumerate(here):
            if weight > 1e-9:
                others = _without(product, ahead[unit])
                chances[unit] = [c + weight * o for c, o in zip(chances[unit], others, strict=True)]
        below = [b + w for b, w in zip(below, here, strict=True)]
    return chances


def _without(product: Sequence[float], p: float) -> list[float]:
    """The product divided by (1 − p + p·x), from the end at which division does not blow errors up."""
    q, out, carried = 1 - p, [], 0.0
    if p <= 0.5:
        for value in product[:-1]:
            carried = (value - p * carried) / q
            out.append(carried)
        return out
    for value in reversed(product[1:]):
        carried = (value - q * carried) / p
        out.append(carried)
    return out[::-1]


def band(chances: Sequence[float], confidence: float = 0.95) -> tuple[int, int]:
    """Best and worst rank: as many are cut off on either side as leave this much between.

    Raises ValueError without chances.
    """
    if not chances:
        raise ValueError("no ranks")
    total, tail, passed = sum(chances), (1 - confidence) / 2, 0.0
    best = worst = 0
    for rank, chance in enumerate(chances, 1):
        passed += chance / total
        if not best and passed >= tail - 1e-12:
            best = rank
        if not worst and passed >= 1 - tail - 1e-12:
            worst = rank
    return best, worst or len(chances)
