"""From what is known of customers to what each is worth: one call for all models of purchases."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import bgnbd, bootstrap, curves, gammagamma, paretonbd, worth
from .fitting import Fit
from .purchases import Floats, Ints, Purchases, Unfit

MODELS = ("bg-nbd", "mbg-nbd", "pareto-nbd")


@dataclass(frozen=True, slots=True)
class Values:
    """By customer, in the order of the data. Money in the unit of the means, before any margin."""

    alive: Floats
    expected: Floats
    each: Floats
    worth: Floats


def fit_purchases(model: str, data: Purchases) -> Fit:
    """Estimates of one of MODELS. Raises Unfit when the data cannot carry it."""
    if model == "pareto-nbd":
        return paretonbd.fit(data)
    return bgnbd.fit(data, modified=model == "mbg-nbd")


def alive(model: str, fit: Fit, data: Purchases) -> Floats:
    """P(alive) at the end of the observation, by row."""
    if model == "pareto-nbd":
        return paretonbd.alive(fit.as_dict(), data)
    return bgnbd.alive(fit.as_dict(), data, modified=model == "mbg-nbd")


def ahead(model: str, fit: Fit, data: Purchases) -> Callable[[float], Floats]:
    """t → purchases expected within the next t, by row."""
    if model == "pareto-nbd":
        return lambda time: paretonbd.expected(fit.as_dict(), data, time)
    return lambda time: bgnbd.expected(fit.as_dict(), data, time, modified=model == "mbg-nbd")


def of_new(model: str, fit: Fit, time: float) -> float:
    """Purchases after the first that a new customer is expected to make within `time`."""
    if model == "pareto-nbd":
        return paretonbd.expected_of_new(fit.as_dict(), time)
    return bgnbd.expected_of_new(fit.as_dict(), time, modified=model == "mbg-nbd")


def values(
    model: str,
    fit: Fit,
    spending: Fit,
    data: Purchases,
    x: Floats | Ints,
    mean: Floats,
    *,
    months: int,
    rate: float,
) -> Values:
    """What every customer is worth over the horizon, purchases of month k discounted by (1+rate)^k.

    Time of `data` in weeks, `rate` a month. Raises Unfit where the value of a purchase has no finite mean.
    """
    each = gammagamma.expected(spending.as_dict(), x, mean)
    if not np.isfinite(each).all():
        raise Unfit("the value of a purchase has no finite mean (q is 1 or less)")
    chance = alive(model, fit, data)
    sure, later = if_alive(model, fit, data, months=months, rate=rate)
    found = Values(data.back(chance), data.back(chance * sure), each, data.back(chance * later) * each)
    if not all(np.isfinite(part).all() for part in (found.alive, found.expected, found.worth)):
        raise Unfit("a customer's value is no number under these estimates")
    return found


def if_alive(model: str, fit: Fit, data: Purchases, *, months: int, rate: float) -> tuple[Floats, Floats]:
    """By row, of who is surely there: purchases expected over the horizon, and with each month discounted.

    For each number of purchases both are curves over ln(scale + age), smooth enough to be read off from a
    dozen points; the hypergeometric function of every row and month would take fifty times as long. Numbers
    that few rows have are computed as they are, all together.
    """
    found, scale = fit.as_dict(), fit["alpha"]

    def both(x: Floats, ages: Floats) -> Floats:
        def expected(time: float) -> Floats:
            if model == "pareto-nbd":
                return paretonbd.if_alive(found, x, ages, time)
            return bgnbd.if_alive(found, x, ages, time, modified=model == "mbg-nbd")

        ones = np.ones(len(ages))
        later = worth.discounted(expected, ones, months=months, month=worth.MONTH_WEEKS, rate=rate)
        return np.stack((expected(months * worth.MONTH_WEEKS), later))

    sure = np.empty((2, len(data.x)))
    order = np.argsort(data.x, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(data.x[order])) + 1)
    few = [rows for rows in groups if len(rows) <= curves.FEW]
    if few:
        rows = np.concatenate(few)
        sure[:, rows] = both(data.x[rows], data.age[rows])
    for rows in groups:
        if len(rows) > curves.FEW:

            def curve(at: Floats, x: Floats = data.x[rows[:1]]) -> Floats:
                return both(x, np.maximum(np.exp(at) - scale, 0.0))

            sure[:, rows] = curves.read_off(curve, np.log(scale + data.age[rows]))
    return sure[0], sure[1]


def equity_interval(
    model: str, data: Purchases, each: Floats, *, months: int, rate: float, draws: int
) -> tuple[float, float, int]:
    """95 % interval of the sum of all values by drawing customers again, and how many draws had an estimate.

    The model of purchases is fitted anew in each draw; the value of one purchase keeps its estimate. Raises
    Unfit when most draws cannot be fitted.
    """
    rows = np.bincount(data.row, weights=each, minlength=len(data.x)) / data.count

    def total(fit: Fit, drawn: Purchases, keep: bootstrap.Bools) -> list[float]:
        _sure, later = if_alive(model, fit, drawn, months=months, rate=rate)
        return [float((alive(model, fit, drawn) * later * rows[keep]) @ drawn.count)]

    found, fitted = bootstrap.intervals(data, lambda drawn: fit_purchases(model, drawn), total, draws=draws)
    return float(found[0][0]), float(found[1][0]), fitted


def tenths(worth_of: Floats) -> Ints:
    """1 for the tenth that is worth most, 10 for the last; equal values keep their order."""
    order = np.argsort(-worth_of, kind="stable")
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order)) * 10 // max(len(order), 1) + 1
    return found


def ranks(worth_of: Floats) -> Ints:
    """1 for the largest."""
    order = np.argsort(-worth_of, kind="stable")
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(1, len(order) + 1)
    return found
