"""Paper sheets: two people key each one, a third settles what they read differently."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext

from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.act.surveys.paper import differing
from bihuan.kernel.models import Keying, Sheet, User, Wave
from bihuan.kernel.read.surveys import form_of
from bihuan.kernel.rules.surveys.answers import BadAnswer
from bihuan.web.surveys.forms import SheetForm, TimesForm
from bihuan.web.surveys.shown import given_of, questions
from bihuan.web.surveys.waves import crumbs, mine
from bihuan.web.surveys.words import everything
from bihuan.web.views.signed_in import need


def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Which sheet lies on the desk; and which wait for their second keying or to be settled."""
    user = need(request, "handle")
    wave = mine(user, pk)
    form = SheetForm(request.GET if "number" in request.GET else None)
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["number"]
        if wave.sheets.filter(number=number, withdrawn_at=None).exists():
            return HttpResponseRedirect(reverse("paper-sheet", args=[pk, number]))
        form.add_error("number", gettext("No sheet of this wave has this number."))
    context = {
        "wave": wave,
        "form": form,
        "waiting": waiting(wave, user),
        "crumbs": crumbs(wave, gettext("Paper")),
    }
    return render(request, "web/surveys/paper.html", context, status=422 if form.errors else 200)


def waiting(wave: Wave, user: User) -> list[dict[str, Any]]:
    rows = wave.sheets.filter(used_at=None, withdrawn_at=None, keyings__isnull=False).distinct()
    found = []
    for sheet in rows.prefetch_related("keyings", "keyings__user").order_by("number"):
        keyings = list(sheet.keyings.all())
        found.append(
            {
                "sheet": sheet,
                "people": [keying.user for keying in keyings],
                "settle": len(keyings) > 1,
                "mine": any(keying.user_id == user.pk for keying in keyings),
            }
        )
    return found


def key(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The keying form; after two keyings that differ, both beside each other for a third person."""
    user = need(request, "handle")
    wave = mine(user, pk)
    sheet = get_object_or_404(Sheet.objects.select_related("wave__unit"), wave=wave, number=number)
    keyings = list(sheet.keyings.select_related("user").order_by("turn"))
    settle = len(keyings) > 1
    form = form_of(wave.version)
    times = TimesForm(request.POST or None, initial=_times(keyings) if settle else None)
    given: dict[str, Any] = {}
    wrong: frozenset[str] = frozenset()
    if request.method == "POST":
        given = given_of(form, request.POST)
        if times.is_valid():
            try:
                return _kept(request, sheet, user, given, times, settle)
            except BadAnswer as error:
                wrong = frozenset({error.code})
            except Refused as refusal:
                times.add_error(None, str(refusal.message))
    elif settle:
        given = _agreed(keyings)
    context = {
        "wave": wave,
        "sheet": sheet,
        "times": times,
        "turn": len(keyings) + 1,
        "settle": settle,
        "mine": any(keying.user_id == user.pk for keying in keyings),
        "differences": beside(keyings) if settle else [],
        "questions": questions(form, given, wrong),
        "w": everything(),
        "crumbs": crumbs(wave, gettext("Sheet %(n)d") % {"n": number}),
    }
    return render(request, "web/surveys/key.html", context, status=422 if times.errors or wrong else 200)


def _kept(
    request: HttpRequest, sheet: Sheet, user: User, given: dict[str, Any], times: TimesForm, settle: bool
) -> HttpResponse:
    write = act.settle_sheet if settle else act.key_sheet
    taken = write(sheet=sheet, user=user, raw=given, **times.cleaned_data)
    if taken:
        text = gettext("Sheet %(n)d is complete.")
    elif sheet.keyings.count() > 1:
        text = gettext("Sheet %(n)d: the two keyings differ. A third person settles it.")
    else:
        text = gettext("Sheet %(n)d keyed. Another person keys it the second time.")
    messages.success(request, text % {"n": sheet.number})
    return HttpResponseRedirect(reverse("paper", args=[sheet.wave_id]))


def _times(keyings: list[Keying]) -> dict[str, Any]:
    first, second = keyings[:2]
    same = {name: getattr(first, name) for name in ("begun_at", "ended_at")}
    return {name: value for name, value in same.items() if value == getattr(second, name)}


def _agreed(keyings: list[Keying]) -> dict[str, Any]:
    """What both read alike is filled in; what differs is left to the third look."""
    first, second = keyings[:2]
    apart = set(differing(first, second))
    whole = {**first.answers, **first.texts}
    return {code: value for code, value in whole.items() if code not in apart}


def beside(keyings: list[Keying]) -> list[dict[str, Any]]:
    """Each field in which two people differ, with what each of them keyed."""
    first, second = keyings[:2]
    form = form_of(first.sheet.wave.version)
    times = {"begun_at": gettext("begun"), "ended_at": gettext("ended")}
    found = []
    for code in differing(first, second):
        item = form.item(code)
        label = item.words.said("zh") if item else times[code]
        values = [_value(keying, code) for keying in (first, second)]
        found.append({"label": label, "first": values[0], "second": values[1]})
    return found


def _value(keying: Keying, code: str) -> Any:
    if code in ("begun_at", "ended_at"):
        return getattr(keying, code)
    value = keying.answers.get(code, keying.texts.get(code, ""))
    return ", ".join(value) if isinstance(value, list) else value
