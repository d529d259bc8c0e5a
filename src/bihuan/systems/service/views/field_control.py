"""Signs of invented questionnaires by interviewer and wave, and what a person decides on each sheet."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Reply, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import NOTHING, number
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import CheckForm
from ..models import Draw, DrawKind
from ..read.field_control import Control, Group, control_of, limits_on
from ..words import SIGNS
from .fieldwork import trail
from .frame import first_fault, told


@require_http_methods(["GET", "POST"])
def control(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "see")
    rows = Draw.objects.select_related("unit").exclude(kind=DrawKind.VOICE).exclude(opened_at=None)
    draw = get_object_or_404(visible(user, rows), pk=pk)
    found = control_of(draw)
    if request.method == "POST":
        try:
            messages.success(request, _checked(request, found, need(request, "edit")))
        except Refused as refusal:
            told(request, refusal)
        return redirect("service:field-control", pk)
    context = {
        "draw": draw,
        "control": found,
        "left": len(found.undecided),
        "groups": [_shown(group, found, user) for group in found.groups],
        "limits": limits_on(draw.opened_at or draw.called_at),
        "crumbs": trail(_("Field control")),
    }
    return render(request, "service/field_control.html", context)


def _checked(request: HttpRequest, found: Control, user: User) -> str:
    rows = Reply.objects.select_related("wave__unit", "sheet")
    key = request.POST.get("reply", "")
    reply = get_object_or_404(visible(user, rows), pk=int(key) if key.isdigit() else 0)
    signs = [sign.rule for sign in found.by_reply.get(reply.pk, ())]
    form = CheckForm(request.POST)
    if not form.is_valid():
        raise first_fault(form)
    given = form.cleaned_data
    before = found.checks.get(reply.pk)
    if given["result"] and given["result"] != (before.result if before else ""):
        act.back_check(reply=reply, user=user, result=given["result"], signs=signs)
    elif not given["verdict"]:
        raise Refused(_("Choose what the back-check brought, or what is decided."))
    if given["verdict"]:
        act.decide(reply=reply, user=user, verdict=given["verdict"], reason=given["reason"], signs=signs)
    return _("Saved: %(name)s") % {"name": _("Sheet %(n)d") % {"n": reply.sheet.number}}


def _shown(group: Group, found: Control, user: User) -> dict[str, Any]:
    """A group for the page: its signs with what was seen, and its flagged sheets with their forms."""
    mine = {each.reply for each in group.sheets}
    signs = [
        {
            "words": SIGNS[sign.rule],
            "sheets": sum(int(key) in mine for key in sign.sheets),
            "seen": _figure(sign.rule, sign.seen),
            "limit": _figure(sign.rule, sign.limit),
            "usual": NOTHING if sign.usual is None else _figure(sign.rule, sign.usual),
        }
        for sign in _merged(group, found, mine)
    ]
    return {
        "group": group,
        "signs": signs,
        "likeness": found.likeness.get(group.interviewer.pk),
        "sheets": [_sheet(each, found, user) for each in _flagged(group)],
    }


def _figure(rule: str, value: float) -> str:
    """Seconds and sheets whole, shares with two places, p with three."""
    return number(value, {"too_fast": 0, "closed": 0, "identical": 0, "alike": 3}.get(rule, 2))


def _merged(group: Group, found: Control, mine: set[int]) -> list[Any]:
    """Each rule once for signs that name single sheets: the furthest from its limit stands for them."""
    best: dict[str, Any] = {}
    for sign in found.signs.get(group.interviewer.pk, ()):
        if mine & {int(key) for key in sign.sheets}:
            known = best.get(sign.rule)
            sheets = (*known.sheets, *sign.sheets) if known else sign.sheets
            far = (
                sign
                if known is None or abs(sign.seen - sign.limit) > abs(known.seen - known.limit)
                else known
            )
            best[sign.rule] = type(sign)(far.rule, far.interviewer, sheets, far.seen, far.limit, far.usual)
    return list(best.values())


def _flagged(group: Group) -> list[Any]:
    wanted = set(group.flagged)
    return [each for each in group.sheets if each.reply in wanted]


def _sheet(each: Any, found: Control, user: User) -> dict[str, Any]:
    check = found.checks.get(each.reply)
    initial = {"result": check.result, "verdict": check.verdict, "reason": check.reason} if check else None
    return {
        "sheet": each,
        "seconds": round((each.ended_at - each.begun_at).total_seconds()),
        "signs": [SIGNS[rule] for rule in dict.fromkeys(sign.rule for sign in found.by_reply[each.reply])],
        "check": check,
        "form": CheckForm(key=each.reply, initial=initial) if may(user.role, "edit") else None,
    }
