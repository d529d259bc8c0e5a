"""Old numbers beside new ones, segments, and the test of the model."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.rules.permissions import may
from bihuan.web.components.figures import number
from bihuan.web.outlook.shown import written
from bihuan.web.views.signed_in import need

from ..act.runs import ask
from ..forms import RunForm
from ..models import ModelRun
from ..read import board as reading
from ..read.figures import Figure
from ..read.pairs import pairs_of
from ..read.parts import Made, made_of
from ..read.runs import latest, listed
from ..words import APART, TO_FIT, said
from .frame import crumbs, told


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = need(request, "see")
    found = reading.board(user)
    context = {
        "board": found,
        "pairs": written(pairs_of(found)),
        "made": _made(found.made) if found.made else None,
        "leaving": reading.leaving(user, found.run) if found.run else None,
        "risks": reading.top_risks(user, found.run) if found.run else [],
        "form": RunForm(user=user) if may(user.role, "edit") else None,
        "newest": latest(user, fitted=False),
        "crumbs": [{"title": _("Customer equity")}],
    }
    return render(request, "equity/board.html", context)


def _made(made: Made) -> dict[str, Any]:
    """Parts of customer equity: what counts, and what stands apart with the reason."""
    return {
        "purchases": made.purchases,
        "counting": [part for part in made.parts if not part.why],
        "apart": [{"part": part, "why": APART[part.why]} for part in made.parts if part.why],
        "total": made.total if made.contracts else None,
    }


@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Puts a run into the queue."""
    user = need(request, "edit")
    form = RunForm(request.POST, user=user)
    try:
        if not form.is_valid():
            raise Refused(str(next(iter(form.errors.values()))[0]))
        ask(user=user, unit=form.cleaned_data["unit"], model=form.cleaned_data["model"])
    except Refused as refusal:
        told(request, refusal)
        return redirect("equity:board")
    return redirect("jobs")


BY = ("category", "segment", "unit", "tenth")


def titles_of() -> dict[str, str]:
    return {
        "category": _("last category"),
        "segment": _("segment"),
        "unit": _("unit"),
        "tenth": _("tenth by value"),
    }


@require_GET
def segments(request: HttpRequest) -> HttpResponse:
    user = need(request, "see")
    by = request.GET.get("by", BY[0])
    by = by if by in BY else BY[0]
    current = latest(user)
    context = {
        "run": current,
        "rows": reading.segments(user, current, by) if current else [],
        "by": by,
        "choices": [{"key": key, "title": titles_of()[key], "current": key == by} for key in BY],
        "title": titles_of()[by],
        "crumbs": crumbs("equity:board", _("Customer equity"), _("Segments")),
    }
    return render(request, "equity/segments.html", context)


@require_GET
def holdout(request: HttpRequest) -> HttpResponse:
    user = need(request, "see")
    return _tested(request, latest(user))


def _tested(request: HttpRequest, current: ModelRun | None) -> HttpResponse:
    found = current.holdout if current else {}
    context = {
        "run": current,
        "test": found if "error" in found else None,
        "message": said(found.get("message", "")),
        "chart": _chart(found) if "weeks" in found else None,
        "crumbs": crumbs("equity:runs", _("Model runs"), _("Test on unseen weeks")),
    }
    return render(request, "equity/holdout.html", context)


def _chart(found: dict[str, Any]) -> dict[str, Any]:
    """Cumulative purchases after the first, week by week, and what the model expected of new customers."""
    told = [round(value, 1) for value in found["told"]]
    words = {"weeks": found["holdout_weeks"], "told": number(told[-1]), "made": number(found["made"][-1])}
    return {
        "x": [str(week) for week in found["weeks"]],
        "x_name": pgettext("axis", "week"),
        "unit": pgettext("unit", "purchases"),
        "series": [
            {"name": pgettext("purchases", "made"), "kind": "line", "neutral": True, "values": found["made"]},
            {"name": pgettext("purchases", "expected"), "kind": "line", "values": told},
        ],
        "summary": _(
            "Up to the end the model expected %(told)s purchases after the first, %(made)s were made;"
            " it has not seen the last %(weeks)s weeks."
        )
        % words,
    }


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A run with its estimates, what it rests on and what it left out."""
    user = need(request, "see")
    current = get_object_or_404(
        ModelRun.objects.filter(listed(user)).select_related("unit", "made_by"), pk=pk
    )
    context = {
        "run": current,
        "message": said(current.message),
        "with_contracts": _with_contracts(current),
        "to_do": TO_FIT.get(current.message, ""),
        "counts": {key: current.counts.get(key) for key in ("lines", "occasions", "returned", "costed")},
        "fits": _fits(current),
        "correlation": current.parameters.get("correlation"),
        "test": current.holdout if "error" in current.holdout else None,
        "test_message": said(current.holdout.get("message", "")),
        "problems_url": reverse("equity:problems"),
        "crumbs": crumbs("equity:runs", _("Model runs"), str(current)),
    }
    return render(request, "equity/run.html", context)


def _with_contracts(current: ModelRun) -> Figure | None:
    """The sum of purchases and contracts, where cohorts were added."""
    low, high = (None if end is None else float(end) for end in (current.equity_low, current.equity_high))
    value = None if current.equity is None else float(current.equity)
    made = made_of(current, current.unit, Figure(value=value, low=low, high=high, n=current.customers))
    return made.total if made.contracts else None


def _fits(current: ModelRun) -> list[dict[str, Any]]:
    titles = {"purchases": current.get_model_display(), "value": "Gamma-Gamma"}
    found = []
    for key, title in titles.items():
        fit = current.parameters.get(key)
        if fit:
            rows = [
                {"name": name, "value": number(each, 4), "error": number(fit["errors"].get(name), 4)}
                for name, each in fit["estimates"].items()
            ]
            found.append(
                {
                    "title": title,
                    "rows": rows,
                    "likelihood": number(fit["likelihood"], 2),
                    "converged": fit["converged"],
                    "message": fit["message"],
                    "steps": fit["steps"],
                }
            )
    return found
