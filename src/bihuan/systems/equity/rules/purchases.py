"""What the models see of a customer: repeat purchases, the last of them, and how long it has been known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Purchases:
    """Rows of equal customers with their number, in one unit of time (weeks, days).

    `x` repeat occasions, `last` the age at the last of them (0 when x = 0), `age` since the first purchase.
    `row` gives each customer's row, so that what is computed once a row is taken back to customers.
    """

    x: Floats
    last: Floats
    age: Floats
    count: Floats
    row: Ints

    @property
    def customers(self) -> int:
        return len(self.row)

    def back(self, values: Floats) -> Floats:
        """Values of rows as values of customers, in the order they came in."""
        return values[self.row]


class Unfit(Exception):
    """The data cannot carry the model; the text says why, for people."""


def grouped(x: ArrayLike, last: ArrayLike, age: ArrayLike) -> Purchases:
    """Equal customers in one row. Raises Unfit for what no customer can be: nothing is repaired in
    silence."""
    repeats, recency, known = (np.asarray(each, dtype=np.float64) for each in (x, last, age))
    if not repeats.size:
        raise Unfit("no customers")
    if not all(np.isfinite(each).all() for each in (repeats, recency, known)):
        raise Unfit("a value that is no number")
    if (repeats < 0).any() or (repeats != np.floor(repeats)).any():
        raise Unfit("repeat purchases must be whole numbers from 0")
    if (recency < 0).any() or (recency > known).any():
        raise Unfit("a last purchase before the first or after the end of the observation")
    if ((repeats == 0) != (recency == 0)).any():
        raise Unfit("a repeat purchase at age 0, or an age of the last without one")
    packed = _packed(repeats, recency, known)
    if packed is None and _mostly_alone(known):
        return _alone(repeats, recency, known)
    table, row, count = _unique(repeats, recency, known, packed)
    return Purchases(table[0], table[1], table[2], count.astype(np.float64), row)


def sampled(data: Purchases, rows: int) -> Purchases:
    """About so many rows for all: the heavy ones as they are, of the others every k-th, counted k times.

    Rows lie by purchases and times, so every k-th is a sample of each kind of customer.
    """
    heavy = data.count > data.count.sum() / rows
    light = np.flatnonzero(~heavy)
    step = max(1, -(-len(light) // rows))
    kept = np.sort(np.concatenate((np.flatnonzero(heavy), light[step // 2 :: step])))
    count = np.where(heavy[kept], data.count[kept], data.count[kept] * step)
    return Purchases(data.x[kept], data.last[kept], data.age[kept], count, data.row[:0])


def _mostly_alone(age: Floats) -> bool:
    """Hardly two of one age: then hardly two are equal, and sorting three values to find them is wasted."""
    found = np.sort(age)
    return 2 * int((found[1:] != found[:-1]).sum() + 1) > len(age)


MOST_RADIX = 1 << 15


def _alone(x: Floats, last: Floats, age: Floats) -> Purchases:
    """A row for each customer, by number of purchases."""
    small = float(x.max()) < MOST_RADIX
    order = np.argsort(x.astype(np.int16) if small else x, kind="stable")
    row = np.empty(len(x), dtype=np.int64)
    row[order] = np.arange(len(x))
    return Purchases(x[order], last[order], age[order], np.ones(len(x)), row)


def _unique(x: Floats, last: Floats, age: Floats, packed: Ints | None) -> tuple[Floats, Ints, Ints]:
    """Sorted by one packed key where there is one, by three keys otherwise."""
    if packed is None:
        order = np.lexsort((age, last, x))
        rows = np.stack((x, last, age))[:, order]
        new = np.concatenate(([True], (rows[:, 1:] != rows[:, :-1]).any(axis=0)))
    else:
        order = np.argsort(packed, kind="stable")
        found = packed[order]
        rows = np.stack((x[order], last[order], age[order]))
        new = np.concatenate(([True], found[1:] != found[:-1]))
    starts = np.flatnonzero(new)
    row = np.empty(len(x), dtype=np.int64)
    row[order] = np.cumsum(new) - 1
    return rows[:, starts], row, np.diff(np.append(starts, len(x)))


WEEK = 7
BITS = 20
FIRST, SAME = 1000, 1e-9


def _packed(x: Floats, last: Floats, age: Floats) -> Ints | None:
    """Three values in one 64-bit key, for times in days or in weeks of whole days; None where they do not
    fit."""
    keys = [x]
    for time in (last, age):
        days = np.rint(time[:FIRST] * WEEK)
        if (np.abs(days / WEEK - time[:FIRST]) > SAME).any():
            return None
    for time in (last, age):
        days = np.rint(time * WEEK)
        if (np.abs(days / WEEK - time) > SAME).any():
            return None
        keys.append(days)
    if max(float(key.max()) for key in keys) >= 1 << BITS:
        return None
    a, b, c = (key.astype(np.int64) for key in keys)
    return (a << (2 * BITS)) | (b << BITS) | c
