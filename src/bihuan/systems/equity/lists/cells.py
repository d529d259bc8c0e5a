"""What several tables of customer equity share."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Column, Listing
from bihuan.web.listing.transfer.fields import Wrong, as_text
from bihuan.web.lists.cells import customer_cell

from ..rules.money import to_major
from ..words import yuan

MOST = Decimal(10) ** 15


class Table(Listing):
    """A table between the tabs of this system."""

    template = "equity/listing.html"

    def context(self) -> dict[str, Any]:
        home = {"title": _("Customer equity"), "url": reverse("equity:board")}
        return {"crumbs": [home, {"title": self.title}]}


CUSTOMER = (
    Column(
        key="number",
        label=_("customer number"),
        value=lambda row: row.customer.number,
        sort=("customer__number",),
    ),
    Column(
        key="customer",
        label=_("customer"),
        value=lambda row: row.customer.name,
        cell=lambda row: customer_cell(row.customer),
        sort=("customer__name",),
        fluid=True,
    ),
)
"""Whom a row is about, with the way to the customer's page."""


def decimal(raw: Any) -> Decimal:
    """A plain number; thousands may be separated by commas."""
    try:
        found = Decimal(as_text(raw).replace(",", "").replace("，", ""))
        if found.is_finite() and abs(found) < MOST:
            return found
    except InvalidOperation:
        pass
    raise Wrong(gettext("not a number such as 1234.50"))


def cents(raw: Any) -> int:
    """Yuan with at most two places, kept as fen."""
    found = decimal(raw) * 100
    if found != found.to_integral_value():
        raise Wrong(gettext("finer than a fen"))
    return int(found)


def between(low: str, high: str) -> Callable[[Any], Decimal]:
    """A parser of numbers from `low` to `high`."""

    def parse(raw: Any) -> Decimal:
        found = decimal(raw)
        if not Decimal(low) <= found <= Decimal(high):
            raise Wrong(gettext("not a number from %(a)s to %(b)s") % {"a": low, "b": high})
        return found.quantize(Decimal("0.0001"))

    return parse


def whole(most: int, least: int = 0) -> Callable[[Any], int]:
    """A parser of whole numbers."""

    def parse(raw: Any) -> int:
        found = as_text(raw)
        if not (found.isascii() and found.isdigit()) or not least <= int(found) <= most:
            raise Wrong(gettext("not a whole number from %(a)d to %(b)d") % {"a": least, "b": most})
        return int(found)

    return parse


def currency(raw: Any) -> str:
    """Three letters, as ISO 4217 has them; names of the yuan too."""
    found = as_text(raw).upper()
    if found in {"RMB", "人民币", "元", "¥"}:
        return "CNY"
    if len(found) == 3 and found.isascii() and found.isalpha():
        return found
    raise Wrong(gettext("not a currency such as CNY or USD"))


def money(name: str) -> dict[str, Any]:
    """Value, cell and export of a column of fen."""

    def read(row: Any) -> int | None:
        found: int | None = getattr(row, name)
        return found

    def export(row: Any) -> Decimal | None:
        found = read(row)
        return None if found is None else to_major(found)

    return {"value": read, "cell": lambda row: yuan(read(row)), "export": export, "numeric": True}


def iso(on: date | None) -> str:
    return "" if on is None else on.isoformat()
