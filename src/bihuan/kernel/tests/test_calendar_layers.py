"""Which rule decides about a day, and what is certain about it."""

from datetime import date, datetime, timedelta

import pytest

from bihuan.kernel.rules.calendar import SHANGHAI, Calendar, Layer, Mark
from bihuan.kernel.rules.seed import seed_marks, standard_calendar

SATURDAY = date(2025, 3, 8)
FRIDAY_EVENT = datetime(2025, 3, 7, 15, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year_match_the_notice(year: int, count: int) -> None:
    summary = standard_calendar().year(year)
    assert (summary.working_days, summary.status) == (count, Layer.GAZETTED)


@pytest.mark.parametrize(
    ("year", "make_up_days"),
    [
        (2025, ["01-26", "02-08", "04-27", "09-28", "10-11"]),
        (2026, ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]),
    ],
)
def test_make_up_weekends_are_worked(year: int, make_up_days: list[str]) -> None:
    worked = standard_calendar().year(year).make_up_days
    assert [f"{day:%m-%d}" for day in worked] == make_up_days
    assert all(day.weekday() > 4 and standard_calendar().is_workday(day) for day in worked)


def test_a_year_without_notice_has_statutory_days_but_no_make_up_days() -> None:
    summary = standard_calendar().year(2027)
    assert summary.status is Layer.PROVISIONAL
    assert summary.make_up_days == ()
    assert date(2027, 2, 5) in summary.rest_days, "the eve of Spring Festival is statutory since 2025"
    assert summary.working_days == 365 - 104 - 13


@pytest.mark.parametrize("year", range(2027, 2036))
def test_statutory_days_that_fall_on_weekends_are_given_in_lieu(year: int) -> None:
    week_only = Calendar.of(()).year(year).working_days
    assert week_only - standard_calendar().year(year).working_days == 13


def test_a_year_beyond_every_table_is_monday_to_friday_and_provisional() -> None:
    assert standard_calendar().is_workday(date(2040, 1, 2))
    assert standard_calendar().is_provisional(date(2040, 1, 2))


def test_an_own_rule_moves_a_deadline_and_its_removal_moves_it_back() -> None:
    overridden = standard_calendar().with_overrides([Mark(SATURDAY, works=True)])
    assert overridden.add_workdays(FRIDAY_EVENT, 1).due_on == SATURDAY
    assert standard_calendar().add_workdays(FRIDAY_EVENT, 1).due_on == date(2025, 3, 10)


@pytest.mark.parametrize("backwards", [False, True])
def test_precedence_does_not_depend_on_the_order_of_the_layers(backwards: bool) -> None:
    day = date(2025, 3, 10)
    marks = [
        Mark(day, works=False, layer=Layer.OVERRIDE),
        Mark(day, works=True, layer=Layer.GAZETTED),
        Mark(day, works=False, layer=Layer.PROVISIONAL),
    ]
    for expected in (False, True):
        assert Calendar.of(marks[::-1] if backwards else marks).is_workday(day) is expected
        marks.pop(0)


def test_a_notice_settles_its_year_and_drops_what_was_guessed_for_it() -> None:
    notice = [Mark(date(2027, 1, 1), works=False, layer=Layer.GAZETTED, name="New Year's Day")]
    calendar = Calendar.of([*seed_marks(), *notice])
    assert calendar.is_workday(date(2027, 2, 9)), "a day in lieu was only a guess"
    deadline = calendar.add_workdays(datetime(2026, 12, 25, 10, tzinfo=SHANGHAI), 5)
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 4), False)


def test_an_own_rule_is_certain_in_a_year_without_notice_but_settles_only_its_day() -> None:
    calendar = standard_calendar().with_overrides([Mark(date(2027, 1, 1), works=True)])
    start = datetime(2026, 12, 25, 10, tzinfo=SHANGHAI)
    first_of_january = calendar.add_workdays(start, 5)
    assert (first_of_january.due_on, first_of_january.provisional) == (date(2027, 1, 1), False)
    assert calendar.add_workdays(start, 6).provisional


def test_a_branch_may_work_from_sunday_to_thursday() -> None:
    sunday_to_thursday = Calendar.of((), week=frozenset({6, 0, 1, 2, 3}))
    assert sunday_to_thursday.add_workdays(FRIDAY_EVENT, 1).due_on == date(2025, 3, 9)


@pytest.mark.parametrize(
    ("monday", "worked"), [("2024-02-12", 1), ("2024-09-30", 1), ("2025-01-27", 1), ("2026-02-16", 0)]
)
def test_weeks_around_long_holidays_count_their_working_days(monday: str, worked: int) -> None:
    week = standard_calendar().week_of(date.fromisoformat(monday))
    assert (week.working_days, week.waived) == (worked, worked == 0)


def test_no_other_week_of_three_years_has_so_few_working_days() -> None:
    weeks = [standard_calendar().week_of(date(2024, 1, 1) + timedelta(weeks=n)) for n in range(156)]
    assert [str(week.monday) for week in weeks if week.working_days <= 1] == [
        "2024-02-12",
        "2024-09-30",
        "2025-01-27",
        "2026-02-16",
    ]


def test_a_week_is_found_from_any_moment_in_it() -> None:
    sunday_night = datetime(2026, 2, 22, 23, 30, tzinfo=SHANGHAI)
    assert standard_calendar().week_of(sunday_night).monday == date(2026, 2, 16)
