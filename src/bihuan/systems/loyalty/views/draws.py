"""The draw of a programme's arms: committed to, opened, and done again at every look."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Unit, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers
from bihuan.web.views.signed_in import need

from .. import act
from ..forms import CommitForm, OpenForm
from ..models import ArmDraw
from ..read.draws import candidates, check, document, record_of
from .asked import programmes_of, sent
from .programmes import crumbs, programme_of


def _found(user: User, pk: int) -> ArmDraw:
    rows = ArmDraw.objects.filter(programme__in=programmes_of(user))
    return get_object_or_404(rows.select_related("programme__unit", "committed_by"), pk=pk)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "edit")
    row = programme_of(user, pk)
    if not covers(user, row):
        raise Http404
    offered = candidates(row)
    first = {"units": offered, "pilot": max(1, len(offered) // 2)}
    form = CommitForm(sent(request)[0], programme=row, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            made = act.commit_arms(
                programme=row,
                user=user,
                units=list(form.cleaned_data["units"]),
                pilot=form.cleaned_data["pilot"],
                parties=form.parties,
                digests=form.digests,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Committed. Publish the digest on the notice board."))
            return redirect("loyalty:draw", made.pk)
    context = {
        "form": form,
        "row": row,
        "heading": _("Draw the arms by chance"),
        "crumbs": crumbs(_("Draw the arms by chance")),
    }
    return render(request, "loyalty/commit.html", context, status=422 if form.errors else 200)


@require_GET
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """What was promised and what came of it; with another seed in the address it is drawn with that."""
    user = need(request, "see")
    return render(request, "loyalty/draw.html", _page(_found(user, pk), user, request.GET.get("seed", "")))


def _page(row: ArmDraw, user: User, seed: str = "", form: OpenForm | None = None) -> dict[str, Any]:
    record = record_of(row)
    if seed.strip() and row.opened_at:
        record = replace(record, seed=seed.strip()[:64])
    open_now = not row.opened_at and not row.withdrawn_at
    editable = open_now and may(user.role, "edit") and covers(user, row.programme)
    names = dict(Unit.objects.filter(code__in=[line["id"] for line in row.frame]).values_list("code", "name"))
    arms = {code: _("pilot") for code in row.pilot} | {code: _("comparison") for code in row.comparison}
    return {
        "row": row,
        "check": check(record),
        "tried": seed.strip(),
        "form": (form or OpenForm(draw=row)) if editable else None,
        "promises": list(
            zip(row.parties, row.nonce_digests, row.nonces or [""] * len(row.parties), strict=True)
        ),
        "frame": [
            (line["id"], names.get(line["id"], "—"), line["stratum"], arms.get(line["id"], ""))
            for line in row.frame
        ],
        "crumbs": [
            *crumbs("")[:2],
            {"title": row.programme.name, "url": reverse("loyalty:programme", args=[row.programme_id])},
            {"title": _("Draw of the arms")},
        ],
    }


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "edit")
    row = _found(user, pk)
    opening = request.POST.get("action") == "open"
    form = OpenForm(request.POST if opening else None, draw=row)
    try:
        if not opening:
            act.withdraw_arms(draw=row, user=user, reason=request.POST.get("reason", ""))
            messages.success(request, _("Withdrawn. Commit anew when everything is in."))
        elif form.is_valid():
            act.open_arms(draw=row, user=user, nonces=form.nonces)
            messages.success(request, _("Drawn: the units have joined their arms."))
    except Refused as refusal:
        if opening:
            form.add_error(None, str(refusal.message))
        else:
            messages.warning(request, str(refusal.message))
    if form.errors:
        return render(request, "loyalty/draw.html", _page(row, user, form=form), status=422)
    return redirect("loyalty:draw", pk)


@require_GET
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """For `bihuan loyalty verify-draw`, on any machine."""
    row = _found(need(request, "see"), pk)
    response = JsonResponse(document(row), json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="arms-{row.pk}.json"'
    return response
