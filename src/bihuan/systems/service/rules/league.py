"""Units ranked by one item or by their index, what changed since the quarter before, and the funnel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum, sqrt
from typing import NamedTuple

from bihuan.kernel.rules.measures import funnel, means, proportions
from bihuan.kernel.rules.measures.comparisons import adjusted_p
from bihuan.kernel.rules.measures.interval import Difference, Estimate, Interval, compared
from bihuan.kernel.rules.measures.ranking import Ranked, rank_levels, rank_rates
from bihuan.kernel.rules.measures.shrinkage import Level, Rate
from bihuan.kernel.rules.measures.standing import LEAST

from .evaluation import Composite, Indicator, Part, composite, filled

FALSE_FINDINGS = 0.05
"""Share of the changes told that may be due to chance."""
UNITS_FOR_SPREAD = 10
"""From so many units on the funnel is widened where all differ by more than chance."""


def by_item(found: Mapping[str, Indicator], least: int) -> list[Ranked]:
    """Best first, in points; shares by their beta-binomial law, anything else by its standard error."""
    shares = {key: each.counts for key, each in found.items()}
    if found and all(shares.values()):
        rates = [Rate(key, counts[0], counts[1]) for key, counts in shares.items() if counts]
        return [_in_points(each) for each in rank_rates(rates, least=least)]
    ready = zip(found, filled(list(found.values())), strict=True)
    return rank_levels([Level(key, e.points, e.se or 0.0, e.n or 1) for key, e in ready], least=least)


def _in_points(ranked: Ranked) -> Ranked:
    raw, shrunk = 100 * ranked.raw, 100 * ranked.shrunk
    return Ranked(ranked.key, ranked.n, raw, shrunk, ranked.rank, ranked.best, ranked.worst)


def by_index(units: Mapping[str, Sequence[Part]], limit: Decimal, least: int) -> list[Ranked]:
    """Units by their index, each with the observations under it; without an index a unit is left out.

    A unit that lacks an item which others have is uncertain by w·d more: w the item's weight, d how far the
    item usually lies from the rest of the index (root mean square over the units that have both).
    """
    ready = _filled_by_item(units)
    found = {key: composite(parts, limit) for key, parts in ready.items()}
    apart = {item: _apart(item, ready) for each in found.values() for item in each.missing}
    levels = []
    for key, each in found.items():
        if each.value is not None and each.se is not None:
            lacking = {part.key: float(part.weight) for part in units[key] if part.key in each.missing}
            unsure = fsum((weight * apart[item]) ** 2 for item, weight in lacking.items())
            levels.append(Level(key, float(each.value), sqrt(each.se**2 + unsure), each.n))
    return rank_levels(levels, least=least)


def _filled_by_item(units: Mapping[str, Sequence[Part]]) -> dict[str, list[Part]]:
    """The same parts, each figure with a spread."""
    measured = [(key, part) for key, parts in units.items() for part in parts if part.indicator]
    spread: dict[tuple[str, str], Indicator] = {}
    for item in dict.fromkeys(part.key for _key, part in measured):
        own = [(key, part.indicator) for key, part in measured if part.key == item and part.indicator]
        ready = filled([each for _key, each in own])
        spread |= {(key, item): each for (key, _), each in zip(own, ready, strict=True)}
    return {
        key: [
            Part(part.key, part.weight, part.method, None if part.lack else spread.get((key, part.key)))
            for part in parts
        ]
        for key, parts in units.items()
    }


def _apart(item: str, units: Mapping[str, Sequence[Part]]) -> float:
    """Root mean square of item − index of the rest, over the units that have both; 0 when none has."""
    squares = []
    for parts in units.values():
        own = next((part.indicator for part in parts if part.key == item and not part.lack), None)
        rest = [part for part in parts if part.key != item and part.weight and not part.lack]
        weight = fsum(float(part.weight) for part in rest)
        if own and weight:
            mean = fsum(float(p.weight) * p.indicator.points for p in rest if p.indicator) / weight
            squares.append((own.points - mean) ** 2)
    return sqrt(fsum(squares) / len(squares)) if squares else 0.0


class Change(NamedTuple):
    """`adjusted` is the p value among all changes of the list (Benjamini & Hochberg 1995)."""

    key: str
    difference: Difference | None
    adjusted: float | None

    @property
    def detected(self) -> bool:
        return self.adjusted is not None and self.adjusted <= FALSE_FINDINGS


def item_change(before: Indicator | None, now: Indicator | None) -> Difference | None:
    """In points; None when either side has too few observations, or no spread is known."""
    if before is None or now is None or min(before.n or 0, now.n or 0) < LEAST:
        return None
    if before.counts and now.counts:
        return _times_hundred(proportions.difference(before.counts, now.counts))
    first, second = _sample(before), _sample(now)
    return means.difference(first, second) if first and second else None


def _sample(each: Indicator) -> means.Sample | None:
    spread = each.spread
    return None if spread is None or each.n is None else means.Sample(each.n, each.points, spread)


def _times_hundred(each: Difference) -> Difference:
    interval = Interval(100 * each.interval.low, 100 * each.interval.high)
    return Difference(100 * each.value, 100 * each.se, each.statistic, each.p, interval)


def index_change(before: Composite, now: Composite) -> Difference | None:
    """None unless both are the same mixture of items and both have an interval."""
    first, second = _estimate(before), _estimate(now)
    if first is None or second is None or before.shares != now.shares:
        return None
    return compared(first, second)


def _estimate(each: Composite) -> Estimate | None:
    if each.value is None or each.se is None or each.interval is None:
        return None
    return Estimate(float(each.value), each.se, each.interval)


def changes(found: Mapping[str, Difference | None]) -> list[Change]:
    """All of them judged together: of a hundred units five differ by chance."""
    tested = {key: each.p for key, each in found.items() if each is not None}
    adjusted = dict(zip(tested, adjusted_p(list(tested.values())), strict=True))
    return [Change(key, each, adjusted.get(key)) for key, each in found.items()]


class Dot(NamedTuple):
    """A unit in the funnel: shares 0–1; `side` is −1 below, 1 above, 0 within; alarm beyond 99.8 %."""

    key: str
    n: int
    share: float
    warning: Interval
    alarm: Interval
    side: int
    alarmed: bool


@dataclass(frozen=True, slots=True)
class Funnel:
    """`widened`: limits allow for what the units differ by beyond chance (τ² above 0)."""

    target: float
    widened: bool
    dots: Sequence[Dot]
    curve: Sequence[tuple[int, Interval, Interval]]
    """(n, warning, alarm) along the axis."""


def funnel_of(rates: Sequence[Rate], steps: int = 40) -> Funnel | None:
    """Around the share of all together; None when that is 0 or 1, or there is only one unit."""
    filled_rates = [rate for rate in rates if rate.n]
    total = sum(rate.n for rate in filled_rates)
    target = sum(rate.successes for rate in filled_rates) / total if total else 0.0
    if len(filled_rates) < 2 or not 0 < target < 1:
        return None
    many = len(filled_rates) >= UNITS_FOR_SPREAD
    between = funnel.overdispersion(filled_rates, target).variance if many else 0.0
    dots = [_dot(rate, target, between) for rate in sorted(filled_rates, key=lambda rate: (rate.n, rate.key))]
    low, high = max(1, round(dots[0].n * 0.6)), max(2, round(dots[-1].n * 1.1))
    sizes = sorted({round(low * (high / low) ** (at / steps)) for at in range(steps + 1)})
    curve = [
        (
            n,
            funnel.limits(target, n, funnel.WARNING, between),
            funnel.limits(target, n, funnel.ALARM, between),
        )
        for n in sizes
    ]
    return Funnel(target, between > 0, dots, curve)


def _dot(rate: Rate, target: float, between: float) -> Dot:
    share = rate.successes / rate.n
    warning = funnel.limits(target, rate.n, funnel.WARNING, between)
    alarm = funnel.limits(target, rate.n, funnel.ALARM, between)
    side = funnel.beyond(rate, target, funnel.WARNING, between)
    alarmed = funnel.beyond(rate, target, funnel.ALARM, between) != 0
    return Dot(rate.key, rate.n, share, warning, alarm, side, alarmed)
