"""What an evaluation item says of a unit, and the index that weighted items make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from math import fsum, sqrt

from bihuan.kernel.rules.measures import index, means, proportions
from bihuan.kernel.rules.measures.index import Number, decimal
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.standing import LEAST
from bihuan.kernel.rules.measures.stratified import Stratum, stratified

WIDEST = 50.0
"""No standard deviation of values of 0 to 100 is larger: what is not known counts as this much."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """0–100 points from n observations: a share with its `successes`, or a mean with its `sd` (points).

    `n` and `sd` are None where a source does not give them. Raises ValueError for a figure that cannot be.
    """

    value: Number
    n: int | None = None
    sd: float | None = None
    successes: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= decimal(self.value) <= 100:
            raise ValueError(f"{self.value} is not between 0 and 100")
        if (self.n is not None and self.n < 1) or (self.sd is not None and self.sd < 0):
            raise ValueError(f"a spread of {self.sd} from {self.n} observations")
        if self.successes is not None and not (self.n and 0 <= self.successes <= self.n):
            raise ValueError(f"{self.successes} of {self.n} is not a share")

    @property
    def points(self) -> float:
        return float(self.value)

    @property
    def counts(self) -> tuple[int, int] | None:
        """(successes, n) of a share."""
        return None if self.successes is None or self.n is None else (self.successes, self.n)

    @property
    def se(self) -> float | None:
        """Standard error in points; of a share that of adjusted Wald, so that 20 of 20 is not certain."""
        if self.counts:
            return 100 * proportions.adjusted_wald(*self.counts).se
        if self.n is None or self.sd is None or (self.n < 2 and not self.sd):
            return None
        return self.sd / sqrt(self.n)

    @property
    def spread(self) -> float | None:
        """The sd that gives this standard error."""
        return self.sd if self.counts is None else (self.se or 0.0) * sqrt(self.n or 1)

    @property
    def interval(self) -> Interval | None:
        """Wilson of a share, t of a mean, on the scale of 0 to 100; None without spread."""
        if self.counts:
            low, high = proportions.share(*self.counts).interval
            return Interval(100 * low, 100 * high)
        if self.n is None or self.n < 2 or self.sd is None:
            return None
        return means.interval(means.Sample(self.n, self.points, self.sd)).interval.clipped(0, 100)


def of_share(successes: int, n: int) -> Indicator | None:
    """None without observations."""
    return Indicator(100 * successes / n, n, successes=successes) if n else None


def pooled(strata: Sequence[tuple[int, Indicator]]) -> Indicator | None:
    """The mean of strata (customers of each, what was observed there) with finite-population correction.

    Weights are the customers, not the sheets. None unless every stratum has customers and a spread: one that
    was left out would stand for nobody.
    """
    found = []
    for size, each in strata:
        if not each.n or each.spread is None or size < 1 or (each.n == 1 and size > 1):
            return None
        found.append(Stratum(max(size, each.n), each.n, each.points, each.spread))
    if not found:
        return None
    result = stratified(found)
    value = min(max(result.mean.value, 0.0), 100.0)
    return Indicator(value, result.n, result.mean.se * sqrt(result.n))


class Lack(Enum):
    """Why an item with a weight is not in the index."""

    METHOD = "method"
    """Nobody has said what measures it."""
    DATA = "data"
    FEW = "few"
    """Fewer observations than a figure may rest on."""


@dataclass(frozen=True, slots=True)
class Part:
    """One item of the scheme: weight 0–1, whether something measures it, and what was measured."""

    key: str
    weight: Decimal
    method: bool = True
    indicator: Indicator | None = None

    @property
    def lack(self) -> Lack | None:
        if not self.method:
            return Lack.METHOD
        if self.indicator is None:
            return Lack.DATA
        few = self.indicator.n is not None and self.indicator.n < LEAST
        return Lack.FEW if few else None


@dataclass(frozen=True, slots=True)
class Composite:
    """The index of a unit. `value` is None when too much of the weight has no figure.

    `shares` are the weights that were used; they differ from the scheme's when something is `missing`.
    """

    value: Decimal | None
    se: float | None
    interval: Interval | None
    n: int
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    missing: Mapping[str, Lack] = field(default_factory=dict)
    lacking: Decimal = Decimal(0)
    """The weight of what is missing."""

    @property
    def complete(self) -> bool:
        return self.value is not None and not self.missing


def composite(parts: Sequence[Part], limit: Decimal) -> Composite:
    """Σ W·S over the items that have a weight and a figure.

    What is missing is named. Up to `limit` of the weight the rest is scaled to one, which takes the missing
    item to be as good as the others; beyond that there is no index. Raises ValueError unless the weights of
    the scheme sum to one.
    """
    weighted = [part for part in parts if part.weight]
    total = sum((part.weight for part in weighted), Decimal(0))
    if abs(total - 1) > index.TOLERANCE:
        raise ValueError(f"the weights sum to {total}, not to 1")
    missing = {part.key: part.lack for part in weighted if part.lack}
    used = [(part, part.indicator) for part in weighted if part.indicator and not part.lack]
    lacking = sum((part.weight for part in weighted if part.lack), Decimal(0))
    n = sum(each.n or 0 for _part, each in used)
    if not used or lacking > limit:
        return Composite(None, None, None, n, {}, missing, lacking)
    left = total - lacking
    found = index.csi(
        [index.component(part.weight / left, each.value, each.n, each.spread) for part, each in used]
    )
    shares = {part.key: part.weight / left for part, _each in used}
    return Composite(found.value, found.se, found.interval, n, shares, missing, lacking)


def filled(indicators: Sequence[Indicator]) -> list[Indicator]:
    """For ranking: a mean without spread of its own gets that of the others, else the widest that can be.

    The others' is pooled, Σ(n − 1)·sd² ÷ Σ(n − 1). A figure whose n is not known counts as one observation.
    """
    known = [each for each in indicators if each.counts is None and each.sd and (each.n or 0) > 1]
    free = sum((each.n or 0) - 1 for each in known)
    common = sqrt(fsum(((e.n or 0) - 1) * (e.sd or 0) ** 2 for e in known) / free) if free else WIDEST
    return [
        each if each.counts else replace(each, n=each.n or 1, sd=each.sd if each.n and each.sd else common)
        for each in indicators
    ]
