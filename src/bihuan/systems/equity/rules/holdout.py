"""Does the model say what comes? Fitted on the past, judged on a period that it has not seen."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from . import scoring
from .fitting import Fit
from .occasions import DAY_BITS, Summary, summarise
from .purchases import Floats, Ints, Unfit, grouped

WEEK = 7


@dataclass(frozen=True, slots=True)
class Group:
    """A tenth of the customers, by what the model expects of them."""

    customers: int
    expected: float
    actual: float


@dataclass(frozen=True, slots=True)
class Holdout:
    """Errors are means over customers of |purchases expected − made|.

    `naive` expects each customer to go on at its own rate of purchases since the first day, `repeat` as many
    as in the period of the same length just before. `weeks`, `made` and `told` are cumulative purchases after
    the first, from the first day of the data, as they came and as the model expects them of new customers.
    """

    calibration_weeks: int
    holdout_weeks: int
    customers: int
    repeaters: int
    actual: int
    expected: float
    error: float
    naive: float
    repeat: float
    groups: tuple[Group, ...]
    weeks: tuple[int, ...]
    made: tuple[int, ...]
    told: tuple[float, ...]

    @property
    def loses(self) -> bool:
        """Worse than, or only as good as, the better of the two naive rules."""
        return self.error >= min(self.naive, self.repeat)

    def plain(self) -> dict[str, Any]:
        """As data that can be stored."""
        return {**asdict(self), "loses": self.loses}


def evaluate(
    model: str, customer: Ints, day: Ints, amount: Ints, end: int, weeks: int, least: int
) -> Holdout:
    """Fit on everything before the last `weeks`, and compare with what was bought in them.

    Customers who came in the last weeks are not judged. Raises Unfit when less than as long lies
    before, or fewer than `least` bought again there.
    """
    split = end - weeks * WEEK
    before = day <= split
    if not before.any() or split - int(day.min()) < weeks * WEEK:
        raise Unfit("the orders do not reach back far enough for a test on unseen weeks")
    past = summarise(customer[before], day[before], amount[before], split)
    if past.repeaters < least:
        raise Unfit("too few customers bought again before the weeks of the test")
    data = grouped(past.x, past.last / WEEK, past.age / WEEK)
    fit = scoring.fit_purchases(model, data)
    if not fit.converged:
        raise Unfit("the fit on the weeks before the test did not come to an end")
    told = data.back(scoring.ahead(model, fit, data)(float(weeks)))
    came = _occasions(customer[~before], day[~before], past.customer)
    own = past.x / np.maximum(past.age, 1) * weeks * WEEK
    recent = before & (day > split - weeks * WEEK)
    same = _occasions(customer[recent], day[recent], past.customer)
    axis, made, curve = _tracking(model, fit, customer, day, past, end)
    return Holdout(
        calibration_weeks=(split - int(day.min())) // WEEK,
        holdout_weeks=weeks,
        customers=len(past.customer),
        repeaters=past.repeaters,
        actual=int(came.sum()),
        expected=float(told.sum()),
        error=float(np.abs(told - came).mean()),
        naive=float(np.abs(own - came).mean()),
        repeat=float(np.abs(same - came).mean()),
        groups=_groups(told, came),
        weeks=axis,
        made=made,
        told=curve,
    )


def _occasions(customer: Ints, day: Ints, of: Ints) -> Floats:
    """Distinct days of purchase of each of `of`, which is sorted."""
    pairs = _pairs(customer, day)[0]
    at = np.searchsorted(of, pairs)
    known = (at < len(of)) & (of[np.minimum(at, len(of) - 1)] == pairs)
    return np.bincount(at[known], minlength=len(of)).astype(np.float64)


def _pairs(customer: Ints, day: Ints) -> tuple[Ints, Ints]:
    """Each day of each customer once."""
    key = np.unique((customer << DAY_BITS) | day)
    return key >> DAY_BITS, key & ((1 << DAY_BITS) - 1)


def _groups(told: Floats, came: Floats) -> tuple[Group, ...]:
    """Ten tenths, most expected first; fewer where there are fewer customers than that."""
    order = np.argsort(-told, kind="stable")
    parts = [part for part in np.array_split(order, 10) if part.size]
    return tuple(Group(len(part), float(told[part].mean()), float(came[part].mean())) for part in parts)


def _tracking(
    model: str, fit: Fit, customer: Ints, day: Ints, past: Summary, end: int
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[float, ...]]:
    """Of the customers of the calibration, by week: purchases after the first, and as told."""
    start = int(past.first.min())
    weeks = (end - start) // WEEK
    pairs = _pairs(customer, day)
    at = np.searchsorted(past.customer, pairs[0])
    known = (at < len(past.customer)) & (past.customer[np.minimum(at, len(past.customer) - 1)] == pairs[0])
    at, when = at[known], pairs[1][known]
    repeats = when[when > past.first[at]]
    made = np.bincount((repeats - start) // WEEK, minlength=weeks + 1)[: weeks + 1].cumsum()
    born = np.bincount((past.first - start) // WEEK, minlength=weeks + 1)[: weeks + 1]
    new = np.array([scoring.of_new(model, fit, float(week) + 0.5) for week in range(weeks + 1)])
    told = np.convolve(born, new)[: weeks + 1]
    return (
        tuple(range(weeks + 1)),
        tuple(int(value) for value in made),
        tuple(float(value) for value in told),
    )
