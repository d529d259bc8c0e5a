"""Orders → what is known of each customer: recency, frequency, money. One expression for every engine.

Of Ibis only verbs that give the same on all engines are used: group, count, sum, least, greatest, integer
division. No dates: days are whole numbers since 1970, so that no engine's time zone has a say.
"""

from typing import Any

import ibis

ORDERS = {"customer": "int64", "day": "int64", "amount": "int64"}
"""What an order line must have: customer, day since 1970, amount in minor units."""
COLUMNS = ("customer", "first", "last", "days", "spent", "begun")


def summary(name: str = "orders") -> Any:
    """By customer: first and last day, distinct days, what was spent in all and on the first day.

    Purchases of one day are one occasion; days on which nothing is left after refunds are none.
    """
    orders = ibis.table(ORDERS, name=name)
    occasions = orders.group_by("customer", "day").agg(spent=orders.amount.sum())
    bought = occasions.filter(occasions.spent > 0)
    return bought.group_by("customer").agg(
        first=bought.day.min(),
        last=bought.day.max(),
        days=bought.count(),
        spent=bought.spent.sum(),
        begun=bought.spent.argmin(bought.day),
    )


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
