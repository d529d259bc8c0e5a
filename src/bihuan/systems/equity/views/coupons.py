"""Coupons in the shop: redeemed on a phone, without network too; and printed to be handed over."""

import json
import re
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.web.client import address
from bihuan.web.components.figures import moment
from bihuan.web.surveys.limit import Misses
from bihuan.web.views.signed_in import need

from ..act import coupons as act
from ..forms import CouponsForm
from .frame import crumbs
from .public import ticket_of

GUESSED = Misses()
MOST = 100
LARGEST = 64 * 1024
KEY = re.compile(r"[A-Za-z0-9-]{8,36}")


@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def redeem(request: HttpRequest) -> HttpResponse:
    """The shop is the account's unit. A phone's script sends what it had kept; a form does without it."""
    user = need(request, "handle")
    if request.method == "POST" and request.content_type == "application/json":
        return _by_script(request, user)
    answer = None
    if request.method == "POST":
        key = request.POST.get("key", "")
        scan = act.Scan(
            request.POST.get("code", "")[:200], key if KEY.fullmatch(key) else secrets.token_hex(16)
        )
        answer = _told(request, scan, user)
    context = {
        "shop": user.unit,
        "answer": answer,
        "key": secrets.token_hex(16),
        "typed": request.GET.get("code", "")[:40],
        "words": {name: _sentence(name) for name in ("redeemed", "used", "expired", "unknown", "busy")},
        "crumbs": crumbs("equity:coupons", _("Coupons"), _("Redeem")),
    }
    return render(request, "equity/redeem.html", context)


def _by_script(request: HttpRequest, user: User) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        sent = json.loads(request.body)["scans"]
        scans = [_scan(each) for each in sent[:MOST]]
    except (ValueError, TypeError, KeyError):
        return JsonResponse({"error": "not what our page sends"}, status=422)
    return JsonResponse({"answers": [{"key": scan.key, **_told(request, scan, user)} for scan in scans]})


def _scan(raw: Any) -> act.Scan:
    if not KEY.fullmatch(raw["key"]):
        raise ValueError("no key")
    at = parse_datetime(raw["at"]) if raw.get("at") else None
    if at is not None and timezone.is_naive(at):
        raise ValueError("a time without zone")
    return act.Scan(str(raw["text"])[:200], raw["key"], at)


def _told(request: HttpRequest, scan: act.Scan, user: User) -> dict[str, str]:
    if GUESSED.blocked(address(request)):
        return {"outcome": "busy", "title": _sentence("busy"), "more": ""}
    try:
        found = act.redeem(scan=scan, shop=user.unit, user=user)
    except Refused as refusal:
        return {"outcome": "unknown", "title": str(refusal.message), "more": ""}
    if found.outcome == "unknown":
        GUESSED.note(address(request))
    return {"outcome": found.outcome, "title": _sentence(found.outcome), "more": _more(found)}


def _sentence(outcome: str) -> str:
    return {
        "redeemed": _("Redeemed: give the benefit"),
        "used": _("Refused: used before"),
        "expired": _("Refused: no longer valid"),
        "unknown": _("No coupon of your shop has this code"),
        "busy": _("Too many wrong codes: wait ten minutes"),
    }[outcome]


def _more(found: act.Answer) -> str:
    """What it was for; of a refused one when and where the first was."""
    if found.coupon is None:
        return _("Check it sign by sign: ten letters and digits, never 0, 1, I or O.")
    title = found.coupon.offer.said("title", get_language() or "")
    if found.outcome == "used" and found.first_at:
        told = {"offer": title, "at": moment(found.first_at), "shop": found.first_shop}
        return _("%(offer)s · redeemed %(at)s by %(shop)s") % told
    if found.outcome == "expired" and found.valid_to:
        return _("%(offer)s · valid until %(day)s") % {"offer": title, "day": found.valid_to.isoformat()}
    return title


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Codes to print: on this page and nowhere else."""
    user = need(request, "edit")
    form = CouponsForm(request.POST or None, user=user, initial={"unit": user.unit})
    if request.method == "POST" and form.is_valid():
        try:
            rows = act.hand_over(user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            slips = [ticket_of(request, row) for row in rows]
            return render(request, "equity/slips.html", {"slips": slips, "offer": form.cleaned_data["offer"]})
    heading = _("Hand over coupons")
    context = {
        "form": form,
        "heading": heading,
        "crumbs": crumbs("equity:coupons", _("Coupons"), heading),
    }
    return render(request, "equity/hand_over.html", context, status=422 if form.errors else 200)
