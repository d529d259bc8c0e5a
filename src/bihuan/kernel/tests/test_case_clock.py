"""The clock as a fold: published deadlines, and the faults that other systems are known for."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.rules.calendar import Calendar, Layer, Mark
from bihuan.kernel.rules.clock import Reading, Tick, late_by, read_clock, warn_at
from bihuan.kernel.rules.deadlines import (
    BusinessHours,
    LaterMonth,
    NaturalHours,
    ReportDay,
    Target,
    WorkingDays,
    target_of,
)
from bihuan.kernel.rules.hours import Hours, business_due
from bihuan.kernel.rules.ladder import Step, planned
from bihuan.kernel.rules.seed import read_marks

CALENDAR = Calendar.of(read_marks())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone)


def read(target: Target, *ticks: tuple[str, str]) -> Reading:
    return read_clock(CALENDAR, [Tick(at(when), verb) for when, verb in ticks], target)


def due(target: Target, *ticks: tuple[str, str]) -> str:
    return f"{read(target, *ticks).deadline.due_at:%m-%d %H:%M}"


EXAMPLE = (
    ("2025-01-24 16:00", "start"),
    ("2025-01-26 09:30", "pause"),
    ("2025-02-05 10:30", "resume"),
    ("2025-02-06 09:00", "resolve"),
    ("2025-02-07 15:00", "reopen"),
)


@pytest.mark.parametrize(
    ("ticks", "wanted"), [(1, "01-27 16:00"), (2, "01-27 16:00"), (3, "02-06 17:00"), (5, "02-08 14:30")]
)
def test_thirteen_business_hours_over_a_new_year(ticks: int, wanted: str) -> None:
    assert due(BusinessHours(13), *EXAMPLE[:ticks]) == wanted


def test_zammad_188_a_reopened_case_keeps_what_it_had_left() -> None:
    assert due(BusinessHours(13), *EXAMPLE) == "02-08 14:30"
    assert read(BusinessHours(13), *EXAMPLE).left == pytest.approx(6 / 13)


def test_frappe_1554_a_pause_stops_the_clock() -> None:
    running = due(NaturalHours(48), ("2025-01-28 10:00", "start"))
    paused = due(
        NaturalHours(48),
        ("2025-01-28 10:00", "start"),
        ("2025-01-28 12:00", "pause"),
        ("2025-01-28 18:00", "resume"),
    )
    assert (running, paused) == ("01-30 10:00", "01-30 16:00")


def test_erpnext_47172_a_hold_over_the_night_adds_working_time_and_not_the_wall_clock() -> None:
    assert (
        due(
            BusinessHours(6.5),
            ("2026-11-23 08:30", "start"),
            ("2026-11-23 16:00", "pause"),
            ("2026-11-24 09:30", "resume"),
        )
        == "11-24 10:30"
    ), "one hour was held at each end, sixteen and a half passed on the wall"


def test_frappe_time_spent_resolved_is_no_hold_on_top_of_a_pause() -> None:
    """A pause that ended before the resolution is not counted again when the case is reopened."""
    assert due(BusinessHours(13), *EXAMPLE[:4]) == "02-06 17:00"
    later = (*EXAMPLE[:4], ("2025-02-06 09:00", "reopen"))
    assert due(BusinessHours(13), *later) == "02-06 17:00"


def test_frappe_3709_overdue_does_not_grow_while_paused() -> None:
    ticks = (("2026-11-23 09:00", "start"), ("2026-11-25 09:00", "pause"))
    reading = read(NaturalHours(24), *ticks)
    assert late_by(CALENDAR, reading, at("2026-11-25 10:00")) == timedelta(days=1)
    assert late_by(CALENDAR, reading, at("2026-12-20 10:00")) == timedelta(days=1)


@pytest.mark.parametrize(
    ("hours", "wanted"), [(13, "02-06 17:00"), (6.5, "02-05 17:00"), (19.5, "02-07 17:00")]
)
def test_glpi_6902_another_limit_does_not_forget_the_pause(hours: float, wanted: str) -> None:
    assert due(BusinessHours(hours), *EXAMPLE[:3]) == wanted


def test_glpi_687_what_comes_outside_of_hours_has_its_whole_time() -> None:
    assert due(BusinessHours(4), ("2026-11-28 20:00", "start")) == "11-30 14:30"


def test_glpi_22678_a_reminder_before_the_deadline_falls_into_office_hours() -> None:
    steps = [Step(1, 0.75, 0, "owner"), Step(2, 1.0, 1, "superior")]
    for hour in range(24):
        reading = read(WorkingDays(2), (f"2026-11-27 {hour:02}:15", "start"))
        for when, _step in planned(CALENDAR, reading, steps):
            assert time(8, 30) <= when.time() <= time(17)
            assert CALENDAR.is_workday(when.date())


def test_zammad_3180_a_house_that_never_closes_loses_no_minute() -> None:
    always = Hours(((time(0), time(0)),))
    assert business_due(CALENDAR, at("2026-11-23 00:00"), timedelta(hours=48), always).due_at == at(
        "2026-11-25 00:00"
    )


def test_zammad_4432_nobody_is_escalated_to_at_a_weekend() -> None:
    reading = read(WorkingDays(1), ("2026-11-26 10:00", "start"))
    steps = [Step(n, 1.0, n, "x") for n in (1, 2, 5)]
    days = [f"{when:%a %H:%M}" for when, _ in planned(CALENDAR, reading, steps)]
    assert days == ["Mon 17:00", "Tue 17:00", "Fri 17:00"]


def test_chatwoot_10178_thanks_after_the_resolution_do_not_start_the_clock() -> None:
    ticks = (*EXAMPLE[:4], ("2025-02-06 10:00", "comment"), ("2025-02-07 10:00", "signal"))
    assert not read(BusinessHours(13), *ticks).running


def test_a_second_pause_and_a_second_resumption_change_nothing() -> None:
    once = due(WorkingDays(5), *EXAMPLE[:3])
    twice = due(
        WorkingDays(5),
        EXAMPLE[0],
        EXAMPLE[1],
        ("2025-01-27 09:00", "pause"),
        EXAMPLE[2],
        ("2025-02-06 09:00", "resume"),
    )
    assert once == twice


def test_a_reset_begins_anew_and_a_reopening_does_not() -> None:
    ticks = (("2026-11-23 09:00", "start"), ("2026-11-25 09:00", "resolve"))
    assert due(WorkingDays(5), *ticks, ("2026-12-07 09:00", "reopen")) == "12-10 23:59"
    assert due(WorkingDays(5), *ticks, ("2026-12-07 09:00", "reset")) == "12-14 23:59"


def test_what_was_late_stays_late_when_it_is_reopened() -> None:
    ticks = (("2026-11-23 09:00", "start"), ("2026-11-30 09:00", "resolve"), ("2026-12-20 09:00", "reopen"))
    assert due(WorkingDays(2), *ticks) == "11-25 23:59"


@pytest.mark.parametrize(
    ("target", "wanted"),
    [(ReportDay(3), "12-03 23:59"), (LaterMonth(1), "12-31 23:59"), (WorkingDays(1), "11-30 23:59")],
)
def test_a_date_is_not_moved_by_a_pause_and_a_budget_is(target: Target, wanted: str) -> None:
    ticks = (("2026-11-23 09:00", "start"), ("2026-11-23 10:00", "pause"), ("2026-11-27 10:00", "resume"))
    assert due(target, *ticks) == wanted


@pytest.mark.parametrize(
    ("value", "measured_in", "target"),
    [
        (5, "working days", WorkingDays(5)),
        (13, "business hours", BusinessHours(13)),
        (48, "h", NaturalHours(48)),
        (3, "day of next month", ReportDay(3)),
        (5, "day after the quarter", ReportDay(5, "quarter")),
        (1, "months later", LaterMonth(1)),
    ],
)
def test_a_standard_says_which_clock_runs(value: int, measured_in: str, target: Target) -> None:
    from decimal import Decimal

    assert target_of(Decimal(value), measured_in) == target
    with pytest.raises(ValueError, match="no limit of time"):
        target_of(Decimal(1), "count")


def test_the_last_day_paused_is_given_back_on_a_working_day() -> None:
    ticks = (("2026-11-26 09:00", "start"), ("2026-11-27 09:00", "pause"), ("2026-11-28 10:00", "resume"))
    assert due(WorkingDays(1), *ticks) == "11-30 23:59"


def test_a_surprise_holiday_moves_the_deadline_only_where_it_lies_within() -> None:
    surprise = CALENDAR.with_overrides([Mark(at("2026-11-25 00:00").date(), False, Layer.OVERRIDE, "")])
    ticks = [Tick(at("2026-11-23 09:00"), "start")]
    assert read_clock(surprise, ticks, WorkingDays(2)).deadline.due_on.isoformat() == "2026-11-26"
    assert read_clock(surprise, ticks, WorkingDays(1)).deadline.due_on.isoformat() == "2026-11-24"


minutes = st.integers(0, 60 * 24 * 40)
BEGIN = at("2026-01-20 00:00")


@given(st.lists(minutes, min_size=1, max_size=9, unique=True), st.sampled_from([2, 5, 9]))
def test_pauses_never_bring_a_deadline_nearer(moments: list[int], days: int) -> None:
    verbs = ["start", *(["pause", "resume"] * 4)]
    ticks = [
        Tick(BEGIN + timedelta(minutes=m), verb) for m, verb in zip(sorted(moments), verbs, strict=False)
    ]
    for target in (WorkingDays(days), BusinessHours(days * 3.25), NaturalHours(days * 8)):
        plain = read_clock(CALENDAR, ticks[:1], target).deadline.due_at
        last = plain
        for n in range(1, len(ticks) + 1):
            found = read_clock(CALENDAR, ticks[:n], target).deadline.due_at
            assert found >= last
            last = found


@given(minutes, st.sampled_from([WorkingDays(3), BusinessHours(13), NaturalHours(48), LaterMonth(1)]))
def test_a_warning_comes_before_the_deadline_and_not_before_the_start(minute: int, target: Target) -> None:
    start = BEGIN + timedelta(minutes=minute)
    reading = read_clock(CALENDAR, [Tick(start, "start")], target)
    early, late = warn_at(CALENDAR, reading, 0.5), warn_at(CALENDAR, reading, 0.75)
    assert start <= early <= late <= reading.deadline.due_at
