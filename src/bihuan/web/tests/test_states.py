"""Every state is a shape and a word, in both languages, and shapes differ."""

from collections.abc import Callable

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override

from bihuan.web.components.marks import device_icon, gauge, severity_bars, stage_ring, status_icon
from bihuan.web.components.state import device_use, grade, severity, stage, status, trust
from bihuan.web.components.words import DEVICE_USE, GRADE, SEVERITY, STAGE, STATUS

CHINESE = [
    (status, ["normal", "warning", "abnormal", "in_progress", "closed"], "正常 预警 异常 处理中 已闭环"),
    (
        stage,
        ["opened", "accepted", "in_progress", "waiting", "resolved", "verifying", "closed", "reopened"],
        "已开单 已接单 处理中 等待中 已解决 待回访 已闭环 已重开",
    ),
    (severity, ["critical", "serious", "minor", "note"], "紧急 严重 一般 提示"),
    (
        grade,
        ["excellent", "good", "fair", "poor", "bad", "no_data", "maintenance"],
        "优 良 中 差 劣 样本不足 检修",
    ),
    (device_use, ["in_use", "idle", "offline", "maintenance"], "使用中 待机 离线 检修"),
]
ENGLISH = [
    (status, "abnormal", "Abnormal"),
    (stage, "verifying", "Verifying"),
    (severity, "minor", "Minor"),
    (grade, "poor", "Poor"),
    (device_use, "idle", "Idle"),
]


@pytest.mark.parametrize(
    ("part", "key", "word"),
    [
        (part, key, word)
        for part, keys, words in CHINESE
        for key, word in zip(keys, words.split(), strict=True)
    ],
)
def test_chinese_words_stand_beside_their_shape(part: Callable[..., SafeString], key: str, word: str) -> None:
    with override("zh-hans"):
        html = part(key)
    assert f"<span>{word}</span>" in html
    assert "<svg" in html
    assert "aria-hidden" in html


@pytest.mark.parametrize(("part", "key", "word"), ENGLISH)
def test_english_words_stand_beside_their_shape(part: Callable[..., SafeString], key: str, word: str) -> None:
    with override("en"):
        html = part(key)
    assert f"<span>{word}</span>" in html
    assert "<svg" in html


@pytest.mark.parametrize(
    ("shape", "keys"),
    [
        (status_icon, list(STATUS)),
        (stage_ring, [key for key in STAGE if key != "notified"]),
        (severity_bars, list(SEVERITY)),
        (gauge, list(GRADE)),
        (device_icon, list(DEVICE_USE)),
    ],
)
def test_no_two_states_share_a_shape(shape: Callable[[str], SafeString], keys: list[str]) -> None:
    without_colour = {
        shape(key).replace(f"bh-tone-{tone}", "") for key in keys for tone in ("red", "blue", "grey")
    }
    assert len({shape(key) for key in keys}) == len(keys)
    assert len(without_colour) >= len(keys)


def test_the_ring_of_a_case_closes_only_when_it_is_closed() -> None:
    full = "A5.75 5.75 0 0 1 8 13.75A5.75 5.75 0 0 1 8 2.25"
    assert full in stage_ring("closed")
    assert not [key for key in STAGE if key != "closed" and full in stage_ring(key)]


def test_severity_shows_as_many_bars_as_it_is_high() -> None:
    counts = [severity_bars(key).count("bh-fill") for key in ("critical", "serious", "minor", "note")]
    assert counts == [4, 3, 2, 1]


def test_the_gauge_shows_five_to_no_blocks() -> None:
    keys = ("excellent", "good", "fair", "poor", "bad", "no_data")
    assert [gauge(key).count("bh-block") for key in keys] == [5, 4, 3, 2, 1, 0]


def test_a_pill_is_tinted_and_a_plain_mark_is_not() -> None:
    assert "bh-pill" in status("abnormal", True)
    assert "bh-pill" not in status("abnormal")


def test_a_closed_case_has_a_grey_word_beside_its_green_ring() -> None:
    html = status("closed")
    assert html.startswith('<span class="bh-mark bh-tone-grey">')
    assert 'class="bh-glyph bh-tone-green"' in html


def test_an_interval_over_two_grades_is_pale() -> None:
    assert "bh-pale" in grade("fair", "pale")
    with pytest.raises(ValueError, match="solid or pale"):
        grade("fair", "loud")


def test_an_unknown_state_is_an_error_not_a_blank() -> None:
    with pytest.raises(KeyError):
        status("fine")


def test_a_source_of_low_trust_says_so_with_its_protocol() -> None:
    with override("zh-hans"):
        assert ">低信任 v1</span>" in trust("low", 1)
        assert 'title="仅凭网络地址识别"' in trust("low", 1)
        assert 'title="凭自身密钥识别"' in trust("high", 2)


@pytest.mark.parametrize("part", [status, stage, severity, grade, device_use])
def test_no_part_carries_an_inline_style(part: Callable[..., SafeString]) -> None:
    key = {status: "normal", stage: "opened", severity: "note", grade: "bad", device_use: "idle"}[part]
    assert "style=" not in part(key)
