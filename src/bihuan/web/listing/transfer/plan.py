"""A file read and checked row by row: what it would add and change, and every fault by row and column."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from bihuan.kernel.act.refusal import Refused
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, heading
from bihuan.web.listing.transfer.sheet import Line, Raw, read
from bihuan.web.listing.transfer.transfer import CHUNK, Transfer, Values, unique_in_file

SHOWN = 100
MOST_ERRORS = 1000
"""Faults that are listed; all are counted."""


@dataclass(frozen=True)
class RowError:
    """Contract §3: `{row, column, value, message}`; the row is that of the file, its heading being 1."""

    row: int
    column: str
    value: str
    message: str


@dataclass
class Plan:
    """`packed` holds the checked rows as tuples in the order of `keys`: they may be 200,000."""

    fields: list[Field]
    headings: list[str]
    count: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    wrong: int = 0
    """Rows with at least one fault."""
    errors: list[RowError] = field(default_factory=list)
    sample: list[tuple[int, list[str]]] = field(default_factory=list)
    packed_new: list[tuple[Any, ...]] = field(default_factory=list)
    packed_changed: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [each.key for each in self.fields]

    def unpack(self, packed: list[tuple[Any, ...]]) -> Iterator[list[dict[str, Any]]]:
        for start in range(0, len(packed), CHUNK):
            yield [dict(zip(self.keys, row, strict=True)) for row in packed[start : start + CHUNK]]

    def refuse(self, row: int, column: str, value: Raw, message: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(RowError(row, column, as_text(value)[:80], message))


@dataclass
class _Checked:
    number: int
    cells: dict[str, Raw]
    values: dict[str, Any]


def make_plan(path: Path, transfer: Transfer, known: Collection[str] = ()) -> Plan:
    """Read and check a file; nothing is written.

    `known` are headings that may be there and are not read (columns of our own export).
    Raises Refused when the file as a whole cannot be used.
    """
    lines = read(path, transfer.most)
    head = next(lines, None)
    if head is None:
        raise Refused(gettext("The file is empty."))
    columns = match_headings(head[1], transfer, known)
    plan = Plan([each for each, _ in columns], [as_text(head[1][at]) for _, at in columns])
    transfer.start()
    seen: dict[Any, int] = {}
    while chunk := list(islice(lines, CHUNK)):
        checked = [row for line in chunk if (row := _check(plan, transfer, columns, line, seen))]
        _compare(plan, transfer, checked)
    titles = dict(zip(plan.keys, plan.headings, strict=True))
    for number, key, value, message in transfer.finish():
        plan.refuse(number, titles.get(key, key), value, message)
        plan.wrong += 1
    return plan


def match_headings(cells: list[Raw], transfer: Transfer, known: Collection[str]) -> list[tuple[Field, int]]:
    """Which field stands in which column. Raises Refused, naming every heading that is missing or unknown."""
    found: dict[str, int] = {}
    unknown: list[str] = []
    ignored = {heading(name) for name in known}
    names = {name: each for each in transfer.fields for name in each.names}
    for at, cell in enumerate(cells):
        name = heading(as_text(cell))
        if name in names and names[name].key not in found:
            found[names[name].key] = at
        elif name and name not in ignored:
            unknown.append(as_text(cell)[:40])
    missing = [str(each.label) for each in transfer.fields if each.required and each.key not in found]
    if missing or unknown:
        raise Refused(_heading_fault(missing, unknown, transfer))
    return [(each, found[each.key]) for each in transfer.fields if each.key in found]


def _heading_fault(missing: list[str], unknown: list[str], transfer: Transfer) -> str:
    comma = gettext(", ")
    parts = []
    if missing:
        parts.append(gettext("missing columns: %(names)s") % {"names": comma.join(missing)})
    if unknown:
        parts.append(gettext("unknown columns: %(names)s") % {"names": comma.join(unknown[:10])})
    parts.append(gettext("known are: %(names)s") % {"names": comma.join(transfer.headings())})
    return gettext("The first row does not fit: %(faults)s.") % {"faults": gettext("; ").join(parts)}


def _check(
    plan: Plan, transfer: Transfer, columns: list[tuple[Field, int]], line: Line, seen: dict[Any, int]
) -> _Checked | None:
    """One row parsed; None, its faults noted, when it cannot be used."""
    number, cells = line
    plan.count += 1
    raw = {each.key: cells[at] if at < len(cells) else "" for each, at in columns}
    if len(plan.sample) < SHOWN:
        plan.sample.append((number, [as_text(value) for value in raw.values()]))
    faults: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    for each, _at in columns:
        try:
            values[each.key] = _value(transfer, each, raw[each.key])
            if each.key == transfer.key and not transfer.together:
                unique_in_file(seen, values[each.key], number)
        except Wrong as fault:
            faults.append((each.key, str(fault)))
    if not faults:
        faults += transfer.check({**values, "#": number})
    if not faults and transfer.together:
        faults += _twice(transfer, values, number, seen)
    _note(plan, columns, number, raw, faults)
    return None if faults else _Checked(number, raw, values)


def _twice(
    transfer: Transfer, values: dict[str, Any], number: int, seen: dict[Any, int]
) -> Iterator[tuple[str, str]]:
    try:
        unique_in_file(seen, transfer.identity(values), number)
    except Wrong as fault:
        yield transfer.key, str(fault)


def _value(transfer: Transfer, each: Field, raw: Raw) -> Any:
    if as_text(raw) == "":
        if each.required:
            raise Wrong(gettext("is empty"))
        return transfer.blank(each)
    return transfer.parse(each, raw)


def _note(
    plan: Plan,
    columns: list[tuple[Field, int]],
    number: int,
    raw: dict[str, Raw],
    faults: list[tuple[str, str]],
) -> None:
    titles = dict(zip((each.key for each, _ in columns), plan.headings, strict=True))
    for key, message in faults:
        plan.refuse(number, titles.get(key, key), raw.get(key, ""), message)
    plan.wrong += bool(faults)


def _compare(plan: Plan, transfer: Transfer, rows: list[_Checked]) -> None:
    stored = transfer.stored([transfer.identity(row.values) for row in rows]) if rows else {}
    for row in rows:
        there = stored.get(transfer.identity(row.values))
        packed = tuple(row.values[key] for key in plan.keys)
        if there is None:
            plan.created += 1
            plan.packed_new.append(packed)
        elif why := transfer.foreign(there):
            plan.wrong += 1
            title = dict(zip(plan.keys, plan.headings, strict=True))[transfer.key]
            plan.refuse(row.number, title, row.cells[transfer.key], why)
        elif transfer.differs(there, row.values):
            plan.updated += 1
            plan.packed_changed.append(packed)
        else:
            plan.unchanged += 1


def apply_order(plan: Plan) -> Iterator[tuple[bool, list[dict[str, Any]]]]:
    """New rows first, then changed ones, in chunks: `(new, rows)`."""
    for rows in plan.unpack(plan.packed_new):
        yield True, rows
    for rows in plan.unpack(plan.packed_changed):
        yield False, rows


__all__ = ["Plan", "RowError", "Values", "apply_order", "make_plan", "match_headings"]
