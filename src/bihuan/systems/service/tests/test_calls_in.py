"""Records of 95598 from files: calls that were made, and scored inspections of the centre itself."""

from pathlib import Path
from typing import ClassVar

import pytest
from django.test import Client

from bihuan.inputs import BadInput
from bihuan.kernel.models import Case, Person, TaskState
from bihuan.kernel.tests.desk_world import at, local
from bihuan.kernel.tests.world import World
from bihuan.systems.service.act.calls import end_stage
from bihuan.systems.service.lists.calls_made import CallsMadeListing, CallsMadeTransfer
from bihuan.systems.service.models import Call, Inspection, Job, Order, Staff
from bihuan.web.listing import Listing
from bihuan.web.listing.furnish import bring_new
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts, plan_of

from .inspecting import checked
from .yingkou import Branch, build, page


class TestCallsMade(ListingContract):
    listing: ClassVar[type[Listing]] = CallsMadeListing

    def make(self, world: World, n: int) -> None:
        start = Call.objects.count()
        for number in range(start, start + n):
            order = Order.objects.create(
                kind="fault", number=f"GZ-江州{number}", unit=world.building, opened_at=at("2026-02-13 08:00")
            )
            call = end_stage(order=order, stage="fault_1", at=at("2026-02-13 10:00"))
            assert call is not None
            Call.objects.filter(pk=call.pk).update(
                state=TaskState.DONE, answer="satisfied", done_at=at("2026-02-14 09:00")
            )


pytestmark = pytest.mark.django_db
HEAD = ["工单号", "环节", "回访时间", "回访人", "回访结果", "满意度", "客户意见"]
FIELDS = [field.key for field in CallsMadeTransfer.fields]
ROW = ["GZ-1", "抢修后第一次回访", "2026-02-14 09:00", "sun_centre", "满意", 5, "来得快"]


@pytest.fixture
def branch() -> Branch:
    branch = build()
    for number in ("GZ-1", "GZ-2"):
        order = Order.objects.create(
            kind="fault",
            number=number,
            unit=branch.repair,
            customer=branch.customer,
            opened_at=at("2026-02-13 08:00"),
        )
        end_stage(order=order, stage="fault_1", at=at("2026-02-13 10:00"), worker=branch.repairer)
    return branch


def test_calls_of_95598_come_in_and_bring_what_follows_a_call(branch: Branch, tmp_path: Path) -> None:
    sheet = xlsx(
        tmp_path / "calls.xlsx", HEAD, ROW, ["GZ-2", "fault_1", *ROW[2:4], "不满意", 2, "收了材料费"]
    )
    for _ in range(2):
        assert counts(bring(sheet, branch.director, CallsMadeTransfer))[3] == 0
    made = Call.objects.get(order__number="GZ-1", stage="fault_1")
    assert (made.answer, made.rating, made.done_by, local(made.done_at)) == (
        "satisfied",
        5,
        branch.posts["service_centre"],
        "2026-02-14 09:00",
    )
    assert Call.objects.filter(stage="fault_2", state=TaskState.OPEN).count() == 2, "each once"
    assert Case.objects.get(kind="call_finding").subject == "GZ-2"


@pytest.mark.parametrize(
    ("place", "value", "column", "words"),
    [
        (0, "GZ-404", "order__number", "请先导入"),
        (1, "装表接电", "order__number", "没有到期的此类回访"),
        (2, "2026-02-13 09:00", "done_at", "完工"),
        (2, "2099-01-01 09:00", "done_at", ""),
        (3, "nobody", "done_by", ""),
        (3, "zheng", "done_by", "不能回访"),
        (4, "联系不上", "answer", "三次"),
        (5, 6, "rating", ""),
        (6, "", "said", ""),
    ],
)
def test_a_row_that_could_not_be_a_call_is_refused_with_its_column(
    branch: Branch, tmp_path: Path, place: int, value: object, column: str, words: str
) -> None:
    row = [*ROW]
    row[place] = value
    plan = plan_of(xlsx(tmp_path / "calls.xlsx", HEAD, row), branch.director, CallsMadeTransfer)
    (fault,) = plan.errors
    assert (fault.row, fault.column) == (2, HEAD[FIELDS.index(column)])
    assert words in fault.message
    assert not Call.objects.exclude(state=TaskState.OPEN).exists()


def test_the_second_call_needs_its_recording_and_is_made_on_its_page(branch: Branch, tmp_path: Path) -> None:
    bring(xlsx(tmp_path / "calls.xlsx", HEAD, ROW), branch.director, CallsMadeTransfer)
    again = xlsx(tmp_path / "more.xlsx", HEAD, ["GZ-1", "fault_2", "2026-02-24 09:00", *ROW[3:]])
    (fault,) = plan_of(again, branch.director, CallsMadeTransfer).errors
    assert (fault.column, "录音" in fault.message) == ("环节", True)


def test_what_was_made_stands_on_its_page(branch: Branch, client: Client) -> None:
    bring_new(
        "calls",
        [
            {
                "order__number": "GZ-1",
                "stage": "fault_1",
                "done_at": "2026-02-14 09:00",
                "done_by": "sun_centre",
                "answer": "satisfied",
                "said": "来得快",
            }
        ],
    )
    text = page(client, branch.director, "calls-made", view="all")
    assert "GZ-1" in text
    assert "GZ-2" not in text


CENTRE = {
    "number": "KF-1",
    "kind": "scored",
    "hall": "DSQ-R",
    "at": "2026-03-03 09:30",
    "by": "qian_group",
    "marks": "20 30 50",
}


def test_the_centre_is_inspected_from_a_file_by_its_own_card() -> None:
    world = checked()
    person = Person.objects.create(number="8011", name="兰话务", unit=world.branch.repair)
    Staff.objects.create(person=person, team=world.branch.repair, job=Job.AGENT)
    with pytest.raises(BadInput, match="row 2: kind"):
        bring_new("inspections", [{**CENTRE, "kind": "visit"}])
    bring_new("inspections", [CENTRE])
    row = Inspection.objects.get()
    assert (row.hall, row.unit, row.card.subject) == (None, world.branch.repair, "centre")
