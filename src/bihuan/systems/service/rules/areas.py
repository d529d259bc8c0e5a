"""Which meter-reading areas are visited (S8): mostly where problems are dense, and a part purely by chance.

The dense part is purposive and must never be pooled into an index as it is; the part by chance is drawn first
and from the whole frame, so it alone says how the readers do on average.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from math import fsum
from typing import Final, Literal

from .draw import FrameError, checked, fraction, order

SESSIONS: Final = 15
SHEETS: Final = 20
CHANCE_PART: Final = 3
"""One session in so many is drawn purely by chance, rounded up."""
Arm = Literal["chance", "dense"]
_EXACT: Final = Context(prec=28)
"""`Decimal.ln` is rounded correctly, `math.log` differs from one platform to another."""


@dataclass(frozen=True, slots=True)
class Area:
    id: str
    cases: int
    exposure: float
    """What the cases are out of, in one unit for all areas: customers, or readings."""
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    area: str
    arm: Arm
    reader: str
    """"" where the area names none."""
    turn: int
    """The how many-eth visit of this area in this plan, from 1."""


@dataclass(frozen=True, slots=True)
class Check:
    """A plan, or what became of it, against the rule."""

    sessions: int
    missing: int
    thin: tuple[int, ...]
    """Places (from 0) of the sessions that have too few questionnaires."""

    @property
    def met(self) -> bool:
        return not self.missing and not self.thin


def smoothed(areas: Iterable[Area]) -> dict[str, float]:
    """Case rate of each area, shrunk to the common one: empirical Bayes, Poisson–gamma, by moments.

    With r = cases ÷ exposure e, m = Σcases ÷ Σe, s² = Σe(r − m)² ÷ Σe and A = max(s² − m ÷ ē, 0):
    rate = m + A ÷ (A + m ÷ e) · (r − m) (Marshall 1991, Applied Statistics 40:283). An area without exposure
    has the common rate. FrameError for a bad id or for figures that cannot be.
    """
    areas = sorted(areas, key=lambda area: area.id)
    checked(area.id for area in areas)
    for area in areas:
        if area.cases < 0 or not 0 <= area.exposure < float("inf") or (area.cases and not area.exposure):
            raise FrameError("count", area.id, f"{area.id!r} has {area.cases} cases of {area.exposure}")
    known = [area for area in areas if area.exposure]
    total = fsum(area.exposure for area in known)
    if not total:
        return dict.fromkeys((area.id for area in areas), 0.0)
    mean = sum(area.cases for area in known) / total
    around = [area.exposure * (area.cases / area.exposure - mean) ** 2 for area in known]
    between = max(fsum(around) / total - mean / (total / len(known)), 0.0)
    return {area.id: _shrunk(area, mean, between) for area in areas}


def key(seed: str, label: str, area: str, weight: float) -> Decimal:
    """−ln(u) ÷ w with u from the ticket: the k smallest keys are a draw by size without replacement.

    Efraimidis & Spirakis 2006, as exponential times. Infinite for weight 0, which comes last. Chances are
    proportional to the weights for the first draw and nearly so for few out of many.
    """
    if weight <= 0:
        return Decimal("Infinity")
    above, below = fraction(seed, label, area)
    u = _EXACT.divide(Decimal(above), Decimal(below))
    return _EXACT.divide(-_EXACT.ln(u), Decimal(weight))


def sessions(
    seed: str, label: str, areas: Iterable[Area], count: int = SESSIONS, chance_part: int = CHANCE_PART
) -> tuple[Session, ...]:
    """The sessions of a quarter: ⌈count ÷ chance_part⌉ by simple random draw, the rest by smoothed rate.

    No area comes twice before all have come; with fewer areas than sessions each is visited again, by its
    next reader in ticket order. Where no area has a case, all weigh the same. FrameError for an empty frame.
    """
    areas = list(areas)
    rates = smoothed(areas)
    if not rates or count < 0 or chance_part < 1:
        raise FrameError("count", "", f"{count} sessions cannot be drawn from {len(rates)} areas")
    readers = {area.id: area.readers for area in areas}
    if not any(rates.values()):
        rates = dict.fromkeys(rates, 1.0)
    turns = dict.fromkeys(rates, 0)
    by_chance = min(-(-count // chance_part), count)
    found: list[Session] = []
    while len(found) < count:
        arm: Arm = "chance" if len(found) < by_chance else "dense"
        lap = min(turns.values())
        open_ = [area for area in rates if turns[area] == lap]
        limit = (by_chance if arm == "chance" else count) - len(found)
        ranked = _ranked(seed, f"{label}|{arm}|{lap + 1}", arm, open_, rates)
        for area in ranked[:limit]:
            turns[area] += 1
            found.append(Session(area, arm, _reader(seed, label, area, readers, lap), lap + 1))
    return tuple(found)


def check(sheets: Sequence[int], least_sessions: int = SESSIONS, least_sheets: int = SHEETS) -> Check:
    """Whether a plan has its sessions, and each its questionnaires issued: `sheets` per session."""
    thin = tuple(place for place, issued in enumerate(sheets) if issued < least_sheets)
    return Check(len(sheets), max(least_sessions - len(sheets), 0), thin)


def effective_n(sheets: Sequence[int], icc: float) -> float:
    """What so many questionnaires in sessions are worth: n ÷ (1 + (Σm² ÷ Σm − 1)·icc).

    Kish 1965, with the mean session size weighted by size. The correlation within a session `icc`, 0–1, is
    an assumption until it is measured. 0 without questionnaires; ValueError for impossible figures.
    """
    if not 0 <= icc <= 1 or any(m < 0 for m in sheets):
        raise ValueError("sizes must not be negative, and a correlation lies in 0 … 1")
    n = sum(sheets)
    return n / (1 + (sum(m * m for m in sheets) / n - 1) * icc) if n else 0.0


def _shrunk(area: Area, mean: float, between: float) -> float:
    if not area.exposure or not between:
        return mean
    weight = between / (between + mean / area.exposure)
    return mean + weight * (area.cases / area.exposure - mean)


def _ranked(seed: str, label: str, arm: Arm, areas: list[str], rates: Mapping[str, float]) -> list[str]:
    if arm == "chance":
        return [each.unit for each in order(seed, label, areas)]
    return sorted(areas, key=lambda area: (key(seed, label, area, rates[area]), area))


def _reader(seed: str, label: str, area: str, readers: Mapping[str, tuple[str, ...]], lap: int) -> str:
    ordered = order(seed, f"{label}|reader|{area}", readers[area])
    return ordered[lap % len(ordered)].unit if ordered else ""
