"""A call-back: script, tries and answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import TaskState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.reach import missing
from bihuan.kernel.rules.remaining import working_days_left
from bihuan.kernel.scope import visible
from bihuan.web.components.due import due
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import CallForm
from ..lists.calls import clock_state
from ..models import Call
from ..words import OF_A_STAGE, SCRIPTS


@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the unit sees it; who may verify and did not do the work makes it."""
    user = need(request, "see")
    related = ("order__unit", "order__customer", "worker__person", "owner", "done_by", "recording", "case")
    row = get_object_or_404(visible(user, Call.objects.select_related(*related)), pk=pk)
    form = CallForm(request.POST or None, request.FILES or None)
    refusal = ""
    if request.method == "POST":
        try:
            if request.POST.get("action") == "ring":
                act.ring(call=row, user=user)
                messages.success(request, _("Noted: nobody answered."))
                return redirect("service:call", pk)
            if form.is_valid():
                _finish(row, user, form)
                messages.success(request, _("Saved: %(name)s") % {"name": row.order.number})
                return redirect("service:calls")
        except Refused as refused:
            refusal = str(refused.message)
    context = {**_page(row), "form": form, "refusal": refusal}
    wrong = refusal or (request.method == "POST" and form.errors)
    return render(request, "service/call.html", context, status=409 if refusal else 422 if wrong else 200)


def _finish(row: Call, user: User, form: CallForm) -> None:
    given = dict(form.cleaned_data)
    upload = given.pop("recording")
    recording = (upload.name or "", upload.read()) if upload else None
    act.finish(call=row, user=user, recording=recording, **given)


def _page(row: Call) -> dict[str, Any]:
    calendar, now = working_calendar(), timezone.now()
    rings = list(row.rings.select_related("by"))
    is_open = row.state == TaskState.OPEN
    left = working_days_left(calendar, now, row.due_at, opened_at=row.ended_at) if is_open else None
    tries, days, parts = missing([one.at for one in rings], calendar.zone)
    return {
        "row": row,
        "is_open": is_open,
        "script": str(SCRIPTS.get(row.stage, OF_A_STAGE)).split("\n"),
        "rings": rings,
        "missing": {"tries": tries, "days": days, "parts": parts} if tries or days or parts else None,
        "due": due(row.due_at, now, row.ended_at, clock_state(row), row.due_provisional, left),
        "answer": dict(CallForm.base_fields["answer"].choices).get(row.answer, ""),  # type: ignore[attr-defined]
        "crumbs": [
            {"title": _("Call-backs after work"), "url": reverse("service:calls")},
            {"title": row.order.number},
        ],
    }
