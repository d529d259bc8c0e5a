"""The public page `/s/<code>/`: no sign-in, no cookie; the code is the permission, and it works once."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.kernel.act.surveys import NotOpen, Taken, note_opening, take
from bihuan.kernel.act.surveys.take import Coming, Offer, Outcome, take_each
from bihuan.kernel.read.surveys import Found, find
from bihuan.kernel.read.surveys.sheets import find_all
from bihuan.kernel.rules.surveys import codes
from bihuan.kernel.rules.surveys.answers import BadAnswer
from bihuan.kernel.rules.surveys.form import Form
from bihuan.kernel.together import Together
from bihuan.web.client import address
from bihuan.web.surveys.limit import MISSED
from bihuan.web.surveys.shown import given_of, markup
from bihuan.web.surveys.words import both, everything, said

SALT = "bihuan.survey.opened"
OPENED_FOR = timedelta(days=120)
LARGEST = 64 * 1024
STATUS = {
    "used": 409,
    "expired": 410,
    "closed": 410,
    "withdrawn": 410,
    "early": 403,
    "unknown": 404,
    "busy": 429,
}
NOT_OURS = (ValueError, TypeError, KeyError)
"""What reading raises when our page has not sent it."""
KEY = re.compile(r"[A-Za-z0-9-]{8,36}")
CODE, KEY_MARK, OPENED = "0CODE0", "0KEY0", "0OPENED0"
"""Where the page of one phone differs from that of another; no code has a 0 in it."""
REMEMBERED = 200
_PAGES: dict[tuple[str, str, str, str], str] = {}
WORKER = Path(__file__).parent.parent / "static" / "bihuan" / "survey-worker.js"


@login_not_required
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """Typing a code by hand."""
    code = codes.read(request.GET.get("code", ""))
    if code:
        return redirect("survey", code)
    state = "unknown" if request.GET.get("code") else "enter"
    return told(request, state)


@csrf_exempt  # no session stands behind this page: who has the code may answer, from anywhere
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, code: str) -> HttpResponse:
    clean = codes.read(code)
    if request.method == "POST" and request.content_type == "application/json":
        return _by_script(request, clean)
    if MISSED.blocked(address(request)):
        return told(request, "busy")
    if clean and clean != code and request.method != "POST":
        return HttpResponseRedirect(request.path.replace(code, clean))
    found = find(clean)
    if found is None:
        MISSED.note(address(request))
        return told(request, "unknown")
    return received(request, found) if request.method == "POST" else page(request, found, clean)


def _by_script(request: HttpRequest, code: str) -> HttpResponse:
    """Where no `Door` stands before the house."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return JsonResponse({"state": "wrong"}, status=413)
    state, status = by_script(address(request), code, request.body)
    response = JsonResponse(state, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def page(request: HttpRequest, found: Found, code: str) -> HttpResponse:
    now = timezone.now()
    standing = found.standing(now)
    if standing != "open":
        return told(request, standing)
    if request.method == "GET":
        note_opening(found=found, at=now)
    around_it = around(request)
    page = _written(found, around_it["page_language"], around_it["page_theme"])
    own = {
        CODE: code,
        KEY_MARK: secrets.token_hex(16),
        OPENED: signing.TimestampSigner(salt=SALT).sign(str(found.pk)),
    }
    for mark, value in own.items():
        page = page.replace(mark, value)
    response = HttpResponse(page)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _written(found: Found, language: str, theme: str) -> str:
    """The page of a version about one subject, written once; what is each phone's own are marks in it."""
    key = (found.digest, found.about, language, theme)
    if key not in _PAGES:
        if len(_PAGES) >= REMEMBERED:
            _PAGES.clear()
        _PAGES[key] = render_to_string("web/surveys/phone.html", _context(found, language, theme))
    return _PAGES[key]


def _context(found: Found, language: str, theme: str) -> dict[str, Any]:
    form = found.form
    return {
        "w": everything(),
        "page_language": language,
        "page_theme": theme,
        "code": CODE,
        "key": KEY_MARK,
        "opened": OPENED,
        "title": both(form.title),
        "about": found.about,
        "intro": both(form.intro),
        "privacy": both(form.privacy if form.privacy.said("zh") else said(_privacy(form))),
        "thanks": both(form.thanks if form.thanks.said("zh") else said("thanks")),
        "questions": markup(form),
        "count": len(form.items),
        "panels": [(state, both(said(state)), both(said(f"{state}_more"))) for state in ENDS],
    }


def _privacy(form: Form) -> str:
    return "privacy_personal" if any(item.personal for item in form.items) else "privacy"


ENDS = ("late", "used", "expired", "closed", "withdrawn", "early", "unknown")
"""States in which sending can end; `sent` and `waiting` have panels of their own."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply as our page's script sends it."""

    client: str | None
    code: str
    body: bytes


Answer = tuple[dict[str, str], int]


def by_script(client: str | None, code: str, body: bytes) -> Answer:
    """What a phone is told, and the status. `client`: the sender's address."""
    if MISSED.blocked(client):
        return {"state": "busy"}, STATUS["busy"]
    if len(body) > LARGEST:
        return {"state": "wrong"}, 413
    try:
        return SENT.write(Sent(client, code, body))
    except NOT_OURS:
        MISSED.note(client)
        return {"state": "wrong"}, 422


def taken_in(batch: Sequence[Sent]) -> list[Answer]:
    """In the caller's transaction: replies of one moment are found, judged and written together."""
    now = timezone.now()
    found = find_all([sent.code for sent in batch])
    read = [_offer(sent, sheet, now) for sent, sheet in zip(batch, found, strict=True)]
    outcomes = iter(take_each([offer for offer in read if isinstance(offer, Offer)]))
    return [
        _answer(sent.client, next(outcomes)) if isinstance(one, Offer) else one
        for sent, one in zip(batch, read, strict=True)
    ]


def _offer(sent: Sent, sheet: Found | None, now: datetime) -> Offer | Answer:
    if sheet is None:
        MISSED.note(sent.client)
        return {"state": "unknown"}, STATUS["unknown"]
    try:
        return Offer(sheet, _from_script(sent.body, sheet), now)
    except NOT_OURS:
        MISSED.note(sent.client)
        return {"state": "wrong"}, 422


def _answer(client: str | None, outcome: Outcome) -> Answer:
    if isinstance(outcome, Taken):
        return {"state": thanks_of(outcome)}, 201 if outcome.fresh else 200
    if isinstance(outcome, NotOpen):
        return {"state": outcome.standing}, STATUS[outcome.standing]
    MISSED.note(client)
    return {"state": "wrong", "code": outcome.code}, 422


SENT = Together(taken_in)


def received(request: HttpRequest, found: Found) -> HttpResponse:
    """Without script: the same, only that nothing is kept on the way and the time is ours alone."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return JsonResponse({"state": "wrong"}, status=413)
    try:
        raw = given_of(found.form, request.POST)
        taken = take(found=found, coming=_coming(found, request.POST, raw, None))
    except BadAnswer as error:
        MISSED.note(address(request))
        return JsonResponse({"state": "wrong", "code": error.code}, status=422)
    except NOT_OURS:
        MISSED.note(address(request))
        return JsonResponse({"state": "wrong"}, status=422)
    except NotOpen as refusal:
        return told(request, refusal.standing)
    return told(request, thanks_of(taken), 201 if taken.fresh else 200)


def _from_script(body: bytes, found: Found) -> Coming:
    sent = json.loads(body)
    raw, took = sent["answers"], sent.get("took_s")
    if not isinstance(raw, dict) or not isinstance(took, int | float | None):
        raise TypeError("not what our page sends")
    return _coming(found, sent, raw, float(took) if took is not None else None)


def _coming(found: Found, body: Any, raw: dict[str, Any], took_s: float | None) -> Coming:
    key = body["key"]
    if not KEY.fullmatch(key):
        raise ValueError("no key")
    return Coming(
        raw=raw,
        key=key,
        channel="phone",
        language="en" if body.get("language") == "en" else "zh-hans",
        opened_at=opened(found, str(body.get("opened", ""))),
        took_s=took_s,
        device=str(body.get("device", ""))[:64],
    )


def opened(found: Found, token: str) -> datetime | None:
    """When we handed out the page, as our own signature on it says; None without one for this sheet."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        if signer.unsign(token, max_age=OPENED_FOR) != str(found.pk):
            return None
    except signing.BadSignature:
        return None
    seconds = signing.b62_decode(token.split(":")[1])
    return datetime.fromtimestamp(seconds, tz=timezone.get_current_timezone())


def thanks_of(taken: Taken) -> str:
    """Whether the reply counts by its time: what the page says."""
    late = {"after_window", "after_closing", "before_window"} & set(taken.reasons)
    return "late" if late else "sent"


def told(request: HttpRequest, state: str, status: int = 0) -> HttpResponse:
    """One sentence that says what is, one that says what to do."""
    status = status or STATUS.get(state, 200)
    more = both(said("thanks" if state == "sent" else f"{state}_more")) if state != "enter" else ""
    context = {
        **around(request),
        "state": state,
        "sentence": both(said(state)),
        "more": more,
        "ask": state in ("enter", "unknown"),
        "typed": request.GET.get("code", "")[:20],
    }
    response = render(request, "web/surveys/told.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    if status == 429:
        response.headers["Retry-After"] = "600"
    return response


def around(request: HttpRequest) -> dict[str, Any]:
    """What every public page needs; `?lang=` is the switch for who has no script."""
    wanted = request.GET.get("lang", "")
    english = wanted == "en" or (wanted != "zh" and getattr(request, "LANGUAGE_CODE", "") == "en")
    return {
        "w": everything(),
        "page_language": "en" if english else "zh-Hans",
        "page_theme": "dark" if request.COOKIES.get("bh_theme") == "dark" else "light",
    }


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Served from here because a worker governs what lies below its own address: `/s/` and nothing else."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _worker() -> str:
    return WORKER.read_text(encoding="utf-8")
