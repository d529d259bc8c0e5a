"""Queries about cases."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from bihuan.kernel import texts
from bihuan.kernel.models import Case, Customer, User
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.scope import Actor, visible

HANDLING = ("case.accept", "case.start", "case.wait", "case.resume", "case.resolve")


def handlers_of(case: Case) -> set[int]:
    """Everybody who has worked on the case so far."""
    rows = case.events.filter(verb__in=HANDLING, actor__isnull=False).values_list("actor_id", flat=True)
    return {key for key in rows if key is not None}


def superiors_of(user: User) -> set[int]:
    """Accounts above this one, at any distance; a ring in the data ends the walk."""
    found: set[int] = set()
    at = user.superior
    while at is not None and at.pk not in found:
        found.add(at.pk)
        at = at.superior
    return found


def cases(user: Actor) -> QuerySet[Case]:
    """Cases in the user's scope, worst first."""
    rows = visible(user, Case.objects.select_related("owner", "unit", "place", "verifier"))
    return rows.order_by("-severity", "due_at", "pk")


def open_cases(user: Actor) -> QuerySet[Case]:
    return cases(user).filter(state__in=OPEN)


def overdue(rows: QuerySet[Case], now: datetime | None = None) -> QuerySet[Case]:
    """Past the deadline and not yet put right; paused and resolved cases are not overdue."""
    unfixed = OPEN - {"waiting", "resolved", "verifying"}
    return rows.filter(state__in=unfixed, due_at__lt=now or timezone.now())


def is_overdue(case: Case, now: datetime | None = None) -> bool:
    """`overdue` for one row that is there already."""
    running = case.state in OPEN - {"waiting", "resolved", "verifying"}
    return running and case.due_at is not None and case.due_at < (now or timezone.now())


A_CUSTOMER = 20
"""Cases that a customer has, about: good enough to choose a way to them."""


def having(word: str) -> texts.Candidates | None:
    """The cases that a word can be in, by their own text or by their customer's."""
    own, customers = texts.having(texts.CASES, word), texts.having(texts.CUSTOMERS, word)
    if own is None or customers is None:
        return None
    if customers is texts.NOBODY:
        return own
    table = Case._meta.db_table
    theirs = f'SELECT id FROM "{table}" WHERE customer_id IN ({customers.sql})'  # noqa: S608
    about = own.about + A_CUSTOMER * customers.about
    condition = own.condition
    if condition is not None and customers.condition is not None:
        keys = list(Customer.objects.filter(customers.condition).values_list("pk", flat=True)[: texts.MOST])
        if len(keys) == texts.MOST:
            return None
        condition |= texts.truth(f'"{table}"."customer_id" = ANY(%s)', keys)
    params = own.params + customers.params
    return texts.Candidates(f"{own.sql} UNION ALL {theirs}", params, about, condition)


def overdue_in(unit_path: str) -> int:
    """How many cases of a unit and below are overdue: the number in the page's title."""
    return overdue(Case.objects.filter(unit__path__startswith=unit_path)).count()
