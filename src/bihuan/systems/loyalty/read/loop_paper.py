"""The quarterly paper of a programme, what was done: pilot, journey, loop, earned growth."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case, Obligation, ObligationState, Unit
from bihuan.kernel.report import Cell, Column, Figure, Row, Section, Table, phrase
from bihuan.kernel.rules.measures.nps import Answers
from bihuan.kernel.rules.measures.nps import reading as reading_of
from bihuan.kernel.rules.measures.proportions import share as share_of
from bihuan.kernel.rules.measures.standing import LEAST
from bihuan.kernel.rules.periods import Period

from ..models import Arm, Decision, GrowthYear, Huddle, Programme
from ..rules.growth import Earned, Growth, earned
from ..words import BASES, VERDICTS
from .adoption import closing
from .journey import journey as journey_of
from .paper import POINTS, answers_link, nps_cell, written
from .pilot import Judgement, judge


def pilot(unit: Unit, period: Period) -> Section:
    """Each programme of the unit as it stood on the last day of the quarter."""
    programmes = Programme.objects.filter(unit__path__startswith=unit.path, starts_on__lte=period.last)
    last = min(period.last, timezone.localdate())
    rows = programmes.select_related("unit").order_by("code")[:50]
    return _pilots([(programme, judge(programme, last)) for programme in rows])


def of_programme(programme: Programme) -> Section:
    """One programme as it stands today, with every unit of both arms."""
    found = judge(programme)
    told = _pilots([(programme, found)])
    rows = [
        Row(
            key=each.unit.code,
            cells={
                "unit": Cell(value=each.unit.name),
                "arm": Cell(value=Arm(each.arm).label),
                "before": nps_cell(reading_of(each.before)),
                "after": nps_cell(reading_of(each.after)),
            },
        )
        for each in found.rows
    ]
    columns = (
        Column(key="unit", label=_("unit"), numeric=False),
        Column(key="arm", label=_("arm"), numeric=False),
        Column(key="before", label=_("before the start"), unit=POINTS, decimals=1),
        Column(key="after", label=_("after the start"), unit=POINTS, decimals=1),
    )
    arms = Table(key="units", title=_("Arms"), columns=columns, rows=rows)
    return Section(figures=_difference(found), tables=[*told.tables, arms], notes=told.notes)


def _difference(found: Judgement) -> list[Figure]:
    """By how much the pilot moved more than the comparison, and the same before the start."""
    told = (
        ("did", _("points more than the comparison"), found.estimate),
        ("placebo", _("the same, before the start"), found.placebo),
    )
    return [
        Figure(key=key, label=label, value=each.points, unit=POINTS, decimals=1, interval=each.interval)
        for key, label, each in told
        if each
    ]


def _pilots(judged: Sequence[tuple[Programme, Judgement]]) -> Section:
    rows = [row for programme, found in judged for row in _arms(programme, found)]
    notes = [_verdict(programme, found) for programme, found in judged]
    columns = (
        Column(key="programme", label=_("programme"), numeric=False),
        Column(key="arm", label=_("arm"), numeric=False),
        Column(key="units", label=_("units with answers"), numeric=False),
        Column(key="before", label=_("before the start"), unit=POINTS, decimals=1),
        Column(key="after", label=_("after the start"), unit=POINTS, decimals=1),
        Column(key="change", label=_("change"), unit=POINTS, decimals=1),
    )
    table = Table(
        key="arms",
        title=_("Pilot and comparison"),
        columns=columns,
        rows=rows,
        public=True,
        empty=_("No programme has answers of both arms, before and after."),
    )
    return Section(tables=[table], notes=notes)


def _arms(programme: Programme, found: Judgement) -> list[Row]:
    estimate = found.estimate
    if estimate is None:
        return []
    rows = []
    for key, name, arm in (
        ("pilot", pgettext_lazy("arm", "pilot"), estimate.pilot),
        ("comparison", pgettext_lazy("arm", "comparison"), estimate.comparison),
    ):
        cells = {
            "programme": Cell(value=programme.name),
            "arm": Cell(value=name),
            "units": Cell(value=str(arm.units)),
            "before": nps_cell(reading_of(arm.before)),
            "after": nps_cell(reading_of(arm.after)),
            "change": _moved(arm.before, arm.after, arm.change),
        }
        rows.append(Row(key=f"{programme.code}|{key}", cells=cells))
    return rows


def _moved(before: Answers, after: Answers, change: float) -> Cell:
    if min(before.n, after.n) < LEAST:
        return Cell(withheld=phrase(_("fewer than %(n)d answers"), n=LEAST))
    return Cell(value=change)


def _verdict(programme: Programme, found: Judgement) -> StrOrPromise:
    drawn = programme.draws.filter(withdrawn_at=None, opened_at__isnull=False).exists()
    how: StrOrPromise = _("arms drawn by chance") if drawn else _("units were chosen, not drawn")
    if found.redrawn:
        how = phrase(_("arms drawn by chance, p by drawing again %(p)s"), p=f"{found.redrawn.p:.3f}")
    if found.estimate is None:
        return phrase(
            _("%(programme)s: %(verdict)s (%(how)s)."),
            programme=programme.name,
            verdict=VERDICTS[found.verdict],
            how=how,
        )
    estimate = found.estimate
    words = _(
        "%(programme)s: %(verdict)s: %(points)s points (%(low)s to %(high)s), p = %(p)s; %(basis)s; %(how)s."
    )
    return phrase(
        words,
        programme=programme.name,
        verdict=VERDICTS[found.verdict],
        points=written(estimate.points, 1, signed=True),
        low=written(estimate.interval.low, 1),
        high=written(estimate.interval.high, 1),
        p=f"{estimate.p:.3f}",
        basis=BASES[estimate.basis],
        how=how,
    )


def journey(unit: Unit, period: Period, programme: Programme | None = None) -> Section:
    """Each touchpoint with answers, whichever department is behind it."""
    rows = []
    for stage in journey_of(programme, unit, period):
        for point in stage.points:
            if not (point.reading.n or point.cases or point.unasked):
                continue
            link = answers_link(unit, period, touchpoint=point.touchpoint.code)
            cells = {
                "stage": Cell(value=stage.stage.name),
                "point": Cell(value=point.touchpoint.name),
                "unit": Cell(value=point.touchpoint.unit.name),
                "n": Cell(value=point.reading.n, link=link),
                "nps": nps_cell(point.reading, link),
                "cases": Cell(value=f"{point.cases} / {point.open} / {point.policy}"),
                "complaints": Cell(value=str(point.complaints)),
            }
            rows.append(Row(key=point.touchpoint.code, cells=cells))
    columns = (
        Column(key="stage", label=_("stage"), numeric=False),
        Column(key="point", label=_("touchpoint"), numeric=False),
        Column(key="unit", label=_("department in charge"), numeric=False),
        Column(key="n", label=pgettext_lazy("counted", "answers")),
        Column(key="nps", label="NPS", unit=POINTS),
        Column(key="cases", label=_("detractor cases / open / policy at fault"), numeric=False),
        Column(key="complaints", label=_("complainants"), numeric=False),
    )
    table = Table(
        key="journey",
        title=_("Customer journey"),
        columns=columns,
        rows=rows,
        public=True,
        empty=_("No answer of this quarter names a touchpoint."),
    )
    return Section(tables=[table])


def loop(unit: Unit, period: Period) -> Section:
    """Calls in time, cases and their verdicts, huddles owed and held, what was handed on."""
    cases = Case.objects.filter(
        kind="detractor",
        unit__path__startswith=unit.path,
        opened_at__gte=period.begin,
        opened_at__lt=period.end,
    )
    asked = {"view": "all", "kind": "detractor", "unit": unit.path, **period.pairs("opened")}
    link = f"{reverse('cases')}?{urlencode(asked)}"
    policy = cases.filter(Q(verdict="policy") | Q(cause__code="POLICY")).count()
    figures = [
        Figure(key="cases", label=_("Detractor cases opened"), value=cases.count(), link=link),
        Figure(
            key="policy",
            label=_("Of these, policy at fault"),
            value=policy,
            link=link,
            note=_("by verdict or cause, counted over these cases"),
        ),
        _calls(unit, period),
        *_huddles(unit, period),
        *_decisions(unit, period),
    ]
    return Section(figures=figures)


def _calls(unit: Unit, period: Period) -> Figure:
    rate = closing(unit, period.first, period.last, timezone.now())
    firm = rate.n >= LEAST
    found = share_of(rate.hits, rate.n).interval if firm else None
    return Figure(
        key="calls",
        label=_("Detractors called in time"),
        value=rate.share if firm else None,
        share=True,
        decimals=1,
        n=rate.n,
        interval=found,
        withheld="" if firm else phrase(_("fewer than %(n)d calls were due"), n=LEAST),
        note=_("of the calls that were due in the quarter"),
    )


def _huddles(unit: Unit, period: Period) -> list[Figure]:
    rows = Obligation.objects.filter(
        key="loyalty.huddle",
        unit__path__startswith=unit.path,
        begins_on__gte=period.first,
        begins_on__lte=period.last,
    )
    asked = {"view": "all", "unit": unit.path, "obligation": "loyalty.huddle", **period.pairs("begins")}
    link = f"{reverse('obligations')}?{urlencode(asked)}"
    held = Huddle.objects.filter(
        unit__path__startswith=unit.path, held_at__gte=period.begin, held_at__lt=period.end
    )
    shown = {"view": "all", "unit": unit.path, **period.pairs("held")}
    return [
        Figure(
            key="huddles",
            label=_("Huddles held"),
            value=held.count(),
            link=f"{reverse('loyalty:huddles')}?{urlencode(shown)}",
        ),
        *(
            Figure(
                key=f"huddles_{state}",
                label=label,
                value=rows.filter(state=state).count(),
                link=f"{link}&state={state}",
            )
            for state, label in (
                (ObligationState.DONE, _("Weekly huddles owed and held")),
                (ObligationState.MISSED, _("Weekly huddles owed and missed")),
            )
        ),
    ]


def _decisions(unit: Unit, period: Period) -> list[Figure]:
    """A decision is found in the table of decisions, over all time: the note says which are meant."""
    rows = Decision.objects.filter(
        huddle__unit__path__startswith=unit.path,
        huddle__held_at__gte=period.begin,
        huddle__held_at__lt=period.end,
    )
    over = _("of the huddles held in the quarter")
    told: tuple[tuple[str, str, StrOrPromise, int], ...] = (
        ("decided", "all", _("Decisions of teams"), rows.filter(improvement=None).count()),
        (
            "done",
            "all",
            _("Of these, done"),
            rows.filter(improvement=None, done_at__isnull=False).count(),
        ),
        (
            "handed",
            "handed",
            _("Handed on to another department"),
            rows.filter(improvement__isnull=False).count(),
        ),
    )
    base = reverse("loyalty:decisions")
    query = urlencode({"unit": unit.path})
    return [
        Figure(key=key, label=label, value=n, note=over, link=f"{base}?view={view}&{query}")
        for key, view, label, n in told
    ]


def growth(unit: Unit, period: Period) -> Section:
    """Earned growth of the last year that the books know, by unit."""
    years = GrowthYear.objects.filter(unit__path__startswith=unit.path, year__lte=period.last.year)
    last: int | None = years.order_by("-year").values_list("year", flat=True).first()
    found = years.filter(year=last).select_related("unit").order_by("unit__path") if last else years.none()
    rows = [
        Row(
            key=row.unit.code,
            cells={
                "unit": Cell(value=row.unit.name),
                "year": Cell(value=str(row.year)),
                "rate": Cell(value=each.rate),
                "most": Cell(value=each.high),
                "ratio": Cell(
                    value=each.ratio, withheld="" if each.ratio is not None else _("there was no growth")
                ),
                "growth": Cell(value=each.growth),
            },
        )
        for row in found[:400]
        for each in [_earned(row)]
    ]
    columns = (
        Column(key="unit", label=_("unit"), numeric=False),
        Column(key="year", label=_("year"), numeric=False),
        Column(key="rate", label=_("earned growth rate"), share=True, decimals=1),
        Column(key="most", label=_("at most, were all reasons known"), share=True, decimals=1),
        Column(key="ratio", label=_("share of growth that was earned"), share=True, decimals=1),
        Column(key="growth", label=_("growth"), share=True, decimals=1),
    )
    table = Table(
        key="growth",
        title=_("Earned growth"),
        columns=columns,
        rows=rows,
        public=True,
        empty=_("No year of revenue has been entered."),
    )
    return Section(tables=[table])


def _earned(row: GrowthYear) -> Earned:
    names = ("base", "retained", "earned_new", "bought_new", "unknown_new")
    return earned(Growth(*(float(getattr(row, name)) for name in names)))
