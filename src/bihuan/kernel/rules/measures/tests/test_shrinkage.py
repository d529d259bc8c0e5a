from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.shrinkage import (
    Level,
    Rate,
    beta_prior,
    james_stein,
    normal_prior,
    smoothed_rates,
)
from bihuan.kernel.rules.measures.tests.quick import FIGURES, QUICK

HALLS = [
    Rate(key, x, n)
    for key, x, n in zip("ABCDEF", (19, 17, 95, 160, 38, 12), (20, 20, 100, 200, 40, 20), strict=True)
]
RATES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8).map(
    lambda pairs: [Rate(str(at), x, x + more) for at, (x, more) in enumerate(pairs)]
)
LEVELS = st.lists(st.tuples(FIGURES, st.floats(0.5, 20)), min_size=1, max_size=8).map(
    lambda pairs: [Level(str(at), value, se, 30) for at, (value, se) in enumerate(pairs)]
)
# Efron & Morris 1977: batting averages after 45 at-bats, Clemente first
BASEBALL = [
    *(0.400, 0.378, 0.356, 0.333, 0.311, 0.311, 0.289, 0.267, 0.244),
    *(0.244, 0.222, 0.222, 0.222, 0.222, 0.222, 0.200, 0.178, 0.156),
]
# Rubin 1981: effects of coaching in eight schools
SCHOOLS = [
    Level(key, value, se, 30)
    for key, value, se in zip(
        "ABCDEFGH", (28, 8, -3, 7, -1, 1, 18, 12), (15, 10, 16, 11, 9, 11, 10, 18), strict=True
    )
]


def test_six_halls() -> None:
    prior = beta_prior(HALLS)
    assert prior.mean == pytest.approx(0.8525)
    assert prior.strength == pytest.approx(11.164, abs=0.0005)
    assert [prior.shrunk(hall) for hall in HALLS] == pytest.approx(
        [0.9151, 0.8509, 0.9402, 0.8028, 0.9287, 0.6905], abs=0.00005
    )


def test_baseball_as_published() -> None:
    mean = sum(BASEBALL) / 18
    kept, shrunk = james_stein(BASEBALL, mean * (1 - mean) / 45)
    assert kept == pytest.approx(0.212, abs=0.0005)
    assert shrunk[0] == pytest.approx(0.2940, abs=0.00005)


def test_values_alike_keep_nothing_of_their_own() -> None:
    assert james_stein([1, 2, 3, 4], 100) == (0, [2.5] * 4)
    assert james_stein([2, 2, 2, 2], 0) == (0, [2] * 4)


@pytest.mark.parametrize(("values", "variance"), [([1.0, 2.0, 3.0], 1.0), ([1.0, 2.0, 3.0, 4.0], -1.0)])
def test_three_values_are_too_few(values: list[float], variance: float) -> None:
    with pytest.raises(ValueError, match="four"):
        james_stein(values, variance)


def test_eight_schools_do_not_differ_by_more_than_chance() -> None:
    prior = normal_prior(SCHOOLS)
    assert prior.variance == 0
    assert prior.mean == pytest.approx(7.69, abs=0.005)
    assert prior.shrunk(SCHOOLS[0]) == prior.mean


def test_levels_that_differ_keep_more_the_surer_they_are() -> None:
    levels = [Level("a", 40, 2, 300), Level("b", 60, 2, 300), Level("c", 80, 20, 12)]
    prior = normal_prior(levels)
    assert prior.variance > 100
    assert prior.weight(2) > 0.9 > prior.weight(20)
    assert prior.mean < prior.shrunk(levels[2]) < 80


def test_equal_errors_give_the_moments_of_the_values() -> None:
    prior = normal_prior([Level(str(value), value, 3, 40) for value in (10, 20, 30, 40)])
    assert prior.mean == pytest.approx(25)
    assert prior.variance == pytest.approx(500 / 3 - 9)


@pytest.mark.parametrize("levels", [[], [Level("a", 1, 0, 30)]])
def test_levels_without_error_are_refused(levels: list[Level]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        normal_prior(levels)


@pytest.mark.parametrize("rates", [[], [Rate("a", 0, 0)], [Rate("a", 3, 2)], [Rate("a", -1, 2)]])
def test_impossible_rates_are_refused(rates: list[Rate]) -> None:
    with pytest.raises(ValueError, match=r"nothing|more successes"):
        beta_prior(rates)


def test_units_that_do_not_differ_all_get_the_common_rate() -> None:
    prior = beta_prior([Rate("a", 9, 10), Rate("b", 18, 20)])
    assert prior.strength == inf
    assert prior.shrunk(Rate("a", 0, 10)) == prior.mean == 0.9


def test_units_that_differ_completely_keep_their_own() -> None:
    prior = beta_prior([Rate("a", 0, 20), Rate("b", 20, 20)])
    assert prior.shrunk(Rate("b", 20, 20)) > 0.99


def test_nobody_failed_anywhere() -> None:
    assert beta_prior([Rate("a", 5, 5), Rate("b", 7, 7)]).shrunk(Rate("a", 5, 5)) == 1


@QUICK
@given(RATES)
def test_a_shrunken_rate_lies_between_its_own_and_the_common_one(rates: list[Rate]) -> None:
    if not any(rate.n for rate in rates):
        return
    prior = beta_prior(rates)
    for rate in (each for each in rates if each.n):
        low, high = sorted((rate.successes / rate.n, prior.mean))
        assert low - 1e-9 <= prior.shrunk(rate) <= high + 1e-9
    assert beta_prior(rates[::-1]) == prior


@QUICK
@given(LEVELS)
def test_a_shrunken_level_lies_between_its_own_and_the_common_one(levels: list[Level]) -> None:
    prior = normal_prior(levels)
    for level in levels:
        low, high = sorted((level.value, prior.mean))
        assert low - 1e-9 <= prior.shrunk(level) <= high + 1e-9
    assert normal_prior(levels[::-1]) == pytest.approx(prior)


def test_a_quiet_area_with_few_households_is_not_the_quietest() -> None:
    small, large, busy, other = smoothed_rates([0, 30, 90, 40], [20, 3000, 2000, 2500])
    assert large < small < busy
    assert small == pytest.approx(160 / 7520, rel=0.2)
    assert other == pytest.approx(40 / 2500, rel=0.1)


def test_areas_that_do_not_differ_get_the_common_rate() -> None:
    assert smoothed_rates([1, 2], [100, 200]) == [0.01, 0.01]


@pytest.mark.parametrize(("counts", "exposures"), [([1], [0.0]), ([-1], [1.0]), ([1, 2], [1.0]), ([], [])])
def test_counts_need_exposure(counts: list[int], exposures: list[float]) -> None:
    with pytest.raises(ValueError, match="exposure"):
        smoothed_rates(counts, exposures)
