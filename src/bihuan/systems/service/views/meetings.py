"""Review meetings: the minutes as a paper, what was found, and the report."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from .. import act
from ..forms.voice import FindingForm, MeetingForm
from ..models import Review, ReviewFinding, ReviewMeeting
from .frame import crumbs, first_fault, told
from .voice import reviews_of

LIST = "service:meetings"


def found(user: User, pk: int) -> ReviewMeeting:
    rows = ReviewMeeting.objects.select_related("unit", "review__draw", "reported_to")
    return get_object_or_404(visible(user, rows), pk=pk)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A new meeting, or one that is not reported yet."""
    user = need(request, "edit")
    row = found(user, pk) if pk else None
    chosen = _review(request, user, row)
    initial = {} if row else {"unit": user.unit, "held_on": timezone.localdate(), "review": chosen}
    form = MeetingForm(request.POST or None, instance=row, user=user, review=chosen, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            kept = act.keep_meeting(
                row=form.save(commit=False),
                user=user,
                heard=list(form.cleaned_data["heard"]),
                fields=form.changed_data,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("service:meeting", kept.pk)
    heading = _("Minutes of %(day)s") % {"day": row} if row else _("New meeting")
    context = {
        "form": form,
        "heading": heading,
        "editable": True,
        "back": reverse("service:meeting", args=[pk]) if pk else reverse(LIST),
        "crumbs": crumbs(LIST, _("Review meetings"), heading),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


def _review(request: HttpRequest, user: User, row: ReviewMeeting | None) -> Review | None:
    """The quarter whose calls may be ticked: the one that is sent, else the meeting's, else the newest."""
    wanted = request.POST.get("review") or request.GET.get("review", "")
    rows = reviews_of(user)
    if wanted.isdigit():
        sent: Review | None = rows.filter(pk=int(wanted)).first()
        return sent
    newest: Review | None = row.review if row else rows.first()
    return newest


@require_GET
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "see")
    row = found(user, pk)
    is_open = may(user.role, "edit") and row.reported_at is None
    context = {
        "row": row,
        "heard": row.heard.select_related("agent__person").order_by("agent__person__number", "started_at"),
        "findings": row.findings.select_related("team", "recording__agent__person", "case"),
        "attendees": [name for name in row.attendees.splitlines() if name.strip()],
        "is_open": is_open,
        "form": FindingForm(user=user, meeting=row) if is_open else None,
        "crumbs": crumbs(LIST, _("Review meetings"), str(row)),
    }
    return render(request, "service/meeting.html", context)


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "edit")
    row = found(user, pk)
    run = STEPS.get(request.POST.get("action", ""))
    try:
        if run is None:
            raise Refused(_("There is no such action."))
        messages.success(request, run(row, user, request.POST))
    except Refused as refusal:
        told(request, refusal)
    return redirect("service:meeting", pk)


def _find(row: ReviewMeeting, user: User, data: Any) -> str:
    form = FindingForm(data, user=user, meeting=row)
    if not form.is_valid():
        raise first_fault(form)
    act.add_finding(meeting=row, user=user, **form.cleaned_data)
    return _("Noted; it becomes a case with the report.")


def _drop(row: ReviewMeeting, user: User, data: Any) -> str:
    key = data.get("finding", "")
    finding = get_object_or_404(ReviewFinding, meeting=row, pk=int(key) if key.isdigit() else 0)
    act.drop_finding(finding=finding, user=user)
    return _("Taken back.")


def _report(row: ReviewMeeting, user: User, data: Any) -> str:
    done = act.report_meeting(meeting=row, user=user)
    if done.reported_to is None:
        return _("Closed, and the cases are opened. Nobody holds the post that should hear of it.")
    return _("Reported to %(name)s, and the cases are opened.") % {"name": done.reported_to}


STEPS: dict[str, Callable[[ReviewMeeting, User, Any], str]] = {
    "find": _find,
    "drop": _drop,
    "report": _report,
}
