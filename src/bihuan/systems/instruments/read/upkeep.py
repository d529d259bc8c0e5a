"""Maintenance: running hours and days since the last service, and whether the next is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..models import Alarm, Instrument, Session

SOON = 0.9
"""Share of the interval from which the page warns."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    instrument: Instrument
    running_h: float
    """Hours that ran since the last service, or ever; a run belongs to the interval in which it began."""
    days: int
    """Days since the last service, or since the first use."""

    @property
    def share(self) -> float:
        """How much of the interval is used up; the nearer of the two limits counts."""
        row = self.instrument
        hours = self.running_h / row.service_hours if row.service_hours else 0.0
        return max(hours, self.days / row.service_days if row.service_days else 0.0)

    @property
    def planned(self) -> bool:
        return bool(self.instrument.service_hours or self.instrument.service_days)

    @property
    def due(self) -> bool:
        return self.planned and self.share >= 1

    @property
    def state(self) -> str:
        """`none`, `normal`, `warning` or `abnormal`."""
        if not self.planned:
            return "none"
        return "abnormal" if self.due else "warning" if self.share >= SOON else "normal"


def upkeeps(rows: Sequence[Instrument], now: datetime | None = None) -> list[Upkeep]:
    """In the order of `rows`, from three queries."""
    now = now or timezone.now()
    keys = [row.pk for row in rows]
    ran = _ran(Session.objects.filter(instrument__in=keys), "started_at", now)
    alone = _ran(Alarm.objects.filter(instrument__in=keys, sessions=None), "began_at", now)
    used = Session.objects.filter(instrument__in=keys).order_by().values("instrument")
    first = dict(used.annotate(at=Min("started_at")).values_list("instrument", "at"))
    return [
        Upkeep(
            row,
            (ran.get(row.pk, timedelta()) + alone.get(row.pk, timedelta())) / timedelta(hours=1),
            max((now - (row.serviced_at or first.get(row.pk, now))).days, 0),
        )
        for row in rows
    ]


def upkeep(row: Instrument, now: datetime | None = None) -> Upkeep:
    return upkeeps([row], now)[0]


def _ran(rows: QuerySet[Session] | QuerySet[Alarm], began: str, now: datetime) -> dict[int, timedelta]:
    since = Q(instrument__serviced_at=None) | Q(**{f"{began}__gte": F("instrument__serviced_at")})
    end = Coalesce(F("ended_at"), Value(now, output_field=DateTimeField()))
    span = ExpressionWrapper(end - F(began), output_field=DurationField())
    summed = rows.filter(since).order_by().values("instrument").annotate(total=Sum(span))
    return dict(summed.values_list("instrument", "total"))
