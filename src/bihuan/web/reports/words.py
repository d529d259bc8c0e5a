"""Titles and periods of reports in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.kernel.models import Report
from bihuan.kernel.registry import report_specs
from bihuan.web.components.figures import in_chinese

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def say(text: Any) -> str:
    """A frozen text in the language that is active; one that has no such translation in the product's own."""
    if isinstance(text, Mapping):
        own: str = settings.LANGUAGE_CODE
        return str(text.get(get_language() or own) or text.get(own) or next(iter(text.values()), ""))
    return "" if text is None else str(text)


def title_of(report: Report) -> str:
    known = report_specs().get(report.key)
    return capfirst(str(known[1].title)) if known else report.key


def period_text(kind: str, first: date) -> str:
    """`2026 年 10 月`, `October 2026`, `2026 年第 4 季度`, `Q4 2026`."""
    if kind == "quarter":
        values = {"year": first.year, "n": (first.month + 2) // 3}
        return _("Q%(n)d %(year)d") % values
    if in_chinese():
        return f"{first.year} 年 {first.month} 月"
    return f"{MONTHS[first.month - 1]} {first.year}"
