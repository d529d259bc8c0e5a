"""A programme: its stage, its arms, and whether the pilot worked; asking customers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.rules.measures.nps import reading as reading_of
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers
from bihuan.web.views.signed_in import need

from .. import act
from ..act.programmes import NEXT
from ..forms import ArmForm, ProgrammeForm
from ..models import Arm, Programme, Step
from ..read.pilot import Judgement, judge
from ..rules.pilot import Basis
from ..words import BASES, VERDICTS, p_words
from .asked import programmes_of, sent
from .scores import points, reading_row, span

MOST_ROWS = 400


def crumbs(title: str) -> list[dict[str, str]]:
    return [
        {"title": _("Net Promoter System"), "url": reverse("loyalty:score")},
        {"title": _("Programmes"), "url": reverse("loyalty:programmes")},
        {"title": title},
    ]


def programme_of(user: User, pk: int) -> Programme:
    row: Programme = get_object_or_404(programmes_of(user), pk=pk)
    return row


@require_http_methods(["GET", "POST"])
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may edit adds units to the arms here, before the pilot and, by mistake left out, during it."""
    user = need(request, "see")
    row = programme_of(user, pk)
    editable = may(user.role, "edit") and covers(user, row)
    draw = row.draws.filter(withdrawn_at=None).first()
    form = ArmForm(sent(request)[0], programme=row) if editable and not draw else None
    if request.method == "POST":
        need(request, "edit")
        if form is None:
            raise Http404
        if form.is_valid():
            given = form.cleaned_data
            try:
                act.join(programme=row, unit=given["unit"], arm=given["arm"], user=user)
            except Refused as refusal:
                form.add_error(None, str(refusal.message))
            else:
                messages.success(request, _("Saved: %(name)s") % {"name": given["unit"]})
                return redirect("loyalty:programme", pk)
    found = judge(row)
    following = NEXT.get(Step(row.stage))
    context = {
        "row": row,
        "form": form,
        "editable": editable,
        "draw": draw,
        "may_draw": editable and not draw and row.stage == Step.PREPARED and not found.rows,
        "next": (following, Step(following).label) if following else None,
        "crumbs": crumbs(row.name),
        **_judged(found),
    }
    return render(request, "loyalty/programme.html", context, status=422 if form and form.errors else 200)


def _judged(found: Judgement) -> dict[str, Any]:
    estimate, placebo = found.estimate, found.placebo
    context: dict[str, Any] = {
        "verdict": VERDICTS[found.verdict],
        "verdict_key": found.verdict.value,
        "found": found,
        "members": [
            {
                "unit": each.unit,
                "arm": Arm(each.arm).label,
                "before": reading_row(reading_of(each.before)),
                "after": reading_row(reading_of(each.after)),
            }
            for each in found.rows[:MOST_ROWS]
        ],
        "more": max(0, len(found.rows) - MOST_ROWS),
    }
    if estimate:
        context |= {
            "points": points(estimate.points, 1, signed=True),
            "interval": span(estimate.interval),
            "p": p_words(estimate.p),
            "basis": BASES[estimate.basis],
            "alone": estimate.basis is Basis.ANSWERS,
            "arms": [
                {
                    "name": name,
                    "units": arm.units,
                    "before": reading_row(reading_of(arm.before)),
                    "after": reading_row(reading_of(arm.after)),
                    "change": points(arm.change, 1, signed=True),
                }
                for name, arm in ((_("pilot"), estimate.pilot), (_("comparison"), estimate.comparison))
            ],
        }
    if found.redrawn:
        context |= {"redrawn": p_words(found.redrawn.p), "redraws": found.redrawn.draws}
    if placebo:
        context |= {
            "placebo": points(placebo.points, 1, signed=True),
            "placebo_interval": span(placebo.interval),
            "placebo_p": p_words(placebo.p),
        }
    return context


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    user = need(request, "edit")
    row = programme_of(user, pk) if pk else None
    if row and not covers(user, row):
        raise Http404
    form = ProgrammeForm(
        sent(request)[0], instance=row, user=user, initial={} if row else {"unit": user.unit}
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = act.keep_programme(row=form.save(commit=False), user=user, fields=form.changed_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved: %(name)s") % {"name": kept})
            return redirect("loyalty:programme", kept.pk)
    heading = row.name if row else _("New programme")
    context = {
        "form": form,
        "row": row,
        "editable": True,
        "heading": heading,
        "back": reverse("loyalty:programmes"),
        "crumbs": crumbs(heading),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "edit")
    row = programme_of(user, pk)
    to = request.POST.get("to", "")
    try:
        if to == "pause":
            act.pause(programme=row, user=user)
        elif to == "resume":
            act.resume(programme=row, user=user)
        else:
            act.step(programme=row, user=user, to=to)
    except Refused as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("loyalty:programme", pk)
