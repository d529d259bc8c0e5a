"""Which ratings go with the score: association, from the answers of a unit and period."""

from dataclasses import dataclass

from bihuan.kernel.models import Question, Unit
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.periods import Period

from ..models import Programme
from ..rules.drivers import MOST, Shares, shares
from ..words import SCORE
from .scores import counting, within

MOST_ROWS = 50_000
"""Newest answers that are read; beyond, a share moves by less than its interval shows."""
SCALES = ("scale_0_10", "scale_1_10", "scale_1_5")


@dataclass(frozen=True, slots=True)
class Driver:
    question: Question
    share: float
    interval: Interval
    mean: float


@dataclass(frozen=True, slots=True)
class Drivers:
    """`n`: answers in which every rating was given; the others say nothing here."""

    drivers: list[Driver]
    r_squared: float
    n: int
    asked: int
    few: bool


def drivers(programme: Programme | None, unit: Unit, period: Period) -> Drivers | None:
    """None where too few answers rate everything, or a rating never varies."""
    rows = within(counting(programme, unit), period.first, period.last).order_by("-pk")
    given = [
        row for row in rows.values_list("reply__answers", flat=True)[:MOST_ROWS] if row.get(SCORE) is not None
    ]
    codes = sorted({code for row in given for code in row})
    known = {
        q.key: q
        for q in Question.objects.filter(key__in=codes, kind__in=SCALES, newest=True).exclude(key=SCORE)
    }
    chosen = [
        code
        for code in codes
        if code in known and sum(row.get(code) is not None for row in given) * 2 >= len(given)
    ]
    chosen = chosen[:MOST]
    full = [row for row in given if all(row.get(code) is not None for code in chosen)]
    columns = [[float(row[code]) for row in full] for code in chosen]
    if not chosen or len(full) < 10:
        return None
    try:
        found: Shares = shares(columns, [float(row[SCORE]) for row in full])
    except ValueError:
        return None
    made = [
        Driver(known[code], share, interval, sum(column) / len(column))
        for code, share, interval, column in zip(chosen, found.shares, found.intervals, columns, strict=True)
    ]
    made.sort(key=lambda each: -each.share)
    return Drivers(made, found.r_squared, found.n, len(given), found.few)
