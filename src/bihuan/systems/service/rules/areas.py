"""Which meter-reading areas are visited (S8): mostly where problems are dense, and a part purely by chance.

The dense part is purposive and must never be pooled into an index as it is; the part by chance is drawn first
and from the whole frame, so it alone says how the readers do on average.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import ceil, fsum
from typing import Final, Literal

from bihuan.kernel.rules.draw import FrameError, checked, fraction, order
from bihuan.kernel.rules.measures.shrinkage import smoothed_rates

SESSIONS: Final = 15
SHEETS: Final = 20
CHANCE: Final = Fraction(1, 3)
"""Share of the sessions that is drawn purely by chance, rounded up."""
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

    @property
    def unit(self) -> str:
        """`M01`, and `M01#2` for the second visit: the unit of a draw."""
        return self.area if self.turn == 1 else f"{self.area}#{self.turn}"


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
    """Case rate of each area, shrunk to the common one (`measures.shrinkage.smoothed_rates`).

    An area without exposure has the common rate, which is 0 where no area has any. FrameError for a bad id
    or for figures that cannot be.
    """
    areas = sorted(areas, key=lambda area: area.id)
    checked(area.id for area in areas)
    for area in areas:
        if area.cases < 0 or not 0 <= area.exposure < float("inf") or (area.cases and not area.exposure):
            raise FrameError("count", area.id, f"{area.id!r} has {area.cases} cases of {area.exposure}")
    known = [area for area in areas if area.exposure]
    if not known:
        return dict.fromkeys((area.id for area in areas), 0.0)
    cases, exposures = [area.cases for area in known], [area.exposure for area in known]
    common = sum(cases) / fsum(exposures)
    found = zip(known, smoothed_rates(cases, exposures), strict=True)
    return {**dict.fromkeys((area.id for area in areas), common), **{area.id: rate for area, rate in found}}


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
    seed: str, label: str, areas: Iterable[Area], count: int = SESSIONS, share: Fraction = CHANCE
) -> tuple[Session, ...]:
    """The sessions of a quarter: ⌈share · count⌉ by simple random draw, the rest by smoothed rate.

    No area comes twice before all have come; with fewer areas than sessions each is visited again, by its
    next reader in ticket order. Where no area has a case, all weigh the same. FrameError for an empty frame.
    """
    areas = list(areas)
    rates = weights(areas)
    if not rates or count < 0 or not 0 <= share <= 1:
        raise FrameError("count", "", f"{count} sessions cannot be drawn from {len(rates)} areas")
    readers = {area.id: area.readers for area in areas}
    turns = dict.fromkeys(rates, 0)
    by_chance = min(ceil(share * count), count)
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


def substitute(
    seed: str,
    label: str,
    areas: Iterable[Area],
    plan: Sequence[Session],
    gone: Session,
    passed: Iterable[str],
) -> Session | None:
    """Who comes in the place of a session that cannot be held: the next of its arm, never one of `passed`.

    An area that is visited the fewest times comes first, as in the draw. None when no area is left that is
    neither gone nor the one whose session fell away.
    """
    areas = list(areas)
    out = {*passed, gone.area}
    turns = {area.id: sum(each.area == area.id for each in plan) for area in areas if area.id not in out}
    if not turns:
        return None
    lap = min(turns.values())
    open_ = [area for area, visited in turns.items() if visited == lap]
    area = _ranked(seed, f"{label}|{gone.arm}|{lap + 1}", gone.arm, open_, weights(areas))[0]
    return Session(area, gone.arm, _reader(seed, label, area, {a.id: a.readers for a in areas}, lap), lap + 1)


def weights(areas: Iterable[Area]) -> dict[str, float]:
    """What each area weighs in the dense part: its smoothed rate, all the same where no area has a case."""
    rates = smoothed(areas)
    return rates if any(rates.values()) else dict.fromkeys(rates, 1.0)


def check(sheets: Sequence[int], least_sessions: int = SESSIONS, least_sheets: int = SHEETS) -> Check:
    """Whether a plan has its sessions, and each its questionnaires issued: `sheets` per session."""
    thin = tuple(place for place, issued in enumerate(sheets) if issued < least_sheets)
    return Check(len(sheets), max(least_sessions - len(sheets), 0), thin)


def _ranked(seed: str, label: str, arm: Arm, areas: list[str], rates: Mapping[str, float]) -> list[str]:
    if arm == "chance":
        return [each.unit for each in order(seed, label, areas)]
    return sorted(areas, key=lambda area: (key(seed, label, area, rates[area]), area))


def _reader(seed: str, label: str, area: str, readers: Mapping[str, tuple[str, ...]], lap: int) -> str:
    ordered = order(seed, f"{label}|reader|{area}", readers[area])
    return ordered[lap % len(ordered)].unit if ordered else ""
