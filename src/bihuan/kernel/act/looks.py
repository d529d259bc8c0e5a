"""That somebody used what is known of a customer: once a day and no more."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from bihuan.kernel.models import Customer, CustomerListLook, CustomerLook, User
from bihuan.kernel.read.standards import value

BATCH = 5000


def looked_at_customer(*, user: User, customer: Customer, on: date) -> None:
    """One statement; a second look on the same day changes nothing."""
    row = CustomerLook(user=user, customer=customer, on=on)
    CustomerLook.objects.bulk_create([row], ignore_conflicts=True)


def looked_at_list(*, user: User, listing: str, on: date, exported: bool = False) -> None:
    """Nothing is written where the day has it already: tables are opened all day long."""
    told = {"user": user, "listing": listing, "on": on, "exported": exported}
    if not CustomerListLook.objects.filter(**told).exists():
        CustomerListLook.objects.bulk_create([CustomerListLook(**told)], ignore_conflicts=True)


def forget_looks(*, now: datetime) -> int:
    """Rows past what the standard keeps; returns how many went."""
    before = timezone.localdate(now) - timedelta(days=int(value("customer.looks.keep", now)))
    gone = 0
    for model in (CustomerLook, CustomerListLook):
        rows = model._default_manager.filter(on__lt=before)
        while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
            gone += model._default_manager.filter(pk__in=keys).delete()[0]
    return gone
