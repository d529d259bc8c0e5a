"""The overview pages as Excel files: the figures on the screen, of the same programme, unit and quarter."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.report import Section
from bihuan.web.reports.file import figures_file
from bihuan.web.views.signed_in import need

from ..read import adoption_paper, asked_paper, loop_paper, paper
from .asked import Asked, period_words, read_asked
from .programmes import programme_of

Sections = Callable[[Asked], Section]
PAGES: dict[str, tuple[StrOrPromise, Sections]] = {
    "score": (
        gettext_lazy("Net promoter score"),
        lambda asked: paper.score(asked.unit, asked.period, asked.programme),
    ),
    "branches": (
        gettext_lazy("Branches"),
        lambda asked: paper.units(asked.unit, asked.period, asked.programme, further=True),
    ),
    "by-class": (
        gettext_lazy("Age and segment"),
        lambda asked: paper.classes(asked.unit, asked.period, asked.programme, further=True),
    ),
    "drivers": (
        gettext_lazy("Drivers"),
        lambda asked: paper.drivers(asked.unit, asked.period, asked.programme),
    ),
    "response": (
        gettext_lazy("Response"),
        lambda asked: asked_paper.asked_how(asked.unit, asked.period, asked.programme),
    ),
    "journey": (
        gettext_lazy("Customer journey"),
        lambda asked: loop_paper.journey(asked.unit, asked.period, asked.programme),
    ),
    "adoption": (
        gettext_lazy("Adoption"),
        lambda asked: adoption_paper.people(asked.user, asked.unit, timezone.localdate(), timezone.now()),
    ),
}


@require_GET
def sheet(request: HttpRequest, page: str) -> HttpResponse:
    asked = read_asked(request, need(request, "see"))
    if page not in PAGES:
        raise Http404
    title, read = PAGES[page]
    told = [
        (pgettext("export", "page"), str(title)),
        (_("programme"), str(asked.programme or "")),
        (_("unit"), f"{asked.unit.code} {asked.unit.name}"),
        (_("quarter"), period_words(asked.period)),
    ]
    return figures_file(request, f"{page}-{asked.period}", [(title, read(asked))], told)


@require_GET
def programme_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Did the pilot work: both arms, each unit of them, and the verdict in words."""
    row = programme_of(need(request, "see"), pk)
    told = [(_("programme"), row.name), (_("unit"), f"{row.unit.code} {row.unit.name}")]
    name = f"programme-{row.pk}-{timezone.localdate():%Y%m%d}"
    return figures_file(request, name, [(row.name, loop_paper.of_programme(row))], told)
