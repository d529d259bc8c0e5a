"""The clock that runs only while the house is open, 08:30–11:30 and 13:30–17:00."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.kernel.rules.calendar import SHANGHAI, Calendar
from bihuan.kernel.rules.hours import Hours, business_due, business_elapsed
from bihuan.kernel.rules.seed import standard_calendar

CALENDAR = standard_calendar()
DUE = """
2025-01-24T16:00 4  2025-01-26T11:30
2025-01-26T16:00 4  2025-01-27T11:30
2025-02-07T16:00 2  2025-02-08T09:30
2025-02-08T11:00 2  2025-02-08T15:00
2025-01-27T16:30 13 2025-02-06T16:30
2025-02-01T10:00 1  2025-02-05T09:30
2025-02-07T12:00 1  2025-02-07T14:30
2025-01-24T16:00 13 2025-01-27T16:00
"""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("start", "hours", "due"), [line.split() for line in DUE.strip().splitlines()])
def test_business_hours_skip_lunch_nights_and_holidays(start: str, hours: str, due: str) -> None:
    assert business_due(CALENDAR, at(start), timedelta(hours=int(hours))).due_at == at(due)


def test_elapsed_time_counts_open_hours_only() -> None:
    assert business_elapsed(CALENDAR, at("2025-02-07T11:00"), at("2025-02-08T14:00")) == timedelta(hours=7.5)


def test_elapsed_time_backwards_is_negative() -> None:
    assert business_elapsed(CALENDAR, at("2025-02-08T14:00"), at("2025-02-07T11:00")) == timedelta(hours=-7.5)


def test_a_pause_gives_back_working_time_and_not_wall_clock_time() -> None:
    budget, opened, paused = timedelta(hours=13), at("2025-01-24T16:00"), at("2025-01-26T09:30")
    left = budget - business_elapsed(CALENDAR, opened, paused)
    assert budget - left == timedelta(hours=2)
    resumed = at("2025-02-05T10:30")
    assert business_due(CALENDAR, resumed, left).due_at == at("2025-02-06T17:00")
    left -= business_elapsed(CALENDAR, resumed, at("2025-02-06T09:00"))
    assert business_due(CALENDAR, at("2025-02-07T15:00"), left).due_at == at("2025-02-08T14:30")


def test_an_event_out_of_hours_gets_its_whole_budget() -> None:
    due = business_due(CALENDAR, at("2025-02-07T22:00"), timedelta(minutes=5))
    assert due.due_at == at("2025-02-08T08:35")


def test_no_budget_is_due_at_once() -> None:
    assert business_due(CALENDAR, at("2025-02-07T22:00"), timedelta(0)).due_at == at("2025-02-07T22:00")


def test_a_house_open_around_the_clock_loses_no_minute() -> None:
    whole_day = Hours(((time(0), time(0)),))
    two_days = business_elapsed(CALENDAR, at("2025-02-05T00:00"), at("2025-02-07T00:00"), whole_day)
    assert two_days == timedelta(hours=48)


def test_instants_may_come_in_any_zone_and_the_answer_is_local() -> None:
    due = business_due(CALENDAR, at("2025-02-07T16:00").astimezone(UTC), timedelta(hours=2))
    assert (due.due_at.isoformat(), due.due_on) == ("2025-02-08T09:30:00+08:00", date(2025, 2, 8))


def test_a_night_shift_over_the_change_of_clocks_counts_real_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = Calendar.of((), zone=berlin, week=frozenset(range(7)))
    night = Hours(((time(0), time(6)),))
    begin, end = datetime(2025, 3, 30, tzinfo=berlin), datetime(2025, 3, 30, 6, tzinfo=berlin)
    assert business_elapsed(calendar, begin, end, night) == timedelta(hours=5)


def test_hours_that_reach_an_unknown_year_are_provisional() -> None:
    assert business_due(CALENDAR, at("2026-12-31T16:00"), timedelta(hours=2)).provisional
    assert not business_due(CALENDAR, at("2026-12-31T14:00"), timedelta(hours=2)).provisional


@pytest.mark.parametrize("start", [datetime(2025, 2, 7, 16), datetime(2025, 2, 7, 23)])
def test_a_naive_instant_is_refused(start: datetime) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        business_due(CALENDAR, start, timedelta(hours=1))
    with pytest.raises(ValueError, match="no time zone"):
        business_elapsed(CALENDAR, start, at("2025-02-08T10:00"))
    with pytest.raises(ValueError, match="no time zone"):
        business_elapsed(CALENDAR, at("2025-02-06T10:00"), start)


def test_a_house_that_never_opens_is_an_error() -> None:
    with pytest.raises(ValueError, match="no open hours"):
        business_due(Calendar.of((), week=frozenset()), at("2025-02-07T16:00"), timedelta(hours=1))


def test_a_negative_budget_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        business_due(CALENDAR, at("2025-02-07T16:00"), timedelta(hours=-1))
