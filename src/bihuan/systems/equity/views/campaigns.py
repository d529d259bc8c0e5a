"""One campaign: the code to print, and what it brought."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import number
from bihuan.web.surveys.qr import qr
from bihuan.web.views.signed_in import need

from ..act.campaigns import running
from ..models import Campaign
from ..read.campaigns import indicators
from .frame import crumbs
from .offers import figure
from .public import base


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    user = need(request, "see")
    row = get_object_or_404(visible(user, Campaign.objects.select_related("unit", "reward")), pk=pk)
    found = indicators(row)
    url = f"{base(request)}{reverse('equity:campaign-open', args=[row.code])}?q"
    between = found.dwell_interval
    context = {
        "campaign": row,
        "found": found,
        "click_through": figure(found.click_through),
        "finished": figure(found.finished),
        "dwell": None if found.dwell is None else number(found.dwell, 0),
        "dwell_interval": f"{number(between.low, 0)} – {number(between.high, 0)}" if between else "",
        "url": url,
        "qr": qr(url),
        "running": running(row, timezone.now()),
        "may_edit": may(user.role, "edit"),
        "crumbs": crumbs("equity:campaigns", _("Campaigns"), str(row)),
    }
    return render(request, "equity/campaign.html", context)
