from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.nps import (
    Answers,
    adjusted,
    change,
    counted,
    margin,
    needed,
    needed_to_compare,
    reading,
    variance,
    wald,
)
from bihuan.kernel.rules.measures.standing import Standing
from bihuan.kernel.rules.measures.tests.quick import QUICK

GROUPS = st.builds(Answers, st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)).filter(
    lambda answers: answers.n > 0
)
TYPICAL = variance(0.5, 0.2)


@pytest.mark.parametrize(
    ("answers", "score", "se", "plain", "estimate", "interval"),
    [
        ((50, 30, 20), 30, 7.8102, (14.69, 45.31), 29.126, (14.05, 44.20)),
        ((500, 300, 200), 30, 2.4698, (25.16, 34.84), 29.910, (25.08, 34.74)),
        ((10, 6, 4), 30, 17.464, (-4.23, 64.23), 26.087, (-5.72, 57.90)),
        ((12, 5, 3), 45, 16.545, (12.57, 77.43), 39.130, (8.43, 69.83)),
        ((20, 0, 0), 100, 0, (100, 100), 86.957, (69.68, 100)),
    ],
)
def test_score_and_both_intervals(
    answers: tuple[int, int, int],
    score: float,
    se: float,
    plain: tuple[float, float],
    estimate: float,
    interval: tuple[float, float],
) -> None:
    given_answers = Answers(*answers)
    assert given_answers.score == pytest.approx(score)
    assert wald(given_answers).se == pytest.approx(se, abs=0.0005)
    assert wald(given_answers).interval == pytest.approx(plain, abs=0.006)
    assert adjusted(given_answers).value == pytest.approx(estimate, abs=0.0006)
    assert adjusted(given_answers).interval == pytest.approx(interval, abs=0.006)


def coverage(n: int, shares: tuple[float, float, float], view: str) -> float:
    """Exact: the chance of all answers whose interval covers the true score."""
    p, q, d = shares
    truth, covered = 100 * (p - d), 0.0
    for promoters in range(n + 1):
        for passives in range(n + 1 - promoters):
            answers = Answers(promoters, passives, n - promoters - passives)
            ways = factorial(n) / (factorial(promoters) * factorial(passives) * factorial(answers.detractors))
            estimate = adjusted(answers) if view == "adjusted" else wald(answers)
            if estimate.interval.low - 1e-9 <= truth <= estimate.interval.high + 1e-9:
                covered += ways * p**promoters * q**passives * d**answers.detractors
    return covered


@pytest.mark.parametrize(
    ("n", "shares", "plain", "better"),
    [
        (20, (0.95, 0.04, 0.01), 0.640, 0.978),
        (20, (0.5, 0.3, 0.2), 0.926, 0.948),
        (10, (0.95, 0.04, 0.01), 0.400, 0.914),
    ],
)
def test_the_plain_interval_fails_where_nearly_all_promote(
    n: int, shares: tuple[float, float, float], plain: float, better: float
) -> None:
    assert coverage(n, shares, "wald") == pytest.approx(plain, abs=0.0006)
    assert coverage(n, shares, "adjusted") == pytest.approx(better, abs=0.0006)


def test_answers_fall_into_three_groups() -> None:
    assert counted([10, 9, 8, 7, 6, 0, 0]) == (2, 2, 3)
    assert counted([]) == (0, 0, 0)


@pytest.mark.parametrize("score", [-1, 11])
def test_other_answers_are_refused(score: int) -> None:
    with pytest.raises(ValueError, match="0 to 10"):
        counted([10, score])


@pytest.mark.parametrize("answers", [Answers(0, 0, 0), Answers(3, -1, 0)])
def test_no_answers_have_no_score(answers: Answers) -> None:
    for view in (wald, adjusted, lambda each: each.score):
        with pytest.raises(ValueError, match=r"no answers|not counts"):
            view(answers)


def test_twenty_promoters_of_twenty_are_not_certainty() -> None:
    shown = reading(Answers(20, 0, 0))
    assert shown.score == 100
    assert shown.standing is Standing.TENTATIVE
    assert shown.interval == pytest.approx((69.7, 100), abs=0.05)


def test_eight_answers_give_no_score() -> None:
    assert reading(Answers(6, 1, 1)).score is None
    assert reading(Answers(0, 0, 0)).interval is None


def test_thirty_answers_are_ranked() -> None:
    assert reading(Answers(12, 9, 9)).standing is Standing.FIRM


def test_a_drop_of_35_points_among_twenty_answers_is_not_significant() -> None:
    moved = change(Answers(12, 5, 3), Answers(8, 6, 6))
    assert moved.points == pytest.approx(-35)
    assert moved.test.value == pytest.approx(-30.435, abs=0.0005)
    assert moved.test.se == pytest.approx(23.131, abs=0.0005)
    assert moved.test.statistic == pytest.approx(-1.316, abs=0.0005)
    assert moved.test.p == pytest.approx(0.188, abs=0.0005)
    assert not moved.detected


def test_fifteen_points_more_among_a_hundred_answers() -> None:
    before, after = Answers(50, 30, 20), Answers(60, 25, 15)
    plain, better = change(before, after, plain=True).test, change(before, after).test
    assert (plain.value, plain.statistic, plain.p) == pytest.approx((15, 1.394, 0.163), abs=0.0006)
    assert (better.value, better.se) == pytest.approx((14.563, 10.618), abs=0.0006)
    assert (better.statistic, better.p) == pytest.approx((1.372, 0.170), abs=0.0006)


def test_the_same_change_is_clear_among_a_thousand() -> None:
    moved = change(Answers(500, 300, 200), Answers(600, 250, 150), plain=True)
    assert moved.test.statistic == pytest.approx(4.41, abs=0.005)
    assert moved.detected


def test_sample_sizes() -> None:
    assert needed(5, TYPICAL) == 938
    assert needed(5) == 1537
    assert needed_to_compare(10, TYPICAL) == 958
    assert margin(20, TYPICAL) == pytest.approx(34, abs=0.5)


def test_no_sample_for_nothing() -> None:
    with pytest.raises(ValueError, match="points"):
        needed(0)
    with pytest.raises(ValueError, match="nothing"):
        needed_to_compare(0)
    with pytest.raises(ValueError, match="0 answers"):
        margin(0)


@QUICK
@given(GROUPS)
def test_the_adjusted_interval_holds_the_score_and_the_scale(answers: Answers) -> None:
    low, high = adjusted(answers).interval
    assert -100 <= low <= high <= 100
    if answers.n > 10:
        assert low - 1e-9 <= answers.score <= high + 1e-9


@QUICK
@given(GROUPS)
def test_promoters_and_detractors_exchanged_mirror_everything(answers: Answers) -> None:
    mirrored = Answers(answers.detractors, answers.passives, answers.promoters)
    low, high = adjusted(answers).interval
    assert mirrored.score == pytest.approx(-answers.score)
    assert adjusted(mirrored).interval == pytest.approx(Interval(-high, -low))


@QUICK
@given(st.permutations(range(11)))
def test_the_order_of_answers_changes_nothing(scores: list[int]) -> None:
    assert counted(scores) == (2, 2, 7)


@QUICK
@given(GROUPS, GROUPS)
def test_going_back_undoes_the_change(before: Answers, after: Answers) -> None:
    there, back = change(before, after), change(after, before)
    assert there.points == pytest.approx(-back.points)
    assert there.test.p == pytest.approx(back.test.p)
    assert there.detected is back.detected


@QUICK
@given(GROUPS)
def test_one_more_promoter_never_lowers_the_score(answers: Answers) -> None:
    more = answers._replace(promoters=answers.promoters + 1)
    assert more.score >= answers.score
    assert adjusted(more).value >= adjusted(answers).value
