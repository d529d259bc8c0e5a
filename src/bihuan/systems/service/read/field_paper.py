"""Sections of the quarterly report: questionnaires in halls, and sessions in meter-reading areas."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Unit
from bihuan.kernel.report import Cell, Column, Figure, Row, Section, Table, phrase
from bihuan.kernel.rules.periods import Period

from ..models import DrawKind, Fieldwork
from ..rules.evaluation import Indicator
from ..rules.quarters import Quarter
from ..words import ARMS, STATES
from .fieldwork import Line, Plan, asked_in, plan_of_halls, plan_of_sessions

POINTS = pgettext_lazy("unit", "points")
FEW = _("fewer than 10 answers")
COUNTS = (
    Column(key="state", label=_("state"), numeric=False),
    Column(key="counts", label=_("issued / returned / valid / refused"), numeric=False),
    Column(key="index", label=_("satisfaction index"), unit=POINTS, decimals=1),
)


def halls(unit: Unit, period: Period) -> Section:
    """Each drawn hall with its three counts, and the index of the branch."""
    plan = plan_of_halls(_asked(unit, period, hall__isnull=False))
    table = Table(
        key="halls",
        title=_("Halls asked"),
        columns=(Column(key="name", label=_("hall"), numeric=False), *COUNTS),
        rows=[_row(line) for line in plan.lines],
        public=True,
        empty=_("No hall was drawn in this quarter."),
    )
    notes = [
        _("The rule is judged on issued questionnaires, the index on valid ones; halls weigh by visitors.")
    ]
    link = _kept(DrawKind.HALLS, unit, period)
    asked = Figure(key="halls", label=_("Halls asked"), value=len(plan.kept), link=link)
    return Section(
        figures=[asked, *_counts(plan, link), _index("index", _("Index of the halls"), plan.index, link)],
        tables=[table],
        notes=notes,
    )


def sessions(unit: Unit, period: Period) -> Section:
    """Each session with its counts; both arms apart, and what the sheets are worth."""
    plan = plan_of_sessions(_asked(unit, period, area__isnull=False), period.first)
    rule = plan.sessions
    link = _kept(DrawKind.AREAS, unit, period)
    missing = [_("The rule asks for more sessions or more questionnaires a session.")]
    figures = [
        Figure(
            key="sessions",
            label=pgettext_lazy("survey", "Sessions"),
            value=len(plan.kept),
            link=link,
        ),
        *_counts(plan, link),
        Figure(
            key="effective",
            label=_("Effective answers"),
            value=round(plan.effective),
            link=link,
            note=phrase(_("at a likeness of %(icc)s within a session"), icc=plan.icc),
        ),
        _measured(plan, link),
        _index("chance", _("Index, areas drawn by chance"), plan.index, link),
        _index("dense", _("Index where problems are dense"), plan.dense, link),
    ]
    columns = (
        Column(key="name", label=_("area"), numeric=False),
        Column(key="on", label=_("day of the session"), numeric=False),
        Column(key="arm", label=_("how drawn"), numeric=False),
        *COUNTS,
    )
    table = Table(
        key="sessions",
        title=_("Sessions held"),
        columns=columns,
        rows=[_row(line) for line in plan.lines],
        empty=_("No session was drawn in this quarter."),
    )
    apart = _("Areas with dense problems were chosen for them: they are said apart and are in no index.")
    return Section(
        figures=figures, tables=[table], notes=[apart, *(missing if rule and not rule.met else [])]
    )


def _asked(unit: Unit, period: Period, **more: object) -> QuerySet[Fieldwork]:
    return asked_in(unit, period.begin, period.end, **more)


def _counts(plan: Plan, link: str) -> list[Figure]:
    """Sheets are no rows of a table: the note says what they are counted over."""
    told: Iterable[tuple[str, StrOrPromise, int]] = (
        ("issued", _("Questionnaires issued"), plan.totals.issued),
        ("returned", _("Questionnaires returned"), plan.totals.returned),
        ("valid", _("Valid questionnaires"), plan.totals.valid),
    )
    over = _("over all halls or sessions of the quarter that did not fall away")
    return [Figure(key=key, label=label, value=number, note=over, link=link) for key, label, number in told]


def _kept(kind: str, unit: Unit, period: Period) -> str:
    """The table of what did not fall away."""
    quarter = Quarter.of(period.first)
    asked = {"view": "kept", "kind": kind, "unit": unit.path, "period": f"{quarter.year}Q{quarter.number}"}
    return f"{reverse('service:fieldwork')}?{urlencode(asked)}"


def _measured(plan: Plan, link: str) -> Figure:
    """Likeness within sessions as the answers show it, beside the one that is assumed."""
    label, found = _("Likeness within sessions, measured"), plan.measured
    if found is None:
        few = phrase(_("fewer than %(n)s sessions with answers"), n=plan.enough)
        return Figure(key="likeness", label=label, value=None, decimals=3, withheld=few, link=link)
    return Figure(
        key="likeness",
        label=label,
        value=found.value,
        decimals=3,
        n=found.n,
        interval=(found.interval.low, found.interval.high),
        link=link,
        note=phrase(_("from %(k)s sessions; %(icc)s is assumed"), k=found.clusters, icc=plan.icc),
    )


def _index(key: str, label: StrOrPromise, found: Indicator | None, link: str) -> Figure:
    if found is None or (found.n or 0) < 10:
        return Figure(
            key=key, label=label, value=None, decimals=2, withheld=FEW, n=found.n if found else 0, link=link
        )
    span = found.interval
    return Figure(
        key=key,
        label=label,
        value=found.points,
        unit=POINTS,
        decimals=2,
        n=found.n,
        interval=(span.low, span.high) if span else None,
        link=link,
    )


def _row(line: Line) -> Row:
    shown, counts = line.shown, line.counts
    link = reverse("service:fieldwork-one", args=[line.work.pk])
    cells = {
        "name": Cell(value=str(line.work), link=link),
        "state": Cell(value=phrase(STATES[line.state][1], n=line.counts.short)),
        "counts": Cell(
            value=f"{counts.issued} / {counts.returned} / {counts.valid} / {line.refused}", link=link
        ),
        "index": Cell(value=shown.mean, n=shown.n, link=link)
        if shown
        else Cell(withheld=FEW, n=line.counts.valid, link=link),
    }
    if line.work.area_id:
        cells["on"] = Cell(value=line.work.held_on.isoformat() if line.work.held_on else "")
        cells["arm"] = Cell(value=ARMS[line.work.label.rpartition("|")[2]])
    return Row(key=line.work.drawn, cells=cells)
