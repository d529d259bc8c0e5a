"""Small drawings of data, each with its words."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from bihuan.web.components.trace import day_bar, heartbeat, heartbeat_words, spark, whisker


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def test_a_heartbeat_shows_the_last_fifty_and_says_how_many_were_on_time() -> None:
    html = heartbeat("m" * 30 + "o" * 47 + "lmm", "10:18")
    assert 'aria-label="47 of 50 on time, last missed 10:18"' in html
    assert 'width="149"' in html


def test_the_wall_takes_wider_bars() -> None:
    assert 'width="7"' in heartbeat("oo", wide=True)


def test_a_device_that_has_not_begun_has_no_bars_but_words() -> None:
    assert heartbeat_words([]) == "no intervals yet"
    assert "no intervals yet" in heartbeat("")


def test_an_unknown_beat_is_an_error() -> None:
    with pytest.raises(KeyError):
        heartbeat("oq")


def test_a_spark_line_has_its_limit_and_its_words() -> None:
    html = spark([0.3, 0.3, 2.57], threshold=1.22)
    assert 'class="bh-spark-limit"' in html
    assert "latest 2.57, between 0.30 and 2.57" in html


def test_a_spark_line_without_values_says_so() -> None:
    html = spark([None, None])
    assert "no values" in html
    assert 'd=""' in html


def test_a_whisker_draws_interval_dot_and_standard() -> None:
    html = whisker(85.2, 81.8, 88.4, (55, 100), standard=90, tone="orange", unit="%")
    assert "bh-whisker-standard" in html
    assert "85.2%, interval 81.8–88.4" in html


def test_a_day_is_past_used_and_left_and_never_longer_than_itself() -> None:
    html = day_bar(0.2, 0.3)
    assert [part in html for part in ("bh-clock-past", "bh-clock-used", "bh-clock-left")] == [True] * 3
    assert "bh-clock-left" not in day_bar(0.2, 1.4)
