from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.act.live import touch
from bihuan.kernel.act.notices import mark_read
from bihuan.kernel.models import Delivery, Notice
from bihuan.kernel.notice.words import sentence
from bihuan.kernel.read.notices import deliveries_of
from bihuan.kernel.registry import everything
from bihuan.kernel.scope import covers
from bihuan.web.account.ways import delivered
from bihuan.web.views.signed_in import me

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    text: str
    number: str
    """Of the case, when it still lies in the reader's units."""
    unread: bool
    serious: bool
    ways: list[str]
    """What became of it on each channel of the reader."""
    url: str = ""


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = me(request)
    rows = list(user.notices.select_related("case", "case__unit")[:SHOWN])
    sent = deliveries_of(user, rows)
    context = {
        "lines": [_line(request, row, sent.get(row.pk, [])) for row in rows],
        "unread": user.notices.filter(read_at=None).count(),
        "shown_at": timezone.now().isoformat(),
        "crumbs": [{"title": _("Notices")}],
    }
    return render(request, "web/pages/notices.html", context)


def _line(request: HttpRequest, row: Notice, sent: list[Delivery]) -> Line:
    number = row.case.number if row.case and covers(me(request), row.case) else ""
    ways = [delivered(one) for one in sent]
    return Line(row.at, sentence(row), number, row.read_at is None, row.serious, ways, url_of(row))


def url_of(row: Notice) -> str:
    """Where a notice leads that is about no case."""
    if row.key.startswith("job."):
        return reverse("jobs")
    declared = dict(pair for system in everything() for pair in system.notice_pages)
    if page := declared.get(row.key):
        return reverse(page, args=[row.params["row"]])
    return reverse("report", args=[row.params["report"]]) if row.key.startswith("report.") else ""


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """All that were shown: what came after the page was made stays unread."""
    try:
        until = datetime.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        until = timezone.now()
    user = me(request)
    mark_read(user=user, at=until if timezone.is_aware(until) else timezone.now())
    touch("kernel.bell", [str(user.pk)])
    return redirect("notices")
