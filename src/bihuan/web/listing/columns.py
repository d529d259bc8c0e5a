"""Columns of a listing, and how a value is written on the page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model
from django.db.models.expressions import Case, OrderBy
from django.db.models.functions import Coalesce
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from bihuan.kernel.lazy import StrOrPromise
from bihuan.web.components.figures import NOTHING, day, exact, moment, number

Read = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: the same value on the page, in Excel and in CSV, each in its own form.

    `value` reads the row (default: the attribute path `key`, double underscores walk relations);
    `cell` gives the HTML where text is not enough; `export` the typed value where it differs.
    `sort` names the fields to order by; empty means that the column cannot be sorted.
    """

    key: str
    label: StrOrPromise
    value: Read | None = None
    cell: Callable[[Any], SafeString | str] | None = None
    export: Read | None = None
    sort: tuple[str | Case, ...] = ()
    numeric: bool = False
    fluid: bool = False
    quiet: bool = False
    """Meta information: the secondary text colour."""
    hidden: bool = False
    width: int = 14
    """Characters, in Excel."""

    @property
    def heading(self) -> str:
        """Names of things are lower case; at the head of a column they begin with a capital."""
        return capfirst(str(self.label))

    def read(self, row: Any) -> Any:
        return self.value(row) if self.value else follow(row, self.key)

    def html(self, row: Any) -> SafeString:
        return conditional_escape(self.cell(row)) if self.cell else shown(self.read(row))

    def exported(self, row: Any) -> Any:
        return self.export(row) if self.export else self.read(row)

    @property
    def css(self) -> str:
        marks = {"bh-right bh-num": self.numeric, "bh-fluid bh-strong": self.fluid, "bh-text-2": self.quiet}
        return " ".join(css for css, on in marks.items() if on)

    def ordering(self, model: type[Model], descending: bool, *, few: bool = False) -> list[OrderBy]:
        """Rows without a value come last either way; that is said only where there may be such rows, because
        PostgreSQL would then read no index backwards. `few` rows are sorted, no index is walked."""
        found = []
        for each in self.sort:
            field: Any = F(each) if isinstance(each, str) else each
            if few and isinstance(each, str):
                field = Coalesce(field, field)
            last = True if not isinstance(each, str) or may_lack(model, each) else None
            found.append(field.desc(nulls_last=last) if descending else field.asc(nulls_last=last))
        return found


def may_lack(model: type[Model], path: str) -> bool:
    """May a row be without a value of this field, or without the relation that leads to it?"""
    at: Any = model
    for name in path.split("__"):
        try:
            field: Any = at._meta.get_field(name)
        except FieldDoesNotExist:  # computed by the query
            return True
        if not field.concrete or field.null:
            return True
        at = field.related_model
    return False


def relation_of(model: type[Model], path: str) -> str:
    """The relation of this model with which an order by `owner__name` begins; empty for any other path, and
    where the other row may be without a value too."""
    name, _mark, end = path.partition("__")
    if not end or "__" in end:
        return ""
    field: Any = model._meta.get_field(name)
    told = field.many_to_one and field.concrete and not may_lack(field.related_model, end)
    return name if told else ""


def follow(row: Any, path: str) -> Any:
    """`unit__name` on a row; None as soon as a relation is empty."""
    for name in path.split("__"):
        if row is None:
            return None
        display = getattr(row, f"get_{name}_display", None)
        row = display() if display else getattr(row, name)
    return row


def shown(value: Any) -> SafeString:
    """A plain value as page text; nothing is a dash."""
    if value is None or value == "":
        return format_html('<span class="bh-text-3">{}</span>', NOTHING)
    if isinstance(value, bool):
        return conditional_escape(yes_no(value))
    if isinstance(value, datetime):
        return format_html(
            '<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact(value), moment(value)
        )
    if isinstance(value, date):
        return conditional_escape(day(value))
    if isinstance(value, Decimal):
        return conditional_escape(number(float(value), max(-int(value.normalize().as_tuple().exponent), 0)))
    if isinstance(value, int):
        return conditional_escape(number(value))
    return conditional_escape(str(value))


def yes_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")
