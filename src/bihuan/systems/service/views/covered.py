"""Coverage of the duties of halls: a line for each hall, a column for each period."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from bihuan.kernel.models import ObligationState
from bihuan.kernel.registry import obligation_specs
from bihuan.web.duties.words import MARKS, period_words, state_words
from bihuan.web.views.signed_in import need

from ..read.inspections import DUTIES, SILENT, Covered, coverage
from .frame import crumbs

SETS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "video": (pgettext_lazy("coverage", "Video checks"), ("service.video",)),
    "weekly": (gettext_lazy("Weekly visits"), DUTIES[1:4]),
    "monthly": (gettext_lazy("Monthly visits"), ("service.visit_other",)),
    "quarterly": (gettext_lazy("Scored inspections"), ("service.inspection", "service.centre")),
}
"""Duties of one kind of period stand in one table."""


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = need(request, "see")
    chosen = request.GET.get("duty", "")
    chosen = chosen if chosen in SETS else "video"
    keys = SETS[chosen][1]
    days, rows = coverage(user, keys, timezone.localdate())
    context = {
        "sets": [
            {"key": key, "title": title, "current": key == chosen} for key, (title, _keys) in SETS.items()
        ],
        "periods": [_heading(keys[0], day) for day in days],
        "lines": [_line(row, days) for row in rows],
        "silent": any(found.key == SILENT for row in rows for found in row.rows.values()),
        "asked": sum(row.asked for row in rows),
        "met": sum(row.met for row in rows),
        "legend": [{"tone": tone, "glyph": draw(), "words": state.label} for state, (tone, draw) in _marks()],
        "crumbs": [*crumbs("service:due", _("Checks and visits"), _("Coverage by hall"))],
    }
    return render(request, "service/coverage.html", context)


def _marks() -> Any:
    return [(ObligationState(state), found) for state, found in MARKS.items()]


def _heading(key: str, first: date) -> dict[str, str]:
    kind = obligation_specs()[key][1].period
    last = first + timedelta(days=6) if kind == "week" else first
    whole = period_words(key, first, last)
    short = whole if kind in {"month", "quarter"} else f"{first:%m-%d}"
    return {"short": short, "whole": whole}


def _line(row: Covered, days: list[date]) -> dict[str, Any]:
    cells: list[dict[str, str] | None] = []
    for day in days:
        found = row.rows.get(day)
        if found is None:
            cells.append(None)
            continue
        tone, draw = MARKS[found.state]
        words = state_words(found)
        if found.reason:
            words = f"{words}: {found.get_reason_display()}"
        url = reverse("case", args=[found.case.number]) if found.case else ""
        cells.append({"tone": tone, "glyph": draw(), "words": words, "url": url})
    silent = any(found.key == SILENT for found in row.rows.values())
    return {"row": row, "cells": cells, "silent": silent}
