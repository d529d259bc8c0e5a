"""Sections of the report on the work of the loop: what came in, what was closed and in time, what lies."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Unit
from bihuan.kernel.read.loop import FEWEST, Rate
from bihuan.kernel.registry import case_kinds
from bihuan.kernel.report import Cell, Chart, Column, Figure, Row, Section, Series, Table, phrase
from bihuan.kernel.rules.periods import Period

CASES = pgettext_lazy("unit", "cases")
ENDED = ("void", "rejected", "duplicate", "merged")
"""Ended without having been closed."""
COUNTED = ("opened", "closed", "fixed", "kept", "left", "late")
MEASURES = tuple(f"n_{key}" for key in COUNTED)


def closed(begin: datetime, end: datetime) -> Q:
    return Q(state="closed", closed_at__gte=begin, closed_at__lt=end)


def fixed(begin: datetime, end: datetime) -> Q:
    """Put right in the period, with a deadline to be measured by."""
    return Q(resolved_at__gte=begin, resolved_at__lt=end, due_at__isnull=False)


KEPT = Q(resolved_at__lte=F("due_at"))


def open_at(end: datetime) -> Q:
    """Opened before the instant, and neither closed by then nor ended otherwise."""
    return Q(opened_at__lt=end) & (Q(closed_at=None) | Q(closed_at__gte=end)) & ~Q(state__in=ENDED)


EVER_LATE = Q(resolved_at=None) | Q(resolved_at__gt=F("due_at"))
"""Follows from what it stands beside, and is the condition of an index: few of years of cases were late."""


def late_at(end: datetime) -> Q:
    """Open at the instant, its deadline past, and not put right by then."""
    return open_at(end) & Q(due_at__lt=end) & (Q(resolved_at=None) | Q(resolved_at__gte=end)) & EVER_LATE


def measures(period: Period) -> dict[str, Count]:
    begin, end = period.span
    wanted = {
        "opened": Q(opened_at__gte=begin, opened_at__lt=end),
        "closed": closed(begin, end),
        "fixed": fixed(begin, end),
        "kept": fixed(begin, end) & KEPT,
        "left": open_at(end),
        "late": late_at(end),
    }
    return {f"n_{key}": Count("pk", filter=where) for key, where in wanted.items()}


def cases_of(unit: Unit) -> QuerySet[Case]:
    return Case.objects.filter(unit__path__startswith=unit.path).order_by()


def living(unit: Unit, period: Period) -> QuerySet[Case]:
    """Cases that were not over before the period: few of years of history, found in one pass.

    Those opened after its end are not left out here: for that SQLite would walk the index of all before it.
    """
    begin = period.begin
    return cases_of(unit).filter(Q(closed_at=None) | Q(closed_at__gte=begin) | Q(resolved_at__gte=begin))


def grouped(unit: Unit, period: Period, by: str) -> dict[str, dict[str, int]]:
    """The measures of each kind or unit (by key).

    Grouped by an expression: by the bare column SQLite would walk its index and fetch every row of the
    history in that order, which takes several times as long as one pass over the table.
    """
    key = Concat(F(by), Value(""), output_field=TextField())
    rows: Any = living(unit, period).annotate(by=key).values("by").annotate(**measures(period))
    return {row.pop("by"): row for row in rows}


def link(path: str, **asked: str) -> str:
    """The table of cases with exactly these, whatever state they are in now."""
    return f"{reverse('cases')}?{urlencode({'view': 'all', 'unit': path, **asked})}"


def asked(measure: str, period: Period) -> dict[str, str]:
    """The filter of the table that shows the rows of a measure."""
    last = period.last.isoformat()
    return {
        "opened": period.pairs("opened"),
        "closed": {"state": "closed", **period.pairs("closed")},
        "fixed": {**period.pairs("resolved"), "kept": "any"},
        "kept": {**period.pairs("resolved"), "kept": "yes"},
        "left": {"open_on": last},
        "late": {"late_on": last},
    }[measure]


def flow(unit: Unit, period: Period) -> Section:
    """The loop in seven numbers."""
    found = living(unit, period).aggregate(**measures(period))
    labels = {
        "opened": _("opened"),
        "closed": _("closed after verification"),
        "left": _("open at the end of the period"),
        "late": _("overdue at the end of the period"),
    }
    counts = [
        Figure(
            key=key,
            label=label,
            value=found[f"n_{key}"],
            unit=CASES,
            link=link(unit.path, **asked(key, period)),
        )
        for key, label in labels.items()
    ]
    rate = Rate(found["n_kept"], found["n_fixed"])
    share = Figure(
        key="in_time",
        label=_("put right in time"),
        value=None if rate.withheld else rate.share,
        share=True,
        n=rate.n,
        interval=None if rate.withheld else rate.interval,
        withheld=too_few(rate),
        link=link(unit.path, **asked("fixed", period)),
    )
    again = cases_of(unit).filter(measures_opened(period), reopened__gt=0).count()
    reopened = Figure(
        key="reopened",
        label=_("of those opened, sent back at least once"),
        value=again,
        unit=CASES,
        link=link(unit.path, **asked("opened", period), sent_back="on"),
    )
    note = _("A case counts for the unit and day on which it was opened, put right or closed.")
    return Section(figures=[counts[0], counts[1], share, counts[2], counts[3], reopened], notes=[note])


def measures_opened(period: Period) -> Q:
    return Q(opened_at__gte=period.begin, opened_at__lt=period.end)


def too_few(rate: Rate) -> Any:
    if not rate.withheld:
        return ""
    return phrase(
        _("%(hits)d of %(n)d: fewer than %(least)d, no share"), hits=rate.hits, n=rate.n, least=FEWEST
    )


COLUMNS = (
    Column(key="opened", label=_("opened")),
    Column(key="closed", label=_("closed")),
    Column(key="in_time", label=_("put right in time"), share=True),
    Column(key="left", label=_("open at the end")),
    Column(key="late", label=_("overdue at the end")),
)


def cells(found: Mapping[str, Any], path: str, period: Period, **more: str) -> dict[str, Cell]:
    """One row of measures, each with its link."""
    rate = Rate(found["n_kept"], found["n_fixed"])
    counts = {
        key: Cell(value=found[f"n_{key}"], link=link(path, **asked(key, period), **more))
        for key in ("opened", "closed", "left", "late")
    }
    counts["in_time"] = Cell(
        value=None if rate.withheld else rate.share,
        n=rate.n,
        interval=None if rate.withheld else rate.interval,
        withheld=too_few(rate),
        link=link(path, **asked("fixed", period), **more),
    )
    return counts


def anything(found: Mapping[str, Any]) -> bool:
    return any(found[f"n_{key}"] for key in COUNTED)


def kinds(unit: Unit, period: Period) -> Section:
    """By kind of breach, most opened first."""
    rows = [(kind, row) for kind, row in grouped(unit, period, "kind").items() if anything(row)]
    found = sorted(rows, key=lambda item: (-item[1]["n_opened"], item[0]))
    named = case_kinds()
    table = Table(
        key="kinds",
        title=_("By kind"),
        public=True,
        columns=(Column(key="kind", label=_("kind"), numeric=False), *COLUMNS),
        rows=[
            Row(
                kind,
                {
                    "kind": Cell(value=named[kind][1].title if kind in named else kind),
                    **cells(row, unit.path, period, kind=kind),
                },
            )
            for kind, row in found
        ],
        empty=_("No case was opened, closed or left open."),
    )
    return Section(tables=[table])


def units(unit: Unit, period: Period) -> Section:
    """By unit: those directly below, each with what is below it."""
    below = list(Unit.objects.filter(parent=unit).order_by("path"))
    paths = {str(key): path for key, path in Unit.objects.values_list("pk", "path")}
    sums: dict[str, dict[str, int]] = {each.path: dict.fromkeys(MEASURES, 0) for each in below}
    for key_of, row in grouped(unit, period, "unit").items():
        for path in (path for path in sums if paths[key_of].startswith(path)):
            sums[path] = {key: sums[path][key] + row[key] for key in MEASURES}
    rows = []
    for each in below:
        found = sums[each.path]
        if anything(found):
            name = {"unit": Cell(value=each.name)}
            rows.append(Row(each.code, name | cells(found, each.path, period)))
    table = Table(
        key="units",
        title=_("By unit"),
        public=True,
        columns=(Column(key="unit", label=_("unit"), numeric=False), *COLUMNS),
        rows=rows,
        empty=_("No unit below has had a case.") if below else _("There is no unit below this one."),
    )
    return Section(tables=[table])


def course(unit: Unit, period: Period) -> Section:
    """Opened and closed by day, or by month in a quarter."""
    begin, end = period.span
    opened = by_day(cases_of(unit).filter(measures_opened(period)).values_list("opened_at", flat=True))
    ended = living(unit, period).filter(closed_at__gte=begin, closed_at__lt=end)
    # The state is looked at here: asked for it, SQLite would walk its index through the whole history.
    done = by_day(at for at, state in ended.values_list("closed_at", "state") if state == "closed")
    x, first = steps(period, opened), steps(period, done)
    told = {"opened": sum(x.values()), "closed": sum(first.values())}
    chart = Chart(
        key="course",
        title=_("Opened and closed"),
        x=list(x),
        x_name=_("day") if period.kind == "month" else _("month"),
        unit=CASES,
        series=[
            Series(name=_("opened"), kind="bar", neutral=True, values=list(x.values())),
            Series(name=_("closed"), values=list(first.values())),
        ],
        summary=phrase(_("Cases opened: %(opened)d, closed: %(closed)d."), **told),
    )
    return Section(charts=[chart])


def by_day(instants: Iterable[datetime | None]) -> dict[date, int]:
    """How many on each local day. Counted here: SQLite would call back into Python for each row anyway."""
    return Counter(timezone.localdate(at) for at in instants if at)


def steps(period: Period, counts: Mapping[date, int]) -> dict[str, int]:
    """Sums by day of a month or by month of a quarter, empty ones included."""
    found: dict[str, int] = {}
    for day in period.days():
        key = f"{day:%m-%d}" if period.kind == "month" else f"{day:%Y-%m}"
        found[key] = found.get(key, 0) + counts.get(day, 0)
    return found
