"""The secret day: a working day, fair, replaced when the calendar moves, and told to nobody before."""

from collections import Counter
from datetime import date, timedelta

from bihuan.systems.service.rules.spotcheck import secret_day, told

DAYS = [date(2026, 3, 2) + timedelta(days=day) for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]


def test_it_is_one_of_the_working_days_in_whatever_order_they_come() -> None:
    day = secret_day("seed", "2026-03|spot", DAYS)
    assert day in DAYS
    assert day == secret_day("seed", "2026-03|spot", reversed(DAYS))


def test_every_working_day_is_as_likely() -> None:
    hits = Counter(secret_day(f"s{seed}", "2026-03|spot", DAYS) for seed in range(500))
    assert sum((hits[day] - 50) ** 2 / 50 for day in DAYS) < 21.67  # chi-square, 9 df, 1 %


def test_a_day_that_became_a_holiday_gives_way_to_another_one_still_ahead() -> None:
    first = secret_day("seed", "2026-03|spot", DAYS)
    left = [day for day in DAYS if day != first]
    again = secret_day("seed", "2026-03|spot", left, after=date(2026, 3, 3))
    assert again in left
    assert again is not None
    assert again > date(2026, 3, 3)


def test_another_day_that_became_a_holiday_leaves_the_drawn_one_alone() -> None:
    day = secret_day("seed", "2026-03|spot", DAYS)
    other = next(each for each in DAYS if each != day)
    assert secret_day("seed", "2026-03|spot", [each for each in DAYS if each != other]) == day


def test_a_week_without_working_days_is_waived() -> None:
    assert secret_day("seed", "2026-W08|spot", []) is None


def test_the_team_learns_the_day_on_the_day() -> None:
    day = date(2026, 3, 10)
    assert told(day, date(2026, 3, 9)) is None
    assert told(day, day) == told(day, date(2026, 4, 1)) == day
    assert told(None, day) is None
