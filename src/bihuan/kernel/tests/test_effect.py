"""The exact comparison of two rates: published values, and what must hold for all counts."""

from fractions import Fraction
from math import comb, inf, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.effect import (
    binomial_above,
    binomial_below,
    clopper_pearson,
    incomplete_beta,
    rate_ratio,
    verdict,
)


def test_the_lung_cancer_of_fredericia_as_the_manual_of_r_prints_it() -> None:
    """poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)): the interval of eba1977."""
    found = rate_ratio(21, 3011, 11, 800)
    assert found.ratio == pytest.approx(1.971488, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_clopper_pearson_as_newcombe_tabulates_it(x: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(x, n) == pytest.approx((low, high), abs=5e-5)


def test_closed_forms_at_the_ends() -> None:
    assert clopper_pearson(0, 10)[1] == pytest.approx(1 - 0.025 ** (1 / 10))
    assert clopper_pearson(10, 10) == pytest.approx((0.025 ** (1 / 10), 1.0))
    assert incomplete_beta(1, 1, 0.3) == pytest.approx(0.3)
    assert (incomplete_beta(2, 3, 0.0), incomplete_beta(2, 3, 1.0)) == (0.0, 1.0)


def test_ten_before_and_none_after_in_equal_time() -> None:
    found = rate_ratio(10, 90, 0, 90)
    assert (found.ratio, found.low) == (0.0, 0.0)
    assert found.p == pytest.approx(2 * 0.5**10)
    assert found.high < 1


def test_none_before_gives_no_finite_ratio_and_no_upper_end() -> None:
    found = rate_ratio(0, 90, 7, 90)
    assert (found.ratio, found.high) == (None, inf)
    assert found.low > 1


def test_nothing_counted_is_nothing_known() -> None:
    found = rate_ratio(0, 90, 0, 92)
    assert (found.low, found.high, found.p) == (0.0, inf, 1.0)


@pytest.mark.parametrize(
    ("before", "after", "least", "says"),
    [
        (24, 8, 10, "worked"),
        (12, 9, 10, "no_effect"),
        (5, 18, 10, "worse"),
        (5, 2, 10, "too_little"),
        (0, 0, 0, "too_little"),
        (3, 0, 0, "too_little"),
        (3, 2, 0, "too_little"),
        (4, 2, 0, "no_effect"),
        (6, 0, 0, "worked"),
        (0, 6, 0, "worse"),
    ],
)
def test_what_may_be_said(before: int, after: int, least: int, says: str) -> None:
    assert verdict(before, 90, after, 90, least) == says


def test_without_exposure_nothing_is_said() -> None:
    assert verdict(30, 0, 10, 90, 10) == "too_little"


@pytest.mark.parametrize("bad", [(-1, 90, 0, 90), (1, 0, 0, 90), (1, 90, 0, -1)])
def test_impossible_counts_are_refused(bad: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="must"):
        rate_ratio(*bad)


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(ValueError, match="not a proportion"):
        clopper_pearson(3, 2)


counts = st.integers(0, 60)
exposures = st.integers(1, 400)


@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 99))
def test_tails_equal_the_exact_sum(n: int, k: int, percent: int) -> None:
    k, p = min(k, n), Fraction(percent, 100)
    terms = [comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)]
    assert isclose(binomial_below(k, n, float(p)), sum(terms[: k + 1]), rel_tol=1e-9, abs_tol=1e-12)
    assert isclose(binomial_above(k, n, float(p)), sum(terms[k:]), rel_tol=1e-9, abs_tol=1e-12)


@given(counts, exposures, counts, exposures)
def test_the_interval_excludes_no_change_just_where_p_says_so(b: int, s: int, a: int, t: int) -> None:
    found = rate_ratio(b, s, a, t)
    assert 0 <= found.p <= 1
    assert found.low <= found.high
    if abs(found.p - 0.05) > 1e-9:
        assert (found.p < 0.05) == (not found.low <= 1 <= found.high)
    if found.ratio is not None:
        assert found.low <= found.ratio <= found.high or isclose(found.low, found.ratio)


@given(counts, exposures, counts, exposures)
def test_before_and_after_exchanged_turn_the_ratio_over(b: int, s: int, a: int, t: int) -> None:
    one, other = rate_ratio(b, s, a, t), rate_ratio(a, t, b, s)
    assert isclose(one.p, other.p, abs_tol=1e-9)
    if one.low > 0:
        assert isclose(1 / one.low, other.high, rel_tol=1e-6)


@given(st.integers(1, 40), exposures, counts, exposures, st.integers(2, 9))
def test_more_time_for_the_same_cases_afterwards_lowers_the_ratio(
    b: int, s: int, a: int, t: int, times: int
) -> None:
    assert rate_ratio(b, s, a, t * times).high <= rate_ratio(b, s, a, t).high


@given(counts, exposures, counts, exposures)
def test_a_wider_confidence_is_a_wider_interval(b: int, s: int, a: int, t: int) -> None:
    narrow, wide = rate_ratio(b, s, a, t, 0.9), rate_ratio(b, s, a, t, 0.99)
    assert wide.low <= narrow.low + 1e-9
    assert narrow.high <= wide.high + 1e-9


def test_many_cases_are_compared_as_well() -> None:
    found = rate_ratio(200_000, 90, 201_000, 90)
    assert found.ratio == pytest.approx(1.005)
    assert found.low < 1.005 < found.high
