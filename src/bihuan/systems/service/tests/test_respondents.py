"""Whom an interviewer asks: times and customers by ticket, and a quota that is judged on what was issued."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.systems.service.rules.respondents import (
    Opening,
    Window,
    asked,
    cells,
    extension,
    interval,
    starts,
    stratum,
    windows,
)

FEW = settings(max_examples=12)
MONDAY = date(2026, 1, 5)
WEEKDAYS = [MONDAY + timedelta(days=day) for day in range(26) if day % 7 < 5]
MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(13, 30), time(17))
OPEN = [Opening(day, *span) for day in WEEKDAYS for span in (MORNING, AFTERNOON)]
LABEL = "2026Q1|H3-04"


def inside(window: Window, openings: list[Opening]) -> bool:
    return any(
        datetime.combine(each.on, each.opens) <= window.begins
        and window.ends <= datetime.combine(each.on, each.closes)
        for each in openings
    )


def test_windows_lie_within_opening_hours_and_are_as_long_as_asked() -> None:
    found = windows("seed", LABEL, OPEN, 10)
    assert len(found) == 10
    assert all(inside(window, OPEN) for window in found)
    assert {window.ends - window.begins for window in found} == {timedelta(minutes=120)}


def test_ten_windows_fall_on_all_ten_half_days_of_the_week() -> None:
    assert Counter(map(stratum, windows("seed", LABEL, OPEN, 10))) == Counter(
        f"{day}{half}" for day in range(1, 6) for half in ("am", "pm")
    )


def test_the_order_of_the_openings_changes_nothing() -> None:
    assert windows("seed", LABEL, OPEN, 7) == windows("seed", LABEL, list(reversed(OPEN)), 7)


def test_every_window_has_the_same_chance() -> None:
    half = OPEN[:20]
    hits: Counter[date] = Counter()
    for seed in range(200):
        hits.update(window.begins.date() for window in windows(f"s{seed}", LABEL, half, 4))
    assert sum((hits[day] - 80) ** 2 / 80 for day in WEEKDAYS[:10]) < 21.67  # chi-square, 9 df, 1 %


def test_a_day_without_lunch_is_cut_at_noon() -> None:
    found = cells("seed", LABEL, [Opening(MONDAY, time(9), time(17))])
    assert [stratum(window) for window in found] == ["1am", "1pm", "1pm"]
    assert all(window.ends.time() <= time(12) or window.begins.time() >= time(12) for window in found)


def test_windows_do_not_always_begin_at_the_full_opening() -> None:
    begun = {cells(f"s{seed}", LABEL, OPEN[:1])[0].begins.time() for seed in range(40)}
    assert len(begun) > 15
    assert all(time(8, 30) <= begin <= time(9, 30) for begin in begun)


@FEW
@given(st.integers(0, 60), st.integers(30, 240))
def test_windows_never_overlap_however_many_and_long(count: int, minutes: int) -> None:
    found = windows("seed", LABEL, OPEN[:10], count, minutes)
    assert len(found) == min(count, len(cells("seed", LABEL, OPEN[:10], minutes)))
    assert all(a.ends <= b.begins for a, b in pairwise(found))


def test_a_half_day_too_short_for_a_window_has_none() -> None:
    assert cells("seed", LABEL, [Opening(MONDAY, time(11), time(12, 30))]) == ()


def test_a_hall_that_is_never_open_has_no_window() -> None:
    assert windows("seed", LABEL, [], 5) == ()


@pytest.mark.parametrize(
    ("openings", "message"),
    [
        ([Opening(MONDAY, time(17), time(8))], "is not after"),
        ([Opening(MONDAY, time(8), time(11)), Opening(MONDAY, time(10), time(12))], "overlap"),
    ],
)
def test_openings_that_cannot_be_are_refused(openings: list[Opening], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cells("seed", LABEL, openings)


def test_a_window_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="at least a minute"):
        windows("seed", LABEL, OPEN, 3, 0)


def test_too_few_customers_add_a_window_that_is_still_to_come() -> None:
    every = cells("seed", LABEL, OPEN)
    used = list(every[:3])
    now = datetime(2026, 1, 20, 12)
    more = extension("seed", LABEL, every, used, now)
    assert more is not None
    assert more.begins >= now
    assert more not in used
    assert extension("seed", LABEL, every, every, now) is None
    assert extension("seed", LABEL, every, used, datetime(2026, 4, 1)) is None


def test_the_interval_follows_from_last_quarters_footfall() -> None:
    found = interval(customers=3900, open_minutes=390 * 65, window_minutes=10 * 120)
    assert found.expected == Fraction(3900 * 1200, 390 * 65)
    assert (found.m, found.census) == (9, False)


def test_where_half_of_those_asked_refuse_twice_as_many_are_asked() -> None:
    assert interval(3900, 390 * 65, 1200, accepting=Fraction(1, 2)).m == 4


def test_a_hall_with_too_few_customers_is_asked_in_full_and_marked() -> None:
    found = interval(customers=300, open_minutes=390 * 65, window_minutes=1200)
    assert (found.m, found.census) == (1, True)


def test_figures_that_do_not_fit_are_refused() -> None:
    for figures in ((-1, 10, 10), (1, 0, 10), (1, 10, -1)):
        with pytest.raises(ValueError, match="do not fit"):
            interval(*figures)
    with pytest.raises(ValueError, match="do not fit"):
        interval(10, 10, 10, accepting=Fraction(0))


def test_every_m_th_customer_from_a_random_start() -> None:
    assert list(asked(3, 9, 30)) == [3, 12, 21, 30]
    assert list(asked(5, 9, 4)) == []


def test_every_place_in_the_row_is_as_likely_to_be_the_first() -> None:
    every = cells("seed", LABEL, OPEN)
    hits = Counter(starts("seed", LABEL, every, 2).values())
    assert set(hits) == {1, 2}
    assert abs(hits[1] - hits[2]) < 3 * len(every) ** 0.5
