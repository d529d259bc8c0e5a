"""Pages for customers, without sign-in: an offer from a letter, its end, a campaign behind a code."""

import json
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.kernel.rules.surveys.codes import spelled
from bihuan.kernel.rules.surveys.form import Words
from bihuan.web.client import address
from bihuan.web.surveys.limit import Misses
from bihuan.web.surveys.phone import around
from bihuan.web.surveys.qr import qr
from bihuan.web.surveys.words import both

from ..act import campaigns as act
from ..act.consents import withdraw_all
from ..act.coupons import code as code_of
from ..act.letters import opened, sent_of
from ..models import Campaign, Coupon, OfferSend, Way
from .spoken import everything

BUSY = Misses(most=600)
"""Requests by network within ten minutes: a shop's customers may share one address."""
GIVEN = Misses(most=60)
"""Rewards by network within ten minutes: a machine must not empty a campaign."""
WRONG = Misses()
LARGEST = 4096
STATUS = {"busy": 429, "unknown": 404, "gone": 404, "early": 403, "closed": 410}


def told(request: HttpRequest, state: str, more: str = "") -> HttpResponse:
    """One sentence that says what is, one that says what to do."""
    w = everything()
    context = {**around(request), "w": w, "state": state, "said": w[state], "said_more": w[f"{state}_more"]}
    response = render(request, "equity/told.html", {**context, "more": more}, status=STATUS.get(state, 200))
    response.headers["Cache-Control"] = "no-store"
    if state == "busy":
        response.headers["Retry-After"] = "600"
    return response


def pair(row: Any, name: str) -> SafeString:
    """A text of a record in both languages."""
    return both(Words(getattr(row, f"{name}_zh"), getattr(row, f"{name}_en")))


def base(request: HttpRequest) -> str:
    return settings.ENVIRONMENT.url or request.build_absolute_uri("/").rstrip("/")


def ticket_of(request: HttpRequest, coupon: Coupon | None) -> dict[str, Any] | None:
    """A coupon to show: its code, and the address that a shop's phone opens with it."""
    if coupon is None:
        return None
    code = code_of(coupon)
    url = f"{base(request)}{reverse('equity:redeem')}?code={code}"
    return {
        "code": spelled(code),
        "qr": qr(url),
        "until": coupon.valid_to,
        "redeemed_at": coupon.redeemed_at,
        "shop": coupon.shop,
        "title": pair(coupon.offer, "title"),
        "text": pair(coupon.offer, "text"),
    }


def _found(request: HttpRequest, text: str) -> OfferSend | None:
    found = None if WRONG.blocked(address(request)) else sent_of(text)
    if found is None:
        WRONG.note(address(request))
    return found


@login_not_required
@require_safe
def offer(request: HttpRequest, text: str) -> HttpResponse:
    row = _found(request, text)
    if row is None:
        return told(request, "unknown")
    if request.method == "GET":
        opened(row, timezone.now())
    context = {
        **around(request),
        "w": everything(),
        "title": pair(row.offer, "title"),
        "text": pair(row.offer, "text"),
        "partner": row.offer.partner,
        "coupon": ticket_of(request, getattr(row, "coupon", None)),
        "stop_url": reverse("equity:stop", args=[text]),
    }
    response = render(request, "equity/offer_open.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@csrf_exempt  # mail programs press it by themselves (RFC 8058); the signed link is the permission
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, text: str) -> HttpResponse:
    """Looking changes nothing, because mail scanners look; pressing withdraws at once."""
    row = _found(request, text)
    if row is None:
        return told(request, "unknown")
    if request.method != "POST":
        return render(request, "equity/stop.html", {**around(request), "w": everything()})
    way = "" if request.POST.get("what") == "all" else Way.EMAIL
    count = withdraw_all(customer=row.customer, how=f"link of offer {row.pk}", way=way)
    return told(request, "stopped" if count else "nothing")


@csrf_exempt  # no session stands behind this page; the signed ticket says that we handed it out
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    if BUSY.blocked(address(request)):
        return told(request, "busy")
    BUSY.note(address(request))
    row = Campaign.objects.select_related("reward").filter(code=code).first()
    if row is None:
        return told(request, "gone")
    now = timezone.now()
    if not act.running(row, now):
        early = timezone.localdate(now) < row.opens_on
        return told(request, "early" if early else "closed", row.opens_on.isoformat() if early else "")
    if request.method == "POST":
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return JsonResponse({"state": "wrong"}, status=413)
        if request.content_type == "application/json":
            return _noted(request, row, now)
        return _pressed(request, row, now)
    return _shown(request, row, act.ticket(row, "q" in request.GET))


def _noted(request: HttpRequest, row: Campaign, now: datetime) -> HttpResponse:
    """What the page's script tells: it is open, or was for so long."""
    try:
        sent = json.loads(request.body)
        visit = act.read_ticket(row, str(sent["ticket"]))
        seconds = sent.get("seconds")
        if visit is None or not isinstance(seconds, int | float | None):
            raise ValueError("not what our page sends")
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"state": "wrong"}, status=422)
    act.note(campaign=row, key=visit[0], scanned=visit[1], seconds=seconds, now=now)
    return HttpResponse(status=204)


def _pressed(request: HttpRequest, row: Campaign, now: datetime) -> HttpResponse:
    text = request.POST.get("ticket", "")
    visit = act.read_ticket(row, text)
    if visit is None:
        return _shown(request, row, act.ticket(row, False), "stale")
    answer = request.POST.get("answer", "")
    if row.kind == Campaign.Kind.QUIZ and not answer.isdigit():
        return _shown(request, row, text, "choose")
    if row.reward and GIVEN.blocked(address(request)):
        return told(request, "busy")
    number = int(answer[:2]) if answer.isdigit() else None
    state, coupon = act.press(campaign=row, key=visit[0], scanned=visit[1], answer=number, now=now)
    if coupon:
        GIVEN.note(address(request))
    return _shown(request, row, text, {"gone": "rewards_gone"}.get(state, state), coupon)


def _shown(
    request: HttpRequest, row: Campaign, text: str, state: str = "", coupon: Coupon | None = None
) -> HttpResponse:
    visit = act.read_ticket(row, text) or (secrets.token_hex(16), False)
    options = [
        {"n": n, "words": both(Words(row.options[n]["zh"], row.options[n]["en"]))}
        for n in act.order_of(row, visit[0])
    ]
    w = everything()
    ended = state in ("done", "rewards_gone", "over", "full")
    context = {
        **around(request),
        "w": w,
        "campaign": row,
        "title": pair(row, "title"),
        "text": pair(row, "text"),
        "ask": pair(row, "ask") if row.ask_zh or row.ask_en else "",
        "options": options if row.kind == Campaign.Kind.QUIZ else [],
        "button": w[row.kind],
        "ticket": text,
        "state": state,
        "said": w["done_reward" if coupon else state] if state else "",
        "ended": ended,
        "coupon": ticket_of(request, coupon),
    }
    response = render(request, "equity/campaign_open.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response
