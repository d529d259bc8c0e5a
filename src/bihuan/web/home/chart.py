"""Opened and closed, day by day, as the chart's description (`chart.js`) and as its table."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.read.loop import Day
from bihuan.web.components.figures import day as words


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    opened: int
    closed: int


def rows(days: list[Day]) -> list[Row]:
    return [Row(words(one.on, weekday=False), one.opened, one.closed) for one in days]


def description(days: list[Day]) -> dict[str, Any]:
    """Bars opened, a line closed, and the sentence that says the same."""
    opened, closed = [one.opened for one in days], [one.closed for one in days]
    return {
        "x": [row.label for row in rows(days)],
        "x_name": _("day"),
        "unit": pgettext("unit", "cases"),
        "series": [
            {"name": _("opened"), "kind": "bar", "neutral": True, "values": opened},
            {"name": _("closed"), "kind": "line", "values": closed},
        ],
        "summary": _("In %(n)s days %(opened)s cases opened and %(closed)s closed.")
        % {"n": len(days), "opened": sum(opened), "closed": sum(closed)},
    }
