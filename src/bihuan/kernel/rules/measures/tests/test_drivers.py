from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.drivers import (
    correlations,
    explained,
    lmg,
    relative_weights,
    share_intervals,
)

ROWS = [
    [float(value) for value in line.split(",")]
    for line in (Path(__file__).parent / "swiss.csv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
FERTILITY, *DRIVERS = ([row[at] for row in ROWS] for at in range(6))
PUBLISHED = [0.057091, 0.171173, 0.260135, 0.105570, 0.112766]
OBSERVED = st.lists(st.lists(st.integers(-20, 20), min_size=9, max_size=9), min_size=4, max_size=4)


def test_what_goes_with_fertility_in_47_provinces() -> None:
    """R package relaimpo, type lmg, data set swiss."""
    found = lmg(DRIVERS, FERTILITY)
    assert found.shares == pytest.approx(PUBLISHED, abs=5e-7)
    assert found.r_squared == pytest.approx(0.706735, abs=5e-7)
    assert found.few


def test_adding_a_driver_explains_what_simple_regression_says() -> None:
    found = explained(correlations([*DRIVERS, FERTILITY]))
    assert found[0] == 0
    assert found[0b00100] == pytest.approx(0.4406, abs=0.0001)
    assert found[0b11111] == pytest.approx(0.7067, abs=0.0001)


def test_the_order_of_drivers_changes_nothing() -> None:
    assert lmg(DRIVERS[::-1], FERTILITY).shares[::-1] == pytest.approx(PUBLISHED, abs=5e-7)


def test_relative_weights_share_out_the_same_sum() -> None:
    found = relative_weights(DRIVERS, FERTILITY)
    assert found.r_squared == pytest.approx(0.706735, abs=5e-7)
    assert found.shares == pytest.approx(PUBLISHED, abs=0.02)


def test_drivers_that_have_nothing_in_common_get_their_own_share() -> None:
    first, second, outcome = [1, 1, -1, -1, 1, 1, -1, -1], [1, -1, 1, -1] * 2, [5, 3, 1, -1, 5, 3, 1, -2]
    own = [correlations([driver, outcome])[0][1] ** 2 for driver in (first, second)]
    assert lmg([first, second], outcome).shares == pytest.approx(own)
    assert relative_weights([first, second], outcome).shares == pytest.approx(own)


@settings(max_examples=15)
@given(OBSERVED)
def test_shares_sum_to_what_all_explain(columns: list[list[int]]) -> None:
    try:
        found, other = lmg(columns[:3], columns[3]), relative_weights(columns[:3], columns[3])
    except ValueError:
        return
    assert found.r_squared == pytest.approx(other.r_squared, abs=1e-6)
    assert -1e-9 <= min(found.shares) <= max(found.shares) <= found.r_squared + 1e-9
    assert -1e-9 <= found.r_squared <= 1 + 1e-9


def test_a_driver_that_is_the_sum_of_others_is_refused() -> None:
    total = [a + b for a, b in zip(DRIVERS[0], DRIVERS[1], strict=True)]
    for measure in (lmg, relative_weights):
        with pytest.raises(ValueError, match="sum of others"):
            measure([*DRIVERS[:2], total], FERTILITY)


def test_a_driver_that_never_varies_is_refused() -> None:
    with pytest.raises(ValueError, match="does not vary"):
        lmg([[3.0] * 47], FERTILITY)


@pytest.mark.parametrize("count", [0, 13])
def test_exact_shares_are_for_one_to_twelve_drivers(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} drivers"):
        lmg([FERTILITY] * count, FERTILITY)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        lmg([[1.0, 2.0]], FERTILITY)
    with pytest.raises(ValueError, match="observations"):
        relative_weights([[1.0, 2.0]], [1.0, 2.0])


def test_intervals_cover_the_shares_and_are_the_same_everywhere() -> None:
    found = share_intervals(DRIVERS[1:4], FERTILITY, draws=40)
    shares = lmg(DRIVERS[1:4], FERTILITY).shares
    assert all(interval.covers(share) for interval, share in zip(found, shares, strict=True))
    assert found == share_intervals(DRIVERS[1:4], FERTILITY, draws=40)


def test_forty_observations_a_driver_are_not_few() -> None:
    assert not lmg(DRIVERS[:1], FERTILITY).few
