"""Transactions → what the models see of each customer. One day is one occasion; money in integer minor
units."""

from dataclasses import dataclass

import numpy as np

from .purchases import Floats, Ints, Unfit

OUTSIDE = "a transaction after the end of the observation, or before 1970"
DAY_BITS = 20
"""Days since 1970: enough until the year 4840."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One entry a customer, in the order of their numbers.

    `x` occasions after the first day, `last` and `age` in days since it, `mean` of those occasions in
    minor units
    (0 where there is none), `first` day, `spent` all occasions together.
    """

    customer: Ints
    x: Ints
    last: Ints
    age: Ints
    mean: Floats
    first: Ints
    spent: Ints

    @property
    def repeaters(self) -> int:
        return int((self.x > 0).sum())


def occasions(customer: Ints, day: Ints, amount: Ints) -> tuple[Ints, Ints, Ints]:
    """Each day of each customer once with its sum, in their order. Raises Unfit for days before 1970."""
    if int(day.min()) < 0:
        raise Unfit(OUTSIDE)
    key, amounts = _sorted(customer, day, amount)
    begins = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    occasion = key[begins]
    return occasion >> DAY_BITS, occasion & ((1 << DAY_BITS) - 1), np.add.reduceat(amounts, begins)


def summarise(customer: Ints, day: Ints, amount: Ints, end: int) -> Summary:
    """By customer, up to and including day `end`. Purchases of one day are one occasion, their amounts
    summed.

    Raises Unfit for no rows, a day after the end or before 1970: list such rows before, do not drop them
    here.
    """
    if not customer.size:
        raise Unfit("no transactions")
    if int(day.max()) > end:
        raise Unfit(OUTSIDE)
    who, when, value = occasions(customer, day, amount)
    starts = np.flatnonzero(np.concatenate(([True], who[1:] != who[:-1])))
    ends = np.append(starts[1:], len(who))
    x = ends - starts - 1
    spent = np.add.reduceat(value, starts)
    again = spent - value[starts]
    return Summary(
        customer=who[starts],
        x=x,
        last=when[ends - 1] - when[starts],
        age=end - when[starts],
        mean=np.where(x > 0, again / np.maximum(x, 1), 0.0),
        first=when[starts],
        spent=spent,
    )


def _sorted(customer: Ints, day: Ints, amount: Ints) -> tuple[Ints, Ints]:
    """Keys of customer and day in order, and the amounts with them.

    Where all three fit into 64 bits the values themselves are sorted, three times as fast as their places.
    """
    first, least = int(day.min()), int(amount.min())
    bits = [int(each).bit_length() for each in (customer.max(), day.max() - first, amount.max() - least)]
    if int(customer.min()) < 0 or sum(bits) > 63:
        key = (customer.astype(np.int64) << DAY_BITS) | day.astype(np.int64)
        order = np.argsort(key, kind="stable")
        return key[order], amount[order]
    _who, days, money = bits
    packed = (customer.astype(np.int64) << (days + money)) | ((day - first) << money) | (amount - least)
    packed.sort()
    key, amounts = packed >> money, (packed & ((1 << money) - 1)) + least
    return ((key >> days) << DAY_BITS) | ((key & ((1 << days) - 1)) + first), amounts
