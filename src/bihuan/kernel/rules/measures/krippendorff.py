"""Krippendorff's alpha: how far several raters mean the same, with gaps where somebody did not rate.

1 is agreement, 0 chance, below 0 systematic contradiction. Ratings are a table [rater][item] of numbers
(codes for nominal data), None where a rater did not judge the item.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from math import fsum
from random import Random

from bihuan.kernel.rules.measures.interval import Interval

Ratings = Sequence[Sequence[float | None]]
Item = Mapping[float, int]  # how often each value was given to it
Distance = Callable[[float, float], float]
TRUSTED, TENTATIVE = 0.8, 0.667


class Metric(Enum):
    """What a step between two values means."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Trust(Enum):
    """TRUSTED: use. TENTATIVE: use with care. VOID: no ranking until the raters are calibrated anew."""

    TRUSTED = "trusted"
    TENTATIVE = "tentative"
    VOID = "void"


def trust(value: float | None) -> Trust:
    """Krippendorff 2004: from 0.80 on trusted, from 0.667 on tentative; unknown is void."""
    if value is None or value < TENTATIVE:
        return Trust.VOID
    return Trust.TENTATIVE if value < TRUSTED else Trust.TRUSTED


def alpha(ratings: Ratings, metric: Metric = Metric.INTERVAL) -> float | None:
    """α = 1 − observed ÷ expected disagreement (Krippendorff 2011, coincidence form).

    Observed: Σ over items of Σ pairs δ²/(m − 1), m ratings of the item, divided by all n pairable ratings;
    expected: δ² over all pairs of the n, divided by n(n − 1). Items judged once do not count. None when
    fewer than two items can be paired or nothing varies. Raises ValueError when raters have rows of
    different lengths or, for the ratio metric, a value is negative.
    """
    return _alpha(_pairable(ratings), metric)


def alpha_interval(
    ratings: Ratings,
    metric: Metric = Metric.INTERVAL,
    confidence: float = 0.95,
    *,
    draws: int = 1000,
    seed: int = 20110125,
) -> Interval | None:
    """Percentile bootstrap over items (Zapf et al. 2016); the stream of `random.Random(seed).random()` is
    fixed by the language, so everybody gets the same ends. None when alpha is. Raises ValueError as `alpha`.
    """
    items = _pairable(ratings)
    if _alpha(items, metric) is None:
        return None
    stream, found = Random(seed), []  # noqa: S311  (a repeatable draw)
    for _ in range(draws):
        value = _alpha([items[int(stream.random() * len(items))] for _ in items], metric)
        if value is not None:
            found.append(value)
    found.sort()
    tail = (1 - confidence) / 2
    return Interval(found[int(tail * len(found))], found[-1 - int(tail * len(found))]) if found else None


def _pairable(ratings: Ratings) -> list[Item]:
    if len({len(row) for row in ratings}) > 1:
        raise ValueError("every rater has a place for every item")
    items = [Counter(value for value in item if value is not None) for item in zip(*ratings, strict=True)]
    return [item for item in items if item.total() > 1]


def _alpha(items: Sequence[Item], metric: Metric) -> float | None:
    totals: Counter[float] = Counter()
    for item in items:
        totals.update(item)
    if len(items) < 2 or len(totals) < 2:
        return None
    n = totals.total()
    if metric is Metric.INTERVAL:
        observed = fsum(_squares(item) / (sum(item.values()) - 1) for item in items)
        return 1 - (n - 1) * observed / _squares(totals)
    distance = _distance(metric, totals)
    observed = fsum(_disagreement(item, distance) / (sum(item.values()) - 1) for item in items)
    return 1 - (n - 1) * observed / _disagreement(totals, distance)


def _squares(counts: Item) -> float:
    """Σ over pairs of (a − b)², without looking at pairs: m·Σ(x − x̄)²."""
    m = sum(counts.values())
    mean = fsum(value * count for value, count in counts.items()) / m
    return m * fsum(count * (value - mean) ** 2 for value, count in counts.items())


def _disagreement(counts: Item, distance: Distance) -> float:
    values = sorted(counts)
    return fsum(
        counts[a] * counts[b] * distance(a, b) for at, a in enumerate(values) for b in values[at + 1 :]
    )


def _distance(metric: Metric, totals: Item) -> Distance:
    if metric is Metric.NOMINAL:
        return lambda a, b: float(a != b)
    if metric is Metric.RATIO:
        if min(totals) < 0:
            raise ValueError("a ratio scale begins at zero")
        return lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0
    passed, middle = 0, {}
    for value in sorted(totals):
        middle[value] = passed + totals[value] / 2
        passed += totals[value]
    return lambda a, b: (middle[a] - middle[b]) ** 2
