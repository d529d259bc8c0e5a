"""Improvements: whose they are, what they show, and what their effect test counts."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from bihuan.kernel.models import (
    Case,
    EffectTest,
    Event,
    Improvement,
    ImprovementState,
    User,
)
from bihuan.kernel.rules.improvements import LIVE
from bihuan.kernel.scope import Actor, covers

NO_PROBLEM = ("void", "rejected", "duplicate", "merged")
"""Cases that show nothing, or nothing of their own."""
WORKING = ("improvement.started", "improvement.finished", "improvement.went_on")


@dataclass(frozen=True, slots=True)
class Figures:
    live: int
    overdue: int
    to_conclude: int


def reach(user: User) -> Q:
    """Those of the user's units, and those of any unit on which he works."""
    return (
        Q(unit__path__startswith=user.unit.path)
        | Q(owner=user)
        | Q(verifier=user)
        | Q(pk__in=Improvement.objects.filter(remedies__owner=user).values("pk"))
    )


def improvements(user: Actor) -> QuerySet[Improvement]:
    """What is overdue or due next first."""
    rows = Improvement.objects.select_related("unit", "cause", "owner", "verifier", "follows")
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    return rows.filter(reach(user)).order_by("due_at", "-proposed_at")


def sees(user: User, item: Improvement) -> bool:
    return user.is_active and (
        covers(user, item)
        or user.pk in {item.owner_id, item.verifier_id}
        or item.remedies.filter(owner=user).exists()
    )


def is_overdue(now: datetime) -> Q:
    return Q(due_at__lt=now, state__in=[*LIVE, ImprovementState.DONE])


def figures(user: User, now: datetime) -> Figures:
    rows = Improvement.objects.filter(reach(user)).order_by()
    return Figures(
        **rows.aggregate(
            live=Count("pk", filter=Q(state__in=LIVE)),
            overdue=Count("pk", filter=is_overdue(now)),
            to_conclude=Count("pk", filter=Q(state=ImprovementState.DONE, verifier=user)),
        )
    )


def counted(item: Improvement, first: date, last: date) -> tuple[int, int]:
    """Cases of its cause in its unit and below, opened in these local days; and those without a cause yet."""
    rows = Case.objects.filter(
        unit__path__startswith=item.unit.path,
        opened_at__gte=_midnight(first),
        opened_at__lt=_midnight(last + timedelta(days=1)),
    ).exclude(state__in=NO_PROBLEM)
    found = rows.order_by().aggregate(
        of=Count("pk", filter=Q(cause=item.cause_id)), uncoded=Count("pk", filter=Q(cause=None))
    )
    return (found["of"] if item.cause_id else 0), found["uncoded"]


def observed_from() -> date:
    """Since when this house has records; earlier days are no exposure."""
    first = Case.objects.aggregate(first=Min("opened_at"))["first"]
    return timezone.localdate(first) if first else timezone.localdate()


def current_test(item: Improvement) -> EffectTest | None:
    """The test of the remedies as they ended last; an earlier one belongs to an earlier end."""
    if item.ended_on is None:
        return None
    after_from = item.ended_on + timedelta(days=1)
    return item.tests.filter(after_from=after_from).order_by("-pk").first()


def doers(item: Improvement) -> set[int]:
    """Everybody who has worked on it: they do not conclude whether it worked."""
    found = set(item.remedies.values_list("owner_id", flat=True))
    found |= set(item.remedies.values_list("done_by_id", flat=True))
    events = Event.objects.filter(subject=item.number, verb__in=WORKING)
    found |= set(events.values_list("actor_id", flat=True))
    return {key for key in (*found, item.owner_id) if key is not None}


def story(item: Improvement) -> list[Event]:
    """Its events, newest first, with actor and remark."""
    rows = Event.objects.filter(subject=item.number, verb__startswith="improvement.")
    return list(rows.select_related("actor", "remark").order_by("-pk"))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
