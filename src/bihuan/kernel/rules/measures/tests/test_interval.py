from math import inf

import pytest

from bihuan.kernel.rules.measures.interval import (
    Interval,
    compared,
    critical,
    critical_power,
    estimated,
    ratio,
    two_sided,
)


@pytest.mark.parametrize(("confidence", "z"), [(0.9, 1.644854), (0.95, 1.959964), (0.998, 3.090232)])
def test_normal_quantiles_are_the_tabled_ones(confidence: float, z: float) -> None:
    assert critical(confidence) == pytest.approx(z, abs=1e-6)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 1.5])
def test_no_confidence_outside_zero_and_one(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        critical(confidence)


def test_power_of_eighty_per_cent_adds_its_own_quantile() -> None:
    assert critical_power(0.8, 0.95) == pytest.approx(2.801585, abs=1e-6)
    with pytest.raises(ValueError, match="power"):
        critical_power(1, 0.95)


def test_an_interval_is_cut_to_its_scale() -> None:
    assert Interval(-3, 104).clipped(-100, 100) == (-3, 100)
    assert Interval(101, 104).clipped(0, 100) == (100, 100)
    assert Interval(1, 4).half == 1.5


def test_a_difference_is_detected_when_its_interval_leaves_out_zero() -> None:
    near, far = compared(estimated(5, 1), estimated(6, 1)), compared(estimated(5, 1), estimated(9, 1))
    assert not near.detected
    assert near.p > 0.05
    assert far.detected
    assert far.p < 0.05
    assert far.statistic == pytest.approx(4 / 2**0.5)


def test_without_spread_a_difference_is_nothing_or_certain() -> None:
    assert ratio(0, 0) == 0
    assert ratio(-2, 0) == -inf
    assert two_sided(inf) == 0
    assert two_sided(0) == 1
