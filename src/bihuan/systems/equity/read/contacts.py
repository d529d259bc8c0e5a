"""Executives and their key customers: what is owed in the running period, and what was said last."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from bihuan.kernel.models import Customer, Obligation, ObligationState, User
from bihuan.kernel.scope import visible
from bihuan.kernel.subjects import Subject

from ..models import Care, Contact, Tier

OBLIGATIONS = {Tier.TOP.value: "equity.contact_top", Tier.KEY.value: "equity.contact_key"}
"""By tier of the customer, the recurring duty (`system.contacts`)."""
STANDARDS = {Tier.TOP.value: "equity.contact.top", Tier.KEY.value: "equity.contact.key"}


def subject_key(care: Care) -> str:
    """By number of the row: it outlives a change of names."""
    return f"care:{care.pk}"


def active(on: date) -> Q:
    return Q(since__lte=on) & (Q(ended_on=None) | Q(ended_on__gt=on)) & Q(customer__erased_at=None)


def top(on: date) -> Iterator[Subject]:
    return _subjects(Tier.TOP, on)


def key(on: date) -> Iterator[Subject]:
    return _subjects(Tier.KEY, on)


def _subjects(tier: str, on: date) -> Iterator[Subject]:
    rows = Care.objects.filter(active(on), tier=tier, executive__is_active=True)
    for care in rows.select_related("customer__unit", "executive").order_by("pk"):
        yield Subject(
            key=subject_key(care),
            name=care.customer.name,
            unit=care.customer.unit,
            customer=care.customer,
            owner=care.executive,
        )


def with_state(rows: QuerySet[Care]) -> QuerySet[Care]:
    """Each pair with its last contact, the newest row of its duty (`owed_…`) and the end of the last period
    that was missed (`missed_on`)."""
    said = Contact.objects.filter(
        customer=OuterRef("customer"), by=OuterRef("executive"), withdrawn_at=None
    ).order_by("-on", "-pk")
    subject = Concat(Value("care:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    owed = Obligation.objects.filter(key__in=OBLIGATIONS.values(), subject=subject).order_by("-begins_on")
    late = owed.filter(state=ObligationState.MISSED)
    return rows.annotate(
        last_on=Subquery(said.values("on")[:1], output_field=DateField()),
        owed_state=Subquery(owed.values("state")[:1]),
        owed_due=Subquery(owed.values("due_at")[:1], output_field=DateTimeField()),
        owed_done=Subquery(owed.values("done")[:1]),
        owed_needed=Subquery(owed.values("needed")[:1]),
        missed_on=Subquery(late.values("ends_on")[:1], output_field=DateField()),
    )


def overdue() -> Q:
    """No contact since the last period that was missed. Needs `with_state`."""
    return Q(missed_on__isnull=False) & (Q(last_on=None) | Q(last_on__lte=F("missed_on")))


OWED: tuple[Any, ...] = ("owed_state", "missed_on", "last_on")


def owed_by(user: User) -> dict[str, int]:
    """Of one executive: pairs, contacts of the running period still open, pairs overdue."""
    rows = with_state(Care.objects.filter(executive=user, ended_on=None, customer__erased_at=None))
    found: list[Any] = list(rows.values_list(*OWED))
    return {
        "pairs": len(found),
        "open": sum(1 for state, _missed, _last in found if state == ObligationState.DUE),
        "late": sum(1 for _state, missed, last in found if missed and (last is None or last <= missed)),
    }


def contacts_of(customer: Customer, user: User) -> QuerySet[Any]:
    rows = visible(user, Contact.objects.filter(customer=customer))
    return rows.select_related("by").order_by("-on", "-pk")


def pairs_of(customer: Customer, user: User) -> QuerySet[Care]:
    rows = visible(user, Care.objects.filter(customer=customer, ended_on=None))
    return with_state(rows.select_related("executive"))
