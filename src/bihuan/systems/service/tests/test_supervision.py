"""Supervisors of areas: how many have one, their cards, what they tell, and what they are told."""

from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.kernel.act import duty
from bihuan.kernel.act.cases import duplicate, reject
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Event, Notice, Person, Role
from bihuan.kernel.tests.desk_world import at, local
from bihuan.kernel.tests.world import World, account
from bihuan.systems.service import act
from bihuan.systems.service.act import supervision
from bihuan.systems.service.lists.staff import AreasListing
from bihuan.systems.service.lists.supervisors import (
    SupervisorsListing,
    SupervisorsTransfer,
    TipsListing,
    TipsTransfer,
)
from bihuan.systems.service.models import Area, Supervisor, Tip
from bihuan.systems.service.read.supervision import coverage
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


def area(branch: Branch, code: str, **more: Any) -> Area:
    return Area.objects.create(code=code, name="北关", unit=branch.repair, **more)


def supervisor(branch: Branch, number: str = "JD-1", code: str = "M-1", **more: Any) -> Supervisor:
    where = Area.objects.filter(code=code).first() or area(branch, code)
    given: dict[str, Any] = {
        "name": "王大妈",
        "phone": "13941712345",
        "since_on": "2026-01-05",
        "consent": "2026-01-04 当面签字",
        **more,
    }
    return Supervisor.objects.create(number=number, area=where, **given)


def tip(branch: Branch, number: str = "JB-1", when: str = "2026-02-10 09:00") -> Tip:
    who = Supervisor.objects.first() or supervisor(branch)
    return act.take_tip(
        user=branch.owner, number=number, supervisor=who, text="抄表员三个月没来", tipped_at=at(when)
    )[0]


def rejected(branch: Branch, case: Case, when: str) -> None:
    reject(case=case, user=branch.owner, text="查无此事", at=at(when))


def test_coverage_counts_areas_in_service_and_key_areas_apart(branch: Branch) -> None:
    today = at("2026-02-10 09:00").date()
    for code, more in (("M-1", {"key_area": True}), ("M-2", {}), ("M-3", {"key_area": True}), ("M-4", {})):
        area(branch, code, **more)
    area(branch, "M-5", closed_on="2026-01-31")
    supervisor(branch, "JD-1", "M-1")
    supervisor(branch, "JD-2", "M-1")
    supervisor(branch, "JD-3", "M-2", until_on="2026-02-09")
    supervisor(branch, "JD-4", "M-4", since_on="2026-02-11")
    found = coverage(Area.objects.all(), today)
    assert (found.covered, found.areas, found.key_covered, found.key_areas) == (1, 4, 1, 2)
    assert (found.share, found.key_share) == (0.25, 0.5)
    assert coverage(Area.objects.none(), today).share is None


def test_areas_without_a_supervisor_are_a_view_of_the_areas(branch: Branch) -> None:
    supervisor(branch, "JD-1", "M-1")
    area(branch, "M-2")
    table = AreasListing(branch.director)
    assert [row.code for row in table.matching(State(view="unwatched"))] == ["M-2"]


def test_the_card_carries_both_telephone_numbers_and_says_when_one_is_missing(
    branch: Branch, client: Client
) -> None:
    supervisor(branch)
    deputy = branch.posts["marketing_deputy"]
    deputy.person = Person.objects.create(
        number="P01", name="王副经理", unit=branch.branch, phone="0417-5820001"
    )
    deputy.save()
    client.force_login(branch.director)
    page = client.get(reverse("service:supervisor-cards")).content.decode()
    assert "抄表服务监督联系卡" in page
    assert "0417-5820001" in page
    assert page.count("电话未登记") == 1
    assert "缺少电话号码" in page


def test_a_sheet_holds_the_cards_of_those_who_serve(branch: Branch, client: Client) -> None:
    one = supervisor(branch, "JD-1", "M-1")
    supervisor(branch, "JD-2", "M-2")
    supervisor(branch, "JD-3", "M-3", until_on="2026-01-31")
    client.force_login(branch.director)
    url = reverse("service:supervisor-cards")
    assert client.get(url).content.decode().count('class="bh-paper-card"') == 2
    assert client.get(f"{url}?of={one.pk}").content.decode().count('class="bh-paper-card"') == 1


def test_a_tip_opens_one_case_and_its_words_stand_apart(branch: Branch) -> None:
    made = tip(branch)
    assert tip(branch) == made
    case = made.case
    assert (case.kind, case.unit, str(case.subject_name)) == ("tip", branch.repair, "M-1 北关")
    assert [note.text for note in case.notes.all()] == ["抄表员三个月没来"]
    assert "三个月" not in str(list(case.events.values_list("payload", flat=True)))
    assert case.tasks.get(kind="notify").owner == branch.posts["assessment_group"]


def test_a_tip_from_tomorrow_and_one_without_words_are_refused(branch: Branch) -> None:
    who = supervisor(branch)
    for text, when in (("抄表员没来", "2099-01-01 09:00"), ("啊", "2026-02-10 09:00")):
        with pytest.raises(Refused):
            act.take_tip(user=branch.owner, number="JB-9", supervisor=who, text=text, tipped_at=at(when))
    assert Tip.objects.count() == 0


def test_when_the_case_ends_its_owner_is_to_tell_the_supervisor(branch: Branch) -> None:
    made = tip(branch)
    clock.run_due(at("2026-02-10 10:00"))
    rejected(branch, made.case, "2026-02-12 15:00")
    clock.run_due(at("2026-02-12 16:00"))
    made.refresh_from_db()
    assert local(made.due_at) == "2026-02-14 23:59", "two working days, the 14th being one of them"
    told = Notice.objects.get(key="service.tip_ended")
    assert (told.user, told.params) == (branch.owner, {"number": "JB-1"})
    with pytest.raises(Refused):
        act.tell_supervisor(tip=made, user=branch.owner, answer="好")
    act.tell_supervisor(tip=made, user=branch.owner, answer="已核实，抄表日期公示在楼道")
    with pytest.raises(Refused):
        act.tell_supervisor(tip=made, user=branch.owner, answer="再说一遍也行")
    assert Event.objects.filter(verb="tip.told", case=made.case).count() == 1


def test_nothing_is_told_while_the_case_is_open(branch: Branch) -> None:
    with pytest.raises(Refused):
        act.tell_supervisor(tip=tip(branch), user=branch.owner, answer="已经处理完了")


def test_who_is_not_told_in_time_is_reported_once_to_the_head(branch: Branch) -> None:
    made = tip(branch)
    rejected(branch, made.case, "2026-02-12 15:00")
    for now in ("2026-02-12 16:00", "2026-02-24 09:00", "2026-02-25 09:00"):
        clock.run_due(at(now))
    late = Notice.objects.filter(key="service.tip_late")
    assert [row.user for row in late] == [branch.posts["marketing_head"]]


def test_a_duplicate_ends_when_the_other_case_does(branch: Branch) -> None:
    first, second = tip(branch, "JB-1"), tip(branch, "JB-2")
    duplicate(case=second.case, user=branch.owner, of=first.case, text="同一件事", at=at("2026-02-10 11:00"))
    clock.run_due(at("2026-02-10 12:00"))
    second.refresh_from_db()
    assert second.ended_at is None
    rejected(branch, first.case, "2026-02-12 15:00")
    clock.run_due(at("2026-02-12 16:00"))
    second.refresh_from_db()
    assert local(second.ended_at) == "2026-02-12 15:00"


def test_an_erased_supervisor_leaves_dates_and_cases(branch: Branch) -> None:
    made = tip(branch)
    who = made.supervisor
    supervision.erase_supervisor(supervisor=who, actor=branch.director)
    who.refresh_from_db()
    assert (who.name, who.phone, who.consent) == ("—", "", "")
    assert who.until_on is not None
    assert Tip.objects.get().case == made.case
    events = str(list(Event.objects.values_list("payload", flat=True)))
    assert "王大妈" not in events
    assert "JD-1" not in events
    with pytest.raises(Refused):
        act.take_tip(
            user=branch.owner, number="JB-3", supervisor=who, text="又没来", tipped_at=at("2026-02-10 09:00")
        )


def test_who_stopped_a_year_ago_is_forgotten_by_itself(branch: Branch) -> None:
    supervisor(branch, "JD-1", "M-1", until_on="2025-02-09")
    supervisor(branch, "JD-2", "M-2", until_on="2025-02-10")
    supervisor(branch, "JD-3", "M-3")
    supervision.forget_former(now=at("2026-02-10 03:20"))
    assert list(Supervisor.objects.exclude(erased_at=None).values_list("area__code", flat=True)) == ["M-1"]


def test_an_administrator_erases_on_the_page(branch: Branch, client: Client) -> None:
    who = supervisor(branch)
    client.force_login(account("admin", "管理员", Role.ADMINISTRATOR, branch.branch))
    page = client.get(reverse("service:supervisor", args=[who.pk])).content.decode()
    url = reverse("service:supervisor-erase", args=[who.pk])
    assert url in page
    assert client.post(url, {"number": "JD-2"}).status_code == 422
    assert client.post(url, {"number": "JD-1"}).status_code == 302
    assert client.get(reverse("service:supervisor", args=[who.pk])).status_code == 404


def test_what_was_filed_is_filed_again_when_it_changes(branch: Branch, client: Client) -> None:
    who = supervisor(branch)
    client.force_login(branch.director)
    table = reverse("service:supervisors")
    client.post(table, {"action": "file", "ids": [who.pk]})
    who.refresh_from_db()
    assert who.filed_at is not None
    fields = {
        "number": "JD-1",
        "area": who.area_id,
        "name": "王大妈",
        "phone": "13941712345",
        "since_on": "2026-01-05",
        "consent": "重新签字",
    }
    url = reverse("service:supervisor", args=[who.pk])
    assert client.post(url, fields).status_code == 302
    who.refresh_from_db()
    assert who.filed_at is not None, "consent is not what the centre was told"
    assert client.post(url, {**fields, "phone": "13941799999"}).status_code == 302
    who.refresh_from_db()
    assert who.filed_at is None
    assert client.post(url, {**fields, "until_on": "2025-12-31"}).status_code == 422


def test_supervisors_and_tips_come_in_from_files_once(branch: Branch, tmp_path: Path) -> None:
    area(branch, "M-1")
    people = xlsx(
        tmp_path / "people.xlsx",
        ["编号", "抄表区域", "监督员", "联系电话", "聘请日期", "同意"],
        ["JD-1", "M-1", "王大妈", "13941712345", "2026-01-05", "签字"],
    )
    assert counts(bring(people, branch.director, SupervisorsTransfer)) == (1, 0, 0, 0)
    assert counts(bring(people, branch.director, SupervisorsTransfer)) == (0, 0, 1, 0)
    tips = xlsx(
        tmp_path / "tips.xlsx",
        ["编号", "监督员编号", "反映时间", "内容"],
        ["JB-1", "JD-1", "2026-02-10 09:00", "抄表员三个月没来"],
    )
    assert counts(bring(tips, branch.director, TipsTransfer)) == (1, 0, 0, 0)
    assert counts(bring(tips, branch.director, TipsTransfer)) == (0, 0, 1, 0)
    assert counts(bring(tips, None, TipsTransfer)) == (0, 0, 1, 0)
    assert Tip.objects.get().case.notes.get().text == "抄表员三个月没来"


def test_a_tip_is_entered_on_its_page_and_answered_on_its_case(branch: Branch, client: Client) -> None:
    who = supervisor(branch)
    client.force_login(branch.owner)
    url = reverse("service:tip-new")
    assert client.get(url).status_code == 200
    fields = {
        "number": "JB-1",
        "supervisor": who.pk,
        "tipped_at": "2026-02-10T09:00",
        "text": "电话13941712345",
    }
    assert client.post(url, {**fields, "text": ""}).status_code == 422
    assert client.post(url, fields).status_code == 302
    made = Tip.objects.get()
    case = reverse("case", args=[made.case.number])
    assert "王大妈" in client.get(case).content.decode()
    told = reverse("service:tip-told", args=[made.pk])
    client.post(told, {"answer": "还没有结果"})
    made.refresh_from_db()
    assert made.told_at is None
    rejected(branch, made.case, "2026-02-12 15:00")
    assert told in client.get(case).content.decode()
    client.post(told, {"answer": "已核实并答复"})
    assert "已核实并答复" in client.get(case).content.decode()


def test_words_leave_the_house_without_numbers_of_people(branch: Branch, client: Client) -> None:
    who = supervisor(branch)
    text = "王家表号 000123456789 抄错，电话13941712345"
    act.take_tip(
        user=branch.owner, number="JB-1", supervisor=who, text=text, tipped_at=at("2026-02-10 09:00")
    )
    client.force_login(branch.director)
    answer: Any = client.get(reverse("service:tips-export"), {"view": "all", "format": "csv", "hide": "case"})
    sheet = b"".join(answer.streaming_content).decode()
    assert "抄错" in sheet
    assert "13941712345" not in sheet
    assert "000123456789" not in sheet


class TestSupervisors(ListingContract):
    listing: ClassVar[type[Listing]] = SupervisorsListing

    def make(self, world: World, n: int) -> None:
        first = Supervisor.objects.count()
        for number in range(first, first + n):
            where = Area.objects.create(code=f"M-{number}", name="北关", unit=world.building)
            Supervisor.objects.create(
                number=f"JD-{number}",
                area=where,
                name="王大妈",
                phone="139",
                since_on="2026-01-05",
                consent="签字",
            )


class TestTips(ListingContract):
    listing: ClassVar[type[Listing]] = TipsListing

    def make(self, world: World, n: int) -> None:
        where, _fresh = Area.objects.get_or_create(code="M-0", name="北关", unit=world.building)
        who, _fresh = Supervisor.objects.get_or_create(
            number="JD-0",
            defaults={
                "area": where,
                "name": "王大妈",
                "phone": "139",
                "since_on": "2026-01-05",
                "consent": "签字",
            },
        )
        first = Tip.objects.count()
        for number in range(first, first + n):
            act.take_tip(
                user=world.wu_min,
                number=f"JB-{number}",
                supervisor=who,
                text="抄表员三个月没来",
                tipped_at=at("2026-02-10 09:00"),
            )


def test_posts_of_the_card_are_those_of_the_area_of_the_supervisor(branch: Branch, client: Client) -> None:
    """A deputy appointed for the team itself stands before the branch's."""
    own = branch.owner
    own.person = Person.objects.create(number="P02", name="吴班长", unit=branch.repair, phone="0417-5820002")
    own.save()
    duty.appoint(key="marketing_deputy", unit=branch.repair, to=own)
    supervisor(branch)
    client.force_login(branch.director)
    assert "0417-5820002" in client.get(reverse("service:supervisor-cards")).content.decode()
