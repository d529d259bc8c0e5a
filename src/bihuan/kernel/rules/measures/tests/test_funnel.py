import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.comparisons import discoveries
from bihuan.kernel.rules.measures.distributions import binomial_cdf
from bihuan.kernel.rules.measures.funnel import ALARM, beyond, limits, overdispersion, p_value, z_score
from bihuan.kernel.rules.measures.shrinkage import Rate
from bihuan.kernel.rules.measures.tests.quick import QUICK


@pytest.mark.parametrize(
    ("n", "warning", "alarm"),
    [
        (20, (0.6534, 0.9677), (0.5348, 0.9987)),
        (40, (0.7181, 0.9412), None),
        (100, (0.7717, 0.9116), None),
        (200, (0.7963, 0.8952), None),
    ],
)
def test_limits_around_85_per_cent(
    n: int, warning: tuple[float, float], alarm: tuple[float, float] | None
) -> None:
    assert limits(0.85, n) == pytest.approx(warning, abs=0.00006)
    if alarm:
        assert limits(0.85, n, ALARM) == pytest.approx(alarm, abs=0.00006)


def test_many_cases_come_to_the_normal_limits() -> None:
    assert limits(0.85, 100_000) == pytest.approx((0.85 - 0.002213, 0.85 + 0.002213), abs=0.00001)


@QUICK
@given(st.floats(0.02, 0.98), st.integers(1, 400))
def test_limits_hold_the_target_and_the_alarm_lies_outside_the_warning(target: float, n: int) -> None:
    warning, alarm = limits(target, n), limits(target, n, ALARM)
    assert 0 <= alarm.low <= warning.low <= warning.high <= alarm.high <= 1
    if n * min(target, 1 - target) > 4:
        assert warning.covers(target)


@QUICK
@given(st.floats(0.1, 0.9), st.integers(1, 200), st.floats(0.0001, 0.05))
def test_variance_between_units_widens_the_normal_limits(target: float, n: int, between: float) -> None:
    assert limits(target, n, between=between).half <= limits(target, n, between=2 * between).half


@pytest.mark.parametrize(("target", "n", "between"), [(0, 20, 0), (1, 20, 0), (0.85, 0, 0), (0.85, 20, -1)])
def test_impossible_funnels_are_refused(target: float, n: int, between: float) -> None:
    with pytest.raises(ValueError, match="no limits"):
        limits(target, n, between=between)


def test_deviation_in_standard_errors() -> None:
    assert z_score(Rate("a", 160, 200), 0.85) == pytest.approx(-1.9803, abs=0.0001)
    assert p_value(Rate("a", 160, 200), 0.85) == pytest.approx(0.0477, abs=0.0001)
    assert abs(z_score(Rate("a", 160, 200), 0.85, between=0.01)) < 0.5
    with pytest.raises(ValueError, match="no deviation"):
        z_score(Rate("a", 0, 0), 0.85)


def test_one_bad_hall_among_many_is_found_and_no_other() -> None:
    halls = [Rate(str(at), 84 + at % 4, 100) for at in range(20)] + [Rate("bad", 60, 100)]
    assert discoveries([p_value(hall, 0.85) for hall in halls]) == [False] * 20 + [True]


def test_an_outlier_does_not_widen_the_limits_that_should_show_it() -> None:
    halls = [Rate(str(at), 83 + at % 5, 100) for at in range(20)]
    calm = overdispersion(halls, 0.85)
    shaken = overdispersion([*halls[:-1], Rate("bad", 20, 100)], 0.85)
    assert calm.variance == shaken.variance == 0
    assert shaken.phi < 1
    assert overdispersion([*halls[:-1], Rate("bad", 20, 100)], 0.85, trim=0).variance > 0


def test_halls_that_differ_everywhere_are_overdispersed() -> None:
    found = overdispersion([Rate(str(at), 500 + 50 * at, 1000) for at in range(10)], 0.725)
    assert found.phi > 50
    assert found.variance**0.5 == pytest.approx(0.14, abs=0.02)


def test_one_hall_cannot_be_more_varied_than_chance() -> None:
    assert overdispersion([Rate("a", 1, 50), Rate("b", 0, 0)], 0.85) == (1, 0)


@pytest.mark.parametrize(("target", "trim"), [(0, 0.1), (0.85, 0.5), (0.85, -0.1)])
def test_impossible_trims_are_refused(target: float, trim: float) -> None:
    with pytest.raises(ValueError, match="no dispersion"):
        overdispersion([], target, trim)


@pytest.mark.parametrize(
    ("successes", "n", "target", "side"),
    [(22, 22, 0.98, 0), (6471, 6530, 0.98, 1), (800, 900, 0.98, -1), (0, 5, 0.5, 0), (0, 20, 0.5, -1)],
)
def test_beyond_the_limits_is_judged_by_the_counts(successes: int, n: int, target: float, side: int) -> None:
    assert beyond(Rate("x", successes, n), target, ALARM) == side


@QUICK
@given(n=st.integers(1, 60), target=st.floats(0.05, 0.95))
def test_so_few_lie_beyond_by_chance(n: int, target: float) -> None:
    """The chance to be told above or below without reason never exceeds what the confidence leaves."""
    told = [k for k in range(n + 1) if beyond(Rate("x", k, n), target)]
    chance = sum(binomial_cdf(k, n, target) - binomial_cdf(k - 1, n, target) for k in told)
    assert chance <= 0.05 + 1e-9
