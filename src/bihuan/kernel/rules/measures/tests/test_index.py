from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.index import (
    acsi,
    component,
    csi,
    from_hundred,
    rounded,
    to_hundred,
)
from bihuan.kernel.rules.measures.tests.quick import QUICK

WEIGHTS = ("0.25", "0.15", "0.2", "0.2", "0.2")
SCORES = (82, 76.5, 80, 78, 81)
PARTS = st.lists(st.tuples(st.integers(1, 100), st.integers(0, 100)), min_size=1, max_size=8)


def test_five_weighted_components() -> None:
    found = csi([component(weight, score) for weight, score in zip(WEIGHTS, SCORES, strict=True)])
    assert found.value == Decimal("79.775")
    assert rounded(found.value) == Decimal("79.78")
    assert found.interval is None


def test_binary_weights_that_look_right_are_taken_as_written() -> None:
    parts = [component(float(weight), score) for weight, score in zip(WEIGHTS, SCORES, strict=True)]
    assert csi(parts).value == Decimal("79.775")


@pytest.mark.parametrize("weights", [("0.25", "0.15", "0.2", "0.2", "0.1"), ("0.5", "0.51"), ()])
def test_weights_that_do_not_sum_to_one_are_refused(weights: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="not to 1"):
        csi([component(weight, 80) for weight in weights])


def test_thirds_sum_to_one() -> None:
    assert float(csi([component(1 / 3, 60)] * 3).value) == pytest.approx(60)


@pytest.mark.parametrize(
    ("weight", "score", "n", "sd"),
    [
        (1.1, 80, None, None),
        (-0.1, 80, 5, 1),
        (0.5, 101, 5, 1),
        (0.5, -1, 5, 1),
        (0.5, 80, 0, 1),
        (0.5, 80, 5, -1),
    ],
)
def test_impossible_components_are_refused(
    weight: float, score: float, n: int | None, sd: float | None
) -> None:
    with pytest.raises(ValueError, match=r"between|spread"):
        component(weight, score, n, sd)


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        component("0.5", float("nan"))


def test_the_interval_adds_up_independent_components() -> None:
    found = csi([component("0.5", 80, 100, 20), component("0.5", 70, 400, 20)])
    assert found.se == pytest.approx((1 + 0.25) ** 0.5)
    assert found.interval == pytest.approx((75 - 2.1913, 75 + 2.1913), abs=0.0001)


def test_one_component_of_unknown_spread_leaves_no_interval() -> None:
    assert csi([component("0.5", 80, 100, 20), component("0.5", 70)]).interval is None


def test_a_component_of_no_weight_needs_no_spread() -> None:
    """95598 is evaluated but not ranked: its weight is 0 until somebody sets another."""
    found = csi([component(1, 80, 100, 20), component(0, 70)])
    assert found.value == 80
    assert found.se == 2


@QUICK
@given(PARTS)
def test_an_index_lies_between_its_components(parts: list[tuple[int, int]]) -> None:
    total = sum(weight for weight, _ in parts)
    found = csi([component(Decimal(weight) / total, score, 30, 15) for weight, score in parts])
    scores = [score for _, score in parts]
    assert min(scores) - 1e-6 <= float(found.value) <= max(scores) + 1e-6
    assert found.interval is not None
    assert 0 <= found.interval.low <= float(found.value) + 1e-6


@QUICK
@given(PARTS)
def test_the_order_of_components_changes_nothing(parts: list[tuple[int, int]]) -> None:
    total = sum(weight for weight, _ in parts)
    made = [component(Decimal(weight) / total, score) for weight, score in parts]
    assert csi(made).value == pytest.approx(csi(made[::-1]).value)


@pytest.mark.parametrize(("low", "high", "mean"), [(1, 10, 8.1208), (1, 5, 4.1648)])
def test_79_12_on_other_scales(low: float, high: float, mean: float) -> None:
    assert from_hundred(79.12, low, high) == pytest.approx(mean)
    assert to_hundred(mean, low, high) == pytest.approx(79.12)


def test_five_points_begin_at_one_and_not_at_zero() -> None:
    """A fifth of the answer would make 83.3 of it."""
    assert to_hundred(1, 1, 5) == 0
    assert to_hundred(3, 1, 5) == 50
    assert to_hundred(5, 1, 5) == 100


@pytest.mark.parametrize(("mean", "low", "high"), [(0.5, 1, 5), (5.5, 1, 5), (3, 5, 5), (3, 5, 1)])
def test_answers_off_the_scale_are_refused(mean: float, low: float, high: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        to_hundred(mean, low, high)


def test_points_off_the_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="scale"):
        from_hundred(101, 1, 5)


def test_american_index_with_and_without_weights() -> None:
    assert acsi([8.4, 8.0, 7.9], [0.35, 0.33, 0.32]) == pytest.approx(78.978, abs=0.0005)
    assert acsi([8, 7, 9]) == pytest.approx((8 + 7 + 9 - 3) / 27 * 100)
    assert acsi([1, 1, 1]) == 0
    assert acsi([10, 10, 10], [2, 5, 1]) == pytest.approx(100)


@pytest.mark.parametrize(
    ("means", "weights"), [([11.0], None), ([8.0], [0.5, 0.5]), ([8.0], [0.0]), ([8.0], [-1.0])]
)
def test_items_and_weights_must_fit(means: list[float], weights: list[float] | None) -> None:
    with pytest.raises(ValueError, match=r"weight"):
        acsi(means, weights)


@QUICK
@given(st.lists(st.floats(1, 10), min_size=1, max_size=6), st.floats(0.1, 50))
def test_only_proportions_of_weights_matter(means: list[float], factor: float) -> None:
    weights = [float(at) for at in range(1, len(means) + 1)]
    assert acsi(means, [factor * weight for weight in weights]) == pytest.approx(
        acsi(means, weights), abs=1e-6
    )


@pytest.mark.parametrize(
    ("value", "places", "shown"), [("2.5", 0, "3"), ("0.125", 2, "0.13"), (79.775, 2, "79.78")]
)
def test_rounding_is_half_up_as_on_paper(value: str | float, places: int, shown: str) -> None:
    assert rounded(value, places) == Decimal(shown)
