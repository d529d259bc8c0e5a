"""Reading a transcript: a fixture, then what happened, in order."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from bihuan.inputs import BadInput

from ..rules.cards import FORMATS, canonical
from ..rules.facts import InstrumentFacts, Person


@dataclass(frozen=True, slots=True)
class Fixture:
    """The world before the first byte."""

    at: datetime | None
    instruments: list[InstrumentFacts]
    cards: dict[str, Person]
    permits: dict[str, list[int]]
    delivered: dict[str, int]


class Entry(NamedTuple):
    """One thing that happened; with neither bytes nor a close, time has passed."""

    at: datetime
    conn: int | None = None
    send: bytes | None = None
    close: bool = False


class Row:
    """One JSON object with its place in the file, so that every complaint names both."""

    def __init__(self, values: Any, name: str, line: int, within: str = "") -> None:
        self._name, self._line, self._within = name, line, within
        if not isinstance(values, dict):
            raise self.bad("", "must be an object")
        self._values: dict[str, Any] = values

    def __contains__(self, field: str) -> bool:
        return self._values.get(field) is not None

    def bad(self, field: str, message: str) -> BadInput:
        where = ".".join(part for part in (self._within, field) if part)
        return BadInput.at(self._name, self._line, where or "line", message)

    def text(self, field: str, default: str | None = None) -> str:
        value = self._values.get(field, default)
        if not isinstance(value, str):
            raise self.bad(field, "must be a text")
        return value

    def number(self, field: str, default: float) -> float:
        value = self._values.get(field)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise self.bad(field, "must be a number from 0")
        return value

    def whole(self, field: str, default: int | None = None) -> int:
        value = self._values.get(field, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.bad(field, "must be a whole number")
        return value

    def instant(self, field: str, zone: tzinfo) -> datetime:
        try:
            at = datetime.fromisoformat(self.text(field))
            return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError) as problem:
            if isinstance(problem, BadInput):
                raise
            raise self.bad(field, "must be an ISO 8601 instant") from problem

    def octets(self, field: str) -> bytes:
        try:
            return bytes.fromhex(self.text(field))
        except ValueError as problem:
            if isinstance(problem, BadInput):
                raise
            raise self.bad(field, "must be hexadecimal") from problem

    def texts(self, field: str) -> list[str]:
        value = self._values.get(field) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.bad(field, "must be a list of texts")
        return value

    def row(self, field: str) -> "Row":
        return Row(
            self._values.get(field) or {}, self._name, self._line, f"{self._within}.{field}".strip(".")
        )

    def rows(self, field: str) -> "list[Row]":
        value = self._values.get(field) or []
        if not isinstance(value, list):
            raise self.bad(field, "must be a list")
        within = f"{self._within}.{field}".strip(".")
        return [Row(item, self._name, self._line, f"{within}[{n}]") for n, item in enumerate(value)]

    def fields(self) -> list[str]:
        return list(self._values)


def read(lines: Iterable[str], zone: tzinfo, name: str) -> tuple[Fixture, Iterator[Entry]]:
    """Return the fixture and the entries that follow; entries are read as they are asked for."""
    rows = _rows(lines, name)
    first = next(rows, None)
    if first is None:
        raise BadInput.at(name, 1, "fixture", "the transcript is empty")
    if "fixture" not in first:
        raise first.bad("fixture", "must be on the first line")
    fixture = _fixture(first.row("fixture"), zone)
    return fixture, _entries(rows, zone, fixture.at)


def _rows(lines: Iterable[str], name: str) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as problem:
            raise BadInput.at(name, number, "line", f"not JSON: {problem}") from problem
        yield Row(values, name, number)


def _fixture(row: Row, zone: tzinfo) -> Fixture:
    version = row.whole("roster_version", 0)
    delivered = row.row("delivered")
    cards: dict[str, Person] = {}
    permits: dict[str, list[int]] = {}
    for key, person in enumerate(row.rows("people")):
        _person(person, key, cards, permits)
    return Fixture(
        row.instant("at", zone) if "at" in row else None,
        [_instrument(instrument, version) for instrument in row.rows("instruments")],
        cards,
        permits,
        {code: delivered.whole(code) for code in delivered.fields()},
    )


def _instrument(row: Row, version: int) -> InstrumentFacts:
    code = row.text("id")
    card_format = row.text("card_format", "")
    if card_format and card_format not in FORMATS:
        raise row.bad("card_format", f"must be one of {', '.join(FORMATS)}")
    return InstrumentFacts(
        code=code,
        name=row.text("name", code),
        place=row.text("place", ""),
        rest_s=row.number("rest_minutes", 0) * 60,
        overlong_s=row.number("overlong_hours", 24) * 3600,
        silence_s=row.number("silence_s", 300),
        card_format=card_format,
        encoding=_encoding(row),
        roster_version=version,
    )


def _encoding(row: Row) -> str:
    encoding = row.text("encoding", "utf-8")
    try:
        "".encode(encoding)
    except LookupError as problem:
        raise row.bad("encoding", "no such encoding") from problem
    return encoding


def _person(row: Row, key: int, cards: dict[str, Person], permits: dict[str, list[int]]) -> None:
    holder = Person(key, row.text("name"))
    for card in row.texts("cards"):
        if canonical(card) in {canonical(known) for known in cards}:
            raise row.bad("cards", f"{card} belongs to somebody already")
        cards[card] = holder
    for code in row.texts("instruments"):
        permits.setdefault(code, []).append(key)


def _entries(rows: Iterator[Row], zone: tzinfo, start: datetime | None) -> Iterator[Entry]:
    now = start
    for row in rows:
        entry = _entry(row, zone)
        if now is not None and entry.at < now:
            raise row.bad("at", "is before the line above")
        now = entry.at
        yield entry


def _entry(row: Row, zone: tzinfo) -> Entry:
    at = row.instant("at", zone)
    if "conn" not in row:
        if "tick" not in row:
            raise row.bad("conn", "is missing: a line has a conn or a tick")
        return Entry(at)
    conn = row.whole("conn")
    if "send_hex" in row:
        return Entry(at, conn, send=row.octets("send_hex"))
    if "close" in row:
        if row.text("close") not in ("fin", "reset"):
            raise row.bad("close", "must be fin or reset")
        return Entry(at, conn, close=True)
    raise row.bad("send_hex", "is missing: a conn sends or closes")
