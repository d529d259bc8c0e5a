"""Files of the loyalty system: what they bring, what they refuse row by row, and what is found again."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Customer, Unit, User
from bihuan.systems.loyalty.lists.answers import AnswersTransfer
from bihuan.systems.loyalty.lists.growth import GrowthTransfer
from bihuan.systems.loyalty.lists.journey import StagesTransfer, TouchpointsTransfer
from bihuan.systems.loyalty.lists.programmes import (
    BorrowedTransfer,
    FramesTransfer,
    MembersTransfer,
    ProgrammesTransfer,
)
from bihuan.systems.loyalty.models import (
    Answer,
    Arm,
    Borrowed,
    Frame,
    JourneyStage,
    Member,
    Programme,
    Step,
    Touchpoint,
)
from bihuan.web.listing.transfer.plan import RowError, make_plan
from bihuan.web.listing.transfer.transfer import Transfer
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .bank import Bank, build_bank, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    return build_bank()


class Desk:
    """Writes sheets into a folder and plans or brings them."""

    def __init__(self, folder: Path, user: User) -> None:
        self.folder, self.user, self.n = folder, user, 0

    def sheet(self, head: list[str], rows: list[list[Any]]) -> Path:
        self.n += 1
        return xlsx(self.folder / f"{self.n}.xlsx", head, *rows)

    def bring(self, kind: type[Transfer], head: list[str], *rows: list[Any]) -> tuple[int, int, int, int]:
        return counts(bring(self.sheet(head, list(rows)), self.user, kind))

    def faults(self, kind: type[Transfer], head: list[str], *rows: list[Any]) -> list[RowError]:
        return make_plan(self.sheet(head, list(rows)), kind(self.user)).errors


@pytest.fixture
def desk(bank: Bank, tmp_path: Path) -> Desk:
    return Desk(tmp_path, bank.boss)


def at(faults: list[RowError]) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in faults]


STAGES = ["代码", "名称", "place"]


def test_stages_and_touchpoints_are_brought_and_found_again(bank: Bank, desk: Desk) -> None:
    assert desk.bring(StagesTransfer, STAGES, ["J1", "了解", 1], ["J2", "使用", 2]) == (2, 0, 0, 0)
    head = ["代码", "触点", "阶段", "主管部门", "active"]
    rows = [["T1", "网点咨询", "J1", "C1", "是"], ["T2", "账单", "J2", "L1", "否"]]
    assert desk.bring(TouchpointsTransfer, head, *rows) == (2, 0, 0, 0)
    rows[0][1] = "网点办理"
    assert desk.bring(TouchpointsTransfer, head, *rows) == (0, 1, 1, 0)
    assert Touchpoint.objects.get(code="T1").name == "网点办理"
    assert Touchpoint.objects.filter(active=False).get().code == "T2"


def test_wrong_touchpoints_are_named_by_row_and_column(bank: Bank, desk: Desk) -> None:
    JourneyStage.objects.create(code="J1", name="了解", place=1)
    head = ["code", "name", "stage", "unit", "active"]
    faults = desk.faults(
        TouchpointsTransfer,
        head,
        ["T1", "咨询", "J9", "C1", "1"],
        ["T2", "咨询", "J1", "BS", "1"],
        ["T3", "咨询", "J1", "C1", "也许"],
        ["T4", "", "J1", "C1", "1"],
        ["T5", "咨询", "J1", "C1", "1"],
        ["T5", "咨询", "J1", "C1", "1"],
    )
    assert at(faults) == [(2, "stage"), (3, "unit"), (4, "active"), (5, "name"), (7, "code")]


def test_stages_belong_to_who_may_set_standards(bank: Bank, client: Client) -> None:
    client.force_login(bank.boss)
    assert client.get(reverse("loyalty:stages-import")).status_code == 403
    client.force_login(bank.world.chen_jing)
    assert client.get(reverse("loyalty:stages-import")).status_code == 200


PROGRAMMES = ["code", "name", "unit", "starts_on", "note"]


def test_a_programme_comes_from_a_file_and_keeps_its_stage(bank: Bank, desk: Desk) -> None:
    rows = [["NPS", "试点二期", "SKL", "2026-07-01", ""], ["P2", "推广", "C1", "2026-12-01", "备注"]]
    unit = Programme.objects.get(code="NPS").unit
    rows[0][2] = unit.code
    assert desk.bring(ProgrammesTransfer, PROGRAMMES, *rows) == (1, 1, 0, 0)
    row = Programme.objects.get(code="NPS")
    assert (row.name, row.stage) == ("试点二期", Step.PILOT)
    assert Programme.objects.get(code="P2").stage == Step.PREPARED


def test_the_start_of_a_running_loop_does_not_move_by_a_file(bank: Bank, desk: Desk) -> None:
    code = bank.programme.unit.code
    faults = desk.faults(
        ProgrammesTransfer,
        PROGRAMMES,
        ["NPS", "试点", code, "2026-01-01", ""],
        ["P3", "新", code, "not a day", ""],
        ["P4", "新", "BS", "2026-12-01", ""],
    )
    assert at(faults) == [(2, "starts_on"), (3, "starts_on"), (4, "unit")]


ARMS = ["programme", "unit", "arm"]


def test_a_unit_does_not_change_sides_once_the_loop_runs(bank: Bank, desk: Desk) -> None:
    assert at(desk.faults(MembersTransfer, ARMS, ["NPS", "C1", "comparison"])) == [(2, "arm")]
    Programme.objects.update(stage=Step.PREPARED)
    assert desk.bring(MembersTransfer, ARMS, ["NPS", "C1", "comparison"]) == (0, 1, 0, 0)
    assert Member.objects.get(unit=bank.cards[0]).arm == Arm.COMPARISON


def test_arms_that_cannot_be_are_named(bank: Bank, desk: Desk) -> None:
    faults = desk.faults(
        MembersTransfer,
        ARMS,
        ["NPS", "SKL", "control"],
        ["XX", "SKL", "pilot"],
        ["NPS", "BS", "pilot"],
        ["NPS", "SKL", "pilot"],
        ["NPS", "SKL", "comparison"],
    )
    assert [fault.row for fault in faults] == [2, 3, 4, 6]


FRAMES = ["programme", "dimension", "key", "size"]


def test_classes_of_customers_are_found_by_programme_dimension_and_class(bank: Bank, desk: Desk) -> None:
    rows = [["NPS", "segment", "学生", 800], ["NPS", "age", "学生", 5], ["NPS", "segment", "老年", 200]]
    assert desk.bring(FramesTransfer, FRAMES, *rows) == (3, 0, 0, 0)
    rows[0][3] = 900
    assert desk.bring(FramesTransfer, FRAMES, *rows) == (0, 1, 2, 0)
    assert Frame.objects.get(dimension="segment", key="学生").size == 900


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["NPS", "colour", "x", 1], "dimension"),
        (["NPS", "segment", "x", -1], "size"),
        (["NPS", "segment", "x", "1.5"], "size"),
        (["NPS", "segment", "", 1], "key"),
        (["P9", "segment", "x", 1], "programme"),
    ],
)
def test_a_class_that_cannot_be_is_named(desk: Desk, row: list[Any], column: str) -> None:
    assert at(desk.faults(FramesTransfer, FRAMES, row)) == [(2, column)]


GROWTH = ["unit", "year", "base", "retained", "earned_new", "bought_new", "unknown_new", "source"]


@pytest.mark.parametrize(
    ("at_column", "value", "column"),
    [
        (0, "BS", "unit"),
        (1, 1066, "year"),
        (2, 0, "base"),
        (3, -85, "retained"),
        (4, "viel", "earned_new"),
        (6, 2.5, "unknown_new"),
        (7, "", "source"),
    ],
)
def test_a_year_of_revenue_that_cannot_be_is_named(
    desk: Desk, at_column: int, value: Any, column: str
) -> None:
    row: list[Any] = ["C1", 2025, 100, 85, 25, 20, 0, "账目"]
    row[at_column] = value
    assert at(desk.faults(GrowthTransfer, GROWTH, row)) == [(2, column)]


def test_a_year_comes_twice_only_as_a_correction(desk: Desk) -> None:
    row = ["C1", 2025, 100, 85, 25, 20, 0, "账目"]
    assert desk.bring(GrowthTransfer, GROWTH, row) == (1, 0, 0, 0)
    assert [fault.row for fault in desk.faults(GrowthTransfer, GROWTH, row, row)] == [3]
    assert desk.bring(GrowthTransfer, GROWTH, [*row[:3], 90, *row[4:]]) == (0, 1, 0, 0)


LOANS = ["number", "programme", "lender", "kind", "what", "since_on", "until_on"]


def test_anybody_may_lend_and_nothing_ends_before_it_begins(bank: Bank, desk: Desk) -> None:
    row = ["J1", "NPS", "BS", "people", "两名员工", "2026-07-01", "2026-12-31"]
    assert desk.bring(BorrowedTransfer, LOANS, row) == (1, 0, 0, 0)
    assert Borrowed.objects.get().lender == bank.world.beishan
    faults = desk.faults(
        BorrowedTransfer,
        LOANS,
        ["J2", "NPS", "C1", "people", "x", "2026-07-01", "2026-06-30"],
        ["J3", "NPS", "C1", "gold", "x", "2026-07-01", ""],
        ["J4", "NPS", "??", "people", "x", "2026-07-01", ""],
    )
    assert at(faults) == [(2, "until_on"), (3, "kind"), (4, "lender")]


ANSWERS = ["编号", "项目", "单位", "评分", "答复时间", "channel", "客户编号", "触点", "客群", "原因"]


def test_an_answer_brings_all_that_it_knows(bank: Bank, desk: Desk) -> None:
    who = customer(bank)
    stage = JourneyStage.objects.create(code="J1", name="了解", place=1)
    point = Touchpoint.objects.create(code="T1", name="咨询", stage=stage, unit=bank.cards[0])
    row = ["A1", "NPS", "C1", 3, "2026-11-20 10:00", "email", "K1", "T1", "学生", "太慢"]
    assert desk.bring(AnswersTransfer, ANSWERS, row) == (1, 0, 0, 0)
    made = Answer.objects.get()
    assert (made.customer, made.touchpoint, made.segment, made.channel) == (who, point, "学生", "email")
    assert made.reply.verbatims.get().text == "太慢"


@pytest.mark.parametrize(
    ("at_column", "value", "column"),
    [
        (3, -1, "评分"),
        (3, 9.5, "评分"),
        (3, "十", "评分"),
        (4, "gestern", "答复时间"),
        (5, "smoke", "channel"),
        (7, "T404", "触点"),
        (8, "x" * 49, "客群"),
        (9, "x" * 4001, "原因"),
    ],
)
def test_an_answer_that_cannot_be_is_named(desk: Desk, at_column: int, value: Any, column: str) -> None:
    row: list[Any] = ["A1", "NPS", "C1", 3, "2026-11-20 10:00", "", "", "", "", ""]
    row[at_column] = value
    assert at(desk.faults(AnswersTransfer, ANSWERS, row)) == [(2, column)]


def test_one_wrong_row_brings_none(bank: Bank, client: Client, tmp_path: Path) -> None:
    """All or nothing: the page shows the fault and offers no button."""
    client.force_login(bank.boss)
    head = ["编号", "项目", "单位", "评分", "答复时间"]
    rows = [
        ["A1", "NPS", "C1", 9, "2026-11-20 10:00"],
        ["A2", "NPS", "C1", 11, "2026-11-20 10:00"],
    ]
    sheet = xlsx(tmp_path / "a.xlsx", head, *rows)
    with sheet.open("rb") as file:
        page = client.post(reverse("loyalty:answers-import"), {"file": file}).content.decode()
    assert "11" in page
    assert not Answer.objects.exists()


def test_an_erased_customer_is_unknown_to_a_file(bank: Bank, desk: Desk) -> None:
    who = customer(bank)
    Customer.objects.filter(pk=who.pk).update(erased_at="2026-11-01T00:00:00+08:00")
    row = ["A1", "NPS", "C1", 3, "2026-11-20 10:00", "", "K1", "", "", ""]
    assert at(desk.faults(AnswersTransfer, ANSWERS, row)) == [(2, "客户编号")]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [(AnswersTransfer, "得分"), (MembersTransfer, "组"), (GrowthTransfer, "年")],
)
def test_a_file_without_a_needed_column_is_refused_whole(
    desk: Desk, kind: type[Transfer], missing: str
) -> None:
    with pytest.raises(Refused, match=missing):
        desk.faults(kind, ["单位"], ["C1"])


def test_names_of_units_do_not_mind_the_case(bank: Bank, desk: Desk) -> None:
    assert Unit.objects.filter(code="C1").exists()
    assert desk.bring(FramesTransfer, FRAMES, ["nps", "unit", "C1", 10]) == (1, 0, 0, 0)
