"""How much an instrument ran: by day, of working time, with and without a swipe."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bihuan.kernel.models import Case
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.loop import Rate
from bihuan.kernel.rules.hours import OFFICE, open_spans

from ..models import Alarm, Instrument, Session
from ..rules import usage
from ..rules.usage import Day, Span
from .period import Period

JUDGED_TRUE = ("violation", "excused")
JUDGED = (*JUDGED_TRUE, "false_alarm")


@dataclass(frozen=True, slots=True)
class Usage:
    """Use by local day and its sums: exactly those of the usage table for the same period."""

    period: Period
    days: list[Day]

    @property
    def ran(self) -> timedelta:
        return sum((day.ran for day in self.days), timedelta(0))

    @property
    def runs(self) -> int:
        return sum(day.runs for day in self.days)


@dataclass(frozen=True, slots=True)
class Utilisation:
    """Running time within working hours, as a share of the working hours that have passed."""

    ran: timedelta
    base: timedelta

    @property
    def share(self) -> float | None:
        return self.ran / self.base if self.base else None

    @property
    def ran_h(self) -> float:
        return self.ran / timedelta(hours=1)

    @property
    def base_h(self) -> float:
        return self.base / timedelta(hours=1)


def within(rows: QuerySet[Session], span: Span) -> QuerySet[Session]:
    """Sessions that touch the span."""
    begin, end = span
    return rows.filter(started_at__lt=end).filter(
        Q(ended_at=None) | Q(ended_at__gt=begin) | Q(started_at__gte=begin)
    )


def spans(rows: QuerySet[Session], now: datetime) -> list[Span]:
    """Begin and end of each; what still runs ends now, and nothing ends before it began."""
    found = rows.order_by().values_list("started_at", "ended_at")
    return [(begin, max(end or now, begin)) for begin, end in found]


def usage_of(row: Instrument, period: Period, now: datetime | None = None) -> Usage:
    now = now or timezone.now()
    rows = within(Session.objects.filter(instrument=row), period.span)
    zone = timezone.get_current_timezone()
    return Usage(period, usage.by_day(spans(rows, now), period.first, period.last, zone))


def unswiped(period: Period) -> QuerySet[Alarm]:
    """Runs without any swipe that began in the period: alarms that no session has settled."""
    begin, end = period.span
    return Alarm.objects.filter(began_at__gte=begin, began_at__lt=end, sessions=None)


def utilisation(row: Instrument, period: Period, now: datetime | None = None) -> Utilisation:
    now = now or timezone.now()
    begin, end = period.elapsed(now)
    opened = _opened(begin, end)
    ran = spans(within(Session.objects.filter(instrument=row), (begin, end)), now)
    alarms = unswiped(period).filter(instrument=row).values_list("began_at", "ended_at")
    ran += [(began, max(ended or now, began)) for began, ended in alarms]
    return Utilisation(usage.shared(ran, opened), usage.length(opened))


def _opened(begin: datetime, end: datetime) -> list[Span]:
    found: list[Span] = []
    for opens, closes in open_spans(working_calendar(), begin, OFFICE):
        if opens >= end:
            break
        found.append((opens, min(closes, end)))
    return found


def compliance(rows: QuerySet[Instrument], period: Period) -> Rate:
    """Of all runs that began in the period, those with a swipe before the use began."""
    begin, end = period.span
    began = Session.objects.filter(instrument__in=rows, started_at__gte=begin, started_at__lt=end)
    told = began.aggregate(n=Count("pk"), swiped=Count("pk", filter=Q(alarm=None)))
    without = unswiped(period).filter(instrument__in=rows).count()
    return Rate(told["swiped"], told["n"] + without)


def precision(rows: QuerySet[Instrument], period: Period) -> Rate:
    """Of the alarms' cases with a verdict, opened in the period, those that were no false alarm."""
    begin, end = period.span
    cases = Case.objects.filter(
        kind="unswiped_use",
        subject__in=rows.values("code"),
        opened_at__gte=begin,
        opened_at__lt=end,
        verdict__in=JUDGED,
    ).exclude(state__in=("void", "rejected", "duplicate", "merged"))
    told = cases.aggregate(n=Count("pk"), true=Count("pk", filter=Q(verdict__in=JUDGED_TRUE)))
    return Rate(told["true"], told["n"])
