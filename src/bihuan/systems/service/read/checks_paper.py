"""Checks and visits as sections of the branch's papers: what was owed and done, hall by hall."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Obligation, ObligationState, Unit
from bihuan.kernel.registry import obligation_specs
from bihuan.kernel.report import Cell, Column, Row, Section, Table
from bihuan.kernel.rules.measures.means import summed
from bihuan.kernel.rules.periods import Period

from ..models import Hall, Inspection, InspectionKind
from .inspections import DUTIES

STATES: Sequence[tuple[str, Any]] = (
    (ObligationState.DONE, _("done")),
    (ObligationState.MISSED, _("missed")),
    (ObligationState.DUE, _("still due")),
    (ObligationState.WAIVED, _("waived")),
)
SCORED = _("mean score")


def owed(unit: Unit, period: Period) -> Section:
    """Each duty: what came of its days, weeks, months or quarters that began in the period."""
    rows = Obligation.objects.filter(
        key__in=DUTIES,
        unit__path__startswith=unit.path,
        begins_on__gte=period.first,
        begins_on__lte=period.last,
    )
    counts = {state: Count("pk", filter=Q(state=state)) for state, _label in STATES}
    counted = rows.order_by().values("key").annotate(**counts)
    found: dict[str, dict[str, Any]] = {row["key"]: {**row} for row in counted}
    made = []
    for key in DUTIES:
        if key not in found:
            continue
        query = {"view": "all", "unit": unit.path, "obligation": key, **period.pairs("begins")}
        cells = {"duty": Cell(value=obligation_specs()[key][1].title)}
        for state, _label in STATES:
            link = f"{reverse('obligations')}?{urlencode({**query, 'state': state})}"
            cells[state] = Cell(value=found[key][state], link=link)
        made.append(Row(key=key, cells=cells))
    columns = (
        Column(key="duty", label=_("duty"), numeric=False),
        *(Column(key=state, label=label) for state, label in STATES),
    )
    table = Table(
        key="duties",
        title=_("Checks and visits owed"),
        columns=columns,
        rows=made,
        public=True,
        empty=_("Nothing was owed in this period."),
    )
    return Section(
        tables=[table],
        notes=[_("Weekly visits of level 1 are ours: the original is silent on that level.")] if made else (),
    )


def halls(unit: Unit, period: Period) -> Section:
    """Each hall with its valid records of each kind and their mean score, and those that found something."""
    rows = Inspection.objects.filter(
        voided_at=None,
        hall__isnull=False,
        unit__path__startswith=unit.path,
        at__gte=period.begin,
        at__lt=period.end,
    )
    marks: dict[tuple[int | None, str], list[float]] = defaultdict(list)
    found: dict[int | None, int] = defaultdict(int)
    for code, kind, score, words in rows.order_by("pk").values_list("hall", "kind", "score", "found"):
        marks[code, kind].append(float(score))
        found[code] += bool(words)
    shown = Hall.objects.filter(pk__in={key for key, _kind in marks}).select_related("place")
    made = []
    for hall in shown.order_by("place__code"):
        base = {"view": "valid", "unit": unit.path, "hall": hall.pk, **period.pairs("at")}
        cells = {"hall": Cell(value=str(hall))}
        for kind in InspectionKind:
            link = f"{reverse('service:inspections')}?{urlencode({**base, 'kind': kind})}"
            given = marks.get((hall.pk, kind), [])
            cells[f"n_{kind}"] = Cell(value=len(given), link=link)
            cells[kind] = Cell(value=summed(given).mean if given else None, n=len(given), link=link)
        link = f"{reverse('service:inspections')}?{urlencode({**base, 'found': 'on'})}"
        cells["found"] = Cell(value=found[hall.pk], link=link)
        made.append(Row(key=hall.code, cells=cells))
    columns = [Column(key="hall", label=_("hall"), numeric=False)]
    for kind in InspectionKind:
        columns.append(Column(key=f"n_{kind}", label=PLURALS[kind]))
        columns.append(Column(key=kind, label=SCORED, decimals=1))
    columns.append(Column(key="found", label=_("records with findings")))
    table = Table(
        key="halls",
        title=_("Halls"),
        columns=columns,
        rows=made,
        public=True,
        empty=_("No check or visit in this period."),
    )
    return Section(tables=[table])


PLURALS = {
    InspectionKind.VIDEO: _("video checks"),
    InspectionKind.VISIT: _("site visits"),
    InspectionKind.SCORED: _("scored inspections"),
}
