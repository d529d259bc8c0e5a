"""A ranking as data: who is compared, the order with its bands, what changed, and the funnel.

Nothing here is formatted; a page, a file or a section of a report says it in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.kernel.models import Unit
from bihuan.kernel.rules.measures.interval import Difference
from bihuan.kernel.rules.measures.ranking import Ranked
from bihuan.kernel.rules.measures.shrinkage import Rate

from ..models import Hall, Item, Weight
from ..rules.evaluation import Composite, Indicator, Part, composite
from ..rules.league import Change, Funnel, by_index, by_item, changes, funnel_of, index_change, item_change
from ..rules.quarters import Quarter
from .evaluation import Line, Subject, limit, lines_of, scheme_on, smallest, weights_of

UNITS, TEAMS = "units", "teams"
HALLS = {"halls1": 1, "halls2": 2, "halls3": 3}
GROUPS = (UNITS, TEAMS, *HALLS)
OVERALL = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One subject: `ranked` is None without a figure, its rank None below the smallest sample."""

    subject: Subject
    ranked: Ranked | None
    indicator: Indicator | None
    index: Composite | None


@dataclass(frozen=True, slots=True)
class League:
    """`item` None: by the index. `items` are all of the scheme that have a method."""

    quarter: Quarter
    item: Item | None
    items: list[Item]
    least: int
    limit: Decimal
    entries: list[Entry]
    changes: list[Change]
    funnel: Funnel | None


def subjects_of(unit: Unit, group: str) -> list[Subject]:
    """Who is compared: the units one level below, the teams (units without parts), or halls of one level.

    Like with like: halls of different levels are never in one ranking.
    """
    if group in HALLS:
        rows = Hall.objects.filter(
            place__unit__path__startswith=unit.path, closed_on=None, level=HALLS[group]
        )
        return list(rows.select_related("place__unit").order_by("place__code"))
    below = Unit.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk).order_by("path")
    if group == UNITS:
        return list(below.filter(parent=unit))
    return list(below.filter(children=None))


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is known of who is compared, in the quarter and in the one before.

    The quarter before is read by the weights of this one, so that a new scheme is not taken for a change.
    """

    quarter: Quarter
    weights: list[Weight]
    subjects: list[Subject]
    now: Mapping[int, Sequence[Line]]
    before: Mapping[int, Sequence[Line]]


def league(unit: Unit, quarter: Quarter, group: str = UNITS, item: str = OVERALL) -> League | None:
    """None before there is a scheme. An item that nothing measures is the index."""
    found = figures(unit, quarter, group, item)
    return league_of(found, item) if found else None


def figures(unit: Unit, quarter: Quarter, group: str, item: str = OVERALL) -> Figures | None:
    """Of one item, or of all of them: several rankings of one group are made from the same figures."""
    scheme = scheme_on(quarter.last)
    if scheme is None:
        return None
    weights = weights_of(scheme)
    only = [row for row in weights if row.item.key == item and row.feed] or weights
    subjects = subjects_of(unit, group)
    now, before = (lines_of(subjects, only, each) for each in (quarter, quarter.previous))
    return Figures(quarter, weights, subjects, now, before)


def league_of(known: Figures, item: str = OVERALL) -> League:
    """The ranking by one item, or by the index."""
    weights, subjects, quarter = known.weights, known.subjects, known.quarter
    chosen = next((row.item for row in weights if row.item.key == item and row.feed), None)
    now, before = _parts(known.now, chosen), _parts(known.before, chosen)
    least, most = smallest(quarter), limit(quarter)
    if chosen:
        entries, moved = _by_item(subjects, now, before, least)
    else:
        entries, moved = _by_index(subjects, now, before, least, most)
    return League(
        quarter=quarter,
        item=chosen,
        items=[row.item for row in weights if row.feed],
        least=least,
        limit=most,
        entries=sorted(entries, key=_place),
        changes=changes(moved),
        funnel=_funnel(entries) if chosen else None,
    )


def _parts(lines: Mapping[int, Sequence[Line]], only: Item | None) -> dict[str, list[Part]]:
    return {
        str(key): [line.part for line in each if only is None or line.item == only]
        for key, each in lines.items()
    }


def _by_item(
    subjects: Sequence[Subject],
    now: Mapping[str, Sequence[Part]],
    before: Mapping[str, Sequence[Part]],
    least: int,
) -> tuple[list[Entry], dict[str, Difference | None]]:
    found = {key: parts[0].indicator for key, parts in now.items()}
    earlier = {key: parts[0].indicator for key, parts in before.items()}
    ranked = {row.key: row for row in by_item({k: each for k, each in found.items() if each}, least)}
    entries = [Entry(one, ranked.get(str(one.pk)), found[str(one.pk)], None) for one in subjects]
    return entries, {key: item_change(earlier[key], each) for key, each in found.items() if each}


def _by_index(
    subjects: Sequence[Subject],
    now: Mapping[str, Sequence[Part]],
    before: Mapping[str, Sequence[Part]],
    least: int,
    most: Decimal,
) -> tuple[list[Entry], dict[str, Difference | None]]:
    found = {key: composite(parts, most) for key, parts in now.items()}
    earlier = {key: composite(parts, most) for key, parts in before.items()}
    ranked = {row.key: row for row in by_index(now, most, least)}
    entries = [Entry(one, ranked.get(str(one.pk)), None, found[str(one.pk)]) for one in subjects]
    moved = {key: index_change(earlier[key], each) for key, each in found.items() if each.value is not None}
    return entries, moved


def _place(entry: Entry) -> tuple[bool, bool, int, str]:
    """Ranks first, then who has a figure and no rank, then who has none."""
    rank = entry.ranked.rank if entry.ranked else None
    return rank is None, entry.ranked is None, rank or 0, str(entry.subject)


def _funnel(entries: Sequence[Entry]) -> Funnel | None:
    """Of shares only: a mean has no binomial limits."""
    counts = {str(e.subject.pk): e.indicator.counts for e in entries if e.indicator}
    if not counts or not all(counts.values()):
        return None
    return funnel_of([Rate(key, each[0], each[1]) for key, each in counts.items() if each])
