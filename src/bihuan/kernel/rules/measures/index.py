"""Satisfaction index of weighted components, 0 to 100 points, and the conversion of answer scales.

The value is decimal: 79.775 is shown as 79.78 by everybody who adds it up on paper, never as 79.77.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import fsum, sqrt

from bihuan.kernel.rules.measures.interval import Interval, critical

Number = Decimal | float | int | str
TOLERANCE = Decimal("1e-9")


def decimal(value: Number) -> Decimal:
    """As it is written: 0.1 is one tenth. Raises ValueError for what is no finite number."""
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"{value} is not a number")
    return number


def rounded(value: Number, places: int = 2) -> Decimal:
    """Half up, as on paper."""
    return decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Component:
    """Weight 0–1 and score 0–100; `n` and `sd` of the score (points) where they are known."""

    weight: Decimal
    score: Decimal
    n: int | None = None
    sd: float | None = None


def component(weight: Number, score: Number, n: int | None = None, sd: float | None = None) -> Component:
    """Raises ValueError for a weight outside 0–1, a score outside 0–100, n < 1 or a negative sd."""
    made = Component(decimal(weight), decimal(score), n, sd)
    if not 0 <= made.weight <= 1:
        raise ValueError(f"weight {weight} is not between 0 and 1")
    if not 0 <= made.score <= 100:
        raise ValueError(f"score {score} is not between 0 and 100")
    if (n is not None and n < 1) or (sd is not None and sd < 0):
        raise ValueError(f"a spread of {sd} from {n} observations")
    return made


@dataclass(frozen=True, slots=True)
class Index:
    """Points 0–100; `se` and `interval` are None while the spread of a weighted component is unknown."""

    value: Decimal
    se: float | None
    interval: Interval | None


def csi(components: Sequence[Component], confidence: float = 0.95) -> Index:
    """Σ W·S; se² = Σ W²·sd²/n, the components being independent samples; interval clipped to 0–100.

    Raises ValueError unless the weights sum to one (within 10⁻⁹): they are never rescaled in silence.
    """
    total = sum((each.weight for each in components), Decimal(0))
    if abs(total - 1) > TOLERANCE:
        raise ValueError(f"the weights sum to {total}, not to 1")
    value = sum((each.weight * each.score for each in components), Decimal(0))
    variances = [_variance(each) for each in components if each.weight]
    known = [each for each in variances if each is not None]
    if len(known) < len(variances):
        return Index(value, None, None)
    se = sqrt(fsum(known))
    half = critical(confidence) * se
    return Index(value, se, Interval(float(value) - half, float(value) + half).clipped(0, 100))


def _variance(each: Component) -> float | None:
    if each.n is None or each.sd is None:
        return None
    return (float(each.weight) * each.sd) ** 2 / each.n


def to_hundred(mean: float, low: float, high: float) -> float:
    """100·(mean − low) ÷ (high − low): a 5-point scale counts (x − 1)/4, not x/5.

    Raises ValueError unless low < high and the mean lies between them.
    """
    if not low < high or not low <= mean <= high:
        raise ValueError(f"{mean} is not on a scale of {low} to {high}")
    return 100 * (mean - low) / (high - low)


def from_hundred(points: float, low: float, high: float) -> float:
    """The answer to which so many points belong: 79.12 is 8.1208 of 1–10. Raises ValueError off the scale."""
    if not low < high or not 0 <= points <= 100:
        raise ValueError(f"{points} points on a scale of {low} to {high}")
    return low + (high - low) * points / 100


def acsi(means: Sequence[float], weights: Sequence[float] | None = None) -> float:
    """100·(Σ w·x̄ − Σ w) ÷ (9·Σ w) for items of 1–10 (Fornell et al. 1996), equal weights unless given.

    Weights come from a PLS or AHP model and need not sum to one. Raises ValueError when lengths differ, a
    mean is off the scale, or the weights are negative or all zero.
    """
    used = [1.0] * len(means) if weights is None else list(weights)
    if len(used) != len(means) or any(not 1 <= mean <= 10 for mean in means):
        raise ValueError("each mean lies between 1 and 10 and has its weight")
    total = fsum(used)
    if not used or min(used) < 0 or total <= 0:
        raise ValueError("weights are numbers above zero")
    whole = fsum(weight * mean for weight, mean in zip(used, means, strict=True))
    return 100 * (whole - total) / (9 * total)
