"""What a report says, as data: sections of figures, tables, charts and sentences.

A section reader makes these; `freeze` turns them into plain JSON with every text in all languages, so that
what was frozen reads the same for ever. Persons are named by key (`Cell.person`) and looked up when the page
is shown: a snapshot holds no names, and forgetting a person needs no change to it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

from django.conf import settings
from django.utils.functional import Promise, lazystr
from django.utils.translation import override

from bihuan.kernel.lazy import StrOrPromise

Number = int | float | None
DIGITS = 6
"""Places that a frozen number keeps: two readings of the same rows are the same text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with what it rests on.

    `value` None with a `withheld` reason: the data cannot carry it. A `share` is a ratio 0–1. `link` is path
    and query of the table that shows the rows behind the number: `n` of them for a share, else `value`.
    """

    key: str
    label: StrOrPromise
    value: Number
    unit: StrOrPromise = ""
    decimals: int = 0
    share: bool = False
    n: int | None = None
    interval: tuple[float, float] | None = None
    withheld: StrOrPromise = ""
    link: str = ""
    note: StrOrPromise = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    key: str
    label: StrOrPromise
    unit: StrOrPromise = ""
    decimals: int = 0
    numeric: bool = True
    share: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number or text of a table; `person` is the key of one, whose name is looked up when it is shown."""

    value: Number | StrOrPromise = None
    link: str = ""
    n: int | None = None
    interval: tuple[float, float] | None = None
    withheld: StrOrPromise = ""
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`key` says which row this is in the next version too."""

    key: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`public` only when no row is about one person: others are left out of what is given outside."""

    key: str
    title: StrOrPromise
    columns: Sequence[Column]
    rows: Sequence[Row]
    public: bool = False
    empty: StrOrPromise = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    name: StrOrPromise
    values: Sequence[Number]
    kind: Literal["line", "bar"] = "line"
    neutral: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`summary` is the sentence that says the same to who does not see it."""

    key: str
    title: StrOrPromise
    x: Sequence[str]
    x_name: StrOrPromise
    series: Sequence[Series]
    summary: StrOrPromise
    unit: StrOrPromise = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    notes: Sequence[StrOrPromise] = field(default_factory=tuple)


def phrase(pattern: StrOrPromise, **values: Any) -> StrOrPromise:
    """`pattern % values` when it is read, in the reader's language; values may be lazy too."""

    class Said:
        def __str__(self) -> str:
            return str(pattern) % values

    said: StrOrPromise = lazystr(Said())
    return said


def freeze(what: Any) -> Any:
    """Data as JSON holds it: a text that differs by language becomes {language: text}."""
    if isinstance(what, Promise):
        return _in_every_language(what)
    if isinstance(what, float | Decimal):
        return round(float(what), DIGITS)
    if isinstance(what, date):
        return what.isoformat()
    if what is None or isinstance(what, str | int):
        return what
    if isinstance(what, Mapping):
        return {str(key): freeze(value) for key, value in what.items()}
    if hasattr(what, "__dataclass_fields__"):
        return {name: freeze(getattr(what, name)) for name in what.__dataclass_fields__}
    return [freeze(each) for each in what]


def _in_every_language(text: Promise) -> str | dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[code] = str(text)
    return found if len(set(found.values())) > 1 else next(iter(found.values()))


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no blanks, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
