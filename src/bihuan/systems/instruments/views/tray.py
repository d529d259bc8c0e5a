"""Terminals that nobody has registered; journals; maintenance of all instruments."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.act.events import record
from bihuan.kernel.evidence import journal_path
from bihuan.kernel.models import Case, User
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.views.signed_in import need

from ..models import Authorisation, Instrument, Journal
from ..read.heard import strangers
from ..read.upkeep import upkeeps
from ..words import REJECTED

RAW_VERB = "edit"
"""A raw journal holds the card numbers of everybody: for managers, each download on record."""


def _crumbs(title: str) -> list[dict[str, str]]:
    return [{"title": _("Instruments"), "url": reverse("instruments:board")}, {"title": title}]


@require_GET
def unknown(request: HttpRequest) -> HttpResponse:
    """What has been heard and belongs to no instrument; nothing was created for it."""
    user = need(request, "edit")
    rows = strangers()
    context = {
        "rows": rows,
        "host": request.get_host().partition(":")[0],
        "port": settings.ENVIRONMENT.gateway_port,
        **_example(user),
        "crumbs": _crumbs(_("Unknown terminals")),
    }
    return render(request, "instruments/unknown.html", context)


def _example(user: User) -> dict[str, str]:
    """A terminal and a card for the lines that a newcomer may copy."""
    permits = Authorisation.objects.filter(instrument__archived_at=None, person__cards__blocked=False)
    rows = visible(user, permits).order_by("instrument__code", "person__number")
    found = rows.values_list("instrument__code", "person__cards__number", "person__name").first()
    code, card, name = found or ("DNA01", "0008075634", "")
    return {"code": code, "card": card, "holder": name}


@require_GET
def journal(request: HttpRequest, pk: int) -> HttpResponse:
    """One upload: its five figures, and the lines that were not taken."""
    user = need(request, "see")
    row = _journal(user, pk)
    rejects = [
        {"line": each["line"], "reason": REJECTED.get(each["reason"], each["reason"])} for each in row.rejects
    ]
    context = {
        "row": row,
        "rejects": rejects,
        "more": row.rejected - len(rejects),
        "kept": journal_path(row.sha256).exists(),
        "may_raw": may(user.role, RAW_VERB),
        "crumbs": [
            *_crumbs(_("Reconciliation"))[:1],
            {"title": _("Reconciliation"), "url": reverse("instruments:journals")},
            {"title": row.instrument.code},
        ],
    }
    return render(request, "instruments/journal.html", context)


@require_GET
def journal_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it came in, for who may; each download is on record."""
    user = need(request, RAW_VERB)
    row = _journal(user, pk)
    path = journal_path(row.sha256)
    if not path.exists():
        raise Http404
    record(verb="journal.read", actor=user, subject=row.instrument.code, system="instruments", journal=row.pk)
    name = f"{row.instrument.code}-{timezone.localtime(row.received_at):%Y%m%d-%H%M%S}.txt"
    response = HttpResponse(path.read_bytes(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["Cache-Control"] = "no-store, private"
    return response


def _journal(user: User, pk: int) -> Journal:
    return get_object_or_404(visible(user, Journal.objects.select_related("instrument")), pk=pk)


@require_GET
def maintenance(request: HttpRequest) -> HttpResponse:
    """Every instrument with an interval, the one that is due first."""
    user = need(request, "see")
    rows = visible(user, Instrument.objects.filter(archived_at=None).select_related("place"))
    planned = rows.exclude(service_hours=None, service_days=None)
    states = sorted(upkeeps(list(planned)), key=lambda state: -state.share)
    open_cases = visible(user, Case.objects.filter(kind="service", state__in=OPEN))
    cases = {case.subject: case for case in open_cases}
    context = {
        "lines": [(state, cases.get(state.instrument.code)) for state in states],
        "due": sum(state.due for state in states),
        "soon": sum(state.state == "warning" for state in states),
        "unplanned": rows.filter(service_hours=None, service_days=None).count(),
        "crumbs": _crumbs(_("Maintenance")),
    }
    return render(request, "instruments/maintenance.html", context)
