from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.emerging import alarms, jump, jump_from, rising, smoothed, upper_limit
from bihuan.kernel.rules.measures.tests.quick import QUICK

HISTORY = st.lists(st.integers(0, 20), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("count", "expected", "p"),
    [(5, 2, 0.0527), (10, 5, 0.0318), (3, 0.5, 0.0144), (0, 2, 1), (1, 1, 0.6321), (1, 0, 0)],
)
def test_chance_of_so_many_cases_is_the_tabled_one(count: int, expected: float, p: float) -> None:
    assert jump(count, expected) == pytest.approx(p, abs=0.00005)


def test_a_short_history_surprises_less_than_a_known_expectation() -> None:
    assert jump_from(8, [2]) > jump_from(8, [2] * 6) > jump(8, 2)
    assert jump_from(8, [2] * 5000) == pytest.approx(jump(8, 2), abs=0.0001)


def test_a_first_case_after_three_empty_periods() -> None:
    """Gamma(½, 3) before: the chance of none is √(3/4)."""
    assert jump_from(1, [0, 0, 0]) == pytest.approx(1 - sqrt(3 / 4))
    assert jump_from(0, [0, 0, 0]) == 1


@QUICK
@given(HISTORY, st.integers(0, 40))
def test_more_cases_are_never_less_surprising(history: list[int], count: int) -> None:
    assert 0 <= jump_from(count + 1, history) <= jump_from(count, history) <= 1
    assert jump_from(count, history) == pytest.approx(jump_from(count, history[::-1]))


def test_limits_are_those_of_the_textbook() -> None:
    """Montgomery, Introduction to Statistical Quality Control, EWMA example: mean 10, sd 1, λ 0.1, L 2.7."""
    limits = [upper_limit(10, t, weight=0.1, width=2.7, sd=1) for t in (1, 2, 1000)]
    assert limits == pytest.approx([10.27, 10.36, 10.62], abs=0.005)


def test_counts_spread_as_the_root_of_their_mean() -> None:
    assert upper_limit(4, 1, weight=1, width=3) == pytest.approx(4 + 3 * 2)


def test_averages_are_those_of_the_textbook() -> None:
    assert smoothed([9.45, 7.99, 9.29], 10, 0.1) == pytest.approx([9.945, 9.7495, 9.7036], abs=0.0001)  # type: ignore[list-item]


def test_a_slow_rise_is_seen_before_any_single_period_is_odd() -> None:
    counts = [6, 6, 7, 6, 7, 7, 7]
    assert not any(jump(count, 4) < 0.05 for count in counts)
    assert rising(counts, 4)[-1]
    assert not any(rising([4, 5, 3, 4, 6, 2, 4], 4))


@QUICK
@given(HISTORY, st.floats(0.05, 1))
def test_an_average_lies_between_what_was_averaged(counts: list[int], weight: float) -> None:
    values = smoothed(counts, 5, weight)
    assert all(min([5, *counts]) - 1e-9 <= value <= max([5, *counts]) + 1e-9 for value in values)


def test_a_cause_that_jumps_is_named_first_and_quiet_ones_are_not_named() -> None:
    found = alarms(
        {
            "queue": [4, 5, 3, 4, 4, 5],
            "meter read wrong": [1, 0, 1, 1, 0, 9],
            "line busy": [2, 3, 2, 5, 6, 6],
            "rare": [0, 0, 0, 0, 0, 2],
        },
        baseline=3,
    )
    assert [(alarm.cause, alarm.cases) for alarm in found] == [("meter read wrong", 9), ("line busy", 6)]
    assert found[0].jumped
    assert found[0].expected == pytest.approx(2 / 3)
    assert (found[1].jumped, found[1].rising) == (False, True)


def test_among_many_causes_one_odd_count_is_expected() -> None:
    quiet = {f"cause {at}": [2, 2, 2, 2, 2, 2, 2] for at in range(60)}
    alone = alarms({"odd": [2, 2, 2, 2, 2, 2, 7]}, baseline=6)
    among = alarms({**quiet, "odd": [2, 2, 2, 2, 2, 2, 7]}, baseline=6)
    assert alone[0].jumped
    assert not any(alarm.jumped for alarm in among)


def test_no_causes_no_alarms() -> None:
    assert alarms({}, baseline=3) == []


@pytest.mark.parametrize("baseline", [0, 3])
def test_a_baseline_lies_before_what_it_judges(baseline: int) -> None:
    with pytest.raises(ValueError, match="baseline"):
        alarms({"queue": [1, 2, 3]}, baseline)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        jump(-1, 2)
    with pytest.raises(ValueError, match="earlier period"):
        jump_from(3, [])
    with pytest.raises(ValueError, match="weight"):
        smoothed([1], 1, 0)
    with pytest.raises(ValueError, match="no limit"):
        upper_limit(4, 0)
