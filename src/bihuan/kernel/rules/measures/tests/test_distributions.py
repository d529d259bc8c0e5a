from math import comb, exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.distributions import (
    beta_cdf,
    binomial_cdf,
    chi_square_tail,
    crossing,
    f_quantile,
    poisson_tail,
    t_cdf,
    t_critical,
    t_two_sided,
)
from bihuan.kernel.rules.measures.tests.quick import QUICK, SHARES

# Published table of Student's t, two-sided 95 % and 99 % (Fisher & Yates)
T_TABLE = {
    1: (12.706, 63.657),
    2: (4.303, 9.925),
    3: (3.182, 5.841),
    4: (2.776, 4.604),
    5: (2.571, 4.032),
    10: (2.228, 3.169),
    15: (2.131, 2.947),
    20: (2.086, 2.845),
    30: (2.042, 2.750),
    60: (2.000, 2.660),
    120: (1.980, 2.617),
}


@pytest.mark.parametrize(("df", "quantiles"), T_TABLE.items())
def test_t_quantiles_are_the_tabled_ones(df: int, quantiles: tuple[float, float]) -> None:
    assert (t_critical(0.95, df), t_critical(0.99, df)) == pytest.approx(quantiles, abs=0.0006)


def test_many_degrees_of_freedom_are_the_normal_law() -> None:
    assert t_critical(0.95, 1e7) == pytest.approx(1.959964, abs=1e-5)


def test_one_degree_of_freedom_is_cauchy_however_far_out() -> None:
    assert t_critical(0.999, 1) == pytest.approx(636.619249, rel=1e-8)
    assert t_cdf(1, 1) == pytest.approx(0.75)
    assert t_cdf(-1, 1) == pytest.approx(0.25)


@pytest.mark.parametrize(("confidence", "df"), [(0, 5), (1, 5), (0.95, 0), (0.95, -1)])
def test_no_quantile_without_freedom_or_confidence(confidence: float, df: float) -> None:
    with pytest.raises(ValueError, match="no t quantile"):
        t_critical(confidence, df)


@QUICK
@given(st.floats(0.5, 0.999), st.floats(0.7, 500))
def test_a_t_quantile_leads_back_to_its_confidence(confidence: float, df: float) -> None:
    assert 1 - t_two_sided(t_critical(confidence, df), df) == pytest.approx(confidence, abs=1e-10)


@QUICK
@given(SHARES, st.floats(0.1, 300), st.floats(0.1, 300))
def test_beta_law_is_its_own_mirror(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(1 - beta_cdf(1 - x, b, a), abs=1e-10)


@pytest.mark.parametrize(
    ("x", "a", "b", "chance"),
    [(0.3, 1, 1, 0.3), (0.5, 2, 2, 0.5), (0.2, 1, 3, 0.488), (0.7, 3, 1, 0.343), (-1, 2, 2, 0), (2, 2, 2, 1)],
)
def test_beta_law_where_it_is_a_polynomial(x: float, a: float, b: float, chance: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(chance, abs=1e-12)


@QUICK
@given(st.integers(-1, 25), st.integers(1, 24), SHARES)
def test_binomial_law_is_the_sum_of_its_terms(k: int, n: int, p: float) -> None:
    terms = sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(min(k, n) + 1))
    assert binomial_cdf(k, n, p) == pytest.approx(terms, abs=1e-12)


@QUICK
@given(st.integers(0, 30), st.floats(0.01, 20))
def test_poisson_tail_is_what_its_terms_leave(count: int, mean: float) -> None:
    terms = sum(exp(-mean) * mean**k / factorial(k) for k in range(count))
    assert poisson_tail(count, mean) == pytest.approx(1 - terms, abs=1e-12)


def test_poisson_tail_keeps_what_a_subtraction_would_lose() -> None:
    assert poisson_tail(30, 1) == pytest.approx(1.4325e-33, rel=1e-3)
    assert poisson_tail(3, 0) == 0
    assert poisson_tail(0, 0) == 1


@pytest.mark.parametrize(
    ("statistic", "df", "chance"),
    [
        (3.841, 1, 0.05),
        (6.635, 1, 0.01),
        (18.307, 10, 0.05),
        (9.342, 10, 0.5),
        (0, 3, 1),
        (124.342, 100, 0.05),
    ],
)
def test_chi_square_tail_is_the_tabled_one(statistic: float, df: float, chance: float) -> None:
    assert chi_square_tail(statistic, df) == pytest.approx(chance, abs=5e-5)


def test_the_crossing_of_a_bent_curve_is_found() -> None:
    assert crossing(lambda x: x**9 - 0.5, 0, 1, 1e-12) == pytest.approx(0.5 ** (1 / 9))
    assert crossing(lambda x: -1.0 if x < 0.3 else 1.0, 0, 1, 1e-12) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("degrees", "value"), [((5, 18), 3.382), ((18, 5), 6.362), ((1, 10), 6.937), ((20, 60), 1.944)]
)
def test_quantiles_of_f_stand_in_the_tables(degrees: tuple[int, int], value: float) -> None:
    assert f_quantile(0.975, *degrees) == pytest.approx(value, abs=0.002)


def test_f_with_one_degree_above_is_the_square_of_t() -> None:
    assert f_quantile(0.95, 1, 12) == pytest.approx(t_critical(0.95, 12) ** 2)
    with pytest.raises(ValueError, match="no F quantile"):
        f_quantile(1.0, 2, 2)
