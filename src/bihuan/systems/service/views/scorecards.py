"""Scorecards: a version with its items, the draft that is worked on, the day from which it holds."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.rules.permissions import may
from bihuan.web.views.signed_in import need

from .. import act
from ..forms.draws import CardForm, InForceForm, SubjectForm, item_forms
from ..models import Scorecard
from .frame import crumbs, first_fault, told

LIST = "service:scorecards"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A draft of the next version, begun from the newest."""
    user = need(request, "standards")
    form = SubjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            card = act.draft_card(subject=form.cleaned_data["subject"], user=user)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("service:scorecard", card.pk)
    context = {
        "form": form,
        "heading": _("Draft a version"),
        "editable": True,
        "back": reverse(LIST),
        "crumbs": crumbs(LIST, _("Scorecards"), _("Draft a version")),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """A version in force is read; a draft is edited by who may set standards."""
    user = need(request, "see")
    row = get_object_or_404(Scorecard, pk=pk)
    editable = row.draft and may(user.role, "standards")
    form = CardForm(request.POST or None, initial={"title": row.title})
    items = item_forms(row, request.POST or None)
    if request.method == "POST":
        need(request, "standards")
        if form.is_valid() and items.is_valid():
            try:
                act.keep_card(card=row, user=user, title=form.cleaned_data["title"], rows=_rows(items))
            except Refused as refusal:
                told(request, refusal)
            else:
                messages.success(request, _("Saved: %(name)s") % {"name": row})
            return redirect("service:scorecard", pk)
    wrong = request.method == "POST"
    context = {
        "row": row,
        "items": row.items.all(),
        "points": sum(item.points for item in row.items.all()),
        "editable": editable,
        "form": form,
        "formset": items,
        "force_form": InForceForm() if editable else None,
        "crumbs": crumbs(LIST, _("Scorecards"), str(row)),
    }
    return render(request, "service/scorecard.html", context, status=422 if wrong else 200)


def _rows(items: Any) -> list[dict[str, Any]]:
    """Items in the order that was given, without those that were taken out or left empty."""
    kept = [form.cleaned_data for form in items.forms if form.cleaned_data.get("text")]
    kept = [row for row in kept if not row.get("DELETE")]
    return sorted(kept, key=lambda row: row.get("ORDER") or len(items.forms) + 1)


@require_POST
def in_force(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "standards")
    row = get_object_or_404(Scorecard, pk=pk)
    form = InForceForm(request.POST)
    try:
        if not form.is_valid():
            raise first_fault(form)
        act.put_in_force(card=row, user=user, on=form.cleaned_data["on"])
    except Refused as refusal:
        told(request, refusal)
    else:
        messages.success(request, _("In force from %(day)s.") % {"day": form.cleaned_data["on"]})
    return redirect("service:scorecard", pk)
