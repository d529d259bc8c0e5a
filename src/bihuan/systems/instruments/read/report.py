"""Sections of the monthly report on the instruments: use, alarms, terminals that were away."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Unit
from bihuan.kernel.read.loop import Rate
from bihuan.kernel.read.work import CASES, too_few
from bihuan.kernel.read.work import link as case_link
from bihuan.kernel.report import Cell, Chart, Column, Figure, Row, Section, Series, Table, phrase
from bihuan.kernel.rules.periods import Period

from ..models import Alarm, Instrument, Session
from ..rules import usage
from .period import Period as Days
from .runs import compliance, within

HOURS = pgettext_lazy("unit", "hours")
SESSIONS = pgettext_lazy("unit", "sessions")
ALARMS = pgettext_lazy("unit", "alarms")
MOST_ROWS = 200
"""Users of a table: the others are in the table of the pages, which the link of the sum shows."""


def units() -> QuerySet[Unit]:
    """Units that have instruments, themselves or below."""
    paths = set(Instrument.objects.values_list("unit__path", flat=True))
    keys = {int(key) for path in paths for key in path.strip("/").split("/")}
    return Unit.objects.filter(pk__in=keys)


def instruments_of(unit: Unit) -> QuerySet[Instrument]:
    return Instrument.objects.filter(unit__path__startswith=unit.path).order_by("code")


def link(name: str, path: str, **asked: str) -> str:
    return f"{reverse(f'instruments:{name}')}?{urlencode({'unit': path, **asked})}"


@dataclass
class Use:
    """Sessions that touch the period, and how long they ran within it."""

    sessions: int = 0
    ran: timedelta = field(default_factory=timedelta)

    def add(self, ran: timedelta) -> None:
        self.sessions += 1
        self.ran += ran

    @property
    def hours(self) -> float:
        return self.ran / timedelta(hours=1)


def uses(unit: Unit, period: Period) -> list[tuple[str, int | None, usage.Span]]:
    """Instrument, person and span of each session, cut at the ends of the period."""
    rows = within(Session.objects.filter(instrument__unit__path__startswith=unit.path), period.span)
    found = rows.order_by().values_list("instrument__code", "person", "started_at", "ended_at")
    begin, end = period.span
    until = min(timezone.now(), end)
    return [
        (code, person, (max(started, begin), min(max(ended or until, started), end)))
        for code, person, started, ended in found
    ]


def summed(rows: Iterable[tuple[Any, usage.Span]]) -> dict[Any, Use]:
    found: dict[Any, Use] = defaultdict(Use)
    for key, (begin, end) in rows:
        found[key].add(max(end - begin, timedelta()))
    return found


def use(unit: Unit, period: Period) -> Section:
    """How much was used, by whom, on what."""
    rows = uses(unit, period)
    whole = summed(("", span) for _code, _person, span in rows).get("", Use())
    by_code = summed((code, span) for code, _person, span in rows)
    by_person = summed((person, span) for _code, person, span in rows)
    asked = period.pairs("day")
    known = instruments_of(unit).filter(archived_at=None).count()
    rate = compliance(instruments_of(unit), Days("custom", period.first, period.last))
    here = link("sessions", unit.path, **asked)
    figures = [
        Figure(key="sessions", label=_("uses"), value=whole.sessions, unit=SESSIONS, link=here),
        Figure(key="hours", label=_("running time"), value=whole.hours, unit=HOURS, decimals=1, link=here),
        Figure(
            key="used",
            label=_("instruments used"),
            value=len(by_code),
            unit=phrase(_("of %(n)d in the register now"), n=known),
            link=here,
            note=_("counted from these uses"),
        ),
        share("compliance", _("begun with a swipe"), rate, here, RUNS),
    ]
    names = dict(instruments_of(unit).values_list("code", "name"))
    tables = [
        table("instruments", _("By instrument"), True, by_code, lambda code: name_cells(code, names)),
        table("users", _("By user"), False, by_person, lambda person: {"name": Cell(person=person)}),
    ]
    linked = [
        with_links(tables[0], lambda key: link("sessions", unit.path, instrument=key, **asked)),
        with_links(tables[1], lambda key: link("sessions", unit.path, person=key or "none", **asked)),
    ]
    return Section(figures=figures, tables=linked, charts=[course(period, [span for *_, span in rows])])


def name_cells(code: str, names: dict[str, str]) -> dict[str, Cell]:
    return {"name": Cell(value=f"{code} {names.get(code, '')}".strip())}


RUNS = _("n: uses that began in the period, and runs without any swipe (alarms that no use has settled)")


def share(key: str, label: Any, rate: Rate, at: str, note: Any) -> Figure:
    return Figure(
        key=key,
        label=label,
        value=None if rate.withheld else rate.share,
        share=True,
        n=rate.n,
        interval=None if rate.withheld else rate.interval,
        withheld=too_few(rate),
        link=at,
        note=note,
    )


def table(
    key: str, title: Any, public: bool, found: dict[Any, Use], name: Callable[[Any], dict[str, Cell]]
) -> Table:
    """Most running time first."""
    ordered = sorted(found.items(), key=lambda item: (-item[1].ran, str(item[0])))[:MOST_ROWS]
    return Table(
        key=key,
        title=title,
        public=public,
        columns=(
            Column(key="name", label=_("instrument") if public else _("user"), numeric=False),
            Column(key="sessions", label=_("uses")),
            Column(key="hours", label=_("running time"), unit=HOURS, decimals=1),
        ),
        rows=[
            Row(
                str(one or ""),
                {**name(one), "sessions": Cell(value=sums.sessions), "hours": Cell(value=sums.hours)},
            )
            for one, sums in ordered
        ],
        empty=_("Nothing was used."),
    )


def with_links(found: Table, at: Callable[[str], str]) -> Table:
    rows = [
        Row(
            row.key,
            {
                key: cell if key == "name" else Cell(value=cell.value, link=at(row.key))
                for key, cell in row.cells.items()
            },
        )
        for row in found.rows
    ]
    return Table(
        key=found.key,
        title=found.title,
        columns=found.columns,
        rows=rows,
        public=found.public,
        empty=found.empty,
    )


def course(period: Period, spans: list[usage.Span]) -> Chart:
    days = usage.by_day(spans, period.first, period.last, period.zone)
    hours = [round(day.ran / timedelta(hours=1), 2) for day in days]
    return Chart(
        key="hours",
        title=_("Running time by day"),
        x=[f"{day.on:%m-%d}" for day in days],
        x_name=_("day"),
        unit=HOURS,
        series=[Series(name=_("running time"), kind="bar", values=hours)],
        summary=phrase(
            _("%(hours)s hours on %(n)d days with use."),
            hours=f"{sum(hours):.1f}",
            n=sum(1 for value in hours if value),
        ),
    )


def alarms(unit: Unit, period: Period) -> Section:
    """Use without a swipe: how often, where, and with a picture or not."""
    begin, end = period.span
    rows = Alarm.objects.filter(
        instrument__unit__path__startswith=unit.path, began_at__gte=begin, began_at__lt=end
    ).order_by()
    told = rows.aggregate(
        n=Count("pk", distinct=True),
        unseen=Count("pk", filter=Q(photos=None), distinct=True),
        late=Count("pk", filter=Q(reason=Alarm.Reason.LATE_SWIPE), distinct=True),
    )
    asked = period.pairs("began")
    here = link("alarms", unit.path, **asked)
    figures = [
        Figure(key="alarms", label=_("alarms"), value=told["n"], unit=ALARMS, link=here),
        Figure(
            key="late",
            label=_("of these ended by a late swipe"),
            value=told["late"],
            unit=ALARMS,
            link=link("alarms", unit.path, reason="late_swipe", **asked),
        ),
        Figure(
            key="unseen",
            label=_("of these without a photo"),
            value=told["unseen"],
            unit=ALARMS,
            link=link("alarms", unit.path, unseen="on", **asked),
        ),
    ]
    found = rows.values_list("instrument__code", "instrument__name").annotate(n=Count("pk"))
    counted = [
        Row(
            code,
            {
                "name": Cell(value=f"{code} {name}"),
                "alarms": Cell(value=n, link=link("alarms", unit.path, instrument=code, **asked)),
            },
        )
        for code, name, n in sorted(found, key=lambda row: (-row[2], row[0]))
    ]
    columns = (
        Column(key="name", label=_("instrument"), numeric=False),
        Column(key="alarms", label=_("alarms")),
    )
    by_instrument = Table(
        key="instruments",
        title=_("By instrument"),
        public=True,
        columns=columns,
        rows=counted,
        empty=_("No alarm."),
    )
    return Section(figures=figures, tables=[by_instrument])


def offline(unit: Unit, period: Period) -> Section:
    """Terminals that fell silent: cases of that kind opened in the period."""
    begin, end = period.span
    rows = Case.objects.filter(
        kind="offline", unit__path__startswith=unit.path, opened_at__gte=begin, opened_at__lt=end
    ).order_by()
    asked = {"kind": "offline", **period.pairs("opened")}
    figures = [
        Figure(
            key="cases",
            label=_("times a terminal was away"),
            value=rows.count(),
            unit=CASES,
            link=case_link(unit.path, **asked),
        )
    ]
    found = rows.values_list("subject").annotate(n=Count("pk"))
    names = dict(Instrument.objects.values_list("code", "name"))
    counted = [
        Row(
            code,
            {
                **name_cells(code, names),
                "cases": Cell(value=n, link=case_link(unit.path, subject=code, **asked)),
            },
        )
        for code, n in sorted(found, key=lambda row: (-row[1], row[0]))
    ]
    columns = (
        Column(key="name", label=_("instrument"), numeric=False),
        Column(key="cases", label=_("times away")),
    )
    by_instrument = Table(
        key="instruments",
        title=_("By instrument"),
        public=True,
        columns=columns,
        rows=counted,
        empty=_("No terminal was away long enough for a case."),
    )
    return Section(figures=figures, tables=[by_instrument])
