"""Rows to Excel and CSV. Text is written as text: nothing that a cell holds is ever evaluated."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext

from bihuan.web.components.figures import exact
from bihuan.web.listing.columns import Column, yes_no
from bihuan.web.listing.listing import Listing
from bihuan.web.listing.state import State
from bihuan.web.listing.workbook import workbook

CHUNK = 1000
MOST = 1_000_000
"""Rows of one sheet; Excel ends at 1,048,576."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def columns_of(listing: Listing, state: State, full: bool) -> list[Column]:
    return list(listing.columns) if full else listing.shown_columns(state)


Tell = Callable[[int], None]


def rows_of(listing: Listing, state: State, tell: Tell | None = None) -> Iterator[Any]:
    """Rows in the order of the page, a bounded number in memory; `tell` hears how far it is."""
    rows = listing.ordered(listing.matching(state), state)
    for index, row in enumerate(rows.iterator(chunk_size=CHUNK)):
        if tell and index % CHUNK == 0:
            tell(index)
        yield row


def file_name(listing: type[Listing], form: str) -> str:
    return f"{listing.url_name.rpartition(':')[2]}-{timezone.localdate():%Y%m%d}.{form}"


def plain(value: Any) -> Any:
    """A typed value that a sheet can hold: local naive times, floats, yes and no."""
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, (int, float, date)):
        return value
    return str(value)


def disarmed(text: str) -> str:
    """CSV has no types: a leading sign that a sheet would evaluate gets an apostrophe."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def rearmed(text: str) -> str:
    """The reverse, for files that come back."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(DANGEROUS) else text


def write_csv(
    listing: Listing, state: State, *, full: bool = False, tell: Tell | None = None
) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, because Excel asks for it; a chunk of rows at a time."""
    columns = columns_of(listing, state, full)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([disarmed(column.heading) for column in columns])
    for index, row in enumerate(rows_of(listing, state, tell), 1):
        writer.writerow([_csv_cell(plain(column.exported(row))) for column in columns])
        if index % CHUNK == 0:
            yield _drain(buffer)
    yield _drain(buffer)


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return disarmed(value)
    return value.isoformat(sep=" ", timespec="seconds") if isinstance(value, datetime) else str(value)


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def write_xlsx(
    listing: Listing,
    state: State,
    out: Path | IO[bytes],
    *,
    full: bool = False,
    tell: Tell | None = None,
) -> int:
    """One sheet of rows, one that says filter and scope; constant memory. Returns the rows written."""
    columns = columns_of(listing, state, full)
    with workbook(out, constant_memory=True, nan_inf_to_errors=True) as book:
        count = _write_rows(book, str(listing.title), columns, rows_of(listing, state, tell))
        _write_words(book, listing, state, count)
    return count


def _write_rows(book: Any, title: str, columns: list[Column], rows: Iterable[Any]) -> int:
    sheet = book.add_worksheet(sheet_name(title))
    head = book.add_format({"bold": True, "bottom": 1})
    formats: dict[type, Any] = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.heading, head)
    count = 0
    for row in rows:
        count += 1
        if count > MOST:
            break
        for index, column in enumerate(columns):
            _write_cell(sheet, count, index, plain(column.exported(row)), formats)
    return min(count, MOST)


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: dict[type, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value[:32_767])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[type(value)])
    else:
        sheet.write_number(row, column, value)


def _write_words(book: Any, listing: Listing, state: State, count: int) -> None:
    sheet = book.add_worksheet(sheet_name(gettext("Filter and scope")))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 60)
    lines = [
        (gettext("table"), str(listing.title)),
        (gettext("rows"), str(count)),
        (gettext("scope"), listing.scope_text()),
        (gettext("exported at"), exact(timezone.now())),
        (gettext("exported by"), str(listing.user or gettext("the system"))),
        *listing.words(state),
    ]
    for index, (label, text) in enumerate(lines):
        sheet.write_string(index, 0, label)
        sheet.write_string(index, 1, text)


def sheet_name(text: str) -> str:
    """At most 31 characters, without those that Excel forbids."""
    return "".join(char for char in text if char not in "[]:*?/\\")[:31] or "1"
