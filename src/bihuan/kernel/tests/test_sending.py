"""When notices may leave the house."""

from datetime import datetime, timedelta

import pytest

from bihuan.kernel.rules.calendar import SHANGHAI, Calendar
from bihuan.kernel.rules.letters import Item, cut, fitted, grouped
from bihuan.kernel.rules.seed import read_marks
from bihuan.kernel.rules.sending import (
    MOST_ATTEMPTS,
    burst_after,
    digest_at,
    due,
    late_until,
    opening,
    pause,
    rest,
)

CALENDAR = Calendar.of(read_marks())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("told", "sent"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 12:10", "2026-11-23 13:30"),  # lunch
        ("2026-11-23 22:00", "2026-11-24 08:30"),
        ("2026-11-27 17:00", "2026-11-30 08:30"),  # closing time of a Friday
        ("2026-02-14 09:00", "2026-02-14 09:00"),  # a Saturday that is worked
        ("2026-02-16 09:00", "2026-02-24 08:30"),  # Spring Festival
    ],
)
def test_an_ordinary_notice_waits_for_the_next_opening(told: str, sent: str) -> None:
    assert due(CALENDAR, at(told), "at_once", 9, serious=False) == at(sent)


def test_a_serious_notice_waits_for_nothing() -> None:
    for manner in ("at_once", "digest"):
        assert due(CALENDAR, at("2026-02-17 03:00"), manner, 9, serious=True) == at("2026-02-17 03:00")


@pytest.mark.parametrize(
    ("told", "hour", "sent"),
    [
        ("2026-11-23 08:59", 9, "2026-11-23 09:00"),
        ("2026-11-23 09:00", 9, "2026-11-23 09:00"),
        ("2026-11-23 09:01", 9, "2026-11-24 09:00"),
        ("2026-11-27 18:00", 17, "2026-11-30 17:00"),
        ("2026-02-13 10:00", 7, "2026-02-14 07:00"),  # a make-up Saturday has its digest
        ("2026-02-15 10:00", 7, "2026-02-24 07:00"),
    ],
)
def test_a_digest_comes_at_its_hour_of_working_days(told: str, hour: int, sent: str) -> None:
    assert due(CALENDAR, at(told), "digest", hour, serious=False) == at(sent)


def test_a_calendar_that_never_opens_delays_nothing() -> None:
    never = Calendar.of([], SHANGHAI, frozenset())
    moment = at("2026-11-23 10:00")
    assert opening(never, moment) == digest_at(never, moment, 9) == moment


def test_a_digest_is_late_after_an_hour_and_an_ordinary_notice_at_once() -> None:
    now = at("2026-11-23 10:00")
    assert late_until(now, "digest") == at("2026-11-23 09:00")
    assert late_until(now, "at_once") == now


def test_tries_go_on_for_most_of_a_day_and_serious_ones_pause_a_quarter_of_an_hour() -> None:
    pauses = [pause(n, serious=False) for n in range(1, MOST_ATTEMPTS)]
    assert pauses[:4] == [timedelta(minutes=n) for n in (1, 2, 4, 8)]
    assert timedelta(hours=12) < sum(pauses, timedelta()) < timedelta(hours=24)
    assert pause(50, serious=False) == timedelta(hours=4)
    assert pause(50, serious=True) == timedelta(minutes=15)


def test_a_busy_channel_rests_longer_and_longer_but_never_long_for_what_is_serious() -> None:
    assert rest(0, serious=False) == timedelta(0)
    assert [rest(n, serious=False) for n in (1, 2, 3, 4, 99)] == [
        timedelta(minutes=n) for n in (1, 5, 15, 30, 30)
    ]
    assert rest(99, serious=True) == timedelta(minutes=2)
    now = at("2026-11-23 10:00")
    assert burst_after(7, now - timedelta(minutes=59), now) == 8
    assert burst_after(7, now - timedelta(minutes=61), now) == burst_after(0, None, now) == 1


def test_notices_are_grouped_by_case_the_serious_one_first_and_each_thing_once() -> None:
    items = [
        Item(1, 7, "case.opened "),
        Item(2, None, "calendar.missing 2027"),
        Item(3, 7, "case.overdue "),
        Item(4, 7, "case.overdue "),
        Item(5, 8, "case.opened ", serious=True),
        Item(6, None, "calendar.missing 2027"),
    ]
    groups = grouped(items)
    assert [(group.case, group.told) for group in groups] == [
        (8, [(5, 1)]),
        (None, [(6, 2)]),
        (7, [(4, 2), (1, 1)]),
    ]


def test_a_message_is_cut_between_lines_and_says_how_much_is_missing() -> None:
    blocks = [f"第{n}件事，已超时" for n in range(100)]
    text = fitted("100 件", blocks, lambda left: f"另有 {left} 件", "http://x/", 300)
    assert len(text.encode()) <= 300
    kept = text.count("件事")
    assert f"另有 {100 - kept} 件" in text
    assert text.startswith("100 件\n\n第0件事")
    assert text.endswith("http://x/")


def test_a_cut_never_halves_a_character() -> None:
    assert cut("已超时", 8) == "已…"
    assert cut("已超时", 9) == "已超时"
