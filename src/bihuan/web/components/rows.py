"""The rows of a table, written in one piece: a page of fifty has hundreds of cells, and each look-up of a
template would cost more than its cell."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext

Columns = Sequence[Mapping[str, Any]]


def rows(found: Iterable[Any], columns: Columns, first: int, selectable: object) -> SafeString:
    """Each cell bears its column's label, which a phone shows above the value on the row's card."""
    labels = [conditional_escape(column["label"]) for column in columns]
    word = conditional_escape(gettext("select row")) if selectable else ""
    return SafeString("".join(_row(row, labels, number, word) for number, row in enumerate(found, first)))


def _row(row: Any, labels: Sequence[str], number: int, word: str) -> str:
    key, url = (conditional_escape(_of(row, name)) for name in ("id", "url"))
    marked = _of(row, "selected")
    about = f' data-url="{url}"' if url else ""
    about += ' class="bh-selected"' if marked else ""
    box = (
        f'<td class="bh-select-cell"><input type="checkbox" class="bh-check" name="ids" value="{key}"'
        f'{" checked" if marked else ""} aria-label="{word}"></td>'
        if word
        else ""
    )
    cells = "".join(map(_cell, _of(row, "cells"), labels))
    ordinal = f'<td class="bh-right bh-ordinal bh-text-3">{number}</td>'
    return f'<tr id="row-{key}" data-row{about}>{box}{ordinal}{cells}</tr>\n'


def _cell(cell: Any, label: str) -> str:
    css, html = escape(_of(cell, "cls")), conditional_escape(_of(cell, "html"))
    return f'<td class="{css}" data-label="{label}">{html}</td>'


def _of(row: Any, name: str) -> Any:
    """The gallery has dictionaries."""
    return row.get(name, "") if isinstance(row, Mapping) else getattr(row, name)
