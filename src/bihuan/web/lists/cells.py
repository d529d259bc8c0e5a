"""Cells and choices that several tables share."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Customer, User
from bihuan.web.components.small import avatar
from bihuan.web.listing.columns import shown

Options = list[tuple[str, StrOrPromise]]


def unit_name(row: Any) -> str:
    return str(row.unit.name)


def unit_code(row: Any) -> str:
    """Code and name: readable, and found again by an import whatever the units are called."""
    return f"{row.unit.code} {row.unit.name}"


def count_of(rows: QuerySet[Any], to: str) -> Coalesce:
    """How many of `rows` name this row in their relation `to`: counted for the rows that are shown only."""
    mine = rows.filter(**{to: OuterRef("pk")}).order_by().values(to)
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)


def translated(text: str) -> str:
    """A text that we shipped, in the reader's language; anybody's own stays as it is."""
    return gettext(text) if text else ""


def person_cell(user: User | None) -> SafeString:
    return avatar(str(user)) if user else shown(None)


def customer_cell(customer: Customer | None, text: str = "") -> SafeString:
    """The customer's name, or what stands for it in this table, leading to its page."""
    if customer is None:
        return shown(None)
    if customer.erased_at is not None:
        return shown(text or customer.name)
    return format_html('<a href="{}">{}</a>', reverse("customer", args=[customer.pk]), text or customer.name)


def active_choices(user: User | None) -> Options:
    return [("True", gettext("active")), ("False", gettext("not active"))]


def blocked_choices(user: User | None) -> Options:
    return [("True", gettext("blocked")), ("False", gettext("not blocked"))]
