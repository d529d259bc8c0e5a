"""Refuse archives that would unpack into more than the memory holds, before any reader opens them.

A reader keeps a sheet as a full rectangle: one cell at XFD1048576 would ask for 17 thousand million.
"""

import re
from collections.abc import Iterator
from zipfile import ZipFile

from django.utils.translation import gettext

from bihuan.kernel.act.refusal import Refused

MOST_UNPACKED = 400 * 1024 * 1024
CHUNK = 1 << 20
OVERLAP = 64
CELL = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})(\d{1,8})""")
REPEATED = re.compile(rb"""number-(columns|rows)-repeated\s*=\s*["'](\d+)""")


def check_archive(archive: ZipFile, rows: int, columns: int) -> None:
    """Raises Refused when the sheets reach beyond `rows` and `columns`."""
    if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
        raise too_wide(rows, columns)
    for name in archive.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _check_sheet(archive, name, rows, columns)
        elif name == "content.xml":
            _check_ods(archive, name, rows, columns)


def too_wide(rows: int, columns: int) -> Refused:
    text = gettext(
        "The sheet reaches beyond %(rows)s rows or %(columns)s columns. Remove what is not needed."
    )
    return Refused(text % {"rows": f"{rows:,}", "columns": columns})


def _chunks(archive: ZipFile, name: str) -> Iterator[bytes]:
    """Overlapping, so that nothing falls between two of them."""
    with archive.open(name) as file:
        kept = b""
        while data := file.read(CHUNK):
            yield kept + data
            kept = data[-OVERLAP:]


def _check_sheet(archive: ZipFile, name: str, rows: int, columns: int) -> None:
    for chunk in _chunks(archive, name):
        found = CELL.findall(chunk)
        if any(_number(letters) > columns for letters in {letters for letters, _ in found}):
            raise too_wide(rows, columns)
        if found and max(int(row) for _, row in found) > rows + 1 + OVERLAP:
            raise too_wide(rows, columns)


def _number(letters: bytes) -> int:
    total = 0
    for letter in letters:
        total = total * 26 + letter - 64
    return total


def _check_ods(archive: ZipFile, name: str, rows: int, columns: int) -> None:
    """Repeats of filled cells and rows; an empty rest of the sheet may repeat as it likes."""
    with archive.open(name) as file:
        data = file.read(MOST_UNPACKED)
    height = 0
    for line in data.split(b"<table:table-row")[1:]:
        filled = b"<text:p" in line or b"office:value" in line
        times = [(kind, int(n)) for kind, n in REPEATED.findall(line[: line.rfind(b"<text:p") + 1 or None])]
        if not filled:
            continue
        height += max([n for kind, n in times if kind == b"rows"], default=1)
        if height > rows + 1 or sum(n for kind, n in times if kind == b"columns") > columns:
            raise too_wide(rows, columns)
