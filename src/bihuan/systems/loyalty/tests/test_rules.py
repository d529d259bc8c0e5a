"""The pilot's difference in differences, earned growth, signs of gaming, drivers, bands, weights: by hand."""

from datetime import UTC, datetime, timedelta
from math import sqrt
from time import process_time

import numpy as np
import pytest

from bihuan.kernel.rules.measures.drivers import lmg
from bihuan.kernel.rules.measures.nps import Answers, adjusted
from bihuan.kernel.rules.measures.ranking import rank_levels
from bihuan.kernel.rules.measures.shrinkage import Level
from bihuan.systems.loyalty.rules.bands import ranked
from bihuan.systems.loyalty.rules.drivers import shares
from bihuan.systems.loyalty.rules.gaming import Given, Limits, selective, signs
from bihuan.systems.loyalty.rules.growth import Growth, came, earned
from bihuan.systems.loyalty.rules.pilot import Basis, Cluster, Verdict, did, judged
from bihuan.systems.loyalty.rules.vitality import Rate, fall
from bihuan.systems.loyalty.rules.weighted import weighted

OLD, NEW = Answers(50, 30, 20), Answers(60, 25, 15)


def test_one_unit_an_arm_adds_the_four_variances_of_the_answers() -> None:
    """30 → 45 against 30 → 30: +15. Adjusted: 29.126 → 43.689 against nothing: 14.563."""
    found = did([Cluster(OLD, NEW)], [Cluster(OLD, OLD)])
    variance = adjusted(NEW).se ** 2 + 3 * adjusted(OLD).se ** 2
    assert found.points == pytest.approx(15)
    assert found.se == pytest.approx(sqrt(variance))
    assert (found.interval.low + found.interval.high) / 2 == pytest.approx(14.563, abs=0.001)
    assert found.basis is Basis.ANSWERS


def cluster(before: int, after: int) -> Cluster:
    """Ten answers each time, so many more promoters than detractors."""
    return Cluster(Answers(before, 10 - before, 0), Answers(after, 10 - after, 0))


def test_units_are_counted_and_not_answers_where_there_are_three_in_each_arm() -> None:
    """Changes of the pilot's units 10, 20, 30 points, of the others 0, 0, 0: +20, u = −10/3, 0, 10/3,
    Var = 3/2·(2·(10/3)²) = 33.33 and 0: se 5.7735, t with 4 degrees 2.776: 3.97 … 36.03."""
    found = did([cluster(4, 5), cluster(4, 6), cluster(4, 7)], [cluster(5, 5)] * 3)
    assert found.points == pytest.approx(20)
    assert found.se == pytest.approx(5.7735, abs=1e-4)
    assert tuple(found.interval) == pytest.approx((3.970, 36.030), abs=1e-3)
    assert (found.basis, found.df) == (Basis.UNITS, 4)
    assert found.p == pytest.approx(0.0257, abs=1e-3)


def test_what_a_unit_keeps_from_before_to_after_cancels() -> None:
    """Units that differ by 40 points and all gain ten leave no doubt, however unlike they are."""
    found = did([cluster(2, 3), cluster(4, 5), cluster(6, 7)], [cluster(1, 1), cluster(5, 5), cluster(9, 9)])
    assert found.points == pytest.approx(10)
    assert found.se == pytest.approx(0, abs=1e-9)


def test_an_arm_without_answers_before_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="answers before and after"):
        did([Cluster(Answers(0, 0, 0), NEW)], [Cluster(OLD, OLD)])


def large(before: int, after: int) -> Cluster:
    return Cluster(Answers(before, 100 - before, 0), Answers(after, 100 - after, 0))


def test_the_verdict_knows_what_it_rests_on() -> None:
    gain = [large(40, 60), large(40, 62), large(40, 58)]
    still = [large(40, 40), large(40, 41), large(40, 39)]
    assert judged(did(gain, still), None) is Verdict.WORKED
    assert judged(did(still, gain), None) is Verdict.WORSE
    assert judged(did(still, still), None) is Verdict.NOT_SHOWN
    assert judged(did(gain, still), did(gain, still)) is Verdict.DRIFTED
    assert judged(did([large(30, 70)], still[:1]), None) is Verdict.UNSURE
    assert judged(did([cluster(2, 9)], [cluster(5, 5)]), None) is Verdict.TOO_LITTLE


def test_earned_growth_of_the_book() -> None:
    found = earned(Growth(base=100, retained=85, earned=25, bought=20))
    assert found.growth == pytest.approx(0.30)
    assert found.rate == pytest.approx(0.10)
    assert found.ratio == pytest.approx(1 / 3)


def test_unknown_reasons_widen_earned_growth_and_are_not_guessed() -> None:
    found = earned(Growth(base=100, retained=85, earned=20, bought=15, unknown=10))
    assert (found.low, found.high) == pytest.approx((0.05, 0.15))
    assert earned(Growth(100, 80, 5, 5)).ratio is None
    with pytest.raises(ValueError, match="base"):
        earned(Growth(0, 85, 25, 20))


def test_reasons_of_new_customers_have_an_interval() -> None:
    hits, n, interval = came({"recommended": 10, "earlier": 7, "offer": 3})
    assert (hits, n) == (17, 20)
    assert interval is not None
    assert tuple(interval) == pytest.approx((0.6396, 0.9476), abs=1e-4)
    assert came({}) == (0, 0, None)


BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)


def given(
    unit: int, n: int, *, apart_s: int = 3600, score: int = 8, took_s: int = 90, device: str = ""
) -> list[Given]:
    return [
        Given(unit, BEGIN + timedelta(seconds=k * apart_s), score, took_s, device or f"d{k}")
        for k in range(n)
    ]


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("burst", given(1, 12, apart_s=20)),
        ("one_device", given(1, 12, device="counter")),
        ("streak", given(1, 12, score=10)),
        ("fast", given(1, 12, took_s=20)),
    ],
)
def test_each_sign_is_seen_and_names_its_unit(rule: str, rows: list[Given]) -> None:
    found = signs([*rows, *given(2, 20)])
    assert [(sign.rule, sign.unit) for sign in found] == [(rule, 1)]


def test_honest_answers_and_few_ones_give_no_sign() -> None:
    assert signs(given(1, 30)) == []
    assert signs(given(1, 9, apart_s=1, score=10, device="same"), Limits()) == []


def test_who_was_invited_is_compared_with_who_there_is() -> None:
    frame = {"young": 60.0, "old": 40.0}
    fair, picked = selective({"young": 60, "old": 40}, frame), selective({"young": 20, "old": 80}, frame)
    assert fair is not None
    assert picked is not None
    assert fair.p > 0.99
    assert picked.p < 0.001
    assert selective({"young": 3}, {}) is None


def test_shares_in_arrays_are_those_of_the_kernel() -> None:
    draw = np.random.default_rng(7)
    columns = draw.integers(1, 6, size=(4, 60)).astype(float)
    outcome = columns[0] * 2 + columns[2] + draw.normal(size=60)
    found = shares(columns.tolist(), outcome.tolist(), draws=50)
    assert found.shares == pytest.approx(lmg(columns.tolist(), outcome.tolist()).shares, abs=1e-9)
    assert found.r_squared == pytest.approx(sum(found.shares))
    assert all(
        interval.low <= share <= interval.high
        for share, interval in zip(found.shares, found.intervals, strict=True)
    )
    assert not found.few


def test_few_answers_for_each_driver_are_said_and_impossible_ones_refused() -> None:
    draw = np.random.default_rng(1)
    columns = draw.integers(1, 6, size=(3, 20)).astype(float).tolist()
    assert shares(columns, draw.integers(0, 11, size=20).tolist(), draws=20).few
    with pytest.raises(ValueError, match="does not vary"):
        shares([[1.0] * 20], list(range(20)))


@pytest.mark.slow
def test_twelve_drivers_of_ten_thousand_answers_take_two_seconds() -> None:
    draw = np.random.default_rng(3)
    columns = draw.integers(1, 6, size=(12, 10_000)).astype(float)
    outcome = columns[:6].sum(axis=0) + draw.normal(size=10_000).round(1)
    begun = process_time()
    assert len(shares(columns.tolist(), outcome.tolist(), draws=1).shares) == 12
    assert process_time() - begun < 2


def test_bands_of_many_branches_agree_with_the_exact_ones() -> None:
    levels = [Level(f"B{n:02d}", n * 1.7 % 41, 9.0, 60) for n in range(41)]
    exact = {each.key: each for each in rank_levels(levels)}
    for each in ranked(levels):
        other = exact[each.key]
        assert each.rank == other.rank
        assert abs((each.best or 0) - (other.best or 0)) <= 1
        assert abs((each.worst or 0) - (other.worst or 0)) <= 1


def test_three_hundred_branches_are_ranked_at_once_and_small_ones_not() -> None:
    levels = [Level(f"B{n:03d}", n * 7.3 % 50, 8.0, 20 if n % 10 == 0 else 90) for n in range(312)]
    found = ranked(levels)
    assert sum(each.rank is None for each in found) == 32
    assert all(
        each.best <= each.rank <= each.worst for each in found if each.rank and each.best and each.worst
    )


def test_weights_bring_the_answers_to_the_frame() -> None:
    """Half of the answers are young and promote, customers are young to 80 %: 0.8·100 − 0.2·100 = 60."""
    rows = [(1, ("young",))] * 50 + [(-1, ("old",))] * 50
    found = weighted(rows, [{"young": 800, "old": 200}])
    assert found.score == pytest.approx(60)
    assert found.heaviest == pytest.approx(1.6)
    assert found.effective == pytest.approx(100 / 1.36)
    assert found.interval.low < 60 < found.interval.high
    with pytest.raises(ValueError, match="differ"):
        weighted(rows, [{"young": 1, "old": 1, "retired": 1}])


def test_a_fall_beyond_chance_is_told_and_a_small_one_is_not() -> None:
    found = fall(Rate(60, 100), Rate(30, 100))
    assert found is not None
    assert found.p < 0.001
    assert fall(Rate(60, 100), Rate(55, 100)) is None
    assert fall(Rate(30, 100), Rate(60, 100)) is None
    assert fall(Rate(20, 20), Rate(0, 20)) is None
