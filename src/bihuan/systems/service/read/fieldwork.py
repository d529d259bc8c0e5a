"""Halls and sessions of a quarter: counts, what the answers amount to, whether the rule is met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from bihuan.kernel.models import Reply, Unit, User, Wave
from bihuan.kernel.read import surveys
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.measures.means import Sample
from bihuan.kernel.rules.measures.standing import Standing, standing
from bihuan.kernel.rules.measures.stratified import Intraclass, effective_n
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.surveys.validity import Counts

from ..models import AskingWindow, Draw, Fieldwork, Hall
from ..rules.areas import Check, check
from ..rules.evaluation import Indicator
from ..rules.fieldwork import Asked, State, index_of_halls, index_of_sessions, is_low, likeness_within, state
from ..rules.quarters import Quarter
from ..words import CSI

RELATED = (
    *("draw__unit", "wave__unit", "wave__version__questionnaire", "wave__closed_by"),
    *("hall__place", "area", "reader__person"),
)


def accepting(unit: Unit, quarter: Quarter, on: date) -> Fraction:
    """Share of those asked in a quarter who took a questionnaire; the standard where nobody was asked."""
    rows = Fieldwork.objects.filter(
        draw__unit=unit, draw__year=quarter.year, draw__quarter=quarter.number, hall__isnull=False
    )
    refused = rows.aggregate(n=Sum("refusals__count"))["n"] or 0
    issued = rows.filter(wave__sheets__withdrawn_at=None).aggregate(n=Count("wave__sheets"))["n"]
    if refused and issued:
        return Fraction(issued, issued + refused)
    return Fraction(value("service.survey.accepting", on))


@dataclass(frozen=True, slots=True)
class Line:
    """One hall or session: the rule is judged on issued, the statistic rests on valid."""

    work: Fieldwork
    counts: Counts
    refused: int
    sample: Sample | None

    @property
    def state(self) -> State:
        gone = self.work.gone_at is not None
        return state(self.counts.issued, self.counts.wanted, census=self.work.census, gone=gone)

    @property
    def standing(self) -> str:
        """`withheld`, `tentative` (grey, no rank) or `firm`."""
        return standing(self.sample.n if self.sample else 0).value

    @property
    def shown(self) -> Sample | None:
        return None if self.standing == Standing.WITHHELD.value else self.sample

    @property
    def asked(self) -> Asked:
        size = (
            self.work.hall.footfall if self.work.hall else self.work.area.customers if self.work.area else 0
        )
        return Asked(size, self.sample)


def lines(works: Iterable[Fieldwork]) -> list[Line]:
    """In five queries, however many there are."""
    rows = list(works)
    waves = [row.wave for row in rows]
    counts, samples = surveys.counts(waves), surveys.scores(waves, CSI)
    told = Fieldwork.objects.filter(pk__in=[row.pk for row in rows]).annotate(n=Sum("refusals__count"))
    refused = dict(told.values_list("pk", "n"))
    return [
        Line(row, counts[row.wave_id], refused.get(row.pk) or 0, samples.get(row.wave_id)) for row in rows
    ]


def works_of(draw: Draw) -> QuerySet[Fieldwork]:
    return Fieldwork.objects.filter(draw=draw).select_related(*RELATED).order_by("held_on", "drawn")


@dataclass(frozen=True, slots=True)
class Plan:
    """A quarter's halls or sessions against the rule; what fell away counts nowhere."""

    lines: Sequence[Line]
    index: Indicator | None
    """Halls: strata of all; sessions: of those drawn by chance alone."""
    dense: Indicator | None
    """Sessions where problems are dense: said apart, never pooled."""
    sessions: Check | None
    effective: float
    icc: float
    measured: Intraclass | None = None
    """The likeness within sessions that the answers show; None where too few sessions were answered."""
    enough: int = 0
    """Sessions from which on it is told."""

    @property
    def off(self) -> bool:
        """Whether the answers contradict the likeness that is assumed."""
        return self.measured is not None and not self.measured.interval.covers(self.icc)

    @property
    def kept(self) -> list[Line]:
        return [line for line in self.lines if line.state != "gone"]

    @property
    def short(self) -> list[Line]:
        return [line for line in self.kept if line.state == "short"]

    @property
    def met(self) -> bool:
        return self.sessions.met if self.sessions else bool(self.kept) and not self.short

    @property
    def unheard(self) -> list[Line]:
        """Too few answers for a spread: not in the index."""
        return [line for line in self.kept if line.asked.indicator is None]

    @property
    def totals(self) -> Counts:
        return sum((line.counts for line in self.kept), Counts(0, 0, 0, 0))


def plan_of_halls(works: Iterable[Fieldwork]) -> Plan:
    found = lines(works)
    kept = [line for line in found if line.state != "gone"]
    return Plan(found, index_of_halls([line.asked for line in kept]), None, None, 0.0, 0.0)


def plan_of_sessions(works: Iterable[Fieldwork], on: date) -> Plan:
    """≥ 15 sessions of ≥ 20 issued; both arms apart; what the sheets are worth at the assumed correlation."""
    found = lines(works)
    kept = [line for line in found if line.state != "gone"]
    icc = float(value("service.meter.icc", on))
    issued = [line.counts.issued for line in kept]
    rule = check(issued, int(value("service.meter.sessions", on)), int(value("service.meter.sheets", on)))
    chance, dense = (
        index_of_sessions([line.asked for line in kept if line.work.label.endswith(f"|{arm}")], icc)
        for arm in ("chance", "dense")
    )
    worth = effective_n(issued, icc) if sum(issued) else 0.0
    enough = int(value("service.meter.icc_sessions", on))
    measured = likeness_within([line.asked for line in kept], enough)
    return Plan(found, chance, dense, rule, worth, icc, measured, enough)


def plan_of(draw: Draw) -> Plan:
    works = works_of(draw)
    if draw.kind == "areas":
        return plan_of_sessions(works, Quarter(draw.year, draw.quarter).first)
    return plan_of_halls(works)


def asked_in(unit: Unit, first: datetime, last: datetime, **more: object) -> QuerySet[Fieldwork]:
    """Of the quarters that begin in [first, last), in the unit and below."""
    day, until = timezone.localdate(first), timezone.localdate(last)
    quarters = Q(pk=None)
    quarter = Quarter.of(day)
    while quarter.first < until:
        if quarter.first >= day:
            quarters |= Q(draw__year=quarter.year, draw__quarter=quarter.number)
        quarter = quarter.next
    rows = Fieldwork.objects.filter(quarters, wave__unit__path__startswith=unit.path, gone_at=None, **more)
    return rows.select_related(*RELATED).order_by("drawn")


def halls_index(unit: Unit, first: datetime, last: datetime) -> Indicator | None:
    """Satisfaction index of the halls that were drawn, weighed by their visitors."""
    return plan_of_halls(asked_in(unit, first, last, hall__isnull=False)).index


def hall_index(hall: Hall, first: datetime, last: datetime) -> Indicator | None:
    found = lines(asked_in(hall.place.unit, first, last, hall=hall))
    return index_of_halls([line.asked for line in found])


def sessions_index(unit: Unit, first: datetime, last: datetime) -> Indicator | None:
    """Satisfaction index of the areas that were drawn by chance alone: the others would bias it."""
    works = asked_in(unit, first, last, area__isnull=False)
    return plan_of_sessions(works, timezone.localdate(first)).index


def windows_seen(work: Fieldwork, user: User, now: datetime) -> list[AskingWindow]:
    """Who is asked about must not know when: others than managers see a window only when it has begun."""
    rows = work.windows.all()
    return list(rows if may(user.role, "edit") else rows.filter(begins_at__lte=now))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A valid reply that somebody should read: low answers by code, or words."""

    reply: int
    number: int
    low: Sequence[tuple[str, int]]
    texts: Sequence[str]


def suggestions(wave: Wave, user: User) -> list[Suggestion]:
    """Low answers and verbatims of valid replies that no finding names yet."""
    limit = float(value("service.survey.low", wave.opens_at))
    scales = {item.code: item.scale for item in surveys.form_of(wave.version).items if item.scale}
    said: dict[int, list[str]] = {}
    for one in surveys.verbatims([wave], user):
        said.setdefault(one.reply, []).append(one.text)
    found = []
    rows = Reply.objects.filter(wave=wave, valid=True, findings=None).select_related("sheet")
    for reply in rows.order_by("sheet__number"):
        low = [
            (code, answer)
            for code, scale in scales.items()
            if isinstance(answer := reply.answers.get(code), int) and is_low(answer, *scale, limit)
        ]
        if low or reply.pk in said:
            found.append(Suggestion(reply.pk, reply.sheet.number, low, said.get(reply.pk, [])))
    return found
