"""The device on the counter: one rating for one service, a hand that presses twice, and honest counts."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.systems.service.rules.evaluator import Press, Rating, monthly, presses

FEW = settings(max_examples=15)
SHANGHAI = timezone(timedelta(hours=8))
NINE = datetime(2026, 3, 10, 9, tzinfo=SHANGHAI)
HALLS = ["H1-01", "H2-01"]


def rated(
    second: float, score: int = 5, transaction: str = "", counter: str = "1", hall: str = "H2-01"
) -> Rating:
    at = NINE + timedelta(seconds=second)
    return Rating(f"{second:09.1f}-{counter}-{score}", hall, f"d{counter}", counter, at, score, transaction)


def scores(found: list[Press]) -> list[int]:
    return [press.counted().score for press in found]


def test_pressing_twice_counts_once_and_the_first_counts() -> None:
    found = presses([rated(0, 2), rated(4, 5)])
    assert scores(found) == [2]
    assert found[0].counted("last").score == 5


def test_pressing_different_things_is_marked() -> None:
    assert presses([rated(0, 2), rated(4, 5)])[0].contradicted
    assert not presses([rated(0, 5), rated(4, 5)])[0].contradicted


@pytest.mark.parametrize(("second", "services"), [(10, 1), (10.1, 2)])
def test_the_silence_is_ten_seconds(second: float, services: int) -> None:
    assert len(presses([rated(0), rated(second)])) == services


def test_a_device_pressed_without_end_does_not_fall_silent() -> None:
    assert len(presses([rated(second) for second in range(0, 60, 5)])) == 4


def test_two_counters_are_two_services() -> None:
    assert len(presses([rated(0, counter="1"), rated(1, counter="2")])) == 2


def test_one_transaction_has_one_rating_however_late_and_wherever() -> None:
    found = presses([rated(0, 4, "T1"), rated(3600, 5, "T1"), rated(7200, 5, "T1", counter="2")])
    assert scores(found) == [4]


def test_two_transactions_within_seconds_are_two_services() -> None:
    assert scores(presses([rated(0, 4, "T1"), rated(3, 5, "T2")])) == [4, 5]


def test_a_second_press_after_the_transaction_was_closed_is_not_another_service() -> None:
    assert scores(presses([rated(0, 4, "T1"), rated(3, 5)])) == [4]
    assert scores(presses([rated(0, 4), rated(3, 5, "T1"), rated(900, 5, "T1")])) == [4]


def test_a_press_after_a_late_repeat_of_a_transaction_is_no_service_either() -> None:
    assert scores(presses([rated(0, 4, "T1"), rated(900, 5, "T1"), rated(902, 5)])) == [4]


def test_numbers_of_transactions_belong_to_their_hall() -> None:
    assert len(presses([rated(0, 4, "T1"), rated(100, 5, "T1", hall="H1-01")])) == 2


@FEW
@given(
    st.permutations([rated(s, s % 5, t) for s, t in ((0, ""), (4, "T1"), (9, ""), (14, "T2"), (700, "T1"))])
)
def test_ratings_may_arrive_in_any_order(turned: list[Rating]) -> None:
    usual = presses(sorted(turned, key=lambda rating: rating.at))
    assert [press.ratings for press in presses(turned)] == [press.ratings for press in usual]


def test_a_naive_instant_is_refused() -> None:
    naive = Rating("1", "H2-01", "d1", "1", datetime(2026, 3, 10, 9), 5)
    with pytest.raises(ValueError, match="no time zone"):
        presses([naive])


def test_the_month_counts_by_hall_and_score() -> None:
    ratings = [rated(0, 5), rated(100, 5), rated(200, 1), rated(205, 5), rated(300, 3, hall="H1-01")]
    found = monthly(ratings, HALLS, (2026, 3), SHANGHAI)
    first, second = found.tallies
    assert (first.hall, first.scores, first.n) == ("H1-01", {3: 1}, 1)
    assert (second.scores, second.n, second.repeats, second.contradicted) == ({1: 1, 5: 2}, 3, 1, 1)


def test_a_hall_on_duty_that_rated_nothing_is_listed() -> None:
    found = monthly([], HALLS, (2026, 3), SHANGHAI)
    assert [(tally.hall, tally.n) for tally in found.tallies] == [("H1-01", 0), ("H2-01", 0)]


def test_a_hall_without_duty_is_reported_and_not_counted() -> None:
    found = monthly([rated(0, hall="H3-09")], HALLS, (2026, 3), SHANGHAI)
    assert found.strangers == ("H3-09",)
    assert sum(tally.n for tally in found.tallies) == 0


def test_the_month_is_that_of_the_house_and_of_the_press_that_counts() -> None:
    midnight = datetime(2026, 3, 31, 16, tzinfo=UTC)
    ratings = [
        Rating(str(s), "H2-01", "d1", "1", midnight + timedelta(seconds=s), score)
        for s, score in ((-2, 1), (3, 5))
    ]
    march, april = (monthly(ratings, HALLS, (2026, month), SHANGHAI).tallies[1] for month in (3, 4))
    assert (march.scores, april.scores) == ({1: 1}, {})
    later = monthly(ratings, HALLS, (2026, 4), SHANGHAI, which="last").tallies[1]
    assert later.scores == {5: 1}


def test_the_share_of_services_that_were_rated_is_known_where_services_are() -> None:
    found = monthly([rated(0), rated(60)], HALLS, (2026, 3), SHANGHAI, services={"H2-01": 8, "H1-01": 0})
    assert [tally.rated for tally in found.tallies] == [None, 0.25]
    assert monthly([rated(0)], HALLS, (2026, 3), SHANGHAI).tallies[1].rated is None
