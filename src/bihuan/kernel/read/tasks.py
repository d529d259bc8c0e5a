"""Open duties: whose they are, and which of them can be done now."""

from datetime import datetime

from django.db.models import Case as Choose
from django.db.models import F, IntegerField, Q, QuerySet, Value, When

from bihuan.kernel.models import Task, TaskState, User
from bihuan.kernel.registry import task_specs
from bihuan.kernel.rules.lifecycle import UNFIXED
from bihuan.kernel.scope import Actor, visible

UNREAD = ("opened", "notified")


def open_tasks(user: Actor) -> QuerySet[Task]:
    """Open duties in the user's scope, with what a line about one needs."""
    rows = Task.objects.select_related("case__unit", "case__place", "case__owner", "owner")
    return visible(user, rows).filter(state=TaskState.OPEN)


def is_callback() -> Q:
    """Verification, and every duty that a manifest declares: somebody else asks whether it was put right."""
    return Q(kind__in={Task.VERIFY, *(key for _kind, key in task_specs())})


def window_open(now: datetime) -> Q:
    return Q(opens_at=None) | Q(opens_at__lte=now)


def handled() -> Q:
    """The handling has ended, or the duty does not wait for that."""
    early = Q(pk__in=[])
    for (kind, key), spec in task_specs().items():
        if not spec.after_handling:
            early |= Q(case__kind=kind, kind=key)
    return ~Q(case__state__in=UNFIXED) | early


def possible(now: datetime) -> Q:
    """A verification or call-back that can be made now."""
    return is_callback() & window_open(now) & handled()


def not_yet(now: datetime) -> Q:
    """A call-back whose time has not come: the window is shut, or the handling goes on."""
    return is_callback() & ~(window_open(now) & handled())


def going_on(now: datetime) -> Q:
    """A call-back that waits for nothing but the end of the handling."""
    return is_callback() & window_open(now) & ~handled()


def doable(now: datetime) -> Q:
    """Every duty that can be done now.

    Until a case is accepted its acceptance is what is to be done; putting right joins it when it is late.
    """
    early = Q(kind=Task.FIX, case__state__in=UNREAD) & (Q(due_at=None) | Q(due_at__gte=now))
    return (~is_callback() & ~early) | possible(now)


def is_late(now: datetime) -> Q:
    """Past its time; putting right is not while its case waits."""
    return Q(due_at__lt=now) & ~Q(kind=Task.FIX, case__state="waiting")


def mine(user: User) -> QuerySet[Task]:
    """This user's open duties by due time; what waits stands last."""
    return by_due(open_tasks(user).filter(owner=user))


def to_call_back(user: User, now: datetime) -> QuerySet[Task]:
    return mine(user).filter(possible(now))


def by_due(rows: QuerySet[Task]) -> QuerySet[Task]:
    waits = Choose(
        When(kind=Task.FIX, case__state="waiting", then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return rows.order_by(waits, F("due_at").asc(nulls_last=True), "-case__severity", "pk")
