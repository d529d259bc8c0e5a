"""One spot check: sealed before its day, a list of calls to listen to from the day on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from .. import act
from ..act.spotchecks import label
from ..forms import HeardForm
from ..models import SpotCheck, SpotItem, SpotState
from ..read.spotchecks import seen

RELATED = ("call__order__customer", "call__recording", "call__done_by", "by", "case")


@require_http_methods(["GET", "POST"])
def spot_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the unit sees it; its owner or a manager listens."""
    user = need(request, "see")
    rows = SpotCheck.objects.select_related("unit", "owner", "case")
    check = get_object_or_404(visible(user, rows), pk=pk)
    context, status = _page(check), 200
    if request.method == "POST":
        item = get_object_or_404(check.items.all(), pk=request.POST.get("item") or 0)
        form = HeardForm(request.POST, prefix=f"i{item.pk}")
        refusal = _heard(item, user, form)
        if not refusal:
            messages.success(request, _("Saved: %(name)s") % {"name": item.call.order.number})
            return redirect("service:spot-check", pk)
        context |= {"refusal": refusal, "wrong": item.pk, "typed": form}
        status = 409
    return render(request, "service/spot_check.html", context, status=status)


def _heard(item: SpotItem, user: User, form: HeardForm) -> str:
    if not form.is_valid():
        return _("Choose whether record and recording agree.")
    try:
        act.hear(item=item, user=user, **form.cleaned_data)
    except Refused as refused:
        return str(refused.message)
    return ""


def _page(check: SpotCheck) -> dict[str, Any]:
    items = list(check.items.select_related(*RELATED))
    forms = [(item, None if item.result else HeardForm(prefix=f"i{item.pk}")) for item in items]
    month = f"{check.month_on:%Y-%m}"
    return {
        "check": check,
        "month": month,
        "items": forms,
        "left": sum(form is not None for _item, form in forms),
        "seen": seen(check, items, label(check), timezone.localdate()),
        "name": label(check),
        "sealed": check.state == SpotState.SEALED,
        "crumbs": [
            {"title": _("Spot checks"), "url": reverse("service:spot-checks")},
            {"title": f"{check.unit} {month}"},
        ],
    }
