"""Two published indices compared, with the samples that their sources or the reader give."""

from dataclasses import dataclass
from math import sqrt

from bihuan.kernel.rules.measures import means
from bihuan.kernel.rules.measures.interval import Difference, compared, critical, estimated

from ..models import ExternalIndex


@dataclass(frozen=True, slots=True)
class Published:
    """An index with n and sd, or the standard error that its published 95 % interval tells of."""

    value: float
    n: int | None = None
    sd: float | None = None
    se: float | None = None

    @property
    def sample(self) -> means.Sample | None:
        return None if self.n is None or self.sd is None else means.Sample(self.n, self.value, self.sd)

    @property
    def error(self) -> float | None:
        return self.sd / sqrt(self.n) if self.sd is not None and self.n else self.se


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference` is second minus first, None where a sample is not known.

    `needed` answers a group would show a difference of this size at 80 % power; None without an sd, or
    where the two are equal.
    """

    difference: Difference | None
    sd: float | None
    needed: int | None


def published(row: ExternalIndex, n: int | None = None, sd: float | None = None) -> Published:
    """What the reader gives stands in for what the source does not tell."""
    se = None
    if row.low is not None and row.high is not None:
        se = float(row.high - row.low) / (2 * critical(0.95))
    own = None if row.sd is None else float(row.sd)
    return Published(float(row.value), n or row.n, own if sd is None else sd, se)


def comparison(first: Published, second: Published) -> Comparison:
    spreads = [each.sd for each in (first, second) if each.sd is not None]
    sd = sqrt(sum(each * each for each in spreads) / len(spreads)) if spreads else None
    apart = second.value - first.value
    needed = means.needed_to_compare(apart, sd) if sd and round(apart, 9) else None
    return Comparison(_difference(first, second), sd, needed)


def _difference(first: Published, second: Published) -> Difference | None:
    one, two = first.sample, second.sample
    if one and two and min(one.n, two.n) > 1:
        return means.difference(one, two)
    if first.error is None or second.error is None:
        return None
    return compared(estimated(first.value, first.error), estimated(second.value, second.error))
