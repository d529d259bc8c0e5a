"""Periods, the freezing of a content, and what differs between two versions."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.report import Cell, Column, Figure, Row, Section, Table, digest, freeze, phrase
from bihuan.kernel.rules.changes import changes
from bihuan.kernel.rules.periods import Period, assembled_from
from bihuan.kernel.rules.seed import standard_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_quarter_holds_its_three_months_and_knows_its_neighbours() -> None:
    quarter = Period.around(date(2025, 8, 31), "quarter")
    assert (quarter.first, quarter.last, str(quarter)) == (date(2025, 7, 1), date(2025, 9, 30), "2025-Q3")
    assert [str(each) for each in (quarter.previous, quarter.next)] == ["2025-Q2", "2025-Q4"]
    assert quarter.end == datetime(2025, 10, 1, tzinfo=SHANGHAI)


def test_a_month_is_read_as_it_is_written() -> None:
    assert str(Period.read("2024-02")) == "2024-02"
    assert Period.read("2024-02").last == date(2024, 2, 29)
    assert str(Period.read("2025-Q4")) == "2025-Q4"


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "2025", "2025-Q5", "25-01", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Period.read(text)


def test_a_report_is_made_on_the_first_working_day_after_its_period() -> None:
    after_the_feast = assembled_from(standard_calendar(), date(2025, 9, 30))
    assert after_the_feast == datetime(2025, 10, 9, 6, tzinfo=SHANGHAI)
    make_up_sunday = assembled_from(standard_calendar(), date(2025, 12, 31))
    assert make_up_sunday == datetime(2026, 1, 4, 6, tzinfo=SHANGHAI)


def content(opened: int, by_kind: dict[str, int]) -> dict[str, object]:
    rows = [Row(key, {"kind": Cell(value=key), "n": Cell(value=n)}) for key, n in by_kind.items()]
    columns = (Column(key="kind", label="kind", numeric=False), Column(key="n", label="opened"))
    section = Section(
        figures=[Figure(key="opened", label="opened", value=opened)],
        tables=[Table(key="kinds", title="By kind", columns=columns, rows=rows)],
    )
    return {"sections": [{"key": "flow", "title": "flow", **freeze(section)}]}


def test_a_later_version_says_which_numbers_it_changes() -> None:
    found = changes(content(5, {"a": 3, "b": 2}), content(6, {"a": 3, "c": 3}))
    assert [(one["label"], one["before"], one["after"]) for one in found] == [
        (["opened"], 5, 6),
        (["By kind", "c", "opened"], None, 3),
        (["By kind", "b", "opened"], 2, None),
    ]


def test_the_same_numbers_are_no_change_and_the_same_digest() -> None:
    assert changes(content(5, {"a": 3}), content(5, {"a": 3})) == []
    assert digest(content(5, {"a": 3})) == digest(content(5, {"a": 3})) != digest(content(5, {"a": 4}))


def test_a_text_is_frozen_in_every_language() -> None:
    with translation.override("en"):
        frozen = freeze([_("case"), phrase(_("%(n)s min ago"), n=5), "张三"])
    assert frozen == [
        {"zh-hans": "工单", "en": "case"},
        {"zh-hans": "5 分钟前", "en": "5 min ago"},
        "张三",
    ]


def test_floats_are_frozen_to_six_places() -> None:
    assert freeze({"x": 1 / 3, "y": (0.1 + 0.2,)}) == {"x": 0.333333, "y": [0.3]}
