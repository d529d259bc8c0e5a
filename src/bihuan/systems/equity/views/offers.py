"""Sending offers: what a sending would do, what one did, and stopping one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Unit
from bihuan.kernel.rules.measures.interval import Estimate
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import percent
from bihuan.web.views.signed_in import need

from ..act import offers as act
from ..forms import SendForm
from ..models import OfferRound, OfferSend
from ..read.offers import LEFT_OUT, ledger, preview
from .frame import crumbs, told


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """By GET what a sending to a unit would do now; by POST it is done."""
    user = need(request, "edit")
    given = request.POST if request.method == "POST" else request.GET
    form = SendForm(given or None, user=user, initial={"unit": user.unit})
    unit: Unit = form.cleaned_data["unit"] if given and form.is_valid() else user.unit
    if request.method == "POST" and form.is_valid():
        try:
            row = act.send(unit=unit, user=user)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The sending is under way."))
            return redirect("equity:round", row.pk)
    found = preview(unit, timezone.now())
    titles = {rule.pk: rule for rule in found.rules}
    context = {
        "unit": unit,
        "form": SendForm(user=user, initial={"unit": unit}),
        "errors": form.non_field_errors() if given else (),
        "found": found,
        "rules": [{"rule": rule, "n": found.by_rule.get(key, 0)} for key, rule in titles.items()],
        "left_out": [{"key": key, "words": LEFT_OUT[key], "n": n} for key, n in found.left_out.items()],
        "way_out": act.way_out(),
        "crumbs": crumbs("equity:offer-preview", _("Who gets what"), _("Send offers")),
    }
    return render(request, "equity/send.html", context, status=422 if form.errors else 200)


def figure(found: Estimate | None) -> dict[str, str] | None:
    """A share with its interval, in words."""
    if found is None:
        return None
    low, high = found.interval
    return {"value": percent(found.value), "interval": f"{percent(low)} – {percent(high)}"}


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "see")
    rows = OfferRound.objects.select_related("unit", "run", "made_by")
    row = get_object_or_404(visible(user, rows), pk=pk)
    found = ledger(row)
    reasons: dict[str, Any] = dict(OfferSend.Reason.choices)
    context = {
        "round": row,
        "found": found,
        "opened": figure(found.opened_share),
        "redeemed": figure(found.redeemed_share),
        "dropped": [{"words": reasons.get(key, key), "n": n} for key, n in found.dropped.items()],
        "left_out": [{"words": LEFT_OUT[key], "n": n} for key, n in row.left_out.items() if key in LEFT_OUT],
        "way_out": act.way_out() if found.waiting else "",
        "may_stop": may(user.role, "edit") and found.waiting > 0,
        "crumbs": crumbs("equity:rounds", _("Sendings"), str(row)),
    }
    return render(request, "equity/round.html", context)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "edit")
    row = get_object_or_404(visible(user, OfferRound.objects.select_related("unit")), pk=pk)
    try:
        count = act.stop(row=row, user=user)
    except Refused as refusal:
        told(request, refusal)
    else:
        messages.success(request, _("Stopped. Letters that stay here: %(n)d.") % {"n": count})
    return redirect("equity:round", row.pk)
