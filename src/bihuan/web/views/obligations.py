"""How much was done of what was asked, by obligation and period."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.manifest import ObligationSpec
from bihuan.kernel.models import Standard
from bihuan.kernel.read.obligations import Coverage, coverage, gaps
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.registry import obligation_specs
from bihuan.web.duties import words
from bihuan.web.lists.standards import plain_value
from bihuan.web.views.signed_in import me


@dataclass(frozen=True, slots=True)
class Line:
    """One period; each number leads to the rows behind it."""

    row: Coverage
    period: str
    urls: dict[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    asks: str
    standard: Standard
    standard_url: str
    lines: list[Line]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = me(request)
    found = coverage(user)
    context: dict[str, Any] = {
        "cards": [_card(spec, found[key]) for key, (_system, spec) in obligation_specs().items()],
        "gaps": [words.away_words(*gap) for gap in gaps()],
        "unit": user.unit,
        "crumbs": [{"title": _("Obligations"), "url": reverse("obligations")}, {"title": _("Coverage")}],
    }
    return render(request, "web/pages/coverage.html", context)


def _card(spec: ObligationSpec, rows: list[Coverage]) -> Card:
    standard = version_on(spec.standard)
    return Card(
        title=capfirst(str(spec.title)),
        asks=_asks(spec.period) % {"n": plain_value(standard)},
        standard=standard,
        standard_url=reverse("standard", args=[spec.standard]),
        lines=[_line(row) for row in rows],
    )


def _asks(period: str) -> str:
    return {
        "day": _("%(n)s a day"),
        "week": _("%(n)s a week"),
        "month": _("%(n)s a month"),
        "quarter": _("%(n)s a quarter"),
        "year": _("%(n)s a year"),
    }[period]


def _line(row: Coverage) -> Line:
    span = (row.key, row.begins_on, row.begins_on)
    states = ("missed", "waived", "cancelled", "due")
    urls = {state: words.rows_url(*span, state=state) for state in states}
    urls["all"] = words.rows_url(*span)
    return Line(row, words.period_words(row.key, row.begins_on, row.ends_on), urls)
