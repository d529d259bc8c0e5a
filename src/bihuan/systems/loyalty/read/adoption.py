"""Who closes loops and who does not; whether the programme lives."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from bihuan.kernel.models import Case, Obligation, ObligationState, Task, Unit, User
from bihuan.kernel.rules.intervals import wilson
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.scope import visible

from ..models import Attendance, Hearing, Programme
from ..rules.vitality import Rate
from .ledger import ledger
from .scores import midnight


@dataclass(frozen=True, slots=True)
class Closer:
    """One person's calls that were due: `in_time` of `due`."""

    user: User
    due: int
    in_time: int
    open: int
    late: int
    huddles: int
    heard: int

    @property
    def rate(self) -> Rate:
        return Rate(self.in_time, self.due)

    @property
    def interval(self) -> Interval | None:
        return Interval(*wilson(self.in_time, self.due)) if self.due else None


def calls(unit: Unit, first: date, last: date, now: datetime) -> QuerySet[Task]:
    """Calls that were due within the span and of which it is known whether they came in time."""
    rows = Task.objects.filter(kind="contact", case__kind="detractor", case__unit__path__startswith=unit.path)
    rows = rows.filter(due_at__gte=midnight(first), due_at__lt=midnight(last + timedelta(days=1)))
    return rows.filter(Q(due_at__lt=now) | Q(done_at__isnull=False)).exclude(state="cancelled")


IN_TIME = Q(done_at__isnull=False, done_at__lte=F("due_at"))


def closing(unit: Unit, first: date, last: date, now: datetime) -> Rate:
    found = calls(unit, first, last, now).aggregate(n=Count("pk"), hits=Count("pk", filter=IN_TIME))
    return Rate(found["hits"], found["n"])


def closers(user: User, unit: Unit, first: date, last: date, now: datetime) -> list[Closer]:
    """Worst closing first; who has no call, but comes to huddles or listens, is there too."""
    rows = calls(unit, first, last, now).order_by().values("owner")
    found: dict[int, dict[str, int]] = {
        row["owner"]: {"n": row["n"], "hits": row["hits"]}
        for row in rows.annotate(n=Count("pk"), hits=Count("pk", filter=IN_TIME))
        if row["owner"]
    }
    cases = Case.objects.filter(kind="detractor", unit__path__startswith=unit.path, state__in=OPEN).order_by()
    live: dict[int, dict[str, int]] = {
        row["owner"]: {"n": row["n"], "late": row["late"]}
        for row in cases.values("owner").annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
        if row["owner"]
    }
    span = (midnight(first), midnight(last + timedelta(days=1)))
    came = _counts(
        Attendance.objects.filter(
            present=True, huddle__unit__path__startswith=unit.path, huddle__held_at__range=span
        ).values("user"),
        Count("pk"),
    )
    heard = _counts(Hearing.objects.filter(on__range=(first, last)).values("user"), Sum("count"))
    keys = set(found) | set(live) | set(came) | set(heard)
    people = visible(user, User.objects.filter(pk__in=keys, unit__path__startswith=unit.path)).select_related(
        "unit"
    )
    made = [
        Closer(
            each,
            found.get(each.pk, {}).get("n", 0),
            found.get(each.pk, {}).get("hits", 0),
            live.get(each.pk, {}).get("n", 0),
            live.get(each.pk, {}).get("late", 0),
            came.get(each.pk, 0),
            heard.get(each.pk, 0),
        )
        for each in people[:500]
    ]
    return sorted(made, key=lambda each: (not each.due, each.rate.share or 0, -each.late, each.user.name))


def _counts(rows: "QuerySet[Any, Any]", what: Count | Sum) -> dict[int, int]:
    return {row["user"]: row["n"] for row in rows.order_by().annotate(n=what)}


@dataclass(frozen=True, slots=True)
class Pulse:
    """Response and closing in the last span and the one before, and huddles that were owed."""

    response: tuple[Rate, Rate]
    closing: tuple[Rate, Rate]
    huddles: Rate


def pulse(programme: Programme, today: date, days: int, now: datetime) -> Pulse:
    """Spans end a fortnight ago for invitations, so that who is still going to answer does not count as a
    fall."""
    last = today - timedelta(days=14)
    spans = [_span(last, days), _span(last - timedelta(days=days), days)]
    answered = [ledger(programme, programme.unit, *span) for span in spans]
    closed = [closing(programme.unit, *_span(today - timedelta(days=back), days), now) for back in (0, days)]
    owed = Obligation.objects.filter(
        key="loyalty.huddle",
        subject__startswith=f"{programme.code}:",
        begins_on__gte=today - timedelta(days=days),
    ).order_by()
    done = owed.aggregate(
        n=Count("pk", filter=Q(state__in=[ObligationState.DONE, ObligationState.MISSED])),
        hits=Count("pk", filter=Q(state=ObligationState.DONE)),
    )
    response = [Rate(each.answered, each.invited) for each in answered]
    return Pulse((response[1], response[0]), (closed[1], closed[0]), Rate(done["hits"], done["n"]))


def _span(last: date, days: int) -> tuple[date, date]:
    return last - timedelta(days=days - 1), last
