"""Asking customers: inviting, letters that came back, and who wants to be asked no more."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.rules.surveys.codes import spelled
from bihuan.web.views.signed_in import need

from .. import act
from ..act.boxes import read_box
from ..act.decline import invitation_of
from ..forms import BouncesForm, DeclineForm, InviteForm
from ..models import Declined
from .asked import sent


def crumbs(title: str, above: str = "") -> list[dict[str, str]]:
    return [
        {"title": _("Net Promoter System"), "url": reverse("loyalty:score")},
        {
            "title": above or _("Invitations"),
            "url": reverse("loyalty:not-asked" if above else "loyalty:invitations"),
        },
        {"title": title},
    ]


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Codes are shown once, here: only their digests are kept."""
    user = need(request, "handle")
    form = InviteForm(sent(request)[0], user=user, initial={"unit": user.unit, "channel": "link"})
    asked = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            asked = act.invite(
                programme=given["programme"],
                unit=given["unit"],
                channel=given["channel"],
                user=user,
                customers=given["customers"],
                count=given["count"] or 0,
                touchpoint=given["touchpoint"],
                segment=given["segment"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
    context = {
        "form": form,
        "asked": asked,
        "codes": [
            (row.customer, spelled(each.code), reverse("survey", args=[each.code]))
            for row, each in zip(asked.invitations, asked.codes, strict=True)
        ]
        if asked and asked.codes
        else [],
        "crumbs": crumbs(_("Invite")),
    }
    return render(request, "loyalty/invite.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def bounces(request: HttpRequest) -> HttpResponse:
    """A mailbox (mbox) or single notifications, saved from the account that letters leave from."""
    need(request, "handle")
    form = BouncesForm(*sent(request))
    taken = None
    if request.method == "POST" and form.is_valid():
        taken = act.take_bounces(raw=_messages(form.cleaned_data["box"]))
    context = {"form": form, "taken": taken, "crumbs": crumbs(_("Letters that came back"))}
    return render(request, "loyalty/bounces.html", context, status=422 if form.errors else 200)


def _messages(upload: Any) -> Iterator[bytes]:
    """Of an mbox each message, else the file as one; the longest part that is read of each."""
    with tempfile.TemporaryDirectory(prefix="bihuan-bounces-") as folder:
        path = Path(folder) / "box"
        with path.open("wb") as out:
            out.writelines(upload.chunks())
        yield from read_box(path)


@require_http_methods(["GET", "POST"])
def not_asked(request: HttpRequest) -> HttpResponse:
    """A customer says that she wants no more questions."""
    user = need(request, "handle")
    form = DeclineForm(sent(request)[0], user=user)
    if request.method == "POST" and form.is_valid():
        customer = form.cleaned_data["number"]
        try:
            act.decline(customers=[customer], how=Declined.How.TOLD, user=user)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved: %(name)s") % {"name": customer.number})
            return redirect("loyalty:not-asked")
    heading = _("Enter a customer")
    context = {
        "form": form,
        "row": None,
        "editable": True,
        "heading": heading,
        "back": reverse("loyalty:not-asked"),
        "crumbs": crumbs(heading, _("Not to be asked")),
    }
    return render(request, "web/lists/record.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a letter: asks once more, because programs open links of letters too."""
    row = invitation_of(token)
    if row is None or row.customer is None:
        raise Http404
    done = request.method == "POST"
    if done:
        act.decline(customers=[row.customer], how=Declined.How.LETTER)
    return render(request, "loyalty/stop.html", {"row": row, "done": done})
