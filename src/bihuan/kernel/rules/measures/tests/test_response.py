import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.response import Outcomes, mix, raked, response_rate
from bihuan.kernel.rules.measures.tests.quick import QUICK

BRANCHES, AGES = {"north": 600.0, "south": 400.0}, {"young": 55.0, "old": 45.0}
ANSWERS = [("north", "young")] * 2 + [("north", "old")] * 5 + [("south", "young")] * 4 + [("south", "old")]


def margin(dimension: int, name: str, weights: list[float]) -> float:
    return sum(weight for row, weight in zip(ANSWERS, weights, strict=True) if row[dimension] == name)


def test_the_modest_rate_counts_everybody_who_may_have_answered() -> None:
    assert response_rate(Outcomes(120, partial=20, refused=60, not_reached=150, other=10, unknown=40)) == 0.3


@pytest.mark.parametrize("outcomes", [Outcomes(0), Outcomes(3, refused=-1)])
def test_nobody_asked_is_no_rate(outcomes: Outcomes) -> None:
    with pytest.raises(ValueError, match="nobody"):
        response_rate(outcomes)


def test_mendels_peas_are_in_proportion() -> None:
    found = mix({"ry": 315, "rg": 108, "wy": 101, "wg": 32}, {"ry": 9, "rg": 3, "wy": 3, "wg": 1})
    assert found.statistic == pytest.approx(0.470, abs=0.0005)
    assert found.df == 3
    assert found.p == pytest.approx(0.925, abs=0.0005)


def test_inviting_only_pleased_branches_is_seen() -> None:
    assert mix({"hall": 90, "repair": 10}, {"hall": 5000, "repair": 5000}).p < 0.001


def test_a_class_that_nobody_was_invited_from_counts_too() -> None:
    assert mix({"hall": 50}, {"hall": 0.5, "repair": 0.5}).statistic == pytest.approx(50)


@pytest.mark.parametrize(
    ("observed", "expected"),
    [({"a": 5}, {"a": 1.0}), ({"a": 5, "c": 1}, {"a": 1.0, "b": 1.0}), ({}, {"a": 1.0, "b": 1.0})],
)
def test_a_frame_must_know_all_who_were_observed(
    observed: dict[str, int], expected: dict[str, float]
) -> None:
    with pytest.raises(ValueError, match="frame"):
        mix(observed, expected)


def test_raking_fits_every_margin() -> None:
    weights = raked(ANSWERS, [BRANCHES, AGES])
    assert sum(weights) == pytest.approx(len(ANSWERS))
    assert margin(0, "north", weights) == pytest.approx(0.6 * len(ANSWERS))
    assert margin(1, "young", weights) == pytest.approx(0.55 * len(ANSWERS))


def test_one_margin_is_plain_post_stratification() -> None:
    weights = raked([("north",), ("north",), ("south",)], [BRANCHES])
    assert weights == pytest.approx([0.9, 0.9, 1.2])


def test_raking_keeps_the_odds_ratio_of_the_answers() -> None:
    """What iterative fitting leaves alone is the association within the table (Deming & Stephan 1940)."""
    weights = raked(ANSWERS, [BRANCHES, AGES])
    cell = {row: weight * ANSWERS.count(row) for row, weight in zip(ANSWERS, weights, strict=True)}
    odds = cell["north", "young"] * cell["south", "old"] / (cell["north", "old"] * cell["south", "young"])
    assert odds == pytest.approx(2 * 1 / (5 * 4))


@QUICK
@given(st.floats(1, 100), st.floats(1, 100), st.floats(0.1, 10))
def test_the_unit_of_a_frame_does_not_matter(north: float, young: float, factor: float) -> None:
    frames = [{"north": north, "south": 50}, {"young": young, "old": 50}]
    scaled = [{key: factor * size for key, size in frame.items()} for frame in frames]
    assert raked(ANSWERS, scaled) == pytest.approx(raked(ANSWERS, frames), rel=1e-6)


def test_a_class_without_answers_cannot_be_weighted_up() -> None:
    with pytest.raises(ValueError, match="west"):
        raked(ANSWERS, [{**BRANCHES, "west": 10}, AGES])
    with pytest.raises(ValueError, match="south"):
        raked(ANSWERS, [{"north": 1}, AGES])


def test_margins_that_contradict_each_other_are_refused() -> None:
    rows = [("north", "young"), ("south", "old")]
    with pytest.raises(ValueError, match="contradict"):
        raked(rows, [{"north": 9, "south": 1}, {"young": 1, "old": 9}])


@pytest.mark.parametrize("rows", [[], [("north",)]])
def test_every_answer_needs_its_classes(rows: list[tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="every dimension"):
        raked(rows, [BRANCHES, AGES])
