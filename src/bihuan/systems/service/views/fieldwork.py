"""Questionnaires in the field: one hall or session until its batch is closed, and the plan of a quarter."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act import surveys
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Reply, User
from bihuan.kernel.read.surveys import excluded_of, form_of
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers, visible
from bihuan.web.surveys.words import both
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import FindingForm, MoveForm, RefusalForm
from ..forms.draws import ReasonForm
from ..lists.fieldwork import arm_of, state_mark
from ..models import Draw, DrawKind, Fieldwork, SurveyFinding
from ..read.field_control import undecided_in
from ..read.fieldwork import RELATED, Line, lines, plan_of, suggestions, windows_seen
from .frame import crumbs, first_fault, told

LIST = "service:fieldwork"


def found(user: User, pk: int) -> Fieldwork:
    return get_object_or_404(visible(user, Fieldwork.objects.select_related(*RELATED)), pk=pk)


def trail(last: str) -> list[dict[str, Any]]:
    return crumbs(LIST, _("Questionnaires in the field"), last)


@require_GET
def fieldwork(request: HttpRequest, pk: int) -> HttpResponse:
    """One hall or session: when who is asked, what came back, what was found; here its batch is closed."""
    user = need(request, "see")
    work = found(user, pk)
    [line] = lines([work])
    is_open = work.wave.closed_at is None
    may_edit = may(user.role, "edit")
    context = {
        "work": work,
        "line": line,
        "mark": state_mark(line.state, line.counts.short),
        "arm": arm_of(work),
        "excluded": excluded_of(work.wave),
        "windows": windows_seen(work, user, timezone.now()),
        "hidden_windows": not may_edit,
        "refusals": work.refusals.select_related("by"),
        "suggested": suggestions(work.wave, user),
        "labels": {item.code: both(item.words) for item in form_of(work.wave.version).items},
        "findings": findings_of(work),
        "undecided": undecided_in(work.wave) if is_open else 0,
        "is_open": is_open,
        "shut": is_open and work.gone_at is None and bool(work.hall and work.hall.closed_on),
        "sees_draw": covers(user, work.draw),
        "may_edit": may_edit and is_open,
        "replace_form": ReasonForm(auto_id="replace-%s")
        if may_edit and is_open and work.gone_at is None and covers(user, work.draw)
        else None,
        "finding": FindingForm(user=user, unit=work.wave.unit) if may_edit else None,
        "refusal": RefusalForm(auto_id="refusal-%s") if is_open and may(user.role, "handle") else None,
        "move": MoveForm(auto_id="move-%s", initial={"on": work.held_on})
        if is_open and may_edit and work.area_id
        else None,
        "crumbs": trail(str(work)),
    }
    return render(request, "service/fieldwork.html", context)


def findings_of(work: Fieldwork) -> Any:
    return SurveyFinding.objects.filter(reply__wave=work.wave).select_related("reply__sheet", "team", "case")


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One of STEPS; what the rules refuse is told on the page."""
    user = need(request, "handle")
    work = found(user, pk)
    run = STEPS.get(request.POST.get("action", ""))
    try:
        if run is None:
            raise Refused(_("There is no such action."))
        messages.success(request, run(work, user, request))
    except Refused as refusal:
        told(request, refusal)
    return redirect("service:fieldwork-one", pk)


def _refuse(work: Fieldwork, user: User, request: HttpRequest) -> str:
    form = RefusalForm(request.POST)
    if not form.is_valid():
        raise first_fault(form)
    act.note_refusals(work=work, user=user, **form.cleaned_data)
    return _("Noted.")


def _window(work: Fieldwork, user: User, request: HttpRequest) -> str:
    if act.add_window(work=work, user=user) is None:
        return _("No window is left: the hall is marked as a census of those who came.")
    return _("One more window, the next by ticket.")


def _move(work: Fieldwork, user: User, request: HttpRequest) -> str:
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise first_fault(form)
    act.move_session(work=work, user=user, **form.cleaned_data)
    return _("The session is on another day now.")


def _close(work: Fieldwork, user: User, request: HttpRequest) -> str:
    surveys.close_wave(wave=work.wave, user=user)
    n = findings_of(work).exclude(case=None).count()
    return _("Closed. Findings that are cases: %(n)d") % {"n": n}


def _drop(work: Fieldwork, user: User, request: HttpRequest) -> str:
    row = get_object_or_404(findings_of(work), pk=request.POST.get("finding") or 0)
    act.drop_survey_finding(finding=row, user=user)
    return _("Taken out.")


STEPS: dict[str, Callable[[Fieldwork, User, HttpRequest], str]] = {
    "refuse": _refuse,
    "window": _window,
    "move": _move,
    "close": _close,
    "drop": _drop,
}


@require_POST
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Raise a finding from a reply: from its own page, or from the page on which the batch is closed."""
    user = need(request, "edit")
    rows = Reply.objects.select_related("wave__unit", "wave__fieldwork", "sheet")
    reply = get_object_or_404(visible(user, rows), pk=pk)
    form = FindingForm(request.POST, user=user, unit=reply.wave.unit)
    try:
        if not form.is_valid():
            raise first_fault(form)
        made = act.note_finding(
            reply=reply, user=user, code=request.POST.get("code", "")[:32], **form.cleaned_data
        )
    except Refused as refusal:
        told(request, refusal)
    else:
        text = (
            _("Case opened: %(name)s") % {"name": made.case.number} if made.case else _("Noted as a finding.")
        )
        messages.success(request, text)
    work = getattr(reply.wave, "fieldwork", None)
    if work and request.POST.get("back") == "batch":
        return redirect("service:fieldwork-one", work.pk)
    return redirect("reply", reply.wave_id, reply.sheet.number)


@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A quarter's halls or sessions against the rule."""
    user = need(request, "see")
    rows = Draw.objects.select_related("unit").exclude(kind=DrawKind.VOICE).exclude(opened_at=None)
    draw = get_object_or_404(visible(user, rows), pk=pk)
    made = plan_of(draw)
    context = {
        "draw": draw,
        "plan": made,
        "rows": [
            (line, state_mark(line.state, line.counts.short), arm_of(line.work))
            for line in _sorted(made.lines)
        ],
        "sessions": draw.kind == DrawKind.AREAS,
        "index": made.index,
        "crumbs": trail(str(draw)),
        "draw_url": reverse("service:draw", args=[draw.pk]),
    }
    return render(request, "service/field_plan.html", context)


def _sorted(rows: Any) -> list[Line]:
    """What is short first: it is what somebody must do something about."""
    worst = {"short": 0, "census": 1, "met": 2, "gone": 3}
    return sorted(rows, key=lambda line: (worst[line.state], line.work.drawn))
