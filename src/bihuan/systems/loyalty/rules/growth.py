"""Earned growth (Reichheld, Darnell & Burns, Winning on Purpose, 2021): growth that customers brought."""

from dataclasses import dataclass

from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.proportions import share


@dataclass(frozen=True, slots=True)
class Growth:
    """Revenue of one unit in two years, in one currency and one unit of money.

    `base`: last year's. `retained`: this year's of who was a customer then. `earned`, `bought`, `unknown`:
    this year's of new customers, by why they came.
    """

    base: float
    retained: float
    earned: float
    bought: float
    unknown: float = 0.0

    @property
    def now(self) -> float:
        return self.retained + self.earned + self.bought + self.unknown


@dataclass(frozen=True, slots=True)
class Earned:
    """Ratios of the base: 0.10 is 10 %. `low` and `high` where reasons of new customers are not known."""

    growth: float
    net_retention: float
    earned_new: float
    rate: float
    low: float
    high: float
    ratio: float | None
    """Earned growth ÷ growth; None where there was no growth to earn."""


def earned(growth: Growth) -> Earned:
    """EGR = NRR + ENC − 100 % of the base. Check (app. B): 100 → 130, NRR 85, earned 25: 10 %, ratio ⅓.

    Customers whose reason nobody knows count as bought in `rate` and `low`, as earned in `high`: it is not
    guessed. Raises ValueError for negative money or no base.
    """
    parts = (growth.base, growth.retained, growth.earned, growth.bought, growth.unknown)
    if min(parts) < 0 or growth.base <= 0:
        raise ValueError("revenues are not negative, and the base is above zero")
    base = growth.base
    whole = growth.now / base - 1
    rate = growth.retained / base + growth.earned / base - 1
    return Earned(
        growth=whole,
        net_retention=growth.retained / base,
        earned_new=growth.earned / base,
        rate=rate,
        low=rate,
        high=rate + growth.unknown / base,
        ratio=rate / whole if whole > 0 else None,
    )


EARNED_REASONS = frozenset({"recommended", "earlier"})
"""Who came because somebody recommended us, or because of an earlier experience: not bought."""


def came(reasons: dict[str, int]) -> tuple[int, int, Interval | None]:
    """(earned, all, Wilson's interval of the share) of the reasons that new customers gave."""
    n = sum(reasons.values())
    hits = sum(count for reason, count in reasons.items() if reason in EARNED_REASONS)
    return hits, n, share(hits, n).interval if n else None
