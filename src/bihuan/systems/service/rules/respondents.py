"""Whom an interviewer asks: at times that nobody chose, every m-th customer from a random start.

No list of names from the hall is ever used. All chance comes from tickets, so the plan can be checked later.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final

from bihuan.kernel.rules.draw import draw, order, spread, whole

SHEETS: Final = 20
"""Questionnaires issued per hall (S4)."""
MINUTES: Final = 120
NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Opening:
    """One span of a day in which the hall is open, in its own clock."""

    on: date
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Window:
    """Time in which customers are asked; begins at a whole minute of the hall's clock."""

    begins: datetime
    ends: datetime

    @property
    def id(self) -> str:
        """`2026-01-05T08:30`: the unit of its tickets."""
        return self.begins.isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Interval:
    """Ask every m-th customer; `census` when even asking everybody may bring too few."""

    m: int
    expected: Fraction
    """Customers expected in all windows."""
    census: bool


def cells(seed: str, label: str, openings: Iterable[Opening], minutes: int = MINUTES) -> tuple[Window, ...]:
    """Every window of so many minutes that the hall could be visited in, in order of time.

    A span is cut at noon; each half day is filled with as many windows as fit, beginning after a random rest
    (ticket of the half day), so no minute is always left out. ValueError for spans that end before they
    begin or overlap, and for windows without length.
    """
    if minutes < 1:
        raise ValueError("a window needs at least a minute")
    found: list[Window] = []
    for begins, ends in _halves(openings):
        fit, rest = divmod(int((ends - begins).total_seconds()) // 60, minutes)
        shift = whole(seed, f"{label}|shift", begins.isoformat(timespec="minutes"), rest + 1) if fit else 0
        first = begins + timedelta(minutes=shift)
        starts = [first + timedelta(minutes=turn * minutes) for turn in range(fit)]
        found += [Window(start, start + timedelta(minutes=minutes)) for start in starts]
    return tuple(found)


def windows(
    seed: str, label: str, openings: Iterable[Opening], count: int, minutes: int = MINUTES
) -> tuple[Window, ...]:
    """So many windows, stratified by weekday and half day, in order of time.

    Strata get their proportional share (`draw.spread`), inside each the smallest tickets win, so each window
    has the chance count ÷ all. All of them when there are no more; raises as `cells`.
    """
    every = {window.id: window for window in cells(seed, label, openings, minutes)}
    strata: dict[str, list[str]] = defaultdict(list)
    for window in every.values():
        strata[stratum(window)].append(window.id)
    shares = spread(seed, label, {name: len(ids) for name, ids in strata.items()}, min(count, len(every)))
    chosen = [unit for name, k in shares.items() for unit in draw(seed, f"{label}|{name}", strata[name], k)]
    return tuple(every[unit] for unit in sorted(chosen))


def stratum(window: Window) -> str:
    """`1am` (Monday morning) to `7pm`."""
    return f"{window.begins.isoweekday()}{'am' if window.begins.time() < NOON else 'pm'}"


def extension(
    seed: str, label: str, every: Iterable[Window], used: Iterable[Window], now: datetime
) -> Window | None:
    """The window to add when customers were too few: the smallest ticket not used and still to come.

    None when none is left: then the hall is marked as a census of those who came.
    """
    taken = {window.id for window in used}
    left = {window.id: window for window in every if window.id not in taken and window.begins >= now}
    ordered = order(seed, f"{label}|extend", left)
    return left[ordered[0].unit] if ordered else None


def interval(
    customers: int,
    open_minutes: int,
    window_minutes: int,
    wanted: int = SHEETS,
    accepting: Fraction = Fraction(1),
) -> Interval:
    """m = max(1, ⌊customers expected in the windows · accepting share ÷ wanted⌋).

    Expected = last quarter's customers · minutes of all windows ÷ minutes open in that quarter. Rounding down
    errs towards too many questionnaires. ValueError for impossible figures.
    """
    if customers < 0 or open_minutes < 1 or window_minutes < 0 or wanted < 1 or not 0 < accepting <= 1:
        raise ValueError("footfall, minutes and quota do not fit together")
    expected = Fraction(customers * window_minutes, open_minutes)
    m = expected * accepting // wanted
    return Interval(max(int(m), 1), expected, m < 1)


def start(seed: str, label: str, window: Window, m: int) -> int:
    """Which customer of a window is asked first, 1 … m; ValueError for m below 1."""
    return 1 + whole(seed, f"{label}|start", window.id, m)


def asked(first: int, m: int, customers: int) -> range:
    """The ordinal numbers (from 1) of those to be asked among so many customers of a window."""
    return range(first, customers + 1, m)


def starts(seed: str, label: str, chosen: Iterable[Window], m: int) -> Mapping[str, int]:
    """The first customer of each window, by its id: what an interviewer's sheet is printed from."""
    return {window.id: start(seed, label, window, m) for window in chosen}


def _halves(openings: Iterable[Opening]) -> list[tuple[datetime, datetime]]:
    spans: list[tuple[datetime, datetime]] = []
    for each in sorted(openings, key=lambda each: (each.on, each.opens)):
        opens, closes = datetime.combine(each.on, each.opens), datetime.combine(each.on, each.closes)
        if opens >= closes:
            raise ValueError(f"{each.on}: {each.closes} is not after {each.opens}")
        edges = sorted({opens, closes, min(max(datetime.combine(each.on, NOON), opens), closes)})
        spans += pairwise(edges)
    for (_, end), (begin, _) in pairwise(spans):
        if begin < end:
            raise ValueError(f"{begin:%Y-%m-%d}: two spans overlap")
    return spans
