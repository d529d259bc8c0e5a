"""What the answers of halls and sessions amount to together."""

from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.means import Sample, summed
from bihuan.kernel.rules.measures.stratified import Stratum, stratified
from bihuan.systems.service.rules.fieldwork import (
    Asked,
    index_of_halls,
    index_of_sessions,
    is_low,
    likeness_within,
    state,
)

FEW = settings(max_examples=12)
SAMPLES = st.builds(Sample, st.integers(2, 60), st.floats(0, 100), st.floats(0.1, 40))
ASKED = st.lists(st.builds(Asked, st.integers(1, 20_000), SAMPLES), min_size=1, max_size=6)


def test_scenario_13_nineteen_issued_are_short_and_twenty_are_enough() -> None:
    assert (state(19, 20), state(20, 20)) == ("short", "met")
    assert state(12, 20, census=True) == "census"
    assert state(25, 20, gone=True) == "gone"


def test_halls_are_strata_weighed_by_their_visitors() -> None:
    small, large = Sample(20, 60.0, 10.0), Sample(20, 80.0, 20.0)
    found = index_of_halls([Asked(1000, small), Asked(3000, large)])
    assert found is not None
    known = stratified([Stratum(1000, *small), Stratum(3000, *large)]).mean
    assert found.points == pytest.approx(75.0)
    assert found.se == pytest.approx(known.se)


def test_a_hall_of_which_everybody_answered_adds_no_doubt() -> None:
    found = index_of_halls([Asked(20, Sample(20, 60.0, 10.0))])
    assert found is not None
    assert found.se == pytest.approx(0)


def test_one_answer_says_nothing_about_its_hall() -> None:
    assert index_of_halls([Asked(500, Sample(1, 90.0, 0.0)), Asked(500, None)]) is None


@FEW
@given(ASKED)
def test_an_index_lies_between_its_halls(halls: list[Asked]) -> None:
    found = index_of_halls(halls)
    assert found is not None
    means = [each.sample.mean for each in halls if each.sample]
    assert min(means) - 1e-6 <= found.points <= max(means) + 1e-6


def test_sessions_are_worth_less_than_their_answers() -> None:
    values = [20.0 * n for n in range(5)] * 4
    session = Asked(800, summed(values))
    found = index_of_sessions([session] * 15, 0.05)
    alone = index_of_sessions([session] * 15, 0.0)
    assert found is not None
    assert alone is not None
    assert found.n == 300
    assert found.points == pytest.approx(40)
    assert (found.se or 0) / (alone.se or 1) == pytest.approx(sqrt(1.95))


def test_an_area_counts_as_much_as_it_has_customers_and_all_the_same_where_one_is_unknown() -> None:
    low, high = Sample(20, 40.0, 5.0), Sample(20, 80.0, 5.0)
    known = index_of_sessions([Asked(100, low), Asked(300, high)], 0.05)
    unknown = index_of_sessions([Asked(0, low), Asked(300, high)], 0.05)
    assert known is not None
    assert unknown is not None
    assert known.points == pytest.approx(70)
    assert unknown.points == pytest.approx(60)
    assert index_of_sessions([Asked(100, None)], 0.05) is None


@pytest.mark.parametrize(
    ("value", "scale", "low"),
    [(2, (1, 5), True), (3, (1, 5), False), (4, (1, 10), True), (5, (1, 10), False), (0, (0, 1), True)],
)
def test_low_is_judged_on_the_question_s_own_scale(value: int, scale: tuple[int, int], low: bool) -> None:
    assert is_low(value, *scale, 40.0) is low


def test_likeness_within_sessions_is_told_from_enough_of_them() -> None:
    """Ten sessions of 20 answers that differ by 10 points between two kinds of area, sd 20 within."""
    sessions = [Asked(500, Sample(20, 60.0 + 10 * (n % 2), 20.0)) for n in range(10)]
    assert likeness_within(sessions[:9], 10) is None
    found = likeness_within([*sessions, Asked(500, None), Asked(500, Sample(1, 90.0, 0.0))], 10)
    assert found is not None
    assert (found.clusters, found.n) == (10, 200)
    between = 20 * 10 * 25 / 9
    assert found.value == pytest.approx((between - 400) / (between + 19 * 400))
    assert found.interval.low < 0 < found.value < found.interval.high
