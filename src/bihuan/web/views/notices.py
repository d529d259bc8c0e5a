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
from bihuan.kernel.models import Notice
from bihuan.kernel.notice.words import sentence
from bihuan.kernel.registry import notice_sentences
from bihuan.kernel.scope import covers
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
    url: str = ""


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = me(request)
    rows = user.notices.select_related("case", "case__unit")[:SHOWN]
    context = {
        "lines": [_line(request, row) for row in rows],
        "unread": user.notices.filter(read_at=None).count(),
        "shown_at": timezone.now().isoformat(),
        "crumbs": [{"title": _("Notices")}],
    }
    return render(request, "web/pages/notices.html", context)


def _line(request: HttpRequest, row: Notice) -> Line:
    number = row.case.number if row.case and covers(me(request), row.case) else ""
    return Line(row.at, text_of(row), number, row.read_at is None, row.serious, url_of(row))


def text_of(row: Notice) -> str:
    """The manifests' sentences, then those of the cases."""
    said = notice_sentences().get(row.key)
    return str(said) % row.params if said else sentence(row)


def url_of(row: Notice) -> str:
    """Where a notice leads that is about no case."""
    if row.key.startswith("job."):
        return reverse("jobs")
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
