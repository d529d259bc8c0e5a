import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.krippendorff import Metric, Trust, alpha, alpha_interval, trust
from bihuan.kernel.rules.measures.tests.quick import QUICK

GAP = None
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, data D: four observers, twelve units
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]
MARKS = st.one_of(st.none(), st.integers(0, 6))
TABLES = st.integers(2, 6).flatmap(
    lambda items: st.lists(st.lists(MARKS, min_size=items, max_size=items), min_size=2, max_size=4)
)
METRICS = st.sampled_from(Metric)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        (Metric.NOMINAL, 0.7434),
        (Metric.ORDINAL, 0.8154),
        (Metric.INTERVAL, 0.8491),
        (Metric.RATIO, 0.7974),
    ],
)
def test_four_observers_of_twelve_units_as_published(metric: Metric, value: float) -> None:
    assert alpha(PUBLISHED, metric) == pytest.approx(value, abs=0.00005)


def test_two_observers_without_gaps_as_published() -> None:
    """Krippendorff 2011, data B: nominal data of two observers and twelve units."""
    meg, owen = "aabbdcccedda", "babbbccceddd"
    assert alpha(
        [[ord(mark) for mark in meg], [ord(mark) for mark in owen]], Metric.NOMINAL
    ) == pytest.approx(0.692, abs=0.0005)


def test_two_observers_of_yes_and_no_as_published() -> None:
    """Krippendorff 2011, data A."""
    meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha([meg, owen], Metric.NOMINAL) == pytest.approx(0.095, abs=0.0005)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (1.0, Trust.TRUSTED),
        (0.8, Trust.TRUSTED),
        (0.799, Trust.TENTATIVE),
        (0.667, Trust.TENTATIVE),
        (0.6, Trust.VOID),
        (-0.2, Trust.VOID),
        (None, Trust.VOID),
    ],
)
def test_scores_of_raters_who_disagree_rank_nobody(value: float | None, state: Trust) -> None:
    assert trust(value) is state


@pytest.mark.parametrize(
    "ratings",
    [
        [],
        [[1, 2, 3]],
        [[1, GAP], [GAP, 2]],
        [[3, 3], [3, 3]],
        [[1, GAP, 2], [2, GAP, GAP]],
    ],
)
def test_nothing_is_said_where_nothing_can_be_compared(ratings: list[list[float | None]]) -> None:
    assert alpha(ratings) is None
    assert alpha_interval(ratings) is None


def test_raters_need_a_place_for_every_item() -> None:
    with pytest.raises(ValueError, match="every item"):
        alpha([[1, 2], [1]])


def test_a_ratio_scale_has_no_negative_values() -> None:
    with pytest.raises(ValueError, match="begins at zero"):
        alpha([[-1, 2, 0], [1, 2, 0]], Metric.RATIO)
    assert alpha([[0, 2, 0], [0, 2, 0]], Metric.RATIO) == 1


def test_systematic_contradiction_is_below_chance() -> None:
    value = alpha([[1, 5, 1, 5], [5, 1, 5, 1]])
    assert value is not None
    assert value < 0


def test_a_large_call_score_set_of_two_strangers_is_void() -> None:
    assert trust(alpha([[82, 75, 90, 61, 70, 88], [70, 84, 77, 72, 85, 66]])) is Trust.VOID


@QUICK
@given(TABLES, METRICS)
def test_alpha_is_at_most_one_and_does_not_depend_on_order(
    table: list[list[int | None]], metric: Metric
) -> None:
    value = alpha(table, metric)
    turned = alpha([row[::-1] for row in table[::-1]], metric)
    assert value == (None if turned is None else pytest.approx(turned, abs=1e-9))
    assert value is None or value <= 1 + 1e-9


@QUICK
@given(st.lists(st.integers(0, 6), min_size=2, max_size=8), METRICS)
def test_raters_who_agree_are_at_one(marks: list[int], metric: Metric) -> None:
    assert alpha([marks, marks, marks], metric) == (1 if len(set(marks)) > 1 else None)


@QUICK
@given(TABLES, st.integers(1, 9), st.integers(-9, 9))
def test_interval_alpha_knows_no_unit_and_no_zero(
    table: list[list[int | None]], factor: int, shift: int
) -> None:
    moved = [[None if mark is None else factor * mark + shift for mark in row] for row in table]
    value = alpha(table)
    assert alpha(moved) == (None if value is None else pytest.approx(value, abs=1e-9))


@QUICK
@given(TABLES)
def test_ordinal_alpha_knows_only_the_order(table: list[list[int | None]]) -> None:
    stretched = [[None if mark is None else mark**3 for mark in row] for row in table]
    value = alpha(table, Metric.ORDINAL)
    assert alpha(stretched, Metric.ORDINAL) == (None if value is None else pytest.approx(value, abs=1e-9))


def test_the_interval_is_the_same_everywhere() -> None:
    first = alpha_interval(PUBLISHED, draws=100)
    assert first == alpha_interval(PUBLISHED, draws=100)
    assert first is not None
    assert first.low < 0.8491 < first.high
    assert first != alpha_interval(PUBLISHED, draws=100, seed=7)


@settings(max_examples=8)
@given(
    st.lists(st.integers(0, 20), min_size=8, max_size=8), st.lists(st.integers(-2, 2), min_size=8, max_size=8)
)
def test_the_interval_stays_below_one(marks: list[int], off: list[int]) -> None:
    found = alpha_interval([marks, [mark + by for mark, by in zip(marks, off, strict=True)]], draws=40)
    assert found is None or found.low <= found.high <= 1 + 1e-9
