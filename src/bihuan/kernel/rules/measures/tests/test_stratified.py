import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.means import Sample, interval, summed
from bihuan.kernel.rules.measures.proportions import needed_unrounded
from bihuan.kernel.rules.measures.stratified import (
    Stratum,
    clustered,
    design_effect,
    effective_n,
    intraclass,
    intraclass_of,
    stratified,
    weighting_effect,
    with_fpc,
)
from bihuan.kernel.rules.measures.tests.quick import FIGURES, QUICK

# Lohr, Sampling: Design and Analysis, agstrat: acres of farmland a county in 1992, by region
AGSTRAT = [
    Stratum(1054, 103, 300_504.16, 29_618_183_543**0.5),
    Stratum(220, 21, 97_629.81, 7_647_472_708**0.5),
    Stratum(1382, 135, 211_315.04, 53_587_487_856**0.5),
    Stratum(422, 41, 662_295.51, 396_185_950_266**0.5),
]
CLUSTERS = st.lists(st.lists(FIGURES, min_size=2, max_size=5), min_size=2, max_size=6)


def test_lohrs_counties() -> None:
    found = stratified(AGSTRAT)
    assert found.mean.value == pytest.approx(295_560.8, abs=0.05)
    assert found.mean.se == pytest.approx(16_379.9, abs=0.05)
    assert found.total.value == pytest.approx(909_736_035, rel=1e-7)
    assert found.total.se == pytest.approx(50_417_248, rel=1e-6)
    assert (found.n, found.size) == (300, 3078)


def test_the_order_of_strata_changes_nothing() -> None:
    assert stratified(AGSTRAT[::-1]) == stratified(AGSTRAT)


def test_a_stratum_seen_completely_adds_no_doubt() -> None:
    known = stratified([Stratum(20, 20, 80, 12), Stratum(1, 1, 60, 0)])
    assert known.mean.se == 0
    assert known.mean.interval == pytest.approx((1660 / 21, 1660 / 21))


@pytest.mark.parametrize(
    "stratum", [Stratum(10, 11, 80, 5), Stratum(10, 0, 80, 5), Stratum(10, 1, 80, 0), Stratum(0, 0, 0, 0)]
)
def test_strata_of_which_too_little_is_known_are_refused(stratum: Stratum) -> None:
    with pytest.raises(ValueError, match=r"observed|observation"):
        stratified([Stratum(20, 5, 80, 5), stratum])


def test_no_strata_have_no_mean() -> None:
    with pytest.raises(ValueError, match="nothing"):
        stratified([])


@QUICK
@given(st.integers(2, 50), st.integers(1, 500), FIGURES, st.floats(0, 50))
def test_one_stratum_of_many_is_a_simple_sample(n: int, more: int, mean: float, sd: float) -> None:
    found = stratified([Stratum(n + more, n, mean, sd)]).mean
    assert found.value == pytest.approx(mean)
    assert found.se <= sd / n**0.5 + 1e-9
    assert found.interval.low <= found.value <= found.interval.high


@pytest.mark.parametrize(("size", "n"), [(1000, 278), (200, 132), (20, 20), (1, 1), (10**9, 385)])
def test_a_small_population_takes_fewer(size: int, n: int) -> None:
    assert with_fpc(needed_unrounded(0.05), size) == n


@QUICK
@given(st.floats(1, 5000), st.integers(1, 10_000))
def test_a_sample_is_never_larger_than_what_there_is(n: float, size: int) -> None:
    assert 1 <= with_fpc(n, size) <= size
    assert with_fpc(n, size) <= n + 1
    assert with_fpc(n, size) <= with_fpc(n, size + 1)


def test_no_sample_from_nobody() -> None:
    with pytest.raises(ValueError, match="no sample"):
        with_fpc(100, 0)


@pytest.mark.parametrize(
    ("icc", "effect", "n"), [(0, 1, 300), (0.05, 1.95, 154), (0.1, 2.9, 103), (1, 20, 15)]
)
def test_fifteen_sessions_of_twenty_sheets(icc: float, effect: float, n: int) -> None:
    assert design_effect([20] * 15, icc) == pytest.approx(effect)
    assert round(effective_n([20] * 15, icc)) == n


def test_unequal_sessions_cost_more_than_equal_ones() -> None:
    assert design_effect([10, 30], 0.05) > design_effect([20, 20], 0.05)


def test_impossible_clusters_are_refused() -> None:
    with pytest.raises(ValueError, match="no design effect"):
        design_effect([], 0.05)
    with pytest.raises(ValueError, match="no design effect"):
        design_effect([20], 1.5)
    with pytest.raises(ValueError, match="unlike"):
        effective_n([20] * 15, -0.5)


def test_members_who_all_agree_count_once() -> None:
    assert intraclass([[1, 1, 1], [5, 5, 5], [9, 9, 9]]) == 1
    assert intraclass([[4, 4], [4, 4]]) == 0


def test_shrout_and_fleiss_read_as_clusters() -> None:
    """ICC(1,1) = 0.166 of their six subjects."""
    subjects = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert intraclass(subjects) == pytest.approx(0.166, abs=0.0005)
    found = intraclass_of([summed(cluster) for cluster in subjects])
    assert tuple(found.interval) == pytest.approx((-0.133, 0.723), abs=0.0005), "as R's psych::ICC prints it"
    assert (found.clusters, found.n) == (6, 24)


def test_members_who_all_agree_leave_no_doubt() -> None:
    found = intraclass_of([Sample(3, 1.0, 0.0), Sample(3, 5.0, 0.0)])
    assert (found.value, tuple(found.interval)) == (1.0, (1.0, 1.0))


@pytest.mark.parametrize("clusters", [[[1.0, 2.0]], [[1.0], [2.0]], [[1.0, 2.0], []], []])
def test_no_correlation_without_pairs(clusters: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="no correlation"):
        intraclass(clusters)


@QUICK
@given(CLUSTERS)
def test_a_correlation_within_is_at_most_one(clusters: list[list[float]]) -> None:
    assert -1 - 1e-9 <= intraclass(clusters) <= 1 + 1e-9


def test_equal_weights_cost_nothing() -> None:
    assert weighting_effect([2, 2, 2]) == 1
    assert weighting_effect([3, 1]) == pytest.approx(1.25)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 2]])
def test_weights_without_weight_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        weighting_effect(weights)


@QUICK
@given(st.lists(FIGURES, min_size=2, max_size=20))
def test_clusters_of_one_are_a_simple_sample(values: list[float]) -> None:
    simple, found = interval(summed(values)), clustered([[value] for value in values])
    assert found.value == pytest.approx(simple.value, abs=1e-9)
    assert found.se == pytest.approx(simple.se, abs=1e-6)


def test_sessions_that_differ_widen_the_interval() -> None:
    alike = clustered([[70, 90], [75, 85], [72, 88]])
    unlike = clustered([[70, 72], [75, 85], [88, 90]])
    assert alike.value == unlike.value == 80
    assert alike.interval.half < unlike.interval.half


def test_one_cluster_has_no_spread() -> None:
    with pytest.raises(ValueError, match="1 clusters"):
        clustered([[1, 2, 3]])
