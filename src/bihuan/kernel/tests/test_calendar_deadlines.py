"""Every working-day deadline of the house rules, beside what plain Monday–Friday would have said."""

from datetime import UTC, date, datetime, time

import pytest

from bihuan.kernel.rules.calendar import SHANGHAI, Calendar
from bihuan.kernel.rules.seed import standard_calendar

DEADLINES = """
2025-01-24T10:00 5 2025-02-07 2025-01-31
2025-01-24       2 2025-01-27 2025-01-28
2025-01-26       2 2025-02-05 2025-01-28
2025-01-27T16:00 2 2025-02-06 2025-01-29
2025-02-04       1 2025-02-05 2025-02-05
2025-02-07T18:30 1 2025-02-08 2025-02-10
2025-02-07       2 2025-02-10 2025-02-11
2025-04-25       2 2025-04-28 2025-04-29
2025-04-30T17:30 5 2025-05-12 2025-05-07
2025-09-26       5 2025-10-10 2025-10-03
2025-09-27       1 2025-09-28 2025-09-29
2025-09-30T23:59 2 2025-10-10 2025-10-02
2025-10-10       1 2025-10-11 2025-10-13
2025-10-10       2 2025-10-13 2025-10-14
2025-12-31       2 2026-01-05 2026-01-02
2025-12-31       5 2026-01-08 2026-01-07
2026-02-13       2 2026-02-24 2026-02-17
2026-02-13       5 2026-02-27 2026-02-20
2026-02-14       1 2026-02-24 2026-02-16
2026-02-27       1 2026-02-28 2026-03-02
2026-02-27       2 2026-03-02 2026-03-03
2026-05-08       2 2026-05-11 2026-05-12
2026-09-18       2 2026-09-21 2026-09-22
2026-09-24       5 2026-10-09 2026-10-01
2026-10-09       2 2026-10-12 2026-10-13
2024-02-09       5 2024-02-22 2024-02-16
2024-04-03       2 2024-04-08 2024-04-05
2024-09-30       5 2024-10-12 2024-10-07
2026-12-24       5 2026-12-31 2026-12-31
2025-01-26T09:00 2 2025-02-05 2025-01-28
2025-02-01       2 2025-02-06 2025-02-04
2025-02-08T10:00 2 2025-02-11 2025-02-11
2025-01-28T10:00 2 2025-02-06 2025-01-30
"""
ROWS = [line.split() for line in DEADLINES.strip().splitlines()]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("start", "n", "due", "naive"), ROWS, ids=[" ".join(row[:2]) for row in ROWS])
def test_a_deadline_knows_holidays_and_make_up_days(start: str, n: str, due: str, naive: str) -> None:
    deadline = standard_calendar().add_workdays(at(start), int(n))
    assert deadline.due_on.isoformat() == due
    assert deadline.due_at == datetime.combine(date.fromisoformat(due), time(23, 59, 59), SHANGHAI)
    assert not deadline.provisional
    assert Calendar.of(()).add_workdays(at(start), int(n)).due_on.isoformat() == naive


def test_a_deadline_over_the_unknown_new_year_is_provisional() -> None:
    deadline = standard_calendar().add_workdays(at("2026-12-25"), 5)
    assert deadline.due_on == date(2027, 1, 4)
    assert deadline.provisional
    assert Calendar.of(()).add_workdays(at("2026-12-25"), 5).due_on == date(2027, 1, 1)


def test_the_last_known_day_of_the_year_is_not_provisional() -> None:
    assert not standard_calendar().add_workdays(at("2026-12-25"), 4).provisional


def test_the_day_of_an_event_is_its_day_in_the_calendars_zone() -> None:
    late_evening = datetime(2025, 1, 26, 16, 30, tzinfo=UTC)
    assert standard_calendar().add_workdays(late_evening, 1).due_on == date(2025, 2, 5)
    assert standard_calendar().add_workdays(late_evening.replace(hour=15), 1).due_on == date(2025, 1, 27)


def test_a_limit_may_expire_at_close_of_business() -> None:
    deadline = standard_calendar().add_workdays(at("2025-02-07"), 1, expires=time(17))
    assert deadline.due_at == at("2025-02-08T17:00")


def test_zero_working_days_is_the_day_of_the_event() -> None:
    deadline = standard_calendar().add_workdays(at("2027-05-01T10:00"), 0)
    assert (deadline.due_on, deadline.provisional) == (date(2027, 5, 1), False)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        standard_calendar().add_workdays(datetime(2025, 1, 24, 10), 5)


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        standard_calendar().add_workdays(at("2025-01-24"), -1)


def test_a_house_that_never_works_gets_an_error_and_not_an_endless_search() -> None:
    with pytest.raises(ValueError, match="no working day"):
        Calendar.of((), week=frozenset()).add_workdays(at("2025-01-24"), 1)


def test_the_end_of_the_calendar_is_an_error() -> None:
    with pytest.raises(ValueError, match="no working day"):
        standard_calendar().add_workdays(at("9999-12-30"), 5)
