"""What a deadline says, and when it turns urgent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack

import pytest
from django.utils import timezone
from django.utils.translation import override

from bihuan.web.components.due import DueState, due, elapsed_share

MONDAY = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
"""Monday 10:30 in Shanghai."""


class Words(TypedDict, total=False):
    opened_at: datetime
    state: DueState
    provisional: bool
    working_days_left: float
    reason: str
    of: str


@pytest.fixture(autouse=True)
def _in_shanghai() -> Iterator[None]:
    with timezone.override("Asia/Shanghai"):
        yield


def zh(due_at: datetime | None, **rest: Unpack[Words]) -> str:
    with override("zh-hans"):
        return due(due_at, MONDAY, **rest)


def en(due_at: datetime | None, **rest: Unpack[Words]) -> str:
    with override("en"):
        return due(due_at, MONDAY, **rest)


def test_working_days_left_are_words_and_a_pie() -> None:
    at = MONDAY + timedelta(days=2)
    html = zh(at, opened_at=MONDAY - timedelta(days=2), working_days_left=1.5)
    assert "剩 1.5 个工作日" in html
    assert "<svg" in html
    assert "1.5 working days left" in en(at, working_days_left=1.5)


def test_one_working_day_is_singular_in_english() -> None:
    assert "1 working day left" in en(MONDAY + timedelta(days=2), working_days_left=1.0)


def test_due_today_names_the_hour_and_is_orange() -> None:
    html = zh(datetime(2026, 11, 23, 6, 0, tzinfo=UTC), working_days_left=0.4)
    assert "今日 14:00 前" in html
    assert "bh-tone-orange" in html


def test_due_tomorrow_with_less_than_a_working_day_names_the_hour() -> None:
    html = en(datetime(2026, 11, 24, 1, 0, tzinfo=UTC), opened_at=MONDAY, working_days_left=0.8)
    assert "Tomorrow by 09:00" in html
    assert "bh-tone-text-2" in html


def test_less_than_a_working_day_over_a_weekend_names_the_day() -> None:
    assert "11-26 周四 09:00 前" in zh(datetime(2026, 11, 26, 1, 0, tzinfo=UTC), working_days_left=0.8)


def test_under_an_hour_counts_minutes() -> None:
    assert "剩 42 分钟" in zh(MONDAY + timedelta(minutes=42))


def test_the_last_quarter_is_orange_also_before_the_day() -> None:
    at = MONDAY + timedelta(days=2)
    assert "bh-tone-orange" in zh(at, opened_at=MONDAY - timedelta(days=7), working_days_left=2)
    assert "bh-tone-text-2" in zh(at, opened_at=MONDAY - timedelta(days=1), working_days_left=2)


def test_overdue_is_a_solid_red_disc_with_its_days() -> None:
    html = zh(MONDAY - timedelta(hours=5), working_days_left=-0.5)
    assert "逾期 0.5 个工作日" in html
    assert "bh-overdue" in html
    assert "bh-tone-red" in html


def test_overdue_by_minutes_says_minutes_and_the_duty() -> None:
    assert "逾期 12 分钟（接单）" in zh(MONDAY - timedelta(minutes=12), working_days_left=-0.02, of="接单")


def test_a_paused_clock_says_why() -> None:
    html = zh(MONDAY + timedelta(days=1), state="paused", reason="等客户资料")
    assert "已暂停 · 等客户资料" in html


def test_a_deadline_in_a_year_not_gazetted_is_provisional() -> None:
    html = zh(MONDAY + timedelta(days=60), working_days_left=40, provisional=True)
    assert "剩 40 个工作日（暂定）" in html
    assert "bh-provisional" in html
    assert "尚未公布" in html


def test_natural_time_counts_days_and_hours() -> None:
    assert "剩 2 天" in zh(MONDAY + timedelta(days=2, hours=3))
    assert "14 h left" in en(MONDAY + timedelta(hours=14))


def test_the_tooltip_holds_the_exact_instant() -> None:
    assert "2026-11-24 10:30:00 +08:00" in en(MONDAY + timedelta(days=1))


@pytest.mark.parametrize(("state", "word"), [("met", "On time"), ("missed", "Late")])
def test_a_finished_clock_says_how_it_ended(state: DueState, word: str) -> None:
    assert word in en(MONDAY, state=state)


def test_no_deadline_is_a_dash() -> None:
    assert "—" in en(None)


def test_the_share_is_cut_to_the_clock() -> None:
    start, end = MONDAY, MONDAY + timedelta(hours=4)
    assert elapsed_share(start, end, MONDAY + timedelta(hours=1)) == pytest.approx(0.25)
    assert elapsed_share(start, end, MONDAY + timedelta(hours=9)) == 1
    assert elapsed_share(None, end, MONDAY) == 0
    assert elapsed_share(end, start, MONDAY) == 0
