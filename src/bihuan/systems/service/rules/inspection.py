"""What a check of a hall asks: which visits a hall is owed, which marks are offered, what must be said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .scorecard import Item

CHIPS = 5
"""Marks offered for an item at most: as many as fit beside each other on a phone."""
SHORTEST = 2
"""Characters below which a remark says nothing: “脏乱” is enough."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was written about one item; `finding`: a case follows."""

    text: str = ""
    finding: bool = False
    serious: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record cannot be kept: `words` (a finding says nothing), `veto` (broken, and no finding)
    or `finding` (serious, and no finding)."""

    item: int
    why: str


def visit_key(level: int, urban: bool) -> str:
    """Which visits a hall is owed: weekly for levels 1, 2 and urban 3, monthly for every other.

    Chapter 8 names level 2 and urban level 3; weekly for level 1 is ours.
    """
    if level == 3:
        return "visit_urban" if urban else "visit_other"
    return {1: "visit_1", 2: "visit_2"}.get(level, "visit_other")


def steps(points: int) -> tuple[int, ...]:
    """Marks to choose from, the best first: all of them up to 4 points, else quarters of the points.

    Ours: 0 and the full points are always among them; no mark comes twice.
    """
    if points < CHIPS:
        return tuple(range(points, -1, -1))
    return tuple(round(points * part / 4) for part in range(4, -1, -1))


def faults(items: Sequence[Item], marks: Mapping[int, float | None], said: Mapping[int, Said]) -> list[Fault]:
    """What keeps a filled card from being signed, in the order of its items; empty when nothing does.

    A veto item that got 0 decided the whole score alone: it is a finding, whoever looks.
    """
    found = []
    for item in items:
        here = said.get(item.key, Said())
        broken = item.veto and marks.get(item.key) == 0
        if broken and not here.finding:
            found.append(Fault(item.key, "veto"))
        elif here.serious and not here.finding:
            found.append(Fault(item.key, "finding"))
        elif here.finding and len(here.text.strip()) < SHORTEST:
            found.append(Fault(item.key, "words"))
    return found


NOT_ASKED = "-"
"""A mark in a file for an item that does not apply."""
WRITTEN = re.compile(r"(\d+)\s*([!！]?)\s*(.*)", re.DOTALL)


def marks_text(items: Sequence[Item], marks: Mapping[int, float | None]) -> str:
    """Marks as one cell of a sheet, in the order of the card: `10 8 - 5`."""
    given = (marks.get(item.key) for item in items)
    return " ".join(NOT_ASKED if mark is None else f"{mark:g}" for mark in given)


def read_marks(text: str, items: Sequence[Item]) -> dict[int, float | None]:
    """The reverse of `marks_text`; commas and `/` part them too. ValueError unless each item has one mark."""
    given = [each for each in re.split(r"[\s,，、;；/]+", text.strip()) if each]
    if len(given) != len(items):
        raise ValueError(f"{len(given)} marks for {len(items)} items")
    return {
        item.key: None if mark in {NOT_ASKED, "—"} else float(mark)
        for item, mark in zip(items, given, strict=True)
    }


def findings_text(items: Sequence[Item], said: Mapping[int, Said]) -> str:
    """Findings as one cell: place of the item, `!` where serious, words; parted by `; `."""
    places = {item.key: place for place, item in enumerate(items, 1)}
    rows = sorted((places[key], each) for key, each in said.items() if each.finding and key in places)
    return "; ".join(f"{place}{'!' if each.serious else ''} {_plain(each.text)}" for place, each in rows)


def read_findings(text: str, items: Sequence[Item]) -> dict[int, Said]:
    """The reverse of `findings_text`; lines part findings too. ValueError for a place that is none."""
    found: dict[int, Said] = {}
    for part in filter(None, (each.strip() for each in re.split(r"[;；\n]+", text))):
        match = WRITTEN.fullmatch(part)
        if match is None or not 1 <= int(match[1]) <= len(items):
            raise ValueError(f"{part!r} does not begin with the place of an item, 1 to {len(items)}")
        found[items[int(match[1]) - 1].key] = Said(match[3].strip(), finding=True, serious=bool(match[2]))
    return found


def _plain(text: str) -> str:
    """Words that do not break the cell they stand in."""
    return re.sub(r"[;；\n]+\s*", "，", text).strip()
