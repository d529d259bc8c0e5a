"""The larger parts as tags: what they show, and that no state is without its word."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from bihuan.web.components import parts
from bihuan.web.components.small import avatar, count, empty, kbd, live, one_number, toast

TEN = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _chinese_in_shanghai() -> Iterator[None]:
    with override("zh-hans"), timezone.override("Asia/Shanghai"):
        yield


def drawn(source: str, **context: Any) -> str:
    html = Template("{% load bihuan %}" + source).render(Context(context))
    assert "style=" not in html
    return " ".join(html.split())


def test_a_good_tile_is_a_link_with_number_unit_and_base() -> None:
    html = drawn("{% tile '按期率' value=96.4 decimals=1 unit='%' base='n = 412' url='/x/' %}")
    assert 'href="/x/"' in html
    assert ">96.4</b> <small>%</small>" in html
    assert "n = 412" in html


def test_a_withheld_tile_has_a_sentence_and_no_number() -> None:
    html = drawn("{% tile 'NPS' 'withheld' sentence='样本不足，暂不排名' value=31 %}")
    assert "样本不足，暂不排名" in html
    assert "31" not in html


def test_an_empty_tile_names_the_ways_to_feed_it() -> None:
    html = drawn(
        "{% tile '评价器' 'empty' sentence='还没有评价数据' links=links %}",
        links=[parts.Link("导入表格", "/in/")],
    )
    assert '<a href="/in/">导入表格</a>' in html


def test_a_stale_tile_shows_its_age_beside_a_clock() -> None:
    html = drawn("{% tile 'CSI' 'stale' value=83.7 decimals=1 age='2 天前' %}")
    assert "#clock" in html
    assert "2 天前" in html


def test_a_tile_that_could_not_be_read_has_octagon_and_words() -> None:
    html = drawn("{% tile '终端' 'error' sentence='测量库没有应答' %}")
    assert "读取失败" in html
    assert "<svg" in html


def test_a_tile_has_no_sixth_face() -> None:
    with pytest.raises(ValueError, match="one of good, withheld, empty, stale, error"):
        parts.tile("x", "happy")  # type: ignore[arg-type]


def test_a_missing_number_is_a_dash() -> None:
    assert ">—</b>" in drawn("{% tile 'x' %}")


def test_filters_are_links_with_counts_and_one_is_current() -> None:
    segments = [
        parts.Segment("全部", "?", 42, current=True),
        parts.Segment("异常", "?s=abnormal", 1, status="abnormal"),
        parts.Segment("预警", "?s=warning", 0, status="warning"),
    ]
    html = drawn("{% filters segments %}", segments=segments)
    assert html.count('aria-current="true"') == 1
    assert html.count("<svg") == 1


def test_a_timeline_says_who_did_what_when_beside_a_ring() -> None:
    entry = parts.Entry(TEN, "吴敏", "开始处理", "in_progress", note="样品 <B7>")
    html = drawn("{% timeline entries %}", entries=[entry])
    assert "<b>吴敏</b> 开始处理" in html
    assert "样品 &lt;B7&gt;" in html
    assert "bh-arc" in html


def test_the_judgement_card_holds_measure_standard_verdict_and_version() -> None:
    html = drawn("{% judgement '2.57 A' '1.22 A' duration='10 s' version='v3' version_url='/v/3' %}")
    for expected in ("2.57 A", "1.22 A", "10 s", "异常", '<a href="/v/3">v3</a>'):
        assert expected in html


def test_a_photo_gives_its_original_only_to_whoever_may_look() -> None:
    closed = drawn("{% photo '/evidence/1/' allowed=False %}")
    assert "/evidence/1/" not in closed
    assert "#lock" in closed
    assert "打开会留下记录" in closed
    assert 'href="/evidence/1/"' in drawn("{% photo '/evidence/1/' allowed=True %}")


def test_a_call_back_that_cannot_begin_says_why_and_its_buttons_rest() -> None:
    outcomes = [parts.Outcome("satisfied", "满意", "check")]
    html = drawn(
        "{% callback '孙倩' '无隶属' outcomes=outcomes blocked='解决后才能回访' %}", outcomes=outcomes
    )
    assert "解决后才能回访" in html
    assert "disabled" in html
    assert html.count("<li") == 3


def test_a_chosen_outcome_takes_the_shape_of_its_state() -> None:
    outcomes = [parts.Outcome("reopen", "不满意，重开", "phone", "abnormal", chosen=True)]
    html = drawn("{% callback '孙倩' '无隶属' outcomes=outcomes %}", outcomes=outcomes, csrf_token="abc")
    assert "bh-chosen bh-tone-red" in html
    assert 'aria-pressed="true"' in html
    assert 'value="abc"' in html


def test_the_loop_runs_from_signal_to_closed_and_back() -> None:
    stops = [parts.Stop(key, 7, "n") for key in parts.LOOP_WORDS]
    html = drawn("{% loop_strip stops '修订标准 2 条' %}", stops=stops)
    positions = [html.index(word) for word in ("信号", "判定超标", "开单", "处理中", "待回访", "已闭环")]
    assert positions == sorted(positions)
    assert "修订标准 2 条" in html
    assert html.count("<svg") == 6


def test_the_track_of_a_case_has_seven_stops_and_one_now() -> None:
    html = drawn("{% stage_track 'in_progress' times %}", times={"opened": TEN})
    assert html.count("<li") == 7
    assert html.count("bh-stop-passed") == 3
    assert html.count('aria-current="step"') == 1
    assert "10:12" in html


def test_a_waiting_case_stands_at_its_work_with_its_own_word() -> None:
    assert "等待中" in drawn("{% stage_track 'waiting' %}")


def test_a_closed_case_has_passed_every_stop() -> None:
    assert drawn("{% stage_track 'closed' %}").count("bh-stop-passed") == 7


def test_a_void_case_is_not_on_the_track() -> None:
    with pytest.raises(KeyError):
        parts.stage_track("void")


def test_the_clock_has_a_bar_for_each_day_and_its_arithmetic() -> None:
    days = [parts.ClockDay("周一", "11-23", 0.2, 0.1), {"weekday": "周二", "label": "11-24"}]
    html = drawn("{% clock_bar days '10:12 起 2 个工作日' %}", days=days)
    assert html.count("bh-clock-bar") == 2
    assert "10:12 起 2 个工作日" in html


def test_the_pager_marks_its_page_and_shows_gaps() -> None:
    pages = [{"number": 1, "url": "?", "current": True}, {"number": None}, {"number": 9, "url": "?page=9"}]
    html = drawn("{% pager pages %}", pages=pages)
    assert 'aria-current="page">1<' in html
    assert "<span>…</span>" in html


def test_zero_overdue_is_text_colour_not_a_green_tick() -> None:
    assert "bh-tone-text" in one_number(0, "件逾期")
    assert "bh-tone-red" in one_number(2, "件逾期")


@pytest.mark.parametrize(
    ("age", "state", "words"), [(2, "on", "实时 · 2 秒前"), (14, "late", "14 秒前"), (75, "lost", "1 分钟前")]
)
def test_the_live_mark_empties_as_it_ages(age: float, state: str, words: str) -> None:
    html = live(age)
    assert f'data-state="{state}"' in html
    assert words in html


def test_a_page_without_stream_says_so() -> None:
    assert "实时已断" in live(None, connected=False)


def test_a_toast_offers_undo_for_eight_seconds_and_a_lost_line_waits() -> None:
    assert 'data-undo-url="/undo/"' in toast("已转派", undo_url="/undo/")
    assert 'data-seconds="0"' in toast("连接断开", tone="yellow", sticky=True)


def test_what_is_wrong_has_an_octagon_beside_its_count() -> None:
    assert "<svg" in count(3, wrong=True)
    assert "<svg" not in count(7)
    assert count(0) == ""


def test_a_person_is_a_disc_and_a_name_and_names_are_escaped() -> None:
    html = avatar("<b>")
    assert "<b>" not in html
    assert avatar("陈静") == avatar("陈静")
    assert "visually-hidden" in avatar("陈静", with_name=False)


def test_a_key_hint_and_an_empty_table() -> None:
    assert ">j</kbd>" in kbd("j")
    assert 'href="/reset/"' in empty("没有符合筛选的工单。", "重置", "/reset/")
    assert "<a" not in empty("没有记录。")


def test_icons_come_from_the_sprite_and_have_a_name_when_they_stand_alone() -> None:
    assert "icons.svg#bell" in drawn("{% icon 'bell' %}")
    assert 'aria-label="通知"' in drawn("{% icon 'bell' '通知' %}")


def test_the_mark_counts_overdue_cases_up_to_nine() -> None:
    assert "bh-brand-dot" in drawn("{% mark 24 %}")
    assert ">2</text>" in drawn("{% mark 24 2 %}")
    assert ">9+</text>" in drawn("{% mark 24 12 %}")
