"""Which halls get questionnaires in which quarter: all of level 2, 30 % of level 3, each hall once a year.

The source (S4) asks for 30 % a quarter *and* for all halls in a year. Four independent draws of 30 % would
leave 0.7⁴ = 24 % of the halls unvisited; a strict rotation would leave a visited hall safe until the next
year. So every quarter first keeps the year's coverage reachable, and draws some of the covered ones again.
With ten halls that is none before the third quarter: small frames are easier to guess.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from bihuan.kernel.rules.commitment import Value
from bihuan.kernel.rules.draw import FrameError, Mismatch, checked, compare, draw, next_in_order

QUARTERS: Final = 4
SHARE: Final = Fraction(3, 10)
How = Literal["all", "new", "again", "yearly"]


@dataclass(frozen=True, slots=True)
class Hall:
    id: str
    level: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The standards of the plan, with the source's values."""

    share: Fraction = SHARE
    """Of the halls of a sampled level, per quarter, rounded up. A `Decimal` becomes one by Fraction(x)."""
    every_quarter: frozenset[int] = frozenset({2})
    """Levels of which every hall is visited each quarter."""
    sampled: frozenset[int] = frozenset({3})
    wide: bool = True
    """Whether "all halls a year" means every level (ours) or only the sampled ones."""

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"the share {self.share} does not lie in 0 … 1")
        if self.every_quarter & self.sampled:
            raise ValueError("a level is visited either in full or by sample")


@dataclass(frozen=True, slots=True)
class Draw:
    """One stratum's draw: whom it could have hit and whom it hit."""

    label: str
    """`2026Q1|L3|new`: part of every ticket."""
    level: int
    how: How
    units: tuple[str, ...]
    drawn: tuple[str, ...]
    """In ticket order; for `all` in the order of names."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """A hall that could not be visited after the draw, and who came in its place, "" when nobody was left."""

    gone: str
    taken: str
    label: str
    """The draw from which the substitute came."""
    reason: str
    signed_by: str


@dataclass(frozen=True, slots=True)
class QuarterPlan:
    year: int
    quarter: int
    draws: tuple[Draw, ...]
    substitutions: tuple[Substitution, ...] = ()

    @property
    def halls(self) -> tuple[str, ...]:
        """Every hall to be visited, in the order of names."""
        return tuple(sorted(hall for each in self.draws for hall in each.drawn))


def counts(n: int, uncovered: int, quarters_left: int, share: Fraction = SHARE) -> tuple[int, int]:
    """(new, again): how many of the uncovered and of the covered halls a quarter visits. Ours.

    k = ⌈share · n⌉, R = quarters left after this one, surplus S = (R + 1)·k − U,
    C = n − U covered; again = min(C, k, max(⌊S ÷ (R + 1)⌋, k − U)) where C > 0, else 0; new = k − again.
    Where visits were missed so that U > (R + 1)·k, 30 % would no longer reach everybody: k rises to
    ⌈U ÷ (R + 1)⌉, for 30 % is a floor and the year's coverage a duty. ValueError for impossible counts.
    """
    covered = n - uncovered
    if not (0 <= uncovered <= n and 0 <= quarters_left < QUARTERS):
        raise ValueError(f"{uncovered} of {n} halls cannot be uncovered, {quarters_left} quarters left")
    quarters = quarters_left + 1
    k = max(_ceil(share * n), _ceil(Fraction(uncovered, quarters)))
    again = min(covered, k, max((quarters * k - uncovered) // quarters, k - uncovered)) if covered else 0
    return k - again, again


def quarter_plan(
    seed: str,
    year: int,
    quarter: int,
    halls: Iterable[Hall],
    covered: Collection[str],
    rules: Rules = Rules(),
) -> QuarterPlan:
    """The halls of one quarter (1–4) from the frame of that quarter.

    `covered` are the halls visited earlier in this year; ones that have left the frame do no harm, and a
    visit that was missed is simply not in it. Raises FrameError for blank or double ids, ValueError for a
    quarter that is none.
    """
    if not 1 <= quarter <= QUARTERS:
        raise ValueError(f"there is no quarter {quarter}")
    halls = list(halls)
    checked(hall.id for hall in halls)
    draws: list[Draw] = []
    for level in sorted({hall.level for hall in halls}):
        units = tuple(sorted(hall.id for hall in halls if hall.level == level))
        draws += _level(seed, f"{year}Q{quarter}|L{level}", level, units, covered, quarter, rules)
    return QuarterPlan(year, quarter, tuple(draws))


def year_plan(
    seed: str, year: int, halls: Iterable[Hall], rules: Rules = Rules()
) -> tuple[QuarterPlan, QuarterPlan, QuarterPlan, QuarterPlan]:
    """All four quarters of a frame that does not change, each visit taking place."""
    halls = list(halls)
    plans: list[QuarterPlan] = []
    for quarter in range(1, QUARTERS + 1):
        covered = {hall for plan in plans for hall in plan.halls}
        plans.append(quarter_plan(seed, year, quarter, halls, covered, rules))
    first, second, third, fourth = plans
    return first, second, third, fourth


def substitute(
    seed: str, plan: QuarterPlan, gone: str, reason: str, signed_by: str
) -> tuple[QuarterPlan, Substitution]:
    """Replace a hall that closed after the draw by the next ticket of its draw.

    When every uncovered hall is in the plan already, the next ticket of the covered ones of its level comes;
    where all halls of a level are visited, nobody is left and the plan is one shorter.
    FrameError when the hall is not in the plan, ValueError without a reason or signature.
    """
    if not reason.strip() or not signed_by.strip():
        raise ValueError("a substitution needs a reason and a signature")
    swapped, done = _swap(seed, plan, gone)
    done = replace(done, reason=reason, signed_by=signed_by)
    return replace(swapped, substitutions=(*plan.substitutions, done)), done


def verify_plan(
    seed: str,
    plan: QuarterPlan,
    halls: Iterable[Hall],
    covered: Collection[str],
    rules: Rules = Rules(),
) -> Mismatch | None:
    """Do a quarter again from its frame, with its substitutions; None when all is as recorded.

    Else the first difference in the order of draws: another pool, another hall, another substitute.
    """
    again = quarter_plan(seed, plan.year, plan.quarter, halls, covered, rules)
    for place, done in enumerate(plan.substitutions, 1):
        if done.gone not in again.halls:
            return Mismatch("substitution", place, "", done.gone)
        swapped, redone = _swap(seed, again, done.gone)
        if (redone.label, redone.taken) != (done.label, done.taken):
            return Mismatch("substitution", place, redone.taken, done.taken)
        again = replace(swapped, substitutions=plan.substitutions[:place])
    labels = [each.label for each in plan.draws]
    if wrong := compare("labels", [each.label for each in again.draws], labels):
        return wrong
    for mine, theirs in zip(again.draws, plan.draws, strict=True):
        wrong = compare(mine.label, mine.units, theirs.units) or compare(mine.label, mine.drawn, theirs.drawn)
        if wrong:
            return wrong
    return None


def frame_rows(halls: Iterable[Hall], covered: Collection[str]) -> list[dict[str, Value]]:
    """The frame of a quarter as it is committed to: id, level, and whether it was visited this year."""
    return [{"id": hall.id, "level": hall.level, "covered": hall.id in covered} for hall in halls]


def params(rules: Rules) -> dict[str, Value]:
    """The rules of a quarter as they are committed to."""
    return {
        "share": str(rules.share),
        "every_quarter": sorted(rules.every_quarter),
        "sampled": sorted(rules.sampled),
        "wide": rules.wide,
    }


def _level(
    seed: str,
    label: str,
    level: int,
    units: tuple[str, ...],
    covered: Collection[str],
    quarter: int,
    rules: Rules,
) -> list[Draw]:
    if level in rules.every_quarter:
        return [Draw(f"{label}|all", level, "all", units, units)]
    open_ = tuple(unit for unit in units if unit not in covered)
    left = QUARTERS - quarter
    if level not in rules.sampled:
        k = _ceil(Fraction(len(open_), left + 1))
        return [_drawn(seed, label, level, "yearly", open_, k)] if rules.wide else []
    seen = tuple(unit for unit in units if unit in covered)
    new, again = counts(len(units), len(open_), left, rules.share)
    return [
        _drawn(seed, label, level, "new", open_, new),
        _drawn(seed, label, level, "again", seen, again),
    ]


def _drawn(seed: str, label: str, level: int, how: How, units: tuple[str, ...], k: int) -> Draw:
    label = f"{label}|{how}"
    return Draw(label, level, how, units, draw(seed, label, units, k))


def _swap(seed: str, plan: QuarterPlan, gone: str) -> tuple[QuarterPlan, Substitution]:
    """The plan without the hall and with the next one; the reason is still to be given."""
    own = next((each for each in plan.draws if gone in each.drawn), None)
    if own is None:
        raise FrameError("stranger", gone, f"{gone!r} is not in the plan")
    passed = {*plan.halls, *(each.gone for each in plan.substitutions)}
    draws = {each.label: each for each in plan.draws}
    draws[own.label] = replace(own, drawn=tuple(hall for hall in own.drawn if hall != gone))
    taken, label = "", own.label
    for pool in _pools(plan, own):
        if found := next_in_order(seed, pool.label, pool.units, passed & set(pool.units)):
            taken, label = found, pool.label
            draws[label] = replace(draws[label], drawn=(*draws[label].drawn, taken))
            break
    return replace(plan, draws=tuple(draws.values())), Substitution(gone, taken, label, "", "")


def _pools(plan: QuarterPlan, own: Draw) -> list[Draw]:
    """Where a substitute may come from, first the gone hall's own draw."""
    others = [each for each in plan.draws if each.level == own.level and each.label != own.label]
    return [] if own.how == "all" else [own, *others]


def _ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
