"""One cohort: how many stay, how many will, and what those who are left are worth."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import number, percent
from bihuan.web.views.signed_in import need

from ..act.contracts import set_terms
from ..forms import ContractForm, TermsForm
from ..models import Cohort
from ..read.contracts import Contract, contract
from ..read.parts import part_of
from ..read.runs import latest
from ..rules.cohorts import Chanced, Renewed
from ..rules.fitting import Fit
from ..rules.money import to_major
from ..words import APART, said, yuan
from .frame import crumbs

SHOWN = 200
"""Histories of a BG/BB cohort on the page."""


@require_POST
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """What its payments are; from the next run on customer equity counts them."""
    user = need(request, "edit")
    cohort = get_object_or_404(visible(user, Cohort.objects.select_related("unit")), pk=pk)
    form = TermsForm(request.POST)
    if form.is_valid():
        try:
            set_terms(cohort=cohort, user=user, terms=form.terms())
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved. Customer equity counts it from the next model run on."))
            return redirect("equity:cohort", pk)
    return _page(request, pk, form)


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Discount and payment are asked by GET: what it shows changes nothing and can be sent as a link."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, given_terms: TermsForm | None = None) -> HttpResponse:
    user = need(request, "see")
    cohort = get_object_or_404(visible(user, Cohort.objects.select_related("unit")), pk=pk)
    asked = bool(request.GET)
    form = ContractForm(request.GET if asked else None)
    given = form.cleaned_data if asked and form.is_valid() else {}
    payment = given.get("payment")
    discount = given.get("discount")
    found = contract(
        cohort,
        float(discount) if discount is not None else None,
        round(payment * 100) if payment is not None else cohort.payment,
    )
    context: dict[str, Any] = {
        "found": found,
        "cohort": cohort,
        "form": form if cohort.kind == Cohort.Kind.RENEWALS else None,
        "message": said(found.message),
        "terms": _terms(user, cohort, given_terms),
        "standing": _standing(user, cohort),
        "crumbs": crumbs("equity:cohorts", _("Contracts"), cohort.code),
    }
    if found.renewed:
        context |= _renewed(found, found.renewed)
    if found.chanced:
        context |= _chanced(found.chanced)
    wrong = form.errors if asked else given_terms and given_terms.errors
    return render(request, "equity/cohort.html", context, status=422 if wrong else 200)


def _terms(user: User, cohort: Cohort, given: TermsForm | None) -> TermsForm | None:
    if given or not may(user.role, "edit"):
        return given
    payment = None if cohort.payment is None else to_major(cohort.payment)
    flags = {None: "", True: "true", False: "false"}
    return TermsForm(
        initial={
            "counted_on": cohort.counted_on,
            "months": cohort.months,
            "payment": payment,
            "in_orders": flags[cohort.in_orders],
        }
    )


def _standing(user: User, cohort: Cohort) -> dict[str, Any] | None:
    """What the newest run made of it: its part of customer equity, or why it has none."""
    run = latest(user)
    part = part_of(run, cohort.pk) if run else None
    return {"part": part, "why": APART[part.why] if part.why else ""} if part else None


def _renewed(found: Contract, told: Renewed) -> dict[str, Any]:
    seen = len(told.observed)
    worth = found.worth
    return {
        "fit": _fit(told.fit),
        "seen": seen - 1,
        "chart": _chart(told),
        "rows": [
            {
                "period": at,
                "retained": number(found.counts[at][1]) if at < seen else "",
                "observed": percent(told.observed[at]) if at < seen else "",
                "fitted": percent(told.fitted[at]),
                "band": f"{percent(told.low[at])} – {percent(told.high[at])}" if at else "",
                "residual": number(told.residual[at - 1], 3) if 0 < at <= len(told.residual) else "",
            }
            for at in range(len(told.fitted))
        ],
        "start": number(told.start, 3),
        "still": number(told.still, 3),
        "still_interval": f"{number(told.still_low, 3)} – {number(told.still_high, 3)}",
        "worth": yuan(round(worth[0])) if worth else "",
        "worth_interval": f"{yuan(round(worth[1]))} – {yuan(round(worth[2]))}" if worth else "",
        "draws": told.draws,
    }


def _chanced(told: Chanced) -> dict[str, Any]:
    return {
        "fit": _fit(told.fit),
        "histories": [
            {
                "x": row.x,
                "last": row.last,
                "chances": row.chances,
                "customers": number(row.customers),
                "alive": number(row.alive, 3),
                "expected": number(row.expected, 2),
            }
            for row in told.rows[:SHOWN]
        ],
        "more": max(len(told.rows) - SHOWN, 0),
        "customers": number(told.customers),
        "alive": percent(told.alive),
        "total": number(told.total),
        "total_interval": f"{number(told.low)} – {number(told.high)}",
        "ahead": told.ahead,
        "draws": told.draws,
    }


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        "rows": [
            {"name": name, "value": number(each, 4), "error": number(error, 4)}
            for name, each, error in zip(fit.names, fit.values, fit.se, strict=True)
        ],
        "likelihood": number(fit.likelihood, 2),
        "customers": number(fit.customers),
    }


def _chart(told: Renewed) -> dict[str, Any]:
    """Who is left, beside the curve of the model that goes on beyond what was seen."""
    seen, ends = len(told.observed), len(told.fitted)
    observed = [round(100 * each, 2) for each in told.observed] + [None] * (ends - seen)
    fitted = [round(100 * each, 2) for each in told.fitted]
    return {
        "x": [str(at) for at in range(ends)],
        "x_name": pgettext("axis", "renewals"),
        "unit": "%",
        "series": [
            {"name": pgettext("cohort", "still there"), "kind": "bar", "neutral": True, "values": observed},
            {"name": pgettext("cohort", "by the model"), "kind": "line", "values": fitted},
        ],
        "summary": _("After %(n)s renewals %(share)s are still there; after %(ends)s the model has %(then)s.")
        % {
            "n": seen - 1,
            "share": percent(told.observed[-1]),
            "ends": ends - 1,
            "then": percent(told.fitted[-1]),
        },
    }
