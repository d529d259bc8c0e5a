"""Opening hours as people write them, on working days, days of rest, make-up days and single days."""

from datetime import date, time

import pytest

from bihuan.kernel.rules.calendar import Calendar, Layer, Mark
from bihuan.systems.service.rules.opening import (
    USUAL,
    HoursError,
    day_spans,
    holiday,
    open_on,
    read_day,
    read_week,
    spans_text,
    week_text,
)

DAY = ((time(8, 30), time(11, 30)), (time(13, 30), time(17)))
CHINESE = "周一至周五 8:30-11:30 13:30-17:00；周六 9：00~12：00；节假日 休息"
PLAIN = "Mon-Fri 08:30-11:30 13:30-17:00; Sat 09:00-12:00; PH closed"


def year() -> Calendar:
    """May 2026: Labour Day from Friday to Tuesday, Saturday the 9th made up for."""
    rest = [Mark(date(2026, 5, n), False, Layer.GAZETTED, "劳动节") for n in (1, 4, 5)]
    return Calendar.of([*rest, Mark(date(2026, 5, 9), True, Layer.GAZETTED)])


@pytest.mark.parametrize(
    "text",
    [
        CHINESE,
        PLAIN,
        "工作日 8:30-11:30，13:30-17:00\n星期六 9:00至12:00; 节假日休息",
        "mo-fr 08:30-11:30 13:30-17:00; sat 9:00-12:00; ph off",
        "周一、周二、周三 8:30-11:30 13:30-17:00; 周四,周五 13:30-17:00 8:30-11:30; "
        "周六: 9:00-12:00; 法定节假日 不营业",
    ],
)
def test_hours_are_read_however_they_are_written(text: str) -> None:
    assert week_text(read_week(text)) == PLAIN


def test_what_is_kept_is_shown_in_the_language_of_the_reader_and_read_again() -> None:
    shown = week_text(read_week(PLAIN), chinese=True)
    assert shown == "周一至周五 08:30-11:30 13:30-17:00; 周六 09:00-12:00; 节假日 休息"
    assert read_week(shown) == read_week(PLAIN)


def test_hours_without_days_are_those_of_the_working_week() -> None:
    assert week_text(read_week("8:30-17:00")) == "Mon-Fri 08:30-17:00"
    assert week_text(read_week("每天 9:00-18:00")) == "Mon-Sun 09:00-18:00"


@pytest.mark.parametrize(
    "text",
    [
        "看情况",
        "周一至周五",
        "周五至周一 8:30-17:00",
        "周一 17:00-8:30",
        "周一 25:00-26:00",
        "周一 8:30-12:00 11:00-17:00",
        "周一 8:30-17:00; 周一 9:00-12:00",
        "周八 8:30-17:00",
        "周一 8:30-17:00 左右",
        "周一休息",
        "周一至节假日 8:30-17:00",
        "周一 8:00-9:00 10:00-11:00 12:00-13:00 14:00-15:00 16:00-17:00",
    ],
)
def test_what_is_no_hours_is_refused_by_its_piece(text: str) -> None:
    with pytest.raises(HoursError) as fault:
        read_week(text)
    assert fault.value.part


@pytest.mark.parametrize(
    ("day", "all_year", "hours"),
    [
        ("2026-04-30", False, "08:30-11:30 13:30-17:00"),
        ("2026-04-25", False, "09:00-12:00"),  # an ordinary Saturday
        ("2026-04-26", False, ""),
        ("2026-04-26", True, "08:30-11:30 13:30-17:00"),
        ("2026-05-01", True, ""),  # its holidays are named
        ("2026-05-02", False, ""),  # a Saturday within the holiday
        ("2026-05-09", False, "08:30-11:30 13:30-17:00"),  # made up for: as on a weekday
    ],
)
def test_the_hours_of_a_day_follow_the_calendar(day: str, all_year: bool, hours: str) -> None:
    found = open_on(
        read_week(PLAIN), all_year=all_year, calendar=year(), day=date.fromisoformat(day), single={}
    )
    assert spans_text(found) == hours


def test_of_a_hall_that_says_nothing_the_office_hours_are_taken() -> None:
    week = read_week("")
    on, off = date(2026, 5, 6), date(2026, 5, 3)
    assert open_on(week, all_year=False, calendar=year(), day=on, single={}) == DAY
    assert open_on(week, all_year=False, calendar=year(), day=off, single={}) == ()
    assert open_on(week, all_year=True, calendar=year(), day=off, single={}) == DAY


def test_a_single_day_wins_over_everything() -> None:
    day = date(2026, 5, 1)
    short = ((time(9), time(12)),)
    assert open_on(read_week(PLAIN), all_year=False, calendar=year(), day=day, single={day: short}) == short


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("休息", ""),
        ("closed", ""),
        ("照常", USUAL),
        ("9:00-12:00、14:00-16:00", "09:00-12:00 14:00-16:00"),
    ],
)
def test_a_single_day_is_kept_in_one_form(text: str, kept: str) -> None:
    assert read_day(text) == kept
    assert day_spans(kept) is None if kept == USUAL else day_spans(kept) is not None


def test_a_weekend_is_a_holiday_only_beside_a_weekday_of_rest() -> None:
    calendar = year()
    assert [holiday(calendar, date(2026, 5, n)) for n in (1, 2, 3, 5, 6, 10)] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]
