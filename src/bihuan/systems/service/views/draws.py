"""Committed draws: the commitment, the page on which anybody draws again, and the acts of its parties."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers
from bihuan.web.components.figures import NOTHING
from bihuan.web.listing.columns import yes_no
from bihuan.web.views.signed_in import need

from .. import act
from ..forms.draws import BringForm, CallForm, HandOverForm, PromiseForm, ReasonForm
from ..models import Draw, DrawKind, Party
from ..read.draws import check, document, drawn, part_of, record_of, seen_by
from ..read.frames import areas_frame, areas_params, halls_frame, halls_params
from ..read.voice import voice_frame, voice_params
from ..words import COMMITTED, stage_of
from .frame import crumbs, first_fault, told

LIST = "service:draws"
FRAMES = {
    DrawKind.VOICE: (voice_frame, voice_params),
    DrawKind.HALLS: (halls_frame, halls_params),
    DrawKind.AREAS: (areas_frame, areas_params),
}
"""What each kind of draw is committed to."""
SHOWN = 50
"""Rows of a frame on the page; the record has them all."""


def found(user: User, pk: int) -> Draw:
    return get_object_or_404(seen_by(user).prefetch_related("parties__account"), pk=pk)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Call a draw of a quarter's calls, halls or areas: the frame is closed as it is at this moment."""
    user = need(request, "edit")
    form = CallForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            draw = _call(form, user)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Called: the frame is closed. Each party has been told to promise."))
            return redirect("service:draw", draw.pk)
    context = {
        "form": form,
        "heading": _("Call a draw"),
        "back": reverse(LIST),
        "crumbs": crumbs(LIST, _("Committed draws"), _("Call a draw")),
    }
    return render(request, "service/commit.html", context, status=422 if form.errors else 200)


def _call(form: CallForm, user: User) -> Draw:
    kind, unit, year, quarter = (form.cleaned_data[name] for name in ("kind", "unit", "year", "quarter"))
    frame, params = FRAMES[kind]
    return act.call(
        kind=kind,
        year=year,
        quarter=quarter,
        unit=unit,
        user=user,
        frame=frame(unit, year, quarter),
        params=params(unit, year, quarter),
        parties=form.parties,
    )


@require_GET
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """What was promised and what came of it; drawn again at every look, with another seed if one is given."""
    user = need(request, "see")
    row = found(user, pk)
    record = record_of(row)
    seed = request.GET.get("seed", "").strip()
    if row.sealed:
        record = replace(record, seed="")
    elif seed:
        record = replace(record, seed=seed)
    may_edit = may(user.role, "edit") and covers(user, row) and not row.withdrawn_at
    mine = None if row.withdrawn_at or row.opened_at else part_of(row, user)
    parts = drawn(row)
    context = {
        "row": row,
        "record": record,
        "stage": stage_of(row),
        "steps": _steps(row),
        "check": check(record) if row.committed_at else None,
        "tried": seed,
        "parties": row.parties.all(),
        "mine": mine,
        "part_form": _part_form(row, mine),
        "hand_over_form": HandOverForm(user=user, draw=row) if may_edit and not row.opened_at else None,
        "result": [(label.partition("|")[2], units) for label, units in parts.items()]
        if not row.sealed
        else [],
        "count": len({unit for units in parts.values() for unit in units}),
        "frame": [[_plain(value) for value in line.values()] for line in row.frame[:SHOWN]],
        "params": [(name, COMMITTED.get(name, name), _plain(value)) for name, value in row.params.items()],
        "columns": [(key, COMMITTED.get(key, key)) for key in row.frame[0]] if row.frame else [],
        "substitutions": row.substitutions.select_related("signed_by"),
        "reason_form": ReasonForm(auto_id="withdraw-%s") if may_edit and not row.opened_at else None,
        "may_publish": may_edit and row.opened_at and row.sealed,
        "inside": covers(user, row),
        "review": getattr(row, "review", None),
        "plan_url": reverse("service:field-plan", args=[row.pk])
        if row.opened_at and row.kind != DrawKind.VOICE
        else "",
        "crumbs": crumbs(LIST, _("Committed draws"), str(row)),
    }
    return render(request, "service/draw.html", context)


def _part_form(row: Draw, mine: Party | None) -> BringForm | PromiseForm | None:
    """What the reader can do for its party now: first the digest, later the secret."""
    if mine is None or mine.brought_at:
        return None
    return BringForm(auto_id="part-%s") if row.committed_at else PromiseForm(auto_id="part-%s")


def _plain(value: Any) -> str:
    """A value of a frame or of its rules, as a reader sees it."""
    if isinstance(value, bool):
        return yes_no(value)
    return NOTHING if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _steps(row: Draw) -> list[tuple[str, Any]]:
    """Each act with its instant."""
    names = ("called_at", "committed_at", "opened_at", "published_at", "withdrawn_at")
    reached = [(Draw._meta.get_field(name).verbose_name, getattr(row, name)) for name in names]  # type: ignore[union-attr]
    return [(str(words), at) for words, at in reached if at]


@require_GET
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The record for `bihuan service verify-draw`; sealed parts are left out."""
    row = found(need(request, "see"), pk)
    response = JsonResponse(document(row), json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="draw-{row.period}-{row.pk}.json"'
    return response


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One of STEPS; what the rules refuse is told on the draw's page."""
    user = need(request, "see")
    row = found(user, pk)
    run = STEPS.get(request.POST.get("action", ""))
    try:
        if run is None:
            raise Refused(_("There is no such action."))
        messages.success(request, run(row, user, request))
    except Refused as refusal:
        told(request, refusal)
    back = BACK.get(request.POST.get("back", ""))
    return redirect(back) if back == "service:scoring" else redirect(back or "service:draw", pk)


def _promise(row: Draw, user: User, request: HttpRequest) -> str:
    form = PromiseForm(request.POST)
    if not form.is_valid():
        raise first_fault(form)
    act.promise(draw=row, user=user, digest=form.cleaned_data["digest"])
    row.refresh_from_db(fields=["committed_at"])
    if row.committed_at:
        return _("Promised, and with it everybody has: publish the commitment on the notice board.")
    return _("Promised. Keep your secret; the commitment follows when the others have promised too.")


def _bring(row: Draw, user: User, request: HttpRequest) -> str:
    form = BringForm(request.POST)
    if not form.is_valid():
        raise first_fault(form)
    act.bring(draw=row, user=user, nonce=form.cleaned_data["nonce"])
    row.refresh_from_db(fields=["opened_at"])
    if row.opened_at:
        return _("Drawn. The seed stays sealed until the draw is published.")
    return _("Your secret is in and stays sealed. The draw is made when the others have brought theirs.")


def _hand_over(row: Draw, user: User, request: HttpRequest) -> str:
    form = HandOverForm(request.POST, user=user, draw=row)
    if not form.is_valid():
        raise first_fault(form)
    given = form.cleaned_data
    act.hand_over(draw=row, place=given["place"], to=given["to"], user=user, reason=given["reason"])
    return _("Handed over, and the account has been told. What was promised stays.")


def _publish(row: Draw, user: User, request: HttpRequest) -> str:
    act.publish(draw=row, user=user)
    return _("Published: everybody can draw again now.")


def _withdraw(row: Draw, user: User, request: HttpRequest) -> str:
    act.withdraw(draw=row, user=user, reason=request.POST.get("reason", ""))
    return _("Withdrawn. Commit anew when everything is in.")


def _substitute(row: Draw, user: User, request: HttpRequest) -> str:
    done = act.substitute(
        draw=row, user=user, gone=request.POST.get("gone", ""), reason=request.POST.get("reason", "")
    )
    if not done.taken:
        return _("Nobody is left in its place; the draw is one shorter.")
    return _("In its place came %(unit)s, the next ticket.") % {"unit": done.taken}


BACK = {"scoring": "service:scoring", "plan": "service:field-plan"}
STEPS: dict[str, Callable[[Draw, User, HttpRequest], str]] = {
    "promise": _promise,
    "bring": _bring,
    "hand_over": _hand_over,
    "publish": _publish,
    "withdraw": _withdraw,
    "substitute": _substitute,
}
