"""The text of a journal: one swipe a line, as the terminal's clock had it."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from .state import Verb

FUTURE: Final = timedelta(minutes=5)
EARLIEST_YEAR: Final = 2015
"""Before any terminal was built: a clock that had lost its battery."""
LONGEST: Final = 256
"""Characters of a line, as of a message's header; a longer line is no swipe."""

_LINE: Final = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T]+(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?\s*[,，]\s*(\S.*?)\s*[,，]?\s*(open|close)\s*",
    re.IGNORECASE | re.ASCII,
)
_OPENING: Final = re.compile(r"\s*[,，:]?")


class Line(NamedTuple):
    """One line; `at` is in UTC, and None where the line is rejected for `reason`."""

    text: str
    card: str
    verb: Verb
    at: datetime | None
    reason: str = ""


def decode(body: bytes) -> str:
    """UTF-8, else GB18030; bytes that are neither are replaced, so that their line shows as bad."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def parse(body: bytes, zone: tzinfo, at: datetime) -> list[Line]:
    """Read every line that is not blank; `at` is when the journal came in.

    Default form `YYYY-MM-DD HH:MM:SS,<card>,open|close`, with an offset after the time where the
    terminal writes one, otherwise in `zone`.
    """
    text = _OPENING.sub("", decode(body), count=1)
    rows = (row.strip(" \t\0\ufeff") for row in text.splitlines())
    return [_judge(row, zone, at) for row in rows if row]


def _judge(row: str, zone: tzinfo, at: datetime) -> Line:
    found = _LINE.fullmatch(row) if len(row) <= LONGEST else None
    if found is None:
        return Line(_shown(row), "", "open", None, "unreadable")
    row = _shown(row)
    verb: Verb = "open" if found[9].lower() == "open" else "close"
    noted_at = _instant(found, zone)
    if noted_at is None:
        return Line(row, found[8], verb, None, "no such time")
    if int(found[1]) < EARLIEST_YEAR:
        return Line(row, found[8], verb, None, "before 2015")
    if noted_at > at + FUTURE:
        return Line(row, found[8], verb, None, "in the future")
    return Line(row, found[8], verb, noted_at.astimezone(UTC))


def _shown(row: str) -> str:
    """A line as a page and a database can hold it: no control characters, cut where it is too long."""
    row = row[:LONGEST]
    return row if row.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in row)


def _instant(found: re.Match[str], zone: tzinfo) -> datetime | None:
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        offset = _offset(found[7]) if found[7] else zone
        return datetime(year, month, day, hour, minute, second, tzinfo=offset)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> tzinfo | None:
    return datetime.strptime(text.upper(), "%z").tzinfo
