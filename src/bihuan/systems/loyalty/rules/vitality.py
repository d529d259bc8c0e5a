"""Is the programme still alive? Rates that fall beyond chance from one span to the next."""

from dataclasses import dataclass
from math import sqrt

from bihuan.kernel.rules.measures.interval import NORMAL


@dataclass(frozen=True, slots=True)
class Rate:
    hits: int
    n: int

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Fall:
    """`p`: chance of a fall as large where nothing changed (one-sided, pooled z)."""

    before: Rate
    after: Rate
    p: float


def fall(before: Rate, after: Rate, least: int = 30, limit: float = 0.01) -> Fall | None:
    """None where either span is too small, or nothing fell beyond chance."""
    if min(before.n, after.n) < least:
        return None
    pooled = (before.hits + after.hits) / (before.n + after.n)
    spread = pooled * (1 - pooled) * (1 / before.n + 1 / after.n)
    if spread <= 0:
        return None
    z = (after.hits / after.n - before.hits / before.n) / sqrt(spread)
    p = NORMAL.cdf(z)
    return Fall(before, after, p) if p < limit else None
