"""The overview pages as Excel files: the figures on the screen, with what they rest on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from bihuan.kernel.report import Cell, Column, Figure, Row, Section, Table
from bihuan.kernel.scope import visible
from bihuan.web.reports.file import figures_file
from bihuan.web.views.signed_in import need

from ..models import BrandSurvey, ModelRun
from ..read import board as reading
from ..read.indicators import YUAN, as_figure
from ..read.market import BrandRow, Switching, switched
from ..read.pairs import pairs_of
from ..read.parts import Made
from ..read.runs import latest
from ..rules.money import to_major
from ..words import APART, MISSING, said
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
    notes = [f"{each.label}: {each.note}" for each in figures if str(each.note)]
    sections = [(_("Old numbers and new ones"), Section(figures=figures, notes=notes))]
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


@require_GET
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """From the last brand to the next, with what each brand's customers are worth."""
    user = need(request, "see")
    row = get_object_or_404(visible(user, BrandSurvey.objects.select_related("unit")), pk=pk)
    found = switched(row)
    columns = (
        Column(key="brand", label=_("Bought last"), numeric=False),
        Column(key="n", label="n"),
        *(Column(key=f"to{at}", label=f"→ {each.brand}") for at, each in enumerate(found.rows)),
        Column(key="equity", label=_("Customer equity"), unit=YUAN),
        Column(key="share", label=_("Equity share")),
        Column(key="count", label=_("Share of customers")),
    )
    rows = [Row(key=str(each.brand.pk), cells=_brand(each, found)) for each in found.rows]
    notes = [] if found.enough else [MISSING["few"]]
    table = Table(key="brands", title=_("From the last brand to the next"), columns=columns, rows=rows)
    section = Section(tables=[table], notes=notes)
    about = [(_("survey"), row.title), (_("day"), row.on.isoformat()), ("n", str(found.n))]
    return _sent(request, f"survey-{row.pk}", [(row.title, section)], about)


def _brand(each: BrandRow, found: Switching) -> dict[str, Cell]:
    own = found.own is each
    money, share = (found.own_equity, found.own_share) if own else (None, None)
    ends = (_yuan(money[0]) or 0.0, _yuan(money[1]) or 0.0) if money else None
    return {
        "brand": Cell(value=str(each.brand)),
        "n": Cell(value=each.last),
        **{f"to{at}": Cell(value=chance) for at, chance in enumerate(each.chances)},
        "equity": Cell(value=_yuan(each.equity), interval=ends),
        "share": Cell(value=each.share, n=found.n, interval=share),
        "count": Cell(value=each.count_share),
    }


@require_GET
def holdout(request: HttpRequest) -> HttpResponse:
    """The test on unseen weeks: errors beside two rules without a model, tracking, tenths."""
    run = latest(need(request, "see"))
    test = run.holdout if run and "error" in run.holdout else None
    section = (
        _tested(test)
        if test and run
        else Section(notes=[said(run.holdout.get("message", ""))] if run else [])
    )
    return _file(request, "unseen-weeks", [(_("Test on unseen weeks"), section)], run)


def _tested(test: dict[str, Any]) -> Section:
    told = (
        ("error", _("mean error of the model")),
        ("naive", _("everybody goes on at the own rate")),
        ("repeat", _("as many as in the weeks before")),
    )
    figures = [
        Figure(key=key, label=label, value=test[key], decimals=3, n=test["customers"]) for key, label in told
    ]
    groups = [
        Row(
            key=str(at),
            cells={
                "tenth": Cell(value=at),
                "customers": Cell(value=each["customers"]),
                "expected": Cell(value=each["expected"]),
                "made": Cell(value=each["actual"]),
            },
        )
        for at, each in enumerate(test["groups"], 1)
    ]
    columns = (
        Column(key="tenth", label=_("Tenth")),
        Column(key="customers", label=_("Customers")),
        Column(key="expected", label=_("Expected"), decimals=2),
        Column(key="made", label=_("Made"), decimals=2),
    )
    weeks = [
        Row(
            key=str(week),
            cells={"week": Cell(value=week), "expected": Cell(value=told), "made": Cell(value=made)},
        )
        for week, told, made in zip(test["weeks"], test["told"], test["made"], strict=True)
    ]
    track = (Column(key="week", label=pgettext("axis", "week")), *columns[2:])
    tables = [
        Table(key="tenths", title=_("Lift: tenths by what was expected"), columns=columns, rows=groups),
        Table(key="weeks", title=_("Purchases as they came and as expected"), columns=track, rows=weeks),
    ]
    return Section(figures=figures, tables=tables)


def _file(
    request: HttpRequest, name: str, sections: list[tuple[str, Section]], run: ModelRun | None
) -> HttpResponse:
    told = (
        [(_("model run"), f"{run} · {run.unit}"), (_("observed until"), run.end_on.isoformat())]
        if run
        else []
    )
    return _sent(request, name, sections, told)


def _sent(
    request: HttpRequest, name: str, sections: list[tuple[str, Section]], about: list[tuple[str, str]]
) -> HttpResponse:
    told = [(pgettext("export", "page"), sections[0][0]), *about]
    return figures_file(request, f"{name}-{timezone.localdate():%Y%m%d}", sections, told)
