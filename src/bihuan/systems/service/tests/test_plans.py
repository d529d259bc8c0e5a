"""The yearly plan with what is overdue, trainings with who took part, and both from and to files."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel import clock
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Cause, Notice, Person
from bihuan.kernel.tests.desk_world import at
from bihuan.kernel.tests.world import World
from bihuan.systems.service import act
from bihuan.systems.service.act.plans import first_look, reopen_item
from bihuan.systems.service.lists.plans import (
    AttendancesListing,
    AttendancesTransfer,
    PlanListing,
    PlanTransfer,
    TrainingsListing,
    TrainingsTransfer,
)
from bihuan.systems.service.models import Attendance, Job, PlanItem, Staff, Training
from bihuan.systems.service.read.training import trainings_for
from bihuan.web.listing import Listing
from bihuan.web.listing.state import State
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .yingkou import Branch, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return build()


def item(branch: Branch, code: str = "2026-01", due: str = "2026-03-31", **more: Any) -> PlanItem:
    due_on = date.fromisoformat(due)
    return PlanItem.objects.create(
        code=code,
        unit=branch.branch,
        year=2026,
        kind="survey",
        title="一季度营业厅问卷",
        due_on=due_on,
        owner=branch.owner,
        next_at=first_look(due_on, None),
        **more,
    )


def training(branch: Branch, code: str = "PX-1", cause: Cause | None = None) -> Training:
    return Training.objects.create(
        code=code, unit=branch.branch, held_on="2026-03-10", topic="服务礼仪", cause=cause, hours=Decimal(2)
    )


def test_an_overdue_item_is_told_once_to_its_owner_and_the_head(branch: Branch) -> None:
    item(branch)
    for now in ("2026-03-31 23:00", "2026-04-01 00:00", "2026-04-09 09:00"):
        clock.run_due(at(now))
    told = Notice.objects.filter(key="service.plan_late").order_by("user__username")
    assert {row.user for row in told} == {branch.owner, branch.posts["marketing_head"]}
    assert told.count() == 2


def test_what_is_done_is_not_overdue_and_can_be_taken_back(branch: Branch) -> None:
    row = item(branch)
    act.finish_item(row=row, user=branch.director, result="发放 60 份，回收 51 份")
    with pytest.raises(Refused):
        act.finish_item(row=row, user=branch.director, result="再做一次")
    clock.run_due(at("2026-04-02 09:00"))
    assert not Notice.objects.filter(key="service.plan_late").exists()
    reopen_item(row=row, user=branch.director)
    assert (row.done_on, row.next_at) == (None, at("2026-04-01 00:00"))


@pytest.mark.parametrize(("result", "days"), [("无", 0), ("已经完成", 1)])
def test_no_result_and_a_day_to_come_are_refused(branch: Branch, result: str, days: int) -> None:
    when = timezone.localdate() + timedelta(days=days)
    with pytest.raises(Refused):
        act.finish_item(row=item(branch), user=branch.director, result=result, done_on=when)


def test_the_plan_shows_what_is_overdue(branch: Branch) -> None:
    item(branch, "2026-01", "2026-03-31")
    item(branch, "2026-02", (timezone.localdate() + timedelta(days=9)).isoformat())
    item(branch, "2025-09", "2025-03-31", done_on="2025-03-30")
    table = PlanListing(branch.director)
    assert [row.code for row in table.matching(State(view="late"))] == ["2026-01"]
    facts = table.facts()
    assert facts is not None
    assert facts.number == 1


def test_items_are_ended_together_on_the_page(branch: Branch, client: Client) -> None:
    row = item(branch)
    client.force_login(branch.director)
    url = reverse("service:plan")
    asked = client.post(url, {"action": "done", "ids": [row.pk]})
    assert "result" in asked.content.decode()
    client.post(url, {"action": "done", "ids": [row.pk], "go": "1", "result": "已完成并上报"})
    row.refresh_from_db()
    assert row.result == "已完成并上报"


def test_an_item_is_made_on_its_page_and_watched(branch: Branch, client: Client) -> None:
    client.force_login(branch.director)
    fields = {
        "code": "2026-07",
        "unit": branch.branch.pk,
        "year": 2026,
        "kind": "self_check",
        "title": "半年自查",
        "due_on": "2026-06-30",
    }
    assert client.post(reverse("service:plan-item-new"), fields).status_code == 302
    row = PlanItem.objects.get()
    assert row.next_at == at("2026-07-01 00:00")
    done = {**fields, "done_on": "2026-06-20", "result": "自查完成"}
    assert client.post(reverse("service:plan-item", args=[row.pk]), done).status_code == 302
    row.refresh_from_db()
    assert row.next_at is None


def test_the_plan_comes_in_and_goes_out_as_a_file(branch: Branch, tmp_path: Path) -> None:
    sheet = xlsx(
        tmp_path / "plan.xlsx",
        ["编号", "单位", "年度", "kind", "项目", "计划日期", "负责人"],
        ["2026-01", "DSQ", 2026, "survey", "一季度问卷", "2026-03-31", "wu_owner"],
        ["2026-02", "DSQ", 2026, "training", "服务礼仪", "2026-04-30", ""],
    )
    assert counts(bring(sheet, branch.director, PlanTransfer)) == (2, 0, 0, 0)
    assert counts(bring(sheet, branch.director, PlanTransfer)) == (0, 0, 2, 0)
    first = PlanItem.objects.get(code="2026-01")
    assert (first.owner, first.next_at) == (branch.owner, at("2026-04-01 00:00"))


def test_trainings_and_attendances_come_in_from_files(branch: Branch, tmp_path: Path) -> None:
    Cause.objects.create(code="RUDE", name="态度")
    trainings = xlsx(
        tmp_path / "t.xlsx",
        ["编号", "单位", "培训日期", "主题", "原因", "学时"],
        ["PX-1", "DSQ", "2026-03-10", "服务礼仪", "RUDE", 2.5],
    )
    bring(trainings, branch.director, TrainingsTransfer)
    second = Person.objects.create(number="R02", name="冯抢修", unit=branch.repair)
    Staff.objects.create(person=second, team=branch.repair, job=Job.REPAIR)
    rows = (["PX-1", "R01", 86.5], ["PX-1", "R02", ""])
    people = xlsx(tmp_path / "a.xlsx", ["training__code", "工号", "成绩"], *rows)
    for _ in range(2):
        assert counts(bring(people, branch.director, AttendancesTransfer))[3] == 0
    twice = xlsx(tmp_path / "b.xlsx", ["training__code", "工号"], ["PX-1", "R01"], ["PX-1", "R01"])
    with pytest.raises(Refused):
        bring(twice, branch.director, AttendancesTransfer)
    assert Attendance.objects.count() == 2
    row = Attendance.objects.get(staff=branch.repairer)
    assert (row.training.hours, row.score) == (Decimal("2.5"), Decimal("86.5"))
    assert row.training.cause is not None
    assert row.training.cause.code == "RUDE"


def test_a_score_above_a_hundred_is_refused(branch: Branch) -> None:
    for score in (Decimal(101), Decimal(-1)):
        with pytest.raises(Refused):
            act.attend(training=training(branch), staff=branch.repairer, user=branch.director, score=score)
        Training.objects.all().delete()


def test_the_list_knows_attendees_and_their_mean_score(branch: Branch) -> None:
    row = training(branch)
    act.attend(training=row, staff=branch.repairer, user=branch.director, score=Decimal(80))
    act.attend(training=row, staff=branch.repairer, user=branch.director, score=Decimal(90))
    found = TrainingsListing(branch.director).matching(State()).get()
    assert (found.people, found.scored, found.score) == (1, 1, 90)


def test_trainings_for_a_cause_count_those_for_the_causes_below_it(branch: Branch) -> None:
    top = Cause.objects.create(code="HALL", name="营业厅")
    below = Cause.objects.create(code="RUDE", name="态度", parent=top)
    training(branch, "PX-1", below)
    training(branch, "PX-2")
    assert [row.code for row in trainings_for(top, branch.director)] == ["PX-1"]
    assert list(trainings_for(top, branch.owner)) == [], "a training of the branch is not the team's"
    shown = TrainingsListing(branch.director).matching(State(filters=(("cause", top.path),)))
    assert [row.code for row in shown] == ["PX-1"]


def test_people_are_added_on_the_page_of_the_training(branch: Branch, client: Client) -> None:
    client.force_login(branch.director)
    fields = {
        "code": "PX-1",
        "unit": branch.branch.pk,
        "held_on": "2026-03-10",
        "topic": "服务礼仪",
        "hours": "2",
    }
    assert client.get(reverse("service:training-new")).status_code == 200
    assert client.post(reverse("service:training-new"), {**fields, "code": ""}).status_code == 422
    assert client.post(reverse("service:training-new"), fields).status_code == 302
    url = reverse("service:training", args=[Training.objects.get().pk])
    assert client.post(url, {"action": "attend", "number": "R99"}).status_code == 422
    assert client.post(url, {"action": "attend", "number": "r01", "score": "91"}).status_code == 302
    assert "郑抢修" in client.get(url).content.decode()


class TestPlan(ListingContract):
    listing: ClassVar[type[Listing]] = PlanListing

    def make(self, world: World, n: int) -> None:
        first = PlanItem.objects.count()
        for number in range(first, first + n):
            PlanItem.objects.create(
                code=f"P-{number}",
                unit=world.building,
                year=2026,
                kind="survey",
                title="问卷",
                due_on="2026-03-31",
                owner=world.wu_min,
            )


class TestTrainings(ListingContract):
    listing: ClassVar[type[Listing]] = TrainingsListing

    def make(self, world: World, n: int) -> None:
        cause, _fresh = Cause.objects.get_or_create(code="RUDE", defaults={"name": "态度"})
        first = Training.objects.count()
        for number in range(first, first + n):
            Training.objects.create(
                code=f"PX-{number}",
                unit=world.building,
                held_on="2026-03-10",
                topic="礼仪",
                cause=cause,
                hours=2,
            )


class TestAttendances(ListingContract):
    listing: ClassVar[type[Listing]] = AttendancesListing

    def make(self, world: World, n: int) -> None:
        row, _fresh = Training.objects.get_or_create(
            code="PX",
            defaults={"unit": world.building, "held_on": "2026-03-10", "topic": "礼仪", "hours": 2},
        )
        first = Attendance.objects.count()
        for number in range(first, first + n):
            who = Person.objects.create(number=f"T{number}", name="钱一", unit=world.building)
            staff = Staff.objects.create(person=who, team=world.building, job=Job.CLERK)
            Attendance.objects.create(training=row, staff=staff, score=80)
