"""What holds for any calendar, not only for ours."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.calendar import SHANGHAI, Calendar, Layer, Mark
from bihuan.kernel.rules.hours import business_due, business_elapsed
from bihuan.kernel.rules.reporting import closing_day, report_day
from bihuan.kernel.rules.seed import seed_marks, standard_calendar

DATES = st.dates(date(2023, 6, 1), date(2028, 6, 1))
COUNTS = st.integers(0, 60)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1)).map(
    lambda at: at.replace(tzinfo=SHANGHAI)
)
BUDGETS = st.integers(1, 40 * 3600).map(lambda seconds: timedelta(seconds=seconds))
MARKS = st.lists(st.builds(Mark, DATES, st.booleans(), st.sampled_from(Layer)), max_size=40)
CALENDARS = MARKS.map(lambda marks: Calendar.of([*seed_marks(), *marks]))


@given(CALENDARS, DATES, COUNTS)
def test_counting_back_gives_the_days_that_were_added(calendar: Calendar, start: date, n: int) -> None:
    assert calendar.workdays_between(start, calendar.add_workdays(start, n).due_on) == n


@given(CALENDARS, DATES, DATES)
def test_counting_the_other_way_changes_only_the_sign(calendar: Calendar, a: date, b: date) -> None:
    assert calendar.workdays_between(a, b) == -calendar.workdays_between(b, a)


@given(CALENDARS, DATES, st.integers(1, 60))
def test_a_deadline_is_a_working_day_after_the_event(calendar: Calendar, start: date, n: int) -> None:
    due_on = calendar.add_workdays(start, n).due_on
    assert due_on > start
    assert calendar.is_workday(due_on)


@given(CALENDARS, DATES, st.integers(0, 30), COUNTS)
def test_a_later_event_is_never_due_earlier(calendar: Calendar, start: date, delay: int, n: int) -> None:
    later = start + timedelta(days=delay)
    assert calendar.add_workdays(later, n).due_on >= calendar.add_workdays(start, n).due_on


@given(CALENDARS, DATES, COUNTS)
def test_one_day_more_is_strictly_later(calendar: Calendar, start: date, n: int) -> None:
    assert calendar.add_workdays(start, n + 1).due_on > calendar.add_workdays(start, n).due_on


@given(CALENDARS, DATES, st.booleans())
def test_an_own_rule_beats_every_other_layer(calendar: Calendar, day: date, works: bool) -> None:
    overridden = calendar.with_overrides([Mark(day, works)])
    assert overridden.is_workday(day) is works
    assert not overridden.is_provisional(day)


@given(CALENDARS, DATES, COUNTS)
def test_once_provisional_every_longer_limit_is(calendar: Calendar, start: date, n: int) -> None:
    if calendar.add_workdays(start, n).provisional:
        assert calendar.add_workdays(start, n + 1).provisional


@given(DATES, st.integers(1, 60))
def test_a_deadline_is_provisional_exactly_when_it_reaches_an_unknown_year(start: date, n: int) -> None:
    deadline = standard_calendar().add_workdays(start, n)
    assert deadline.provisional is (deadline.due_on.year > 2026)


@given(INSTANTS, BUDGETS)
def test_the_time_open_until_a_due_instant_is_the_budget(start: datetime, budget: timedelta) -> None:
    calendar = standard_calendar()
    assert business_elapsed(calendar, start, business_due(calendar, start, budget).due_at) == budget


@given(INSTANTS, BUDGETS, BUDGETS)
def test_a_budget_may_be_used_in_two_parts(start: datetime, first: timedelta, rest: timedelta) -> None:
    calendar = standard_calendar()
    pause = business_due(calendar, start, first).due_at
    assert business_due(calendar, pause, rest).due_at == business_due(calendar, start, first + rest).due_at


@given(DATES, st.integers(1, 5), st.sampled_from(["month", "quarter"]))
def test_a_report_is_due_on_a_working_day_after_its_period(day: date, at: int, period: str) -> None:
    calendar = standard_calendar()
    closed_on = closing_day(day, "month" if period == "month" else "quarter")
    due_on = report_day(calendar, closed_on, at).due_on
    assert due_on > closed_on >= day
    assert calendar.is_workday(due_on)
