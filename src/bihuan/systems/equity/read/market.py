"""What a brand survey says: switching, equity of each brand, share, and what moving a driver would bring."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bihuan.kernel.read.standards import value

from ..models import Brand, BrandAnswer, BrandSurvey
from ..rules import choice, switching
from ..rules.purchases import Floats, Ints

DRIVERS = ("for_value", "for_brand", "for_relation")


@dataclass(frozen=True, slots=True)
class BrandRow:
    """One brand; money in minor units, shares 0 to 1."""

    brand: Brand
    last: int
    chances: list[float]
    equity: float
    share: float
    count_share: float


@dataclass(frozen=True, slots=True)
class Switching:
    """`own_share` and `own_equity` are intervals of the own brand, None without one."""

    n: int
    enough: bool
    least: int
    rows: list[BrandRow]
    own: BrandRow | None
    own_share: tuple[float, float] | None
    own_equity: tuple[float, float] | None
    half: int
    """Respondents who answered only one of the two questions: not counted."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`last` and `next` by respondent as numbers of `brands`."""

    brands: list[Brand]
    last: Ints
    next: Ints
    half: int


def answers(survey: BrandSurvey) -> Answers:
    """Respondents who named both brands."""
    brands = list(survey.brands.order_by("-own", "name"))
    number = {brand.pk: at for at, brand in enumerate(brands)}
    rows = BrandAnswer.objects.filter(survey=survey).order_by()
    last = dict(rows.filter(last=True).values_list("respondent", "brand"))
    following = dict(rows.filter(next=True).values_list("respondent", "brand"))
    both = sorted(last.keys() & following.keys())
    first = np.array([number[last[who]] for who in both], dtype=np.int64)
    second = np.array([number[following[who]] for who in both], dtype=np.int64)
    return Answers(brands, first, second, len(last.keys() ^ following.keys()))


def switched(survey: BrandSurvey) -> Switching:
    """Withheld (`enough` False, no rows) below the smallest sample, or without two brands."""
    found, least = answers(survey), int(value("equity.survey.least"))
    n, size = len(found.last), len(found.brands)
    if n < least or size < 2:
        return Switching(n, False, least, [], None, None, None, found.half)
    counts = np.bincount(found.last, minlength=size)
    held = (counts / n * survey.market).tolist()
    margins = [float(brand.margin) for brand in found.brands]
    p = switching.matrix(found.last.tolist(), found.next.tolist(), size)
    each = switching.customer_equity(p, held, margins, float(survey.discount))
    rows = [
        BrandRow(
            brand,
            int(counts[at]),
            p[at].tolist(),
            float(each.equity[at]),
            float(each.share[at]),
            float(each.count_share[at]),
        )
        for at, brand in enumerate(found.brands)
    ]
    own = next((row for row in rows if row.brand.own), None)
    if own is None:
        return Switching(n, True, least, rows, None, None, None, found.half)
    equity, share = switching.share_interval(
        found.last.tolist(),
        found.next.tolist(),
        size,
        float(survey.market),
        margins,
        float(survey.discount),
        rows.index(own),
    )
    return Switching(n, True, least, rows, own, (share[0], share[1]), (equity[0], equity[1]), found.half)


def choices(survey: BrandSurvey) -> tuple[choice.Choices, Ints, list[Brand]]:
    """Respondents who rate all drivers of at least two brands and named both brands among them.

    Returns the rows, each respondent's last brand, and the brands. Bounded: one row a respondent and brand.
    """
    found = answers(survey)
    number = {brand.pk: at for at, brand in enumerate(found.brands)}
    rated = BrandAnswer.objects.filter(survey=survey, for_value__isnull=False, for_brand__isnull=False)
    rows = rated.filter(for_relation__isnull=False).order_by("respondent", "brand")
    people: dict[str, list[Any]] = {}
    for row in rows.values_list("respondent", "brand", "last", "next", *DRIVERS).iterator():
        people.setdefault(row[0], []).append(row)
    whole = [
        rows
        for rows in people.values()
        if len(rows) > 1 and sum(row[2] for row in rows) == 1 and sum(row[3] for row in rows) == 1
    ]
    flat = [(who, *row) for who, rows in enumerate(whole) for row in rows]
    x = np.array([[float(row[3]), *map(float, row[5:])] for row in flat], dtype=np.float64).reshape(-1, 4)
    last = np.array([number[row[1]] for rows in whole for row in rows if row[2]], dtype=np.int64)
    data = choice.Choices(
        who=np.array([row[0] for row in flat], dtype=np.int64),
        brand=np.array([number[row[2]] for row in flat], dtype=np.int64),
        x=x,
        next=np.array([float(row[4]) for row in flat], dtype=np.float64),
    )
    return data, last, found.brands


@dataclass(frozen=True, slots=True)
class Return:
    """Of one measure: gain in customer equity and return on what it costs, with their intervals."""

    gain: float
    low: float
    high: float
    cost: float
    back: float
    back_low: float
    back_high: float
    n: int


def marketing_return(survey: BrandSurvey, shift: Floats, cost: float) -> Return:
    """What raising the own brand's drivers by `shift` brings (`cost` in minor units). Raises Unfit."""
    data, last, brands = choices(survey)
    drivers = choice.fit_drivers(data)
    own = next(at for at, brand in enumerate(brands) if brand.own)
    counts = np.bincount(last, minlength=len(brands)) / len(last) * survey.market
    margins = [float(brand.margin) for brand in brands]
    gain, low, high = choice.gain(
        data, drivers, last, counts.tolist(), margins, float(survey.discount), own, shift
    )
    back = [switching.return_on_marketing(each, cost) for each in (gain, low, high)]
    return Return(gain, low, high, cost, back[0], back[1], back[2], drivers.n)


def newest(rows: Any) -> Any:
    """The newest of the user's surveys or estimates that is not too old, else None."""
    return rows.order_by("-on", "-pk").first()
