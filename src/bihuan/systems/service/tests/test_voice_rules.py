"""Scorecards, agreement and standings: what a quarter's scores may say."""

import pytest

from bihuan.systems.service.rules.agents import (
    Marks,
    PassFail,
    agreement,
    on_item,
    standings,
    summed_tables,
    table_of,
)
from bihuan.systems.service.rules.scorecard import Item, MarkError, faults, total

ITEMS = [Item(1, 50), Item(2, 30), Item(3, 20, veto=True)]


def test_weights_add_up_to_a_hundred() -> None:
    assert total(ITEMS, {1: 40, 2: 30, 3: 20}).score == 90


def test_what_does_not_apply_is_in_neither_part() -> None:
    assert total(ITEMS, {1: 25, 2: None, 3: 20}).score == pytest.approx(100 * 45 / 70)


def test_a_failed_veto_item_decides_alone() -> None:
    found = total(ITEMS, {1: 50, 2: 30, 3: 0})
    assert (found.score, found.vetoed) == (0, (3,))


def test_a_card_of_which_nothing_applies_has_no_score() -> None:
    assert total(ITEMS, {1: None, 2: None, 3: None}).score is None


@pytest.mark.parametrize("marks", [{1: 50, 2: 30}, {1: 51, 2: 30, 3: 20}, {1: -1, 2: 30, 3: 20}])
def test_every_item_needs_a_mark_that_it_allows(marks: dict[int, float | None]) -> None:
    with pytest.raises(MarkError):
        total(ITEMS, marks)


def test_a_card_needs_items_that_weigh_something() -> None:
    assert (faults([]), faults([Item(1, 0)]), faults(ITEMS)) == (["empty"], ["points"], [])


def test_scenario_20_scores_apart_are_below_the_limit() -> None:
    given = {
        "a": {"1": 90.0, "2": 70.0},
        "b": {"1": 80.0, "2": 88.0},
        "c": {"1": 60.0, "2": 62.0},
        "d": {"1": 95.0, "2": 85.0},
    }
    found = agreement(given, list(given), 2, 0.667)
    assert found.state == "apart"
    assert found.alpha == pytest.approx(1 - 142 / (19608 / 56)), "disagreement within calls ÷ over all pairs"


def test_a_missing_score_judges_nobody() -> None:
    found = agreement({"a": {"1": 90.0, "2": 10.0}, "b": {"1": 80.0}}, ["a", "b", "c"], 2, 0.667)
    assert (found.state, found.missing) == ("unscored", 3)


def test_scores_that_are_all_alike_say_nothing_of_agreement() -> None:
    alike = {call: {"1": 90.0, "2": 90.0} for call in "abc"}
    assert agreement(alike, list(alike), 2, 0.667).state == "unknown"
    assert agreement({}, [], 2, 0.667).state == "unknown"


def test_agreement_at_the_limit_is_agreement() -> None:
    given = {"a": {"1": 90.0, "2": 90.0}, "b": {"1": 50.0, "2": 50.0}}
    assert agreement(given, list(given), 2, 1.0).state == "agreed"


def test_each_mean_has_its_interval_and_its_band_of_ranks() -> None:
    marks = {"8011": [90, 92, 94, 88, 91.0], "8012": [70, 72, 68, 74, 71.0], "8013": [90, 91, 93, 89, 92.0]}
    best, second, last = standings(marks, 5)
    assert last.agent == "8012"
    assert last.ranked is not None
    assert (last.ranked.best, last.ranked.worst) == (3, 3)
    assert best.ranked is not None
    assert (best.ranked.best, best.ranked.worst) == (1, 2), "91 and 91 cannot be told apart"
    assert second.interval is not None
    assert second.interval.low < second.mean < second.interval.high  # type: ignore[operator]


def test_an_agent_with_few_calls_gets_no_rank_and_one_without_no_mean() -> None:
    found = {row.agent: row for row in standings({"8011": [90, 92, 94.0], "8012": [70.0], "8013": []}, 3)}
    assert found["8012"].ranked is not None
    assert found["8012"].ranked.rank is None
    assert (found["8013"].n, found["8013"].mean, found["8013"].ranked) == (0, None, None)


def test_one_call_each_leaves_every_interval_unknown() -> None:
    first, last = standings({"8011": [80.0], "8012": [90.0]}, 5)
    assert (first.agent, first.interval, last.interval) == ("8012", None, None)
    assert standings({}, 5) == []


def test_marks_that_are_all_alike_are_no_finer_than_a_point() -> None:
    first, _ = standings({"8011": [80.0, 80.0], "8012": [80.0, 80.0]}, 2)
    assert first.interval is not None
    assert first.interval.half > 0.2


def test_kappa_and_ac1_stand_side_by_side_where_nearly_everything_is_kept() -> None:
    """c8: 92 % agreed, κ .291, AC1 .910."""
    found = on_item("不说服务忌语", [[90, 4], [4, 2]])
    assert (found.n, found.agreed) == (100, 0.92)
    assert found.kappa == pytest.approx(0.291, abs=0.0005)
    assert found.ac1 == pytest.approx(0.910, abs=0.0005)


def test_agreement_on_few_pairs_or_on_nothing_broken_is_not_made_up() -> None:
    assert on_item("", [[9, 0], [0, 0]]) == PassFail("", 9)
    kept = on_item("", [[12, 0], [0, 0]])
    assert (kept.agreed, kept.kappa, kept.ac1) == (1, None, 1)


def test_each_pair_of_scores_of_a_call_counts_once_and_what_does_not_apply_not_at_all() -> None:
    calls: list[list[Marks]] = [
        [{"7": 50}, {"7": 0}, {"7": 50}],
        [{"7": None}, {"7": 50}],
        [{"7": 0}],
        [{"7": 0}, {"7": 0}],
    ]
    assert table_of(calls, "7") == [[1, 1], [1, 1]]
    assert summed_tables([[[1, 1], [1, 1]], [[2, 0], [0, 0]]]) == [[3, 1], [1, 1]]
