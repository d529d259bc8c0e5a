from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.kernel.rules.measures.nps import Answers
from bihuan.kernel.rules.measures.posterior import posterior


def test_twenty_answers_leave_nine_to_seventy_one() -> None:
    view = posterior(Answers(12, 5, 3))
    assert view.value == pytest.approx(42.857, abs=0.0005)
    assert view.se == pytest.approx(15.988, abs=0.0005)
    assert tuple(round(end) for end in view.interval) == (9, 71)


def test_only_promoters_still_leave_doubt() -> None:
    view = posterior(Answers(20, 0, 0))
    assert view.value == pytest.approx(95.238, abs=0.0005)
    assert view.interval == pytest.approx((78.66, 99.98), abs=0.02)


def test_no_answers_leave_everything_open() -> None:
    view = posterior(Answers(0, 0, 0))
    assert view.value == 0
    assert view.interval == pytest.approx((-97.94, 97.94), abs=0.02)


def test_many_answers_agree_with_the_adjusted_interval() -> None:
    assert posterior(Answers(500, 300, 200)).interval == pytest.approx((25.09, 34.76), abs=0.01)


@pytest.mark.parametrize("answers", [Answers(5, 0, 5), Answers(7, 6, 0)])
def test_as_many_lie_below_the_interval_as_a_simulation_says(answers: Answers) -> None:
    stream, below, draws = Random(4), 0, 4000
    low = posterior(answers, 0.8).interval.low
    for _ in range(draws):
        p, q, d = (stream.gammavariate(count + 1 / 3, 1) for count in answers)
        below += 100 * (p - d) / (p + q + d) < low
    assert below / draws == pytest.approx(0.1, abs=0.02)


def test_no_posterior_of_impossible_counts() -> None:
    with pytest.raises(ValueError, match="no posterior"):
        posterior(Answers(-1, 2, 3))
    with pytest.raises(ValueError, match="no posterior"):
        posterior(Answers(1, 2, 3), prior=0)


@settings(max_examples=8)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_interval_covers_the_mean_and_has_its_mirror(
    promoters: int, passives: int, detractors: int
) -> None:
    view = posterior(Answers(promoters, passives, detractors))
    mirrored = posterior(Answers(detractors, passives, promoters))
    assert -100 <= view.interval.low < view.value < view.interval.high <= 100
    assert mirrored.interval.low == pytest.approx(-view.interval.high, abs=0.01)
