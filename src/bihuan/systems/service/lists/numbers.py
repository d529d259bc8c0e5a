"""Cells of the evaluation: points, quarters, items by key or name in any language."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from bihuan.kernel.rules.measures.index import rounded
from bihuan.web.listing.transfer.fields import Wrong, as_text, heading

from ..models import Item
from ..rules.quarters import Quarter


def points(raw: Any) -> Decimal:
    """0 to 100, four places kept."""
    try:
        found = Decimal(as_text(raw))
        if 0 <= found <= 100:
            return rounded(found, 4)
    except InvalidOperation:
        pass
    raise Wrong(gettext("not a number from 0 to 100"))


def quarter(raw: Any) -> str:
    try:
        return str(Quarter.read(as_text(raw)))
    except ValueError:
        raise Wrong(gettext("not a quarter such as 2026-Q3")) from None


def items_by_name() -> dict[str, int]:
    """Key and name in each language → key of the row."""
    found: dict[str, int] = {}
    for item in Item.objects.all():
        for code, _name in settings.LANGUAGES:
            with override(code):
                found[heading(str(item))] = item.pk
    return {**found, **{heading(item.key): item.pk for item in Item.objects.all()}}
