"""The evaluation of one unit or hall in a quarter, and the scheme behind it."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.rules.measures.index import rounded
from bihuan.kernel.rules.measures.standing import LEAST
from bihuan.kernel.rules.permissions import may
from bihuan.web.components.figures import number
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import SchemeForm
from ..models import Scheme, Stage
from ..read.evaluation import Evaluation, Line, evaluate, limit, scheme_on, weights_of
from ..read.indicators import feed_titles
from ..rules.evaluation import Composite, Lack
from ..system.items import IMPORTED
from .asked import Asked, quarter_choices, read_asked, unit_choices, words


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = need(request, "see")
    asked = read_asked(request, user)
    found = evaluate(asked.hall or asked.unit, asked.quarter)
    before = evaluate(asked.hall or asked.unit, asked.quarter.previous)
    context = {
        "asked": asked,
        "subject": asked.hall or asked.unit,
        "found": found,
        "rows": [_row(line, found, asked) for line in found.lines] if found else [],
        "index": _index(found.index) if found else None,
        "missing": _missing(found) if found else [],
        "limit": limit(asked.quarter),
        "earlier": _index(before.index) if before else None,
        "quarter_words": words(asked.quarter),
        "before_words": words(asked.quarter.previous),
        "quarters": quarter_choices(asked.quarter),
        "units": unit_choices(user, asked.unit),
        "ranking_url": f"{reverse('service:ranking')}{asked.query()}",
        "crumbs": crumbs(_("Evaluation")),
    }
    return render(request, "service/evaluation.html", context)


def crumbs(*titles: str) -> list[dict[str, str]]:
    home = {"title": _("Service"), "url": reverse("service:calls")}
    middle = [{"title": title, "url": reverse("service:evaluation")} for title in titles[:-1]]
    return [home, *middle, {"title": titles[-1]}]


def _index(index: Composite) -> dict[str, Any]:
    interval = index.interval
    return {
        "value": None if index.value is None else f"{rounded(index.value)}",
        "interval": f"{number(interval.low, 1)}–{number(interval.high, 1)}" if interval else "",
        "n": index.n,
        "lacking": index.lacking,
        "complete": index.complete,
    }


def _row(line: Line, found: Evaluation, asked: Asked) -> dict[str, Any]:
    each, lack = line.indicator, line.part.lack
    interval = each.interval if each else None
    shown = each is not None and lack is None
    return {
        "item": line.item,
        "weight": line.weight,
        "used": found.index.shares.get(line.item.key),
        "feed": feed_titles().get(line.feed, ""),
        "value": f"{rounded(each.value)}" if each and shown else "",
        "interval": interval if shown else None,
        "n": each.n if each else None,
        "counts": each.counts if each else None,
        "why": why(lack),
        "url": _rows_url(line, asked),
    }


def why(lack: Lack | None) -> str:
    """Why an item has no figure, in words."""
    if lack is None:
        return ""
    return {
        Lack.METHOD: _("no method defined"),
        Lack.DATA: _("no figure in this quarter"),
        Lack.FEW: _("fewer than %(n)d observations") % {"n": LEAST},
    }[lack]


def _missing(found: Evaluation) -> list[dict[str, Any]]:
    names = {line.item.key: line.item for line in found.lines}
    weights = {line.item.key: line.weight for line in found.lines}
    return [
        {"item": names[key], "why": why(lack), "weight": weights[key]}
        for key, lack in found.index.missing.items()
    ]


def _rows_url(line: Line, asked: Asked) -> str:
    """The table with the rows behind the figure, where it is a table of this house."""
    quarter = asked.quarter
    days = {"from": quarter.first.isoformat(), "to": quarter.last.isoformat()}
    unit = asked.unit.path
    if line.feed == IMPORTED:
        told = {"item": line.item.pk, "quarter": str(quarter), "unit": unit}
        return f"{reverse('service:readings')}?{urlencode(told)}"
    if line.feed in ("stage_calls", "fault_calls"):
        stage = {"stage": Stage.FAULT_1.value} if line.feed == "fault_calls" else {}
        told = {"view": "all", "unit": unit, "ended_from": days["from"], "ended_to": days["to"], **stage}
        return f"{reverse('service:calls')}?{urlencode(told)}"
    if line.feed == "complaint_calls":
        told = {"unit": unit, "opened_from": days["from"], "opened_to": days["to"]}
        return f"{reverse('service:complaints')}?{urlencode(told)}"
    return ""


@require_http_methods(["GET", "POST"])
def scheme(request: HttpRequest) -> HttpResponse:
    """Weights and feeds with their history; who may set standards dates a new version here."""
    user = need(request, "see")
    current = scheme_on(timezone.localdate())
    weights = weights_of(current) if current else []
    form = SchemeForm(request.POST or None, weights=weights)
    if request.method == "POST":
        need(request, "standards")
        if form.is_valid():
            given = form.cleaned_data
            try:
                row = act.revise_scheme(
                    user=user, shares=form.shares(), valid_from=given["valid_from"], note=given["note"]
                )
            except Refused as refusal:
                form.add_error(None, str(refusal.message))
            else:
                messages.success(request, _("Saved: %(name)s") % {"name": row})
                return redirect("service:scheme")
    context = {
        "current": current,
        "weights": [(row, feed_titles().get(row.feed, "")) for row in weights],
        "total": sum((row.weight for row in weights), Decimal(0)),
        "history": Scheme.objects.select_related("changed_by"),
        "form": form if may(user.role, "standards") else None,
        "crumbs": crumbs(_("Evaluation"), _("Weights and methods")),
    }
    return render(request, "service/scheme.html", context, status=422 if form.errors else 200)
