"""Reports are due on fixed days, but never before their period is over."""

from datetime import date

import pytest

from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.reporting import closing_day, month_window, report_day
from bihuan.kernel.rules.seed import standard_calendar

CALENDAR = standard_calendar()


@pytest.mark.parametrize(
    ("closed_on", "due_on"),
    [
        ("2024-12-31", "2025-01-03"),
        ("2025-03-31", "2025-04-03"),
        ("2025-06-30", "2025-07-04"),
        ("2025-09-30", "2025-10-09"),
        ("2025-12-31", "2026-01-05"),
        ("2026-03-31", "2026-04-03"),
        ("2026-06-30", "2026-07-03"),
        ("2026-09-30", "2026-10-08"),
    ],
)
def test_quarterly_report_by_the_fifth(closed_on: str, due_on: str) -> None:
    assert report_day(CALENDAR, date.fromisoformat(closed_on), 5).due_on == date.fromisoformat(due_on)


@pytest.mark.parametrize(
    ("closed_on", "due_on"),
    [
        ("2025-01-31", "2025-02-05"),
        ("2025-04-30", "2025-05-06"),
        ("2025-07-31", "2025-08-01"),
        ("2025-09-30", "2025-10-09"),
        ("2025-12-31", "2026-01-04"),
        ("2026-01-31", "2026-02-03"),
        ("2026-04-30", "2026-05-06"),
        ("2026-09-30", "2026-10-08"),
    ],
)
def test_monthly_summary_by_the_third(closed_on: str, due_on: str) -> None:
    assert report_day(CALENDAR, date.fromisoformat(closed_on), 3).due_on == date.fromisoformat(due_on)


@pytest.mark.parametrize(("year", "months"), [(2025, [2, 5, 8, 10]), (2026, [1, 5, 10])])
def test_months_whose_third_is_not_worked(year: int, months: list[int]) -> None:
    assert [month for month in range(1, 13) if not CALENDAR.is_workday(date(year, month, 3))] == months


@pytest.mark.parametrize(("year", "months"), [(2025, [1, 4, 7, 10]), (2026, [4, 7, 10])])
def test_quarters_whose_fifth_is_not_worked(year: int, months: list[int]) -> None:
    assert [month for month in (1, 4, 7, 10) if not CALENDAR.is_workday(date(year, month, 5))] == months


def test_a_report_day_in_an_unknown_year_is_provisional() -> None:
    deadline = report_day(CALENDAR, date(2026, 12, 31), 5)
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 5), True)


def test_day_thirty_one_of_a_short_month_is_its_last() -> None:
    assert report_day(Calendar.of(()), date(2025, 3, 31), 31).due_on == date(2025, 4, 30)


def test_periods_close_on_their_last_day() -> None:
    assert closing_day(date(2024, 2, 10), "month") == date(2024, 2, 29)
    assert closing_day(date(2025, 8, 1), "quarter") == date(2025, 9, 30)
    assert closing_day(date(2025, 12, 31), "quarter") == date(2025, 12, 31)


def test_a_second_call_back_has_the_working_days_of_the_next_month() -> None:
    window = month_window(CALENDAR, date(2025, 1, 24))
    assert (window.opens_on, window.closes.due_on) == (date(2025, 2, 5), date(2025, 2, 28))
    assert month_window(CALENDAR, date(2025, 12, 25)).opens_on == date(2026, 1, 4)
