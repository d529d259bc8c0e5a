"""Figures and instants in both languages."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override
from time_machine import travel

from bihuan.web.components import figures

NOON = datetime(2026, 11, 23, 2, 39, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday_in_shanghai() -> Iterator[None]:
    with timezone.override("Asia/Shanghai"), travel(NOON, tick=False):
        yield


def test_numbers_have_thousands_a_true_minus_and_a_dash_for_nothing() -> None:
    assert figures.number(12847) == "12,847"
    assert figures.number(-27.8, 1) == "\u221227.8"
    assert figures.number(None) == "—"


def test_percent_is_close_in_chinese_and_spaced_in_english() -> None:
    with override("zh-hans"):
        assert figures.percent(0.964) == "96.4%"
    with override("en"):
        assert figures.percent(0.15, 0) == "15\xa0%"


def test_a_moment_follows_the_language() -> None:
    with override("zh-hans"):
        assert figures.moment(NOON) == "11-23 周一 10:39"
    with override("en"):
        assert figures.moment(NOON) == "23 Nov 10:39"


def test_another_year_is_named() -> None:
    with override("zh-hans"):
        assert figures.day(date(2025, 10, 1), weekday=False) == "2025-10-01"
    with override("en"):
        assert figures.day(date(2025, 10, 1)) == "1 Oct 2025"


def test_a_narrow_column_shows_the_hour_today_and_else_the_day() -> None:
    with override("zh-hans"):
        assert figures.clock_or_day(NOON) == "10:39"
        assert figures.clock_or_day(NOON - timedelta(days=3)) == "11-20"


def test_elapsed_goes_on_counting_hours_after_a_day() -> None:
    assert figures.elapsed(761) == "00:12:41"
    assert figures.elapsed(26 * 3600 + 190) == "26:03:10"
    assert figures.elapsed(-4) == "00:00:00"


@pytest.mark.parametrize(
    ("seconds", "words"), [(2, "2 秒前"), (400, "6 分钟前"), (7300, "2 小时前"), (200_000, "2 天前")]
)
def test_age_takes_the_largest_whole_unit(seconds: int, words: str) -> None:
    with override("zh-hans"):
        assert figures.ago(seconds) == words


def test_a_ticking_time_is_right_without_script() -> None:
    html = figures.since(NOON - timedelta(minutes=5))
    assert ">00:05:00</time>" in html
    assert 'data-since="2026-11-23T02:34:08+00:00"' in html
    assert ">00:01:00</time>" in figures.until(NOON + timedelta(minutes=1))
    assert figures.since(None) == "—"


@pytest.mark.parametrize(
    ("name", "letters"), [("陈静", "陈"), ("Chen Jing", "CJ"), ("wu_min", "W"), (" ", "?")]
)
def test_initials(name: str, letters: str) -> None:
    assert figures.initials(name) == letters


def test_a_badge_never_grows_beyond_two_digits() -> None:
    assert [figures.tally(n) for n in (0, 99, 100)] == ["0", "99", "99+"]


def test_every_instant_that_is_missing_is_a_dash() -> None:
    assert {
        figures.moment(None),
        figures.exact(None),
        figures.hour(None),
        figures.day(None),
        figures.ago(None),
    } == {"—"}


def test_the_wall_says_the_day_in_words() -> None:
    with override("zh-hans"):
        assert figures.today() == "11 月 23 日 周一"
    with override("en"):
        assert figures.today() == "Mon 23 Nov"
