"""The clock of a case can be recounted: every span, what it used, what was left."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from bihuan.kernel.act import cases as act
from bihuan.kernel.models import Case
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.tests.desk_world import a_complaint, an, at
from bihuan.kernel.tests.world import World
from bihuan.web.casework import clock_card
from bihuan.web.casework.words import LIMIT_KINDS, LIMIT_UNITS, limit_words


def card(case: Case, when: str) -> dict[str, Any]:
    with time_machine.travel(at(when), tick=False):
        return clock_card.context(case, at(when), working_calendar())


def test_the_worked_example_stands_on_the_card(desk_world: World) -> None:
    """Thirteen business hours over a New Year: 2 h, a wait, 5 h, then reopened with 6 h left."""
    who = {"user": desk_world.wu_min}
    case = an(desk_world, "finding", "2025-01-24 16:00", severity=3)
    act.accept(case=case, at=at("2025-01-24 16:00"), **who)
    case.evidence.create(
        sha256="0" * 64, media_type="image/jpeg", size=1, unit=case.unit, added_at=at("2025-01-24 16:00")
    )
    act.wait(case=case, reason="third_party", text="等厂家备件", at=at("2025-01-26 09:30"), **who)
    paused = card(case, "2025-01-27 10:00")
    assert paused["headline"] == "已暂停"
    assert "现已暂停" in paused["arithmetic"]
    act.resume(case=case, at=at("2025-02-05 10:30"), **who)
    shown = card(case, "2025-02-05 11:00")
    assert [(line.used, line.left) for line in shown["clock_lines"]] == [("2 小时", "11 小时")]
    assert shown["arithmetic"] == (
        "01-24 周五 16:00 起算，共 13 个工作小时；02-05 周三 10:30 继续计时，剩 11 小时；"
        "到期 02-06 周四 17:00。"
    )
    assert shown["clock_days"] == []


def test_a_clock_that_never_stopped_is_one_sentence(desk_world: World) -> None:
    shown = card(a_complaint(desk_world, "2025-01-24 10:00"), "2025-01-26 09:00")
    assert shown["clock_lines"] == []
    assert shown["arithmetic"] == "01-24 周五 10:00 起算，当日不计，其后 4 个工作日；到期 02-06 周四 23:59。"
    assert [day.label for day in shown["clock_days"]] == ["01-26", "01-27", "02-05", "02-06"]
    assert "按工作日计时" in str(shown["limit_kind"])


def test_natural_hours_run_day_and_night(desk_world: World) -> None:
    case = an(desk_world, "detractor", "2025-01-28 10:00")
    with override("en"):
        shown = card(case, "2025-01-28 12:00")
        assert shown["arithmetic"] == "Begun 28 Jan 10:00, then 48 hours, day and night; due 30 Jan 10:00."
        assert str(shown["limit_kind"]).startswith("Limit in hours, day and night")


def test_before_the_notice_no_clock_runs(desk_world: World) -> None:
    shown = card(an(desk_world, "finding", "2025-01-24 10:00"), "2025-01-24 12:00")
    assert (shown["headline"], shown["arithmetic"]) == ("—", "")


def test_what_ended_without_being_put_right_is_neither_on_time_nor_late(desk_world: World) -> None:
    case = a_complaint(desk_world, "2025-01-24 10:00")
    act.reject(case=case, user=desk_world.wu_min, text="不属于我方", at=at("2025-01-26 10:00"))
    assert (card(case, "2025-01-26 11:00")["headline"]) == "已驳回"


@pytest.mark.parametrize("unit", list(LIMIT_UNITS))
def test_every_kind_of_limit_has_words(unit: str) -> None:
    assert unit in LIMIT_KINDS
    for language in ("en", "zh-hans"):
        with override(language):
            assert "%" not in limit_words(Decimal(2), unit)


def test_one_working_day_is_singular() -> None:
    with override("en"):
        assert limit_words(Decimal("1.00"), "working days") == "1 working day"
        assert limit_words(Decimal(1), "months later") == "the working days of the next month"


def test_hours_are_shown_to_the_minute(desk_world: World) -> None:
    case = an(desk_world, "detractor", "2025-01-28 10:00")
    act.accept(case=case, user=desk_world.wu_min, at=at("2025-01-28 10:10"))
    said: dict[str, Any] = {"user": desk_world.wu_min, "reason": "customer", "text": "等客户资料"}
    act.wait(case=case, at=at("2025-01-28 11:20"), **said)
    act.resume(case=case, user=desk_world.wu_min, at=datetime.fromisoformat("2025-01-28T12:00:00+08:00"))
    line = card(case, "2025-01-28 13:00")["clock_lines"][0]
    assert (line.used, line.left) == ("1 小时 20 分", "46 小时 40 分")
