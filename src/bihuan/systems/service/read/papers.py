"""Sections of the papers that the branch hands in: call-backs, complaints, findings."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Case, Post, Severity, Unit
from bihuan.kernel.registry import case_kinds
from bihuan.kernel.report import Cell, Column, Figure, Row, Section, Table, phrase
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.measures.interval import Estimate
from bihuan.kernel.rules.periods import Period

from ..models import Call, Stage
from .calls import Funnel, complaint_calls, order_calls

CALLS = pgettext_lazy("unit", "calls")
FINDINGS = (
    "video_finding",
    "visit_finding",
    "survey_finding",
    "voice_finding",
    "call_finding",
    "tip",
    "duty_missed",
)
OF_COMPLAINTS = _("counted from the complaints of the period")
LEAST = 10
"""Below so many nobody reads a share."""


def branches() -> QuerySet[Unit]:
    """Units that have a head of the marketing office: they hand in papers."""
    return Unit.objects.filter(pk__in=Post.objects.filter(key="marketing_head").values("unit"))


def first_calls(unit: Unit, period: Period) -> Section:
    return _repairs(unit, period, Stage.FAULT_1)


def second_calls(unit: Unit, period: Period) -> Section:
    return _repairs(unit, period, Stage.FAULT_2)


def _repairs(unit: Unit, period: Period, stage: str) -> Section:
    found = order_calls(unit, *period.span, named=True, stage=stage)
    return Section(figures=figures(found, calls_link(unit, period, stage)), notes=late_note(found))


def teams(unit: Unit, period: Period) -> Section:
    """Each team with its repairs: what was due, made in time, and how content the reached were."""
    calls = Call.objects.filter(
        order__unit__path__startswith=unit.path,
        ended_at__gte=period.begin,
        ended_at__lt=period.end,
        stage__in=(Stage.FAULT_1, Stage.FAULT_2),
    )
    keys = calls.order_by().values_list("order__unit", flat=True).distinct()
    rows = []
    for team in Unit.objects.filter(pk__in=keys).order_by("path"):
        first = order_calls(team, *period.span, stage=Stage.FAULT_1)
        second = order_calls(team, *period.span, stage=Stage.FAULT_2)
        link, later = calls_link(team, period, Stage.FAULT_1), calls_link(team, period, Stage.FAULT_2)
        cells = {
            "team": Cell(value=team.name),
            "wanted": Cell(value=first.wanted, link=link),
            "timely": share_cell(first.timely, first.judged, f"{link}&came_of=judged"),
            "content": share_cell(first.content, first.reached, f"{link}&came_of=reached"),
            "again": Cell(value=second.wanted, link=later),
            "content_again": share_cell(second.content, second.reached, f"{later}&came_of=reached"),
        }
        rows.append(Row(key=team.code, cells=cells))
    columns = (
        Column(key="team", label=_("team"), numeric=False),
        Column(key="wanted", label=_("first calls due")),
        Column(key="timely", label=_("made in time"), share=True),
        Column(key="content", label=_("satisfied of those reached"), share=True),
        Column(key="again", label=_("second calls due")),
        Column(key="content_again", label=_("satisfied at the second call"), share=True),
    )
    table = Table(
        key="teams",
        title=_("Teams"),
        columns=columns,
        rows=rows,
        public=True,
        empty=_("No repair in this period."),
    )
    return Section(tables=[table])


def stages(unit: Unit, period: Period) -> Section:
    """The five stages of a connection, each with its call-backs."""
    rows = []
    for stage in [each for each in Stage if not each.startswith("fault")]:
        found, link = order_calls(unit, *period.span, stage=stage), calls_link(unit, period, stage)
        cells = {
            "stage": Cell(value=stage.label),
            "wanted": Cell(value=found.wanted, link=link),
            "timely": share_cell(found.timely, found.judged, f"{link}&came_of=judged"),
            "content": share_cell(found.content, found.reached, f"{link}&came_of=reached"),
        }
        rows.append(Row(key=stage.value, cells=cells))
    columns = (
        Column(key="stage", label=_("stage of a connection"), numeric=False),
        Column(key="wanted", label=_("call-backs due")),
        Column(key="timely", label=_("made in time"), share=True),
        Column(key="content", label=_("satisfied of those reached"), share=True),
    )
    return Section(
        tables=[
            Table(key="stages", title=_("Stages of connections"), columns=columns, rows=rows, public=True)
        ]
    )


def complaints(unit: Unit, period: Period) -> Section:
    """Complaints made in the period, and both of their call-backs."""
    made = Case.objects.filter(
        kind="complaint",
        unit__path__startswith=unit.path,
        opened_at__gte=period.begin,
        opened_at__lt=period.end,
    )
    query = urlencode({"unit": unit.path, **period.pairs("opened")})
    link = f"{reverse('service:complaints')}?{query}"
    count = Figure(key="complaints", label=_("complaints"), value=made.count(), link=link)
    first = complaint_calls(unit, *period.span, named=True)
    second = complaint_calls(unit, *period.span, duty="call_2")
    labels = (_("first call-backs"), _("second call-backs"))
    shown = [count]
    for prefix, label, found in (("first", labels[0], first), ("second", labels[1], second)):
        shown += [
            Figure(
                key=f"{prefix}_wanted",
                label=phrase(_("%(what)s due"), what=label),
                value=found.wanted,
                link=link,
                note=OF_COMPLAINTS,
            ),
            share_figure(
                f"{prefix}_timely",
                phrase(_("%(what)s made in time"), what=label),
                found.timely,
                found.judged,
                link,
                OF_COMPLAINTS,
            ),
            Figure(
                key=f"{prefix}_waiting",
                label=phrase(_("%(what)s whose limit is still to come"), what=label),
                value=found.waiting,
                link=link,
                note=OF_COMPLAINTS,
            ),
            share_figure(
                f"{prefix}_content",
                phrase(_("%(what)s: satisfied of those reached"), what=label),
                found.content,
                found.reached,
                link,
                OF_COMPLAINTS,
            ),
        ]
    return Section(
        figures=shown, notes=[*late_note(first), _("Who wants no call-back is in neither part of a rate.")]
    )


def findings(unit: Unit, period: Period) -> Section:
    """What was found in the period, by where it was found, and what became of it."""
    rows = Case.objects.filter(
        kind__in=FINDINGS,
        unit__path__startswith=unit.path,
        opened_at__gte=period.begin,
        opened_at__lt=period.end,
    )
    counts = (
        rows.order_by()
        .values("kind")
        .annotate(
            n=Count("pk"),
            serious=Count("pk", filter=Q(severity=Severity.SERIOUS)),
            closed=Count("pk", filter=Q(state="closed")),
            open=Count("pk", filter=Q(state__in=OPEN)),
        )
    )
    by_kind: dict[str, dict[str, Any]] = {row["kind"]: dict(row) for row in counts}
    made = []
    for kind in FINDINGS:
        found = by_kind.get(kind, {"n": 0, "serious": 0, "closed": 0, "open": 0})
        asked = {"unit": unit.path, "kind": kind, **period.pairs("opened")}
        narrow = {
            "n": {"view": "all"},
            "serious": {"view": "all", "severity": "3"},
            "closed": {"view": "all", "state": "closed"},
            "open": {"view": "worst"},
        }
        cells = {"kind": Cell(value=case_kinds()[kind][1].title)}
        for key, more in narrow.items():
            cells[key] = Cell(value=found[key], link=f"{reverse('cases')}?{urlencode({**asked, **more})}")
        made.append(Row(key=kind, cells=cells))
    columns = (
        Column(key="kind", label=_("where it was found"), numeric=False),
        Column(key="n", label=_("found")),
        Column(key="serious", label=_("of these serious")),
        Column(key="closed", label=_("put right and verified")),
        Column(key="open", label=_("still open")),
    )
    return Section(
        tables=[Table(key="findings", title=_("Findings"), columns=columns, rows=made, public=True)]
    )


def figures(found: Funnel, link: str) -> list[Figure]:
    """The funnel as figures: each share with its own denominator."""
    return [
        Figure(key="wanted", label=pgettext_lazy("calls", "due"), value=found.wanted, unit=CALLS, link=link),
        Figure(
            key="declined",
            label=_("customers who want no call"),
            value=found.declined,
            unit=CALLS,
            link=f"{link}&came_of=declined",
        ),
        share_figure("timely", _("made in time"), found.timely, found.judged, f"{link}&came_of=judged"),
        Figure(
            key="waiting",
            label=_("not made, limit still to come"),
            value=found.waiting,
            unit=CALLS,
            link=f"{link}&came_of=waiting",
        ),
        share_figure(
            "contacted",
            _("reached"),
            found.contacted,
            found.reached + found.unreachable,
            f"{link}&came_of=made",
        ),
        share_figure(
            "content",
            _("satisfied of those reached"),
            found.content,
            found.reached,
            f"{link}&came_of=reached",
        ),
    ]


def share_figure(key: str, label: Any, rate: Estimate | None, n: int, link: str, note: Any = "") -> Figure:
    """A share with its interval; below the smallest sample the two counts instead."""
    few = rate is None or n < LEAST
    return Figure(
        key=key,
        label=label,
        value=None if few or rate is None else rate.value,
        share=True,
        n=n,
        interval=None if few or rate is None else (rate.interval.low, rate.interval.high),
        withheld=few_words(rate, n) if few else "",
        link=link,
        note=note,
    )


def share_cell(rate: Estimate | None, n: int, link: str) -> Cell:
    if rate is None or n < LEAST:
        return Cell(n=n, withheld=few_words(rate, n), link=link)
    return Cell(value=rate.value, n=n, interval=(rate.interval.low, rate.interval.high), link=link)


def few_words(rate: Estimate | None, n: int) -> Any:
    hits = round(rate.value * n) if rate else 0
    return phrase(_("%(hits)d of %(n)d: fewer than %(least)d, no share"), hits=hits, n=n, least=LEAST)


def late_note(found: Funnel) -> Sequence[Any]:
    """Who was late is named, by number."""
    if not found.late:
        return []
    return [phrase(_("After the limit: %(all)s"), all=", ".join(found.late[:50]))]


def calls_link(unit: Unit, period: Period, stage: str) -> str:
    query = {"view": "all", "unit": unit.path, "stage": stage, **period.pairs("ended")}
    return f"{reverse('service:calls')}?{urlencode(query)}"
