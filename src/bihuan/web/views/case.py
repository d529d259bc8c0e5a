"""One case: its story, and its next step."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act import evidence
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case
from bihuan.kernel.read import cases as read
from bihuan.web.casework import page
from bihuan.web.casework.actions import perform
from bihuan.web.views.signed_in import me


def found(request: HttpRequest, number: str) -> Case:
    """The case, when it lies in the user's units; else 404, so that numbers tell nothing."""
    rows = read.cases(me(request)).select_related("customer", "standard", "owner__superior", "due_from")
    return get_object_or_404(rows, number=number)


@require_GET
def show(request: HttpRequest, number: str) -> HttpResponse:
    case = found(request, number)
    context = page.context(case, me(request), request.GET.get("do", ""))
    return render(request, "web/pages/case.html", context)


@require_POST
def step(request: HttpRequest, number: str) -> HttpResponse:
    """One action. What the rules refuse comes back beside the action, with what was written."""
    case = found(request, number)
    action = request.POST.get("action", "")
    try:
        perform(action, case, me(request), request.POST)
    except Refused as refusal:
        return _refused(request, number, action, str(refusal.message))
    messages.success(
        request,
        _("%(number)s: now at “%(stage)s”.") % {"number": case.number, "stage": case.get_state_display()},
    )
    return redirect("case", number=number)


@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """A note, a file, or both, from the composer."""
    case, user = found(request, number), me(request)
    upload = request.FILES.get("file")
    text = request.POST.get("text", "").strip()
    try:
        if upload is not None and upload.size is not None and upload.size > evidence.LARGEST:
            raise Refused(_("The file is larger than %(n)d MB.") % {"n": evidence.LARGEST // 1024 // 1024})
        if upload is not None:
            evidence.add(case=case, user=user, name=upload.name or "", data=upload.read())
        if text or upload is None:
            perform("comment", case, user, {"text": text})
    except Refused as refusal:
        return _refused(request, number, "comment", str(refusal.message))
    return redirect("case", number=number)


def _refused(request: HttpRequest, number: str, action: str, message: str) -> HttpResponse:
    context = page.context(found(request, number), me(request), action)
    context |= {"refusal": message, "refused": action, "typed": request.POST}
    return render(request, "web/pages/case.html", context, status=409)
