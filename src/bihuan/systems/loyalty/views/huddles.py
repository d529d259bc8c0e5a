"""A huddle: the agenda that wrote itself, who is there, what is decided."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Unit, User
from bihuan.kernel.rules.measures.nps import reading as reading_of
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers, visible
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import DecisionForm, HuddleForm, PresentForm
from ..models import Huddle, Programme
from ..read.huddles import agenda
from ..read.programmes import RUNNING, loop_units
from ..words import group_words
from .asked import sent
from .scores import reading_row


def crumbs(title: str) -> list[dict[str, str]]:
    return [
        {"title": _("Net Promoter System"), "url": reverse("loyalty:score")},
        {"title": _("Huddles"), "url": reverse("loyalty:huddles")},
        {"title": title},
    ]


def _units(user: User) -> dict[Unit, Programme]:
    """Where the loop runs within the account's units."""
    today = timezone.localdate()
    found = {}
    for programme in Programme.objects.filter(stage__in=RUNNING).select_related("unit"):
        for unit in loop_units(programme, today):
            if covers(user, unit):
                found[unit] = programme
    return found


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user = need(request, "handle")
    units = _units(user)
    now = timezone.localtime().replace(second=0, microsecond=0)
    form = HuddleForm(sent(request)[0], units=list(units), initial={"held_at": now, "unit": user.unit})
    if request.method == "POST" and form.is_valid():
        unit = form.cleaned_data["unit"]
        try:
            row = act.begin(programme=units[unit], unit=unit, user=user, at=form.cleaned_data["held_at"])
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("loyalty:huddle", row.pk)
    context = {
        "form": form,
        "row": None,
        "editable": bool(units),
        "heading": _("Begin a huddle"),
        "back": reverse("loyalty:huddles"),
        "crumbs": crumbs(_("Begin a huddle")),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


def _row(user: User, pk: int) -> Huddle:
    rows = visible(user, Huddle.objects.select_related("unit", "programme__unit", "led_by", "closed_by"))
    return get_object_or_404(rows, pk=pk)


@require_GET
def huddle(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "see")
    row = _row(user, pk)
    return render(request, "loyalty/huddle.html", _page(row, user))


def _page(row: Huddle, user: User, **forms: Any) -> dict[str, Any]:
    found = agenda(row)
    open_now = row.closed_at is None and may(user.role, "handle")
    return {
        "row": row,
        "agenda": found,
        "now": reading_row(reading_of(found.answers)),
        "voices": [(each, group_words(each.answer)) for each in found.voices],
        "people": list(row.attendances.select_related("user").order_by("user__name")),
        "decided": list(row.decisions.select_related("owner", "improvement")),
        "present": (forms.get("present") or PresentForm(unit=row.unit)) if open_now else None,
        "decision": (forms.get("decision") or DecisionForm(programme=row.programme)) if open_now else None,
        "crumbs": crumbs(str(row.unit)),
    }


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "handle")
    row = _row(user, pk)
    action = request.POST.get("action", "")
    present = PresentForm(request.POST if action == "attend" else None, unit=row.unit)
    decision = DecisionForm(request.POST if action == "decide" else None, programme=row.programme)
    form = {"attend": present, "decide": decision}.get(action)
    try:
        if action == "close":
            act.close(huddle=row, user=user)
            messages.success(request, _("Minutes closed"))
        elif form is not None and form.is_valid():
            _carry_out(row, user, action, form.cleaned_data)
    except Refused as refusal:
        if form is None:
            messages.warning(request, str(refusal.message))
        else:
            form.add_error(None, str(refusal.message))
    if form is not None and form.errors:
        return render(
            request, "loyalty/huddle.html", _page(row, user, present=present, decision=decision), status=422
        )
    return redirect("loyalty:huddle", pk)


def _carry_out(row: Huddle, user: User, action: str, given: dict[str, Any]) -> None:
    if action == "attend":
        act.attend(huddle=row, user=user, who=given["who"])
    elif given["cause"]:
        act.hand_on(huddle=row, user=user, **given)
    else:
        del given["cause"]
        act.decide(huddle=row, user=user, **given)
