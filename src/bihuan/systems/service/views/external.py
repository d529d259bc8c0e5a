"""Two published indices side by side: what their samples allow to say, and what it would take."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.models import User
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import number
from bihuan.web.views.signed_in import need

from ..forms import SampleForm
from ..models import ExternalIndex
from ..read.external import Comparison, comparison, published
from .league_rows import chance


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Without a choice the two best of the newest year."""
    user = need(request, "see")
    usual = _usual(user)
    form = SampleForm({**usual, **request.GET.dict()} if usual or request.GET else None, user=user)
    context: dict[str, Any] = {
        "form": form if usual or request.GET else None,
        "crumbs": [
            {"title": _("Service"), "url": reverse("service:calls")},
            {"title": _("Third-party index"), "url": reverse("service:indices")},
            {"title": _("Comparison")},
        ],
    }
    if form.is_valid():
        given = form.cleaned_data
        first, second = given["first"], given["second"]
        found = comparison(
            published(first, given["n1"], given["sd1"]), published(second, given["n2"], given["sd2"])
        )
        context |= {"first": first, "pair": [first, second], "silent": silent(first, second), **_said(found)}
    return render(
        request, "service/compare.html", context, status=422 if request.GET and form.errors else 200
    )


def _usual(user: User) -> dict[str, Any]:
    rows = list(visible(user, ExternalIndex.objects.order_by("-year", "-value", "pk"))[:2])
    if len(rows) < 2:
        return {}
    return {"first": rows[0].pk, "second": rows[1].pk}


def silent(*rows: ExternalIndex) -> list[ExternalIndex]:
    """Those whose source gives neither n and sd nor an interval."""
    return [
        row
        for row in dict.fromkeys(rows)
        if (row.n is None or row.sd is None) and (row.low is None or row.high is None)
    ]


def _said(found: Comparison) -> dict[str, Any]:
    each = found.difference
    return {
        "needed": found.needed,
        "sd": found.sd,
        "difference": each,
        "verdict": _verdict(found) if each else "",
        "z": "" if each is None else number(abs(each.statistic), 2),
        "p": "" if each is None else chance(each.p, 2),
    }


def _verdict(found: Comparison) -> str:
    each = found.difference
    if each is None or not each.detected:
        return _("no detectable difference")
    return _("the second is higher") if each.value > 0 else _("the first is higher")
