"""Other measures of agreement between raters, and who of them is severe.

For marks on a 0–100 scale use `krippendorff.alpha`; kappa and AC1 stand side by side for pass-or-fail items.
"""

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from bihuan.kernel.rules.measures.interval import Difference
from bihuan.kernel.rules.measures.krippendorff import Ratings
from bihuan.kernel.rules.measures.means import Sample, difference, summed

Table = Sequence[Sequence[int]]


def agreed(table: Table) -> float:
    """Share of items in which two raters agree; table[i][j]: items that the first put in i, the second in j.

    Raises ValueError unless the table is square and holds counts.
    """
    total = sum(map(sum, table))
    if any(len(row) != len(table) or min(row) < 0 for row in table) or total == 0:
        raise ValueError("a square table of counts")
    return sum(row[at] for at, row in enumerate(table)) / total


def cohen(table: Table) -> float | None:
    """Cohen 1960: κ = (p_o − p_e) ÷ (1 − p_e), p_e from both raters' own shares. None when p_e is 1."""
    observed, total = agreed(table), sum(map(sum, table))
    chance = (
        fsum(sum(row) * sum(column) for row, column in zip(table, _columns(table), strict=True)) / total**2
    )
    return (observed - chance) / (1 - chance) if chance < 1 else None


def ac1(table: Table) -> float:
    """Gwet 2008, for two raters: chance agreement Σ π(1 − π)/(k − 1), π the mean of both raters' shares.

    Does not collapse when nearly everything passes. Raises ValueError below two classes.
    """
    observed, total, k = agreed(table), sum(map(sum, table)), len(table)
    if k < 2:
        raise ValueError("at least two classes")
    shares = [
        (sum(row) + sum(column)) / (2 * total) for row, column in zip(table, _columns(table), strict=True)
    ]
    chance = fsum(share * (1 - share) for share in shares) / (k - 1)
    return (observed - chance) / (1 - chance)


def _columns(table: Table) -> list[tuple[int, ...]]:
    return list(zip(*table, strict=True))


def fleiss(table: Table) -> float | None:
    """Fleiss 1971: table[item][class], how many of the m raters put the item there; the same m for each item.

    None when all ratings fall in one class. Raises ValueError for rows of different sums, or m < 2.
    """
    sums = {sum(row) for row in table}
    if len(sums) != 1 or min(sums) < 2 or len({len(row) for row in table}) != 1:
        raise ValueError("every item is judged by the same number of raters, at least two")
    m, n = sums.pop(), len(table)
    observed = fsum(sum(c * c for c in row) - m for row in table) / (n * m * (m - 1))
    chance = fsum((sum(column) / (n * m)) ** 2 for column in _columns(table))
    return (observed - chance) / (1 - chance) if chance < 1 else None


class Icc(NamedTuple):
    """Shrout & Fleiss 1979: one rating (1,1) (2,1) (3,1), then the mean of all raters (1,k) (2,k) (3,k)."""

    one_way: float
    two_way_random: float
    two_way_fixed: float
    one_way_mean: float
    two_way_random_mean: float
    two_way_fixed_mean: float


def icc(table: Sequence[Sequence[float]]) -> Icc:
    """Six intraclass correlations of complete ratings [item][rater].

    Raises ValueError unless there are two items, two raters, no gaps, and items differ.
    """
    n, k = len(table), len(table[0]) if table else 0
    if n < 2 or k < 2 or any(len(row) != k for row in table):
        raise ValueError("at least two items and two raters, without gaps")
    grand = fsum(map(fsum, table)) / (n * k)
    rows = k * fsum((fsum(row) / k - grand) ** 2 for row in table)
    columns = n * fsum((fsum(column) / n - grand) ** 2 for column in zip(*table, strict=True))
    total = fsum((value - grand) ** 2 for row in table for value in row)
    bms, jms = rows / (n - 1), columns / (k - 1)
    wms = (total - rows) / (n * (k - 1))
    ems = (total - rows - columns) / ((n - 1) * (k - 1))
    if bms == 0:
        raise ValueError("the items do not differ")
    return Icc(
        (bms - wms) / (bms + (k - 1) * wms),
        (bms - ems) / (bms + (k - 1) * ems + k * (jms - ems) / n),
        (bms - ems) / (bms + (k - 1) * ems),
        (bms - wms) / bms,
        (bms - ems) / (bms + (jms - ems) / n),
        (bms - ems) / bms,
    )


def deviations(ratings: Ratings) -> list[list[float]]:
    """[rater]: mark minus the mean of the other raters' marks, for each item that others judged too.

    Raises ValueError when raters have rows of different lengths.
    """
    found: list[list[float]] = [[] for _ in ratings]
    for item in zip(*ratings, strict=True):
        given = [(rater, mark) for rater, mark in enumerate(item) if mark is not None]
        total = fsum(mark for _, mark in given)
        for rater, mark in given if len(given) > 1 else []:
            found[rater].append(mark - (total - mark) / (len(given) - 1))
    return found


def severity(ratings: Ratings) -> list[Sample | None]:
    """[rater]: mean difference to the others on shared items, below zero for the severe; None without any.

    `means.interval` of it says whether it is more than chance.
    """
    return [summed(each) if each else None for each in deviations(ratings)]


def drift(before: Ratings, after: Ratings, confidence: float = 0.95) -> Mapping[int, Difference]:
    """Rater → change of severity between two periods, for raters with at least two shared items in each.

    Rows of both tables are the same raters in the same order; raises ValueError otherwise.
    """
    if len(before) != len(after):
        raise ValueError("the same raters in both periods")
    pairs = zip(severity(before), severity(after), strict=True)
    return {
        rater: difference(first, second, confidence)
        for rater, (first, second) in enumerate(pairs)
        if first and second and min(first.n, second.n) > 1
    }
