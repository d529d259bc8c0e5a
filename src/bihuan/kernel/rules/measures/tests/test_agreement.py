import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.agreement import (
    ac1,
    agreed,
    cohen,
    deviations,
    drift,
    fleiss,
    icc,
    severity,
)
from bihuan.kernel.rules.measures.krippendorff import Ratings
from bihuan.kernel.rules.measures.tests.quick import QUICK

# Shrout & Fleiss 1979, table 2: six targets, four judges
TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
# Fourteen raters put ten subjects into five classes
SUBJECTS = [
    *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
    *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
]
NEARLY_ALL_PASS = [[90, 4], [4, 2]]
TABLES = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 30), min_size=k, max_size=k), min_size=k, max_size=k)
)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.4000),
        ([[45, 15], [25, 15]], 0.1304),
        ([[25, 35], [5, 35]], 0.2593),
        (NEARLY_ALL_PASS, 0.2908),
    ],
)
def test_kappa_of_two_raters(table: list[list[int]], kappa: float) -> None:
    assert cohen(table) == pytest.approx(kappa, abs=0.00005)


def test_kappa_collapses_where_nearly_everything_passes_and_ac1_does_not() -> None:
    assert agreed(NEARLY_ALL_PASS) == 0.92
    assert cohen(NEARLY_ALL_PASS) == pytest.approx(0.291, abs=0.0005)
    assert ac1(NEARLY_ALL_PASS) == pytest.approx(0.910, abs=0.0005)


def test_kappa_of_fourteen_raters() -> None:
    assert fleiss(SUBJECTS) == pytest.approx(0.2099, abs=0.00005)


def test_where_only_one_class_is_used_kappa_says_nothing() -> None:
    assert cohen([[5, 0], [0, 0]]) is None
    assert fleiss([[3, 0], [3, 0]]) is None
    assert ac1([[5, 0], [0, 0]]) == 1


@pytest.mark.parametrize("table", [[], [[1, 2]], [[0, 0], [0, 0]], [[1, -1], [1, 1]]])
def test_tables_that_are_none_are_refused(table: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="square"):
        agreed(table)


def test_one_class_cannot_be_agreed_on() -> None:
    with pytest.raises(ValueError, match="two classes"):
        ac1([[4]])


@pytest.mark.parametrize("table", [[], [[1, 0]], [[2, 1], [1, 1]], [[2, 1], [1, 1, 1]]])
def test_fleiss_needs_the_same_raters_for_each_item(table: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="same number"):
        fleiss(table)


@QUICK
@given(TABLES)
def test_exchanging_the_raters_changes_nothing(table: list[list[int]]) -> None:
    if not sum(map(sum, table)):
        return
    turned = [list(column) for column in zip(*table, strict=True)]
    kappa = cohen(table)
    assert cohen(turned) == (None if kappa is None else pytest.approx(kappa))
    assert kappa is None or -1 - 1e-9 <= kappa <= 1
    assert ac1(turned) == pytest.approx(ac1(table))
    assert ac1(table) <= 1


def test_six_intraclass_correlations_as_published() -> None:
    assert icc(TARGETS) == pytest.approx((0.166, 0.290, 0.715, 0.443, 0.620, 0.909), abs=0.0005)


@pytest.mark.parametrize(
    "table", [[], [[1.0, 2.0]], [[1.0], [2.0]], [[1.0, 2.0], [3.0]], [[3.0, 3.0], [3.0, 3.0]]]
)
def test_correlations_need_items_that_differ_and_no_gaps(table: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"gaps|differ"):
        icc(table)


@QUICK
@given(st.integers(-50, 50))
def test_a_shift_of_all_marks_changes_no_correlation(shift: int) -> None:
    assert icc([[mark + shift for mark in row] for row in TARGETS]) == pytest.approx(icc(TARGETS))


def test_a_severe_rater_is_seen_on_shared_calls_only() -> None:
    mild, severe, absent = [80, 85, 90, 10, None], [70, 75, 80, None, 5], [None] * 5
    found = severity([mild, severe, absent])
    assert found[0] == (3, 10, 0)
    assert found[1] == (3, -10, 0)
    assert found[2] is None


def test_three_raters_are_held_against_the_mean_of_the_others() -> None:
    assert deviations([[60], [70], [80]]) == [[-15], [0], [15]]


@QUICK
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=4, max_size=4), min_size=2, max_size=4
    )
)
def test_deviations_of_one_call_cancel_out(ratings: list[list[int | None]]) -> None:
    assert sum(sum(each) for each in deviations(ratings)) == pytest.approx(0, abs=1e-9)


def test_a_rater_who_became_severe_drifts_and_one_without_shared_calls_does_not() -> None:
    before: Ratings = [[80, 82, 84, 78], [80, 81, 85, 78], [None] * 4]
    after: Ratings = [[80, 82, 84, 78], [70, 71, 75, 67], [None] * 4]
    found = drift(before, after)
    assert set(found) == {0, 1}
    assert found[1].value == pytest.approx(-10.25)
    assert found[1].detected
    assert not drift(before, before)[1].detected


def test_drift_compares_the_same_raters() -> None:
    with pytest.raises(ValueError, match="same raters"):
        drift([[1, 2]], [[1, 2], [3, 4]])
