"""Orders → what is known of each customer: recency, frequency, money. One expression for every engine.

Of Ibis only verbs that give the same on all engines are used: group, count, sum, least, greatest. No dates:
days are whole numbers since 1970, so that no engine's time zone has a say. Day and amount of an occasion
stand in one whole number, whose least is the first day with what was spent on it: an engine that has to look
up the amount at the least day takes a third longer.
"""

from typing import Any

import ibis

ORDERS = {"customer": "int64", "day": "int64", "amount": "int64"}
"""What an order line must have: customer, day since 1970, amount in minor units."""
COLUMNS = ("customer", "first", "last", "days", "spent", "begun")
MOST = 1 << 43
"""What a customer may spend on one day, in minor units (88 billion yuan): `begun` is null from there on."""


def summary(name: str = "orders") -> Any:
    """By customer: first and last day, distinct days, what was spent in all and on the first day.

    Purchases of one day are one occasion; days on which nothing is left after refunds are none.
    """
    orders = ibis.table(ORDERS, name=name)
    narrow = orders.mutate(day=orders.day.cast("int32"))
    occasions = narrow.group_by("customer", "day").agg(spent=_sum(narrow.amount))
    bought = occasions.filter(occasions.spent > 0)
    dated = bought.mutate(dated=bought.day * MOST + bought.spent)
    each = dated.group_by("customer").agg(
        first=dated.day.min().cast("int64"),
        last=dated.day.max().cast("int64"),
        days=dated.count(),
        spent=_sum(dated.spent),
        least=dated.dated.min(),
    )
    begun = each.least - each["first"] * MOST
    return each.select(
        "customer", "first", "last", "days", "spent", begun=ibis.ifelse(begun < MOST, begun, None)
    )


def _sum(column: Any) -> Any:
    """Exact below 2^53 minor units, in any order of rows; engines add whole numbers up to twice as slowly."""
    return column.cast("float64").sum().cast("int64")


def totals(name: str = "orders") -> Any:
    """The whole summary in one row, by which two engines are compared: customers and sums of each column."""
    each = summary(name)
    return each.agg(
        customers=each.count(),
        first=each["first"].sum(),
        last=each["last"].sum(),
        days=each.days.sum(),
        spent=each.spent.sum(),
        begun=each.begun.sum(),
    )
