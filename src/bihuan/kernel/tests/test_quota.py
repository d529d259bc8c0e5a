"""What a period asks: pure rules on the calendar of 2024 to 2026."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.calendar import Calendar, Layer, Mark
from bihuan.kernel.rules.quota import Quota, fair, quota
from bihuan.kernel.rules.recurrence import KINDS, Span, period_of, periods
from bihuan.kernel.rules.seed import read_marks

CALENDAR = Calendar.of(read_marks())


def on(text: str) -> date:
    return date.fromisoformat(text)


def asked(
    day: str, kind: str = "week", times: int = 1, *, all_year: bool = False, prorated: bool = True
) -> Quota:
    return quota(CALENDAR, period_of(on(day), kind), times, all_year=all_year, prorated=prorated)


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("day", "2026-02-18", "2026-02-18"),
        ("week", "2026-02-16", "2026-02-22"),
        ("month", "2026-02-01", "2026-02-28"),
        ("quarter", "2026-01-01", "2026-03-31"),
        ("year", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_day_lies_in_one_period_of_each_kind(kind: str, first: str, last: str) -> None:
    assert period_of(on("2026-02-18"), kind) == Span(on(first), on(last))


def test_the_iso_week_of_the_new_year_begins_in_the_old_one() -> None:
    assert period_of(on("2026-01-01"), "week").first == on("2025-12-29")


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(0, 500), st.sampled_from(KINDS))
def test_periods_cover_a_span_without_gap_or_overlap(first: date, length: int, kind: str) -> None:
    last = first + timedelta(days=length)
    found = list(periods(first, last, kind))
    assert found[0].first <= first
    assert found[-1].last >= last
    for before, after in pairwise(found):
        assert after.first == before.last + timedelta(days=1)
    assert all(period_of(each.last, kind) == each for each in found)


@pytest.mark.parametrize(
    ("day", "needed", "due", "waived"),
    [
        ("2025-01-20", 1, "2025-01-26", ""),
        ("2025-01-27", 1, "2025-01-27", ""),
        ("2024-02-12", 1, "2024-02-18", ""),
        ("2024-09-30", 1, "2024-09-30", ""),
        ("2026-02-16", 0, "2026-02-22", "calendar"),
        ("2026-02-23", 1, "2026-02-28", ""),
        ("2026-11-23", 1, "2026-11-27", ""),
    ],
)
def test_a_week_is_due_on_its_last_working_day_and_waived_without_any(
    day: str, needed: int, due: str, waived: str
) -> None:
    found = asked(day)
    assert (found.needed, found.deadline.due_on, found.waived) == (needed, on(due), waived)
    assert f"{found.deadline.due_at:%H:%M:%S}" == "23:59:59"


def test_halls_that_are_open_all_year_owe_the_week_without_working_days_too() -> None:
    found = asked("2026-02-16", all_year=True)
    assert (found.needed, found.deadline.due_on, found.waived) == (1, on("2026-02-22"), "")
    assert not found.deadline.provisional


@pytest.mark.parametrize(
    ("day", "times", "needed"),
    [
        ("2025-01-27", 5, 1),
        ("2025-01-27", 3, 1),
        ("2026-09-28", 5, 3),
        ("2025-02-03", 5, 4),
        ("2026-11-23", 5, 5),
    ],
)
def test_a_short_week_asks_its_share_rounded_up_and_a_long_one_no_more(
    day: str, times: int, needed: int
) -> None:
    assert asked(day, times=times).needed == needed


def test_a_quota_is_not_lowered_by_holidays() -> None:
    assert asked("2026-01-05", "quarter", 15, prorated=False).needed == 15
    assert asked("2026-01-05", "quarter", 15).needed < 15


def test_a_make_up_saturday_alone_is_a_full_day() -> None:
    assert asked("2025-02-08", "day").needed == 1
    assert asked("2025-02-09", "day").waived == "calendar"


def test_what_asks_for_none_is_waived_and_says_so() -> None:
    assert asked("2026-11-23", times=0).waived == "none"
    assert asked("2026-11-23", times=0, all_year=True).waived == "none"


def test_a_year_without_notice_is_provisional() -> None:
    assert asked("2099-03-04").deadline.provisional
    assert not asked("2026-03-04").deadline.provisional


def test_a_period_is_asked_of_who_has_half_of_its_days_left() -> None:
    week = period_of(on("2026-11-23"), "week")
    verdicts = [fair(CALENDAR, week, week.first + timedelta(days=n), all_year=False) for n in range(7)]
    assert verdicts == [True, True, True, False, False, False, False]
    assert fair(CALENDAR, week, on("2026-11-26"), all_year=True)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.sampled_from(KINDS), st.integers(0, 40))
def test_the_share_never_exceeds_the_number_and_is_nothing_only_when_waived(
    day: date, kind: str, times: int
) -> None:
    found = quota(CALENDAR, period_of(day, kind), times, all_year=False, prorated=True)
    assert 0 <= found.needed <= times
    assert (found.needed == 0) == bool(found.waived)


@given(st.lists(st.integers(0, 6), unique=True), st.integers(1, 9))
def test_fewer_working_days_never_ask_for_more(rest: list[int], times: int) -> None:
    week = period_of(on("2026-11-23"), "week")
    last = times
    calendar = CALENDAR
    for number in rest:
        calendar = calendar.with_overrides([Mark(week.first + timedelta(days=number), False, Layer.OVERRIDE)])
        found = quota(calendar, week, times, all_year=False, prorated=True)
        assert found.needed <= last
        last = found.needed
