"""One answer; words read out one after the other; the journey; who closes loops."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.act.looks import looked_at_list
from bihuan.kernel.models import Case
from bihuan.kernel.read.looks import MANAGERS
from bihuan.kernel.read.standards import value
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import percent
from bihuan.web.views.signed_in import need

from .. import act
from ..lists.answers import DETRACTORS, PASSIVES, PROMOTERS
from ..models import Answer
from ..read.adoption import closers, pulse
from ..read.adoption_paper import last_days
from ..read.huddles import redacted, voices
from ..read.journey import journey as journey_of
from ..read.scores import within
from ..rules.vitality import Rate
from ..words import WHY, group_words
from .asked import read_asked
from .scores import reading_row

A_PAGE = 10
VIEWS = {"all": None, "detractors": DETRACTORS, "passives": PASSIVES, "promoters": PROMOTERS}


@require_GET
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """With everything else that this customer gave and complained of."""
    user = need(request, "see")
    rows = visible(
        user,
        Answer.objects.select_related(
            "unit", "customer", "touchpoint", "case", "programme", "reply__sheet", "treated_by"
        ),
    )
    row = get_object_or_404(rows, pk=pk)
    others: Any = rows.filter(customer=row.customer).exclude(pk=pk) if row.customer else rows.none()
    cases = visible(user, Case.objects.filter(customer=row.customer)) if row.customer else Case.objects.none()
    said = row.reply.verbatims.filter(code=WHY).values_list("text", flat=True).first()
    context = {
        "row": row,
        "group": group_words(row),
        "said": redacted(said or ""),
        "others": list(others[:20]),
        "cases": list(cases.order_by("-opened_at")[:20]),
        "crumbs": [
            {"title": _("Net Promoter System"), "url": reverse("loyalty:score")},
            {"title": _("Answers"), "url": reverse("loyalty:answers")},
            {"title": str(row.score)},
        ],
    }
    return render(request, "loyalty/answer.html", context)


@require_GET
def playback(request: HttpRequest) -> HttpResponse:
    """Ten at a time, to be read aloud; numbers of people are taken out, names of customers are not shown."""
    user = need(request, "see")
    asked = read_asked(request, user)
    kind = request.GET.get("kind", "all")
    kind = kind if kind in VIEWS else "all"
    rows = Answer.objects.filter(unit__path__startswith=asked.unit.path)
    rows = within(rows, asked.period.first, asked.period.last)
    only = VIEWS[kind]
    rows = (rows.filter(only) if only is not None else rows).order_by("-answered_at", "-pk")
    text = request.GET.get("from", "0")
    offset = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    found = voices(rows, A_PAGE + 1, offset)
    shown = found[:A_PAGE]
    act.heard(user=user, count=len(shown))
    if user.role in MANAGERS:
        looked_at_list(user=user, listing="loyalty:playback", on=timezone.localdate())
    query = f"{asked.query}&kind={kind}"
    labels = {
        "all": _("All"),
        "detractors": _("Detractors"),
        "passives": _("Passives"),
        "promoters": _("Promoters"),
    }
    context = {
        **asked.context(_("Playback")),
        "voices": [(each, group_words(each.answer)) for each in shown],
        "first": offset + 1,
        "kinds": [(f"{asked.query}&kind={key}", words, key == kind) for key, words in labels.items()],
        "later": f"{query}&from={offset + A_PAGE}" if len(found) > A_PAGE else "",
        "earlier": f"{query}&from={max(0, offset - A_PAGE)}" if offset else "",
    }
    return render(request, "loyalty/playback.html", context)


@require_GET
def journey(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request, need(request, "see"))
    stages = [
        {
            "stage": each.stage,
            "points": [(point, reading_row(point.reading)) for point in each.points],
        }
        for each in journey_of(asked.programme, asked.unit, asked.period)
    ]
    return render(
        request, "loyalty/journey.html", {**asked.context(_("Customer journey"), "journey"), "stages": stages}
    )


@require_GET
def adoption(request: HttpRequest) -> HttpResponse:
    """Ninety days; who has few calls has a wide interval and stands there without a verdict."""
    user = need(request, "see")
    asked = read_asked(request, user)
    now = timezone.now()
    today = timezone.localdate(now)
    people = closers(user, asked.unit, *last_days(today), now)
    days = int(value("loyalty.alarm.days", now))
    beat = pulse(asked.programme, today, days, now) if asked.programme else None
    context = {
        **asked.context(_("Adoption"), "adoption"),
        "people": [(each, _rate(each.rate), each.interval) for each in people],
        "days": days,
        "beat": [
            (_("of those invited have answered"), _rate(beat.response[0]), _rate(beat.response[1])),
            (_("of the calls to detractors came in time"), _rate(beat.closing[0]), _rate(beat.closing[1])),
            (_("of the huddles owed were held"), "", _rate(beat.huddles)),
        ]
        if beat
        else [],
        "alarms": list(
            visible(user, Case.objects.filter(kind="loyalty_alarm"))
            .order_by("-opened_at")
            .select_related("owner")[:10]
        ),
    }
    return render(request, "loyalty/adoption.html", context)


def _rate(rate: Rate) -> str:
    return f"{percent(rate.share)} ({rate.hits}/{rate.n})" if rate.n else "—"
