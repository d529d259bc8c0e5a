"""Recurring duties: what is due, how much was done of what was asked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Least
from django.utils import timezone

from bihuan.kernel.models import Event, Obligation, ObligationState
from bihuan.kernel.registry import obligation_specs
from bihuan.kernel.scope import Actor, visible

SHOWN = 8
"""Periods of each obligation on the page of coverage."""
WINDOW = timedelta(days=30)
ASKED = ~Q(state__in=[ObligationState.WAIVED, ObligationState.CANCELLED])


@dataclass(frozen=True, slots=True)
class Coverage:
    """One obligation in one period: `done` of `needed` acts, `met` of `asked` subjects; the rest apart."""

    key: str
    begins_on: date
    ends_on: date
    done: int
    needed: int
    met: int
    asked: int
    late: int
    missed: int
    waived: int
    cancelled: int

    @property
    def open(self) -> int:
        return self.asked - self.met - self.missed

    @property
    def share(self) -> float | None:
        return self.done / self.needed if self.needed else None


@dataclass(frozen=True, slots=True)
class Figures:
    due_today: int
    due: int
    missed: int
    """In the last 30 days."""
    met: int


def obligations(user: Actor) -> QuerySet[Obligation]:
    """In the user's scope, what is due next first."""
    rows = visible(user, Obligation.objects.select_related("owner", "unit", "place", "case", "standard"))
    return rows.order_by("due_at", "subject_name", "pk")


def tonight(now: datetime) -> datetime:
    """The end of the local day: what is due by then is due today."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, datetime.min.time()))


def due_today(now: datetime) -> Q:
    """Still owed and due before the day ends, or its time has just run out."""
    return Q(state=ObligationState.DUE, due_at__lt=tonight(now))


def figures(user: Actor, now: datetime) -> Figures:
    rows = visible(user, Obligation.objects.order_by())
    recent = Q(due_at__gte=now - WINDOW, due_at__lt=now)
    return Figures(
        **rows.aggregate(
            due_today=Count("pk", filter=due_today(now)),
            due=Count("pk", filter=Q(state=ObligationState.DUE)),
            missed=Count("pk", filter=recent & Q(state=ObligationState.MISSED)),
            met=Count("pk", filter=recent & Q(state=ObligationState.DONE)),
        )
    )


def coverage(user: Actor, shown: int = SHOWN) -> dict[str, list[Coverage]]:
    """The last periods of each declared obligation, newest first; acts beyond the needed do not count."""
    return {key: _of(user, key, shown) for key in obligation_specs()}


def _of(user: Actor, key: str, shown: int) -> list[Coverage]:
    rows = visible(user, Obligation.objects.filter(key=key)).order_by("-begins_on")
    counted = rows.values("begins_on", "ends_on").annotate(
        acts=Sum(Least(F("done"), F("needed")), filter=ASKED),
        wanted=Sum("needed", filter=ASKED),
        met=Count("pk", filter=Q(state=ObligationState.DONE)),
        asked=Count("pk", filter=ASKED),
        afterwards=Count("pk", filter=Q(state=ObligationState.DONE, late=True)),
        missed=Count("pk", filter=Q(state=ObligationState.MISSED)),
        waived=Count("pk", filter=Q(state=ObligationState.WAIVED)),
        cancelled=Count("pk", filter=Q(state=ObligationState.CANCELLED)),
    )
    return [
        Coverage(
            key=key,
            begins_on=row["begins_on"],
            ends_on=row["ends_on"],
            done=row["acts"] or 0,
            needed=row["wanted"] or 0,
            met=row["met"],
            asked=row["asked"],
            late=row["afterwards"],
            missed=row["missed"],
            waived=row["waived"],
            cancelled=row["cancelled"],
        )
        for row in counted[:shown]
    ]


def gaps(limit: int = 5) -> list[tuple[str, str, str]]:
    """Spans for which no rows were made because the worker was away too long: key, first and last day."""
    rows = Event.objects.filter(verb="obligation.skipped").order_by("-pk")[:limit]
    return [(row.subject, str(row.payload["since"]), str(row.payload["until"])) for row in rows]
