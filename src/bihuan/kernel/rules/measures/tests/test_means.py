from collections.abc import Callable
from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.means import (
    Sample,
    detectable,
    difference,
    interval,
    needed,
    needed_to_compare,
    paired,
    summed,
)
from bihuan.kernel.rules.measures.tests.quick import FIGURES, QUICK

VALUES = st.lists(FIGURES, min_size=2, max_size=30)
# Student 1908: additional hours of sleep by two soporifics, the same ten patients
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_sleep_data_compared_as_two_groups() -> None:
    test = difference(summed(FIRST), summed(SECOND))
    assert test.value == pytest.approx(1.58)
    assert test.statistic == pytest.approx(1.8608, abs=0.0001)
    assert test.p == pytest.approx(0.07939, abs=0.00001)
    assert test.interval == pytest.approx((-0.2054832, 3.3654832), abs=1e-6)
    assert not test.detected


def test_students_sleep_data_compared_within_patients() -> None:
    test = paired(second - first for first, second in zip(FIRST, SECOND, strict=True))
    assert test.statistic == pytest.approx(4.0621, abs=0.0001)
    assert test.p == pytest.approx(0.002833, abs=0.000001)
    assert test.interval == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
    assert test.detected


def test_a_mean_of_ten_has_the_interval_of_the_textbook() -> None:
    estimate = interval(Sample(10, 0.75, 1.78901))
    assert estimate.interval == pytest.approx((-0.5297804, 2.0297804), abs=1e-5)


def test_79_58_is_not_more_than_79_12() -> None:
    test = difference(Sample(400, 79.12, 20), Sample(400, 79.58, 20))
    assert test.statistic == pytest.approx(0.33, abs=0.005)
    assert test.p == pytest.approx(0.745, abs=0.0005)
    assert not test.detected


def test_what_it_would_take_to_call_it_more() -> None:
    assert needed_to_compare(79.58 - 79.12, sd=20) == 29_675
    assert detectable(29_675, sd=20) == pytest.approx(0.46, abs=0.0001)
    assert detectable(400, sd=20) == pytest.approx(3.96, abs=0.005)


@pytest.mark.parametrize(("margin", "sd", "n"), [(1, 20, 1537), (5, 20, 62), (100, 20, 1), (1, 0, 1)])
def test_sample_size_for_a_margin(margin: float, sd: float, n: int) -> None:
    assert needed(margin, sd) == n


def test_one_observation_has_no_spread() -> None:
    assert summed([3]) == (1, 3, 0)
    for refused in (lambda: interval(Sample(1, 3, 0)), lambda: difference(Sample(5, 3, 1), Sample(1, 3, 0))):
        with pytest.raises(ValueError, match="no spread"):
            refused()
    with pytest.raises(ValueError, match="no spread"):
        interval(Sample(5, 3, -1))
    with pytest.raises(ValueError, match="nothing"):
        summed([])


@pytest.mark.parametrize(
    "refused", [lambda: needed(0, 1), lambda: needed(1, -1), lambda: needed_to_compare(0, 1)]
)
def test_no_sample_finds_nothing(refused: Callable[[], int]) -> None:
    with pytest.raises(ValueError, match="no sample"):
        refused()


def test_nothing_is_detected_by_nobody() -> None:
    with pytest.raises(ValueError, match="nothing is detected"):
        detectable(0, 20)


def test_without_spread_any_difference_is_certain() -> None:
    test = difference(Sample(3, 5, 0), Sample(3, 6, 0))
    assert (test.statistic, test.p, test.detected) == (inf, 0, True)
    assert difference(Sample(3, 5, 0), Sample(3, 5, 0)).p == 1
    assert paired([0, 0, 0]).p == 1


@QUICK
@given(VALUES)
def test_the_interval_covers_the_mean_and_grows_with_confidence(values: list[float]) -> None:
    wide, narrow = interval(summed(values), 0.99).interval, interval(summed(values), 0.9).interval
    assert wide.low <= narrow.low <= sum(values) / len(values) + 1e-9
    assert wide.half >= narrow.half


@QUICK
@given(VALUES.flatmap(lambda values: st.tuples(st.just(values), st.permutations(values))))
def test_the_order_of_observations_changes_nothing(orders: tuple[list[float], list[float]]) -> None:
    first, second = orders
    assert summed(first) == summed(second)


@QUICK
@given(VALUES, VALUES, st.integers(-100, 100))
def test_a_shift_of_both_groups_changes_no_verdict(first: list[float], second: list[float], by: int) -> None:
    here = difference(summed(first), summed(second))
    there = difference(summed([v + by for v in first]), summed([v + by for v in second]))
    assert there.value == pytest.approx(here.value, abs=1e-6)
    assert there.se == pytest.approx(here.se, abs=1e-6)


@QUICK
@given(st.floats(0.1, 50), st.floats(0.1, 50))
def test_half_the_difference_takes_four_times_the_sample(gap: float, sd: float) -> None:
    one, half = needed_to_compare(gap, sd), needed_to_compare(gap / 2, sd)
    assert half <= 4 * one
    assert detectable(one, sd) <= gap * (1 + 1e-9)
    assert sqrt(half / one) <= 2
