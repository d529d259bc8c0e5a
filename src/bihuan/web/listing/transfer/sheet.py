"""A spreadsheet file as rows of raw cells. What it is shows in its content; its name is not asked.

Cells hold values: a formula is read as the value that the file keeps for it and is never run.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import python_calamine
from django.utils.translation import gettext

from bihuan.kernel.act.refusal import Refused
from bihuan.web.listing.export import rearmed
from bihuan.web.listing.transfer.guard import check_archive

LARGEST = 10 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Raw = Any
Line = tuple[int, list[Raw]]


def read(path: Path, most: int = MOST_ROWS) -> Iterator[Line]:
    """`(row number in the file, cells)`, empty rows left out.

    Raises Refused, saying what to do, for what is too large, damaged or no spreadsheet.
    """
    if path.stat().st_size > LARGEST:
        raise Refused(gettext("The file is larger than %(n)d MB. Split it.") % {"n": LARGEST // 1024 // 1024})
    kind = sniff(path)
    lines = _csv(path) if kind == "csv" else _book(path, most)
    count = 0
    for number, cells in lines:
        if not any(cell not in ("", None) for cell in cells):
            continue
        count += 1
        if count > most + 1:
            raise too_many(most)
        yield number, cells


def too_many(most: int) -> Refused:
    return Refused(gettext("The file has more than %(n)s rows. Split it.") % {"n": f"{most:,}"})


def sniff(path: Path) -> str:
    """`book` or `csv`. Raises Refused for everything else."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    if head.startswith(OLE):
        return "book"
    if not head.strip():
        raise Refused(gettext("The file is empty."))
    if b"\0" in head and not head.startswith(UTF16):
        raise unknown()
    return "csv"


def unknown() -> Refused:
    return Refused(gettext("This is no spreadsheet. Use xlsx, xls, ods or csv."))


def _archive(path: Path) -> str:
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
            if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
                raise unknown()
            check_archive(archive, MOST_ROWS, MOST_COLUMNS)
    except (BadZipFile, OSError, NotImplementedError, RuntimeError):
        raise damaged() from None
    return "book"


def damaged() -> Refused:
    return Refused(gettext("The file is damaged or protected by a password. Save it again and retry."))


def _book(path: Path, most: int) -> Iterator[Line]:
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            yield from _sheet(book, most)
    except (python_calamine.CalamineError, OSError, ValueError):
        raise damaged() from None


def _sheet(book: python_calamine.CalamineWorkbook, most: int) -> Iterator[Line]:
    """The first sheet that can be seen."""
    shown = [
        each.name for each in book.sheets_metadata if each.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    sheet = book.get_sheet_by_name((shown or book.sheet_names)[0])
    if sheet.start is None:
        return
    if sheet.height > most + 1:
        raise too_many(most)
    top = sheet.start[0]
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > top:
            yield number, cells


def _csv(path: Path) -> Iterator[Line]:
    text = decode(path.read_bytes())
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            yield number, [rearmed(cell.strip()) for cell in cells]
    except csv.Error:
        raise damaged() from None


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else GB18030, which is what Excel writes in Chinese."""
    if data.startswith(UTF16):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(gettext("The text is neither UTF-8 nor GB18030. Save it as CSV UTF-8."))
