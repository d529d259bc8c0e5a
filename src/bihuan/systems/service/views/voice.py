"""Scoring: what is left for this person, the score sheet beside the player, and what the quarter says."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from .. import act
from ..forms.draws import ReasonForm
from ..forms.voice import ScoreForm
from ..models import Recording, Review, Staff
from ..read.voice import Result, due_calls, pass_fail, queue, result, severities
from ..rules.recordings import chance_of_bad
from .frame import crumbs, told

LIST = "service:scoring"
BAD = 0.1
"""The share of bad calls that the page takes to say how little a few calls show."""


def reviews_of(user: User) -> Any:
    rows = visible(user, Review.objects.select_related("draw__unit", "card", "case"))
    return rows.defer("draw__frame").order_by("-draw__year", "-draw__quarter", "draw__unit__path")


def found(user: User, pk: int) -> Review:
    review: Review = get_object_or_404(reviews_of(user), pk=pk)
    return review


@require_GET
def scoring(request: HttpRequest) -> HttpResponse:
    """Calls that need a score of this person, of the newest quarter or the one that is chosen."""
    user = need(request, "see")
    reviews = list(reviews_of(user)[:12])
    wanted = request.GET.get("review", "")
    review = next((one for one in reviews if str(one.pk) == wanted), reviews[0] if reviews else None)
    calls = due_calls(review) if review else []
    context = {
        "reviews": reviews,
        "review": review,
        "result": result(review, calls) if review else None,
        "queue": queue(review, user, calls) if review and may(user.role, "verify") else [],
        "may_score": may(user.role, "verify"),
        "may_commit": may(user.role, "edit"),
        "crumbs": crumbs("service:scoring", _("Scoring of calls"), _("What is left"))[:2],
    }
    return render(request, "service/scoring.html", context)


@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Player and score sheet; saving leads to the next call."""
    user = need(request, "verify")
    review = found(user, pk)
    related = ("agent__person__user", "agent__team", "unit", "evidence")
    row = get_object_or_404(visible(user, Recording.objects.select_related(*related)), code=code)
    form = ScoreForm(request.POST or None, items=list(review.card.items.all()))
    refusal = ""
    left = queue(review, user)
    if request.method == "POST" and form.is_valid():
        try:
            act.score(
                review=review, recording=row, user=user, marks=form.marks(), note=form.cleaned_data["note"]
            )
        except Refused as refused:
            refusal = str(refused.message)
        else:
            return _next(request, review, row, left)
    wrong = refusal or form.errors
    context = {
        "review": review,
        "row": row,
        "form": form,
        "refusal": refusal,
        "mine": row in left,
        "left": len(left),
        "reason_form": ReasonForm(auto_id="gone-%s") if may(user.role, "edit") else None,
        "crumbs": crumbs(LIST, _("Scoring of calls"), code),
    }
    return render(request, "service/sheet.html", context, status=422 if wrong else 200)


def _next(request: HttpRequest, review: Review, row: Recording, left: list[Recording]) -> HttpResponse:
    following = next((one for one in left if one.pk != row.pk), None)
    if following is None:
        messages.success(request, _("Scored. Nothing is left for you in this quarter."))
        return redirect("service:review", review.pk)
    messages.success(request, _("Scored; here is the next call."))
    return redirect("service:sheet", review.pk, following.code)


@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Agreement, and the ranking that it allows."""
    user = need(request, "see")
    row = found(user, pk)
    shown = result(row)
    names = names_of(shown)
    calls = int(row.draw.params.get("per_agent", 0))
    context = {
        "review": row,
        "result": shown,
        "lines": [(names.get(line.agent, line.agent), line) for line in shown.standings],
        "missed": [names.get(number, number) for number in shown.not_evaluated],
        "axis": _axis(shown),
        "per_agent": calls,
        "seen": round(100 * chance_of_bad(calls, BAD)),
        "bad": round(100 * BAD),
        "severities": severities(row) if shown.agreement.state in {"apart", "agreed"} else [],
        "pass_fail": pass_fail(row) if shown.agreement.state in {"apart", "agreed"} else [],
        "meetings": row.meetings.all(),
        "may_edit": may(user.role, "edit"),
        "crumbs": crumbs(LIST, _("Scoring of calls"), str(row.draw.period)),
    }
    return render(request, "service/review.html", context)


def _axis(shown: Result) -> tuple[float, float]:
    """Whole tens around every interval, so that differences can be seen."""
    ends = [end for line in shown.standings if line.interval for end in line.interval]
    return (min(ends) // 10 * 10, -(-max(ends) // 10) * 10) if ends else (0, 100)


def names_of(shown: Result) -> dict[str, str]:
    """Staff number → name, of everybody on the page."""
    numbers = [*shown.not_evaluated, *(line.agent for line in shown.standings)]
    rows = Staff.objects.filter(person__number__in=numbers)
    return dict(rows.values_list("person__number", "person__name"))


@require_POST
def recalibrate(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "edit")
    row = found(user, pk)
    try:
        act.recalibrate(review=row, user=user)
    except Refused as refusal:
        told(request, refusal)
    else:
        messages.success(request, _("A new round: the calls scored by several people are scored again."))
    return redirect("service:review", pk)
