"""Taking in a complaint, looking first whether it is known; and cases that may be the same matter."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.kernel.act.cases import duplicate, merge
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, User
from bihuan.kernel.rules.lifecycle import UNFIXED
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import ComplaintForm
from ..read.alike import KINDS, Like, first_words, likes

OWN = "own"
GIVE_WAY = {"duplicate": "of", "merge": "into"}


@require_http_methods(["GET", "POST"])
def new_complaint(request: HttpRequest) -> HttpResponse:
    """Saved at once when nothing is like it; else who takes it in says whether it is the same matter."""
    user = need(request, "handle")
    initial = {"unit": user.unit, "complained_at": timezone.localtime()}
    form = ComplaintForm(request.POST or None, user=user, initial=initial)
    found: list[Like] = []
    chosen = request.POST.get("same_as", "")
    if request.method == "POST" and form.is_valid():
        found = _likes(user, form)
        if chosen or not found:
            try:
                return _take(request, user, form, chosen)
            except Refused as refusal:
                form.add_error(None, str(refusal.message))
    back = reverse("service:complaints")
    context = {
        "form": form,
        "likes": found,
        "own": OWN,
        "chosen": chosen,
        "back": back,
        "crumbs": [{"title": _("Complaints"), "url": back}, {"title": _("New complaint")}],
    }
    return render(request, "service/complaint.html", context, status=422 if form.errors else 200)


def _likes(user: User, form: ComplaintForm) -> list[Like]:
    given = form.cleaned_data
    at: datetime = given["complained_at"]
    return likes(user=user, text=given["text"], at=at, customer=given["customer"], place=given["place"])


def _take(request: HttpRequest, user: User, form: ComplaintForm, chosen: str) -> HttpResponse:
    other = None
    if chosen and chosen != OWN:
        other = visible(user, Case.objects.filter(kind__in=KINDS)).filter(number=chosen).first()
        if other is None:
            raise Refused(_("There is no such case among yours."))
    case, fresh = act.take(user=user, same_as=other, **form.cleaned_data)
    if not fresh:
        messages.warning(request, _("This complaint is known already; here is its case."))
    elif other:
        messages.success(
            request,
            _("Saved as %(number)s, a duplicate of %(other)s.")
            % {"number": case.number, "other": other.number},
        )
    return redirect("case", case.number)


@require_http_methods(["GET", "POST"])
def alike(request: HttpRequest, number: str) -> HttpResponse:
    """What the case page loads below the next step, and a page of its own without script; a POST links."""
    user = need(request, "handle" if request.method == "POST" else "see")
    case = get_object_or_404(visible(user, Case.objects.filter(kind__in=KINDS)), number=number)
    refusal = ""
    if request.method == "POST":
        try:
            _link(request, case, user)
            return redirect("case", number)
        except Refused as refused:
            refusal = str(refused.message)
    context = {**_page(case, user), "refusal": refusal}
    htmx: Any = getattr(request, "htmx", None)
    template = "service/alike_card.html" if htmx and not htmx.boosted else "service/alike.html"
    return render(request, template, context, status=409 if refusal else 200)


def _link(request: HttpRequest, case: Case, user: User) -> None:
    other = (
        visible(user, Case.objects.filter(kind__in=KINDS))
        .filter(number=request.POST.get("other", ""))
        .first()
    )
    how = request.POST.get("how", "")
    if other is None or how not in GIVE_WAY:
        raise Http404
    link: Any = duplicate if how == "duplicate" else merge
    link(case=case, user=user, text=request.POST.get("text", ""), **{GIVE_WAY[how]: other})
    messages.success(
        request, _("%(number)s gives way to %(other)s.") % {"number": case.number, "other": other.number}
    )


def _page(case: Case, user: User) -> dict[str, Any]:
    text = first_words(Case.objects.filter(pk=case.pk)).get(case.pk, "")
    found = likes(
        user=user, text=text, at=case.opened_at, customer=case.customer, place=case.place, besides=case
    )
    return {
        "case": case,
        "likes": found,
        "may_link": may(user.role, "handle") and case.state in UNFIXED,
        "crumbs": [
            {"title": _("Cases"), "url": "/cases/"},
            {"title": case.number, "url": reverse("case", args=[case.number])},
            {"title": _("May be the same matter")},
        ],
    }
