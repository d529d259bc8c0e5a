from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.calendar import SHANGHAI, Calendar, Mark
from bihuan.kernel.rules.hours import OFFICE
from bihuan.kernel.rules.remaining import length, working_days_between, working_days_left

CALENDAR = Calendar.of([])
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda at: at.replace(tzinfo=SHANGHAI)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_working_day_has_six_and_a_half_open_hours() -> None:
    assert length(OFFICE) == timedelta(hours=6.5)


@pytest.mark.parametrize(
    ("now", "due", "left"),
    [
        ("2026-11-23 08:00", "2026-11-23 23:59:59", 1.0),
        ("2026-11-23 10:12", "2026-11-25 23:59:59", 2.5),
        ("2026-11-23 16:59", "2026-11-23 23:59:59", 0.0),
        ("2026-11-20 18:00", "2026-11-23 23:59:59", 1.0),
        ("2026-11-21 12:00", "2026-11-22 23:59:59", 0.0),
        ("2026-11-25 08:00", "2026-11-23 23:59:59", -1.0),
        ("2026-11-24 13:30", "2026-11-23 23:59:59", 0.0),
        ("2026-11-24 14:00", "2026-11-23 23:59:59", -0.5),
    ],
)
def test_what_is_left_is_cut_to_halves_and_weekends_do_not_count(now: str, due: str, left: float) -> None:
    assert working_days_left(CALENDAR, at(now), at(due)) == left


def test_a_holiday_is_no_working_day() -> None:
    calendar = Calendar.of([Mark(datetime(2026, 11, 24).date(), works=False)])
    assert working_days_left(calendar, at("2026-11-23 08:00"), at("2026-11-25 23:59:59")) == 2.0


@given(INSTANTS, INSTANTS, INSTANTS)
def test_stretches_add_up(a: datetime, b: datetime, c: datetime) -> None:
    first, second, third = sorted((a, b, c))
    whole = working_days_between(CALENDAR, first, third)
    parts = working_days_between(CALENDAR, first, second) + working_days_between(CALENDAR, second, third)
    assert whole == pytest.approx(parts)


@given(INSTANTS, INSTANTS)
def test_late_is_the_mirror_of_left(a: datetime, b: datetime) -> None:
    assert working_days_left(CALENDAR, a, b) == -working_days_left(CALENDAR, b, a)


def test_a_limit_of_three_days_shows_three_on_the_day_it_begins() -> None:
    opened_at = datetime(2026, 11, 24, 3, 46, tzinfo=SHANGHAI)
    due_at = CALENDAR.add_workdays(opened_at, 3).due_at

    assert working_days_left(CALENDAR, opened_at, due_at, opened_at=opened_at) == 3
    assert working_days_left(CALENDAR, opened_at, due_at) == 4
