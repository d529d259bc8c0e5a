"""The overview pages as Excel files: the figures on the screen, with what they rest on."""

import io

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from bihuan.kernel.report import Cell, Column, Figure, Row, Section, Table
from bihuan.web.components.figures import exact
from bihuan.web.listing.export import FORMATS
from bihuan.web.reports.workbook import write_sections
from bihuan.web.views.signed_in import need

from ..models import ModelRun
from ..read import board as reading
from ..read.indicators import YUAN, as_figure
from ..read.pairs import pairs_of
from ..read.parts import Made
from ..read.runs import latest
from ..rules.money import to_major
from ..words import APART
from .board import BY, titles_of

FEW = gettext_lazy("too few")


def _yuan(amount: float | None) -> float | None:
    return None if amount is None else float(to_major(round(amount)))


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Old numbers beside new ones, and what customer equity is made of."""
    user = need(request, "see")
    found = reading.board(user)
    figures = [figure for pair in pairs_of(found) for figure in (pair.old, pair.new)]
    sections = [(_("Old numbers and new ones"), Section(figures=figures))]
    if found.made and found.made.parts:
        sections.append((_("What customer equity is made of"), _parts(found.made)))
    return _file(request, "customer-equity", sections, found.run)


def _parts(made: Made) -> Section:
    figures: list[Figure] = [
        as_figure("purchases", _("Purchases without a contract"), made.purchases, money=True)
    ]
    notes = []
    for part in made.parts:
        if part.why:
            notes.append(f"{part.code} · {_('not added:')} {APART[part.why]}")
        else:
            figures.append(as_figure(str(part.cohort), part.code, part.figure, money=True))
    if made.contracts:
        figures.append(as_figure("total", _("Customer equity"), made.total, money=True))
    return Section(figures=figures, notes=notes)


@require_GET
def segments(request: HttpRequest) -> HttpResponse:
    user = need(request, "see")
    by = request.GET.get("by", BY[0])
    by = by if by in BY else BY[0]
    run = latest(user)
    rows = reading.segments(user, run, by) if run else []
    columns = (
        Column(key="name", label=titles_of()[by], numeric=False),
        Column(key="customers", label=_("Customers")),
        Column(key="mean", label=_("Average lifetime value"), unit=YUAN, decimals=2),
        Column(key="equity", label=_("Customer equity"), unit=YUAN, decimals=2),
        Column(key="share", label=_("Share")),
        Column(key="alive", label=_("Mean P(alive)"), decimals=3),
        Column(key="profit", label=_("Contribution of twelve months"), unit=YUAN, decimals=2),
    )
    table = Table(
        key=by,
        title=_("Segments"),
        columns=columns,
        rows=[Row(key=f"{at}", cells=_cells(each)) for at, each in enumerate(rows)],
    )
    return _file(request, f"segments-{by}", [(_("Segments"), Section(tables=[table]))], run)


def _cells(each: reading.Segment) -> dict[str, Cell]:
    mean = Cell(withheld=FEW, n=each.customers)
    if each.mean is not None and each.low is not None and each.high is not None:
        ends = (_yuan(each.low) or 0.0, _yuan(each.high) or 0.0)
        mean = Cell(value=_yuan(each.mean), n=each.customers, interval=ends)
    return {
        "name": Cell(value=each.name or pgettext_lazy("segment", "not known")),
        "customers": Cell(value=each.customers),
        "mean": mean,
        "equity": Cell(value=_yuan(each.equity)),
        "share": Cell(value=each.share),
        "alive": Cell(value=each.alive),
        "profit": Cell(value=_yuan(each.profit)),
    }


def _file(
    request: HttpRequest, name: str, sections: list[tuple[str, Section]], run: ModelRun | None
) -> HttpResponse:
    told = [(pgettext("export", "page"), sections[0][0])]
    if run:
        told += [(_("model run"), f"{run} · {run.unit}"), (_("observed until"), run.end_on.isoformat())]
    told += [(_("exported at"), exact(timezone.now())), (_("exported by"), str(request.user))]
    out = io.BytesIO()
    write_sections(sections, told, out)
    answer = HttpResponse(out.getvalue(), content_type=FORMATS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.xlsx"'
    return answer
