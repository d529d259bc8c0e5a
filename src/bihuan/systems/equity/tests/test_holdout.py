"""The test on unseen weeks, and contribution as a ratio: rules alone."""

import numpy as np
import pytest

from bihuan.systems.equity.rules import holdout, profit, scoring
from bihuan.systems.equity.rules.occasions import summarise
from bihuan.systems.equity.rules.purchases import Unfit

WEEK, END = 7, 104 * 7


def base(n: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two years of customers who come at their own rate and leave after some purchase."""
    rng = np.random.default_rng(5)
    who, when = [], []
    for k in range(n):
        day, rate, leave = float(rng.integers(0, 200)), rng.gamma(1.0, 1 / 30), rng.beta(0.8, 4.0)
        while day <= END:
            who.append(k)
            when.append(int(day))
            if rng.random() < leave:
                break
            day += max(1.0, float(rng.exponential(1 / rate)))
    return np.array(who), np.array(when), np.full(len(who), 1000)


def test_the_model_is_judged_on_weeks_it_has_not_seen() -> None:
    who, when, value = base()
    found = holdout.evaluate("bg-nbd", who, when, value, END, 26, 30)
    assert found.holdout_weeks == 26
    late = len({(k, d) for k, d in zip(who.tolist(), when.tolist(), strict=True) if d > END - 26 * WEEK})
    assert found.actual == late
    assert found.expected == pytest.approx(found.actual, rel=0.25)
    assert found.groups[0].expected > found.groups[-1].expected
    assert found.groups[0].actual > found.groups[-1].actual
    assert sum(group.customers for group in found.groups) == found.customers
    assert len(found.weeks) == len(found.made) == len(found.told)
    assert list(found.made) == sorted(found.made)
    assert not found.loses


def test_a_model_that_is_no_better_than_a_naive_rule_loses() -> None:
    """Everybody comes every fourth week, for ever: the weeks before say it all."""
    who = np.repeat(np.arange(60), 26)
    when = np.tile(np.arange(26) * 28, 60) + who % 7
    found = holdout.Holdout(52, 26, 60, 60, 390, 380.0, 0.4, 0.5, 0.1, (), (), (), ())
    assert found.loses
    assert found.plain()["loses"] is True
    with pytest.raises(Unfit):
        holdout.evaluate("bg-nbd", who, when, np.full(len(who), 100), END, 26, 30)


@pytest.mark.parametrize(("weeks", "least"), [(60, 30), (26, 5000)])
def test_what_is_too_short_or_too_few_is_refused(weeks: int, least: int) -> None:
    who, when, value = base(80)
    with pytest.raises(Unfit):
        holdout.evaluate("bg-nbd", who, when, value, END, weeks, least)


def test_contribution_is_a_ratio_of_sums_with_its_interval() -> None:
    sales, gained = np.array([100.0, 300.0, 600.0]), np.array([10.0, 90.0, 60.0])
    found = profit.rate(gained, sales)
    assert found is not None
    assert found.value == pytest.approx(0.16)
    assert found.low is not None
    assert found.high is not None
    # residuals -6, 42, -36; n Σd² ÷ (n − 1) = 3·3096 ÷ 2
    assert found.high - found.value == pytest.approx(1.959964 * (3 * 3096 / 2) ** 0.5 / 1000)
    assert profit.rate(gained, np.zeros(3)) is None
    one = profit.rate(gained[:1], sales[:1])
    assert one is not None
    assert (one.low, one.n) == (None, 1)


def test_a_mean_of_too_few_is_withheld() -> None:
    assert profit.mean(np.array([1.0, 2.0]), 10) is None
    found = profit.mean(np.arange(10.0), 10)
    assert found is not None
    assert found[1] < found[0] == 4.5 < found[2]


def test_tenths_and_ranks_begin_with_the_largest() -> None:
    worth = np.array([5.0, 50.0, 1.0, 20.0, 8.0, 7.0, 6.0, 4.0, 3.0, 2.0])
    assert scoring.tenths(worth)[1] == 1
    assert scoring.tenths(worth)[2] == 10
    assert scoring.ranks(worth).tolist() == [6, 1, 10, 2, 3, 4, 5, 7, 8, 9]
    assert scoring.tenths(np.array([3.0])).tolist() == [1]


@pytest.mark.parametrize("scale", [1, 10**12])
def test_occasions_do_not_depend_on_how_they_are_sorted(scale: int) -> None:
    """Small values are packed into one number, large ones are not: nothing else may change."""
    rng = np.random.default_rng(9)
    who, when, paid = rng.integers(0, 40, 900), rng.integers(19_000, 19_060, 900), rng.integers(-50, 900, 900)
    found = summarise(who, when, paid * scale, 19_100)
    for k, customer in enumerate(found.customer.tolist()):
        mine = who == customer
        days = np.unique(when[mine])
        assert (found.x[k], found.first[k], found.last[k]) == (len(days) - 1, days[0], days[-1] - days[0])
        assert found.spent[k] == paid[mine].sum() * scale
        begun = paid[mine & (when == days[0])].sum() * scale
        assert found.mean[k] == pytest.approx((found.spent[k] - begun) / max(len(days) - 1, 1))
