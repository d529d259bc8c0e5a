"""Orders are judged: linked to their customers, converted, and where they do not count, said why."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from bihuan.kernel.bulk import Table
from bihuan.kernel.models import Customer

from ..models import Problem, Purchase, Rate
from ..rules.money import HOUSE, converted

CHUNK = 2000


def nightly(*, now: datetime) -> None:
    """Days come of age, customers and rates come in: what did not count yesterday may count today."""
    judge(today=timezone.localdate(now))


def judge(*, today: date) -> None:
    """Set customer, day, value and problem of every line; only what differs is written."""
    with transaction.atomic():
        _link()
        _days()
        _values()
        _problems(today)


def _link() -> None:
    mine = Customer.objects.filter(erased_at=None, number=OuterRef("number"))
    Purchase.objects.filter(Exists(mine), customer=None).update(customer_id=Subquery(mine.values("pk")[:1]))
    # One customer for each line, and no second look at the lines themselves: PostgreSQL, which believes a
    # table small that was filled a moment ago, would go through all lines for each.
    unit = Subquery(Customer.objects.filter(pk=OuterRef("customer")).values("unit")[:1])
    Purchase.objects.filter(customer__isnull=False).exclude(unit=unit).update(unit_id=unit)


def _days() -> None:
    """A refund takes back the day of its order, so that an order sent back whole is no purchase."""
    orders = Purchase.objects.filter(
        order=OuterRef("refund_of"), customer=OuterRef("customer"), amount__gt=0
    ).order_by("day")
    refunds = Purchase.objects.filter(amount__lt=0).exclude(refund_of="")
    refunds.update(day=Coalesce(Subquery(orders.values("day")[:1]), F("day")))


def _values() -> None:
    Purchase.objects.filter(currency=HOUSE).exclude(value=F("amount")).update(value=F("amount"))
    foreign = Purchase.objects.exclude(currency=HOUSE).order_by()
    for currency in foreign.values_list("currency", flat=True).distinct():
        rates = list(Rate.objects.filter(currency=currency).order_by("valid_from"))
        table = Table(Purchase, "value")
        for rows in _pieces(foreign.filter(currency=currency)):
            found = [(key, was, _worth(on, amount, currency, rates)) for key, on, amount, was in rows]
            table.update([(key, (value,)) for key, was, value in found if value != was])


def _pieces(rows: QuerySet[Purchase]) -> Iterator[list[Any]]:
    """By key, so that nothing is read while it is written."""
    last = 0
    while found := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", "on", "amount", "value")[:CHUNK]
    ):
        yield found
        last = found[-1][0]


def _worth(on: date, amount: int, currency: str, rates: list[Rate]) -> int:
    at = bisect_right(rates, on, key=lambda row: row.valid_from)
    return converted(amount, currency, Decimal(rates[at - 1].rate)) if at else 0


def _problems(today: date) -> None:
    judged = _judged(today)
    rows = Purchase.objects.annotate(judged=judged).exclude(problem=F("judged"))
    rows.update(problem=judged)


def _judged(today: date) -> Case:
    order = Purchase.objects.filter(order=OuterRef("refund_of"), customer=OuterRef("customer"), amount__gt=0)
    rate = Rate.objects.filter(currency=OuterRef("currency"), valid_from__lte=OuterRef("on"))
    twin = Purchase.objects.filter(
        customer=OuterRef("customer"),
        day=OuterRef("day"),
        value=OuterRef("value"),
        category=OuterRef("category"),
        pk__lt=OuterRef("pk"),
    ).exclude(order=OuterRef("order"))
    cases = (
        (Q(customer=None), Problem.CUSTOMER),
        (Q(on__gt=today), Problem.FUTURE),
        (Q(amount=0), Problem.ZERO),
        (Q(amount__lt=0) & ~Exists(order), Problem.REFERENCE),
        (~Q(currency=HOUSE) & ~Exists(rate), Problem.RATE),
        (Q(amount__gt=0) & Exists(twin), Problem.TWIN),
    )
    whens = [When(where, then=Value(problem.value)) for where, problem in cases]
    return Case(*whens, default=Value(""), output_field=CharField())
