"""Contact cards of community supervisors, their tips, and telling them what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import AnswerForm, TipForm
from ..models import Supervisor, Tip
from ..read.supervision import Contact, contacts, serving
from ..system.kinds import POSTS

TITLES = {post.key: post.title for post in POSTS}


@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """One card for each supervisor in service, or for one (`?of=`); eight fit a sheet of A4."""
    user = need(request, "see")
    rows = visible(user, Supervisor.objects.filter(serving(timezone.localdate())))
    one = request.GET.get("of", "")
    if one.isdigit():
        rows = rows.filter(pk=int(one))
    found: dict[int, list[dict[str, Any]]] = {}
    made = []
    for row in rows.select_related("area__unit", "area__reader__person").order_by("area__code", "number"):
        unit = row.area.unit
        if unit.pk not in found:
            found[unit.pk] = [_contact(contact) for contact in contacts(unit)]
        made.append({"row": row, "contacts": found[unit.pk]})
    lacking = any(not contact["phone"] for each in found.values() for contact in each)
    back = reverse("service:supervisors")
    context = {
        "cards": made,
        "lacking": lacking,
        "crumbs": [{"title": _("Community supervisors"), "url": back}, {"title": _("Contact cards")}],
    }
    return render(request, "service/cards.html", context)


def _contact(contact: Contact) -> dict[str, Any]:
    return {"title": TITLES[contact.post], "name": contact.name, "phone": contact.phone}


@require_http_methods(["GET", "POST"])
def new_tip(request: HttpRequest) -> HttpResponse:
    user = need(request, "handle")
    form = TipForm(request.POST or None, user=user, initial={"tipped_at": timezone.localtime()})
    if request.method == "POST" and form.is_valid():
        try:
            tip, fresh = act.take_tip(user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            if not fresh:
                messages.warning(request, _("This tip is known already; here is its case."))
            return redirect("case", tip.case.number)
    back = reverse("service:tips")
    context = {
        "form": form,
        "heading": _("New tip"),
        "editable": True,
        "back": back,
        "crumbs": [{"title": _("Tips of supervisors"), "url": back}, {"title": _("New tip")}],
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


@require_POST
def told(request: HttpRequest, pk: int) -> HttpResponse:
    """From the panel of the tip's case."""
    user = need(request, "handle")
    tip = get_object_or_404(visible(user, Tip.objects.select_related("case__unit")), pk=pk)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Write what the supervisor was told."))
        act.tell_supervisor(tip=tip, user=user, answer=form.cleaned_data["answer"])
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Noted: the supervisor was told."))
    return redirect("case", tip.case.number)
