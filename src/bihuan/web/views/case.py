"""One case: its story, and its next step."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act import evidence
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Evidence, User
from bihuan.kernel.read import cases as read
from bihuan.web.casework import page
from bihuan.web.casework.actions import perform
from bihuan.web.views.signed_in import me

WITH_FILE = {"resolve", "wait", "call_back"}
CALLS = {"attempt", "call_back"}
VERDICTS = {"verify", "send_back"}


def found(request: HttpRequest, number: str) -> Case:
    """The case, when it lies in the user's units; else 404, so that numbers tell nothing."""
    rows = read.cases(me(request)).select_related(
        "customer__unit", "standard", "cause", "owner__superior", "due_from"
    )
    return get_object_or_404(rows, number=number)


@require_GET
def show(request: HttpRequest, number: str) -> HttpResponse:
    case = found(request, number)
    return render(request, "web/pages/case.html", page.context(case, me(request), request.GET.dict()))


@require_POST
def step(request: HttpRequest, number: str) -> HttpResponse:
    """One action. What the rules refuse comes back beside the action, with what was written."""
    case, user = found(request, number), me(request)
    action, data = request.POST.get("action", ""), request.POST.dict()
    try:
        if action in WITH_FILE:
            data |= {"proof": str(kept.pk)} if (kept := _keep(request, case, user)) else {}
        perform(action, case, user, data)
    except Refused as refusal:
        return _refused(request, number, action, str(refusal.message), data)
    messages.success(
        request,
        _("%(number)s: now at “%(stage)s”.") % {"number": case.number, "stage": case.get_state_display()},
    )
    return redirect("case", number=number)


@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """A note, a file, or both, from the composer."""
    case, user = found(request, number), me(request)
    text = request.POST.get("text", "").strip()
    try:
        kept = _keep(request, case, user)
        if text or kept is None:
            perform("comment", case, user, {"text": text})
    except Refused as refusal:
        return _refused(request, number, "comment", str(refusal.message), {"text": text})
    return redirect("case", number=number)


def _keep(request: HttpRequest, case: Case, user: User) -> Evidence | None:
    """The uploaded file as evidence. It stays on the case even when the step beside it is refused."""
    upload = request.FILES.get("file")
    if upload is None:
        return None
    if upload.size is not None and upload.size > evidence.LARGEST:
        raise Refused(_("The file is larger than %(n)d MB.") % {"n": evidence.LARGEST // 1024 // 1024})
    return evidence.add(case=case, user=user, name=upload.name or "", data=upload.read())


def _refused(
    request: HttpRequest, number: str, action: str, message: str, typed: dict[str, str]
) -> HttpResponse:
    """The page as it is now; `beside` says where on it the reason stands."""
    context = page.context(found(request, number), me(request), {**typed, "do": action})
    beside = _place(action, typed, context)
    lost = typed.get("text", "") if beside == "step" and not context["doing"] else ""
    context |= {"refusal": message, "beside": beside, "typed": typed, "lost": lost}
    return render(request, "web/pages/case.html", context, status=409)


def _place(action: str, typed: dict[str, str], context: dict[str, Any]) -> str:
    """Where the refused step stands on the page as it is now; at the next step when it is gone."""
    calls = {f"task-{one.key}" for one in context["callbacks"] if one.may}
    here = f"task-{typed.get('task', '')}"
    if action == "comment":
        return "note"
    if action in CALLS and here in calls:
        return here
    if action in VERDICTS and context["verification"].may and not context["verified_by_call"]:
        return "verify"
    return "step"
