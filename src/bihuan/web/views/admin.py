"""How the house itself is doing: for its administrators."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Quarantine, Schedule
from bihuan.kernel.read.notices import post
from bihuan.kernel.read.processes import health
from bihuan.kernel.registry import systems
from bihuan.web.quality import quality_of
from bihuan.web.views.signed_in import need

PAGES: tuple[tuple[str, StrOrPromise, StrOrPromise, str], ...] = (
    (
        "accounts",
        gettext_lazy("Accounts"),
        gettext_lazy("Who may sign in, with which role and unit."),
        "users",
    ),
    ("tokens", gettext_lazy("API tokens"), gettext_lazy("For programs, shown once, revocable."), "key"),
    (
        "rooms",
        gettext_lazy("Chat rooms"),
        gettext_lazy("Where serious things of a unit are told; channels that do not work."),
        "send",
    ),
    (
        "processes",
        gettext_lazy("Processes"),
        gettext_lazy("Beats, timers, intake, what was passed over."),
        "activity",
    ),
    (
        "quality",
        gettext_lazy("Quality"),
        gettext_lazy("What each system has, and has not, item by item."),
        "list",
    ),
    (
        "gallery",
        gettext_lazy("Parts of the pages"),
        gettext_lazy("Every mark and part in both themes."),
        "table",
    ),
    ("api_docs", gettext_lazy("API"), gettext_lazy("Every route, to try out."), "external-link"),
)
QUARANTINED = 100


@dataclass(frozen=True, slots=True)
class Page:
    url: str
    title: StrOrPromise
    text: StrOrPromise
    icon: str


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    need(request, "accounts")
    pages = [Page(url, title, text, icon) for name, title, text, icon in PAGES if (url := _url(name))]
    return render(
        request, "web/pages/admin.html", {"pages": pages, "crumbs": [{"title": _("Administration")}]}
    )


@require_GET
def processes(request: HttpRequest) -> HttpResponse:
    need(request, "accounts")
    found, now = health(), timezone.now()
    context = {
        "found": found,
        "absence": found.absence(now),
        "now": now,
        "post": post(),
        "schedules": Schedule.objects.order_by("name"),
        "quarantined": Quarantine.objects.filter(released_at=None)[:QUARANTINED],
        "quarantined_count": Quarantine.objects.filter(released_at=None).count(),
        "crumbs": [{"title": _("Administration"), "url": reverse("admin")}, {"title": _("Processes")}],
    }
    return render(request, "web/pages/processes.html", context)


@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    need(request, "accounts")
    context = {
        "systems": [
            (system.title, quality_of(room)) for system, room in zip(systems(), settings.SYSTEMS, strict=True)
        ],
        "crumbs": [{"title": _("Administration"), "url": reverse("admin")}, {"title": _("Quality")}],
    }
    return render(request, "web/pages/quality.html", context)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
