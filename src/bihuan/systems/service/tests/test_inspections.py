"""A check as it is signed on the spot: score, findings and their cases, photos, corrections."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Event, Evidence, EvidenceAccess, Notice, Obligation, Person, Role, Unit
from bihuan.kernel.tests.desk_world import at, local
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.act.inspections import MOST_PHOTOS, Shot, Unfinished
from bihuan.systems.service.models import Inspection, Job, Scorecard, Staff
from bihuan.systems.service.rules.inspection import Said

from .inspecting import Checked, checked, filled, looked, nights, owed, picture, send, typed

pytestmark = pytest.mark.django_db
DIRTY = Said("地面有积水", finding=True)


@pytest.fixture
def world() -> Checked:
    return checked()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-03 10:00+08:00", tick=False) as travelling:
        yield travelling


NOW = "2026-03-03 09:50"


def test_a_record_is_signed_with_its_score(world: Checked, client: Client, clock: Any) -> None:
    answer = send(client, world.visitor, "visit", "H2-01", typed(world, at=NOW, marks=("15", "30", "50")))
    row = Inspection.objects.get()
    assert answer["Location"] == reverse("service:inspection", args=[row.pk])
    assert (float(row.score), row.vetoed) == (95, False)
    assert (row.by, row.unit) == (world.visitor, world.halls)
    assert (local(row.at), local(row.recorded_at)) == (NOW, "2026-03-03 10:00")
    page = client.get(answer["Location"]).content.decode()
    assert "visits评分表" in page
    assert "95" in page


def test_what_does_not_apply_has_no_weight(world: Checked, client: Client, clock: Any) -> None:
    send(client, world.visitor, "visit", "H2-01", typed(world, at=NOW, marks=("10", "none", "50")))
    assert float(Inspection.objects.get().score) == pytest.approx(85.71)


def test_scenario_2_a_finding_of_a_visit_is_to_be_told_within_two_working_days(
    world: Checked, client: Client
) -> None:
    for moment, due in (("2025-01-26 09:00", "2025-02-05 23:59"), ("2025-02-01 09:00", "2025-02-06 23:59")):
        with time_machine.travel(f"{moment}+08:00", tick=False):
            data = typed(world, at=moment, marks=("10", "30", "50"), text_0="地面有积水", finding_0="on")
            send(client, world.visitor, "visit", "H2-01", data)
        case = Inspection.objects.get(number=f"visit-{moment}").remarks.get().case
        assert case is not None
        task = case.tasks.get(kind="notify")
        assert (case.kind, case.state, case.unit) == ("visit_finding", "opened", world.halls)
        assert (local(task.due_at), task.owner) == (due, world.branch.posts["assessment_group"])


def test_scenario_3_a_serious_finding_is_told_and_reported_in_the_same_minute_and_a_normal_one_is_not(
    world: Checked, client: Client
) -> None:
    data = typed(
        world,
        at="2025-02-08 10:00",
        marks=("10", "15", "50"),
        text_0="配电箱裸露，儿童可触及",
        finding_0="on",
        serious_0="on",
        text_1="无人引导",
        finding_1="on",
    )
    with time_machine.travel("2025-02-08 10:00+08:00", tick=False):
        send(client, world.visitor, "visit", "H2-01", data)
    serious, normal = [remark.case for remark in Inspection.objects.get().remarks.all()]
    assert serious is not None
    assert normal is not None
    assert local(normal.tasks.get(kind="notify").due_at) == "2025-02-11 23:59"
    told = {(notice.key, notice.user) for notice in Notice.objects.filter(case=serious)}
    assert told == {("case.opened", world.leader), ("case.serious", world.branch.posts["marketing_deputy"])}
    events = {event.verb: local(event.at) for event in serious.events.all()}
    assert (events["case.notify"], events["case.reported"]) == ("2025-02-08 10:00", "2025-02-08 10:00")


def test_a_finding_of_the_video_check_is_told_at_once_with_five_working_days(
    world: Checked, client: Client, clock: Any
) -> None:
    more: dict[str, Any] = {"marks": ("10", "30", "0"), "text_0": "地面有积水", "finding_0": "on"}
    data = typed(world, "video", at=NOW, **more, text_2="拒绝办理", finding_2="on", serious_2="on")
    send(client, world.watcher, "video", "H2-01", data)
    row = Inspection.objects.get()
    assert (float(row.score), row.vetoed) == (0, True), "a broken veto item decides alone"
    normal, serious = [remark.case for remark in row.remarks.all()]
    assert normal is not None
    assert serious is not None
    assert (normal.kind, normal.state, local(normal.due_at)) == (
        "video_finding",
        "notified",
        "2026-03-10 23:59",
    )
    reported = Notice.objects.get(case=serious, key="case.serious")
    assert reported.user == world.branch.posts["manager_in_charge"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"marks": ("10", "", "50")}, "请选择得分"),
        ({"marks": ("10", "30", "0")}, "否决项不合格即为发现问题"),
        ({"finding_1": "on"}, "请写明发现的问题"),
        ({"marks": ("99", "30", "50")}, "99"),
    ],
)
def test_an_unfinished_card_is_not_signed_and_its_item_says_why(
    world: Checked, client: Client, clock: Any, more: dict[str, Any], words: str
) -> None:
    data = typed(world, at=NOW, **more)
    answer = send(client, world.visitor, "visit", "H2-01", data, accept="application/json")
    assert answer.status_code == 422
    (fault,) = answer.json()["faults"].values()
    assert words in fault
    page = send(client, world.visitor, "visit", "H2-01", data)
    assert page.status_code == 422
    assert 'class="bh-insp-item bh-insp-wrong"' in page.content.decode()
    assert not Inspection.objects.exists()


def test_sent_twice_it_is_one_record_and_one_case(world: Checked, client: Client, clock: Any) -> None:
    data = typed(world, at=NOW, marks=("10", "30", "50"), text_0="地面有积水", finding_0="on")
    answers = [
        send(client, world.visitor, "visit", "H2-01", data, accept="application/json").json()
        for _n in range(2)
    ]
    assert answers[0] == answers[1]
    assert (Inspection.objects.count(), Case.objects.filter(kind="visit_finding").count()) == (1, 1)
    with pytest.raises(Refused):
        act.inspect(filled=filled(world, NOW, number=data["number"]), by=world.inspector)


def test_what_lies_ahead_is_not_recorded(world: Checked, client: Client, clock: Any) -> None:
    assert (
        send(client, world.visitor, "visit", "H2-01", typed(world, at="2026-03-03 10:30")).status_code == 422
    )
    with pytest.raises(Refused):
        act.inspect(filled=filled(world, "2026-03-03 10:30"), by=world.visitor)


def test_a_card_that_was_replaced_under_way_still_counts_as_it_was_opened(
    world: Checked, client: Client, clock: Any
) -> None:
    data = typed(world, at=NOW)
    newer = act.draft_card(subject="visits", user=world.branch.director)
    act.put_in_force(card=newer, user=world.branch.director, on=at(NOW).date())
    send(client, world.visitor, "visit", "H2-01", data)
    assert Inspection.objects.get().card == world.cards["visits"]
    client.force_login(world.visitor)
    assert client.get(reverse("service:inspect", args=["visit", "H2-01"])).context["card"] == newer


def test_without_a_card_in_force_the_page_says_what_to_do(world: Checked, client: Client) -> None:
    Scorecard.objects.update(valid_from=None)
    client.force_login(world.branch.director)
    page = client.get(reverse("service:inspect", args=["visit", "H2-01"])).content.decode()
    assert reverse("service:scorecards") in page
    with pytest.raises(Refused):
        looked(world, NOW)


def test_who_works_there_or_has_no_business_there_does_not_inspect(world: Checked, client: Client) -> None:
    clerk = Person.objects.create(number="Y01", name="吕营业员", unit=world.halls)
    Staff.objects.create(person=clerk, team=world.halls, job=Job.CLERK, hall=world.hall)
    own = account("lv", "吕营业员", Role.MANAGER, world.branch.branch, person=clerk)
    elsewhere = Unit.objects.create(name="盖州", code="GZ")
    stranger = account("gz", "盖州", Role.MANAGER, elsewhere)
    for user in (own, world.leader, stranger):
        with pytest.raises(Refused):
            looked(world, NOW, user)
    for user, status in ((world.leader, 403), (stranger, 404)):
        client.force_login(user)
        assert client.get(reverse("service:inspect", args=["visit", "H2-01"])).status_code == status


def test_who_holds_the_post_inspects_whatever_the_role(world: Checked, client: Client) -> None:
    from bihuan.kernel.act import duty

    holder = account("post", "巡查员", Role.OWNER, world.branch.branch)
    with pytest.raises(Refused):
        looked(world, NOW, holder)
    duty.appoint(key="service_manager", unit=world.branch.branch, to=holder)
    assert looked(world, NOW, holder).by == holder
    with pytest.raises(Refused):
        looked(world, NOW, holder, kind="video")


def test_photos_are_protected_and_each_opening_is_on_record(
    world: Checked, client: Client, clock: Any
) -> None:
    data = typed(world, at=NOW, marks=("10", "30", "50"), text_0="地面有积水", finding_0="on")
    data |= {f"photo-{world.items()[0].pk}": [picture("a.jpg"), picture("b.jpg")]}
    send(client, world.visitor, "visit", "H2-01", data)
    row = Inspection.objects.get()
    photos = [photo.evidence for photo in row.photos.all()]
    assert [(photo.private, photo.media_type, photo.unit) for photo in photos] == [
        (True, "image/jpeg", world.halls)
    ] * 2
    url = reverse("evidence", args=[photos[0].pk])
    assert client.get(url)["Content-Type"].startswith("text/html"), "opening asks first"
    assert client.post(url)["Content-Type"] == "image/jpeg"
    assert EvidenceAccess.objects.get().user == world.visitor
    viewer = account("viewer", "看客", Role.VIEWER, world.branch.branch)
    client.force_login(viewer)
    assert client.post(url).status_code == 403
    case = row.remarks.get().case
    assert case is not None
    assert not case.evidence.exists(), "what the finder saw is no proof that it was put right"
    client.force_login(world.leader)
    assert url in client.get(reverse("case", args=[case.number])).content.decode()


def test_what_is_no_picture_is_refused_beside_its_item(world: Checked) -> None:
    item = world.items()[0].pk
    with pytest.raises(Unfinished) as refused:
        looked(world, NOW, shots=(Shot(item, "liste.txt", b"text"),))
    assert refused.value.item == item
    with pytest.raises(Refused):
        looked(world, NOW, shots=(Shot(item, "a.jpg", picture().read()),) * (MOST_PHOTOS + 1))
    assert (Inspection.objects.count(), Evidence.objects.count()) == (0, 0)


def test_a_correction_takes_the_place_of_a_record_and_says_why(world: Checked, client: Client) -> None:
    nights("2026-02-27 10:00", "2026-03-02 00:20")
    said = {0: DIRTY, 1: Said("无人引导", finding=True)}
    old = looked(world, NOW, marks=(10, 15, 50), said=said)
    kept, dropped = [remark.case for remark in old.remarks.all()]
    assert kept is not None
    assert dropped is not None
    data = typed(world, at=NOW, marks=("15", "30", "50"), text_0="地面有积水", finding_0="on", number="new")
    client.force_login(world.visitor)
    url = reverse("service:inspection-correct", args=[old.pk])
    assert 'value="10" ' in client.get(url).content.decode()
    with time_machine.travel("2026-03-03 15:00+08:00", tick=False):
        assert client.post(url, data).status_code == 422, "a correction says why"
        assert client.post(url, {**data, "reason": "看错了楼层"}).status_code == 302
    old.refresh_from_db()
    new = Inspection.objects.get(number="new")
    assert (old.valid, old.voided_by, old.voided_why, new.corrects) == (
        False,
        world.visitor,
        "看错了楼层",
        old,
    )
    assert float(old.score) == 75, "what was signed stays as it was signed"
    assert [remark.case for remark in new.remarks.all()] == [kept]
    assert "看错了楼层" in dropped.notes.latest("pk").text
    assert kept.notes.count() == 1
    week = owed("visit_2", "2026-03-02")
    assert (week.state, week.done, week.fulfilments.get().source) == ("done", 1, f"inspection:{new.pk}")
    page = client.get(reverse("service:inspection", args=[old.pk])).content.decode()
    assert new.number in page
    assert "看错了楼层" in page


def test_a_void_record_counts_for_nothing_and_its_case_is_told(world: Checked, client: Client) -> None:
    nights("2026-02-27 10:00", "2026-03-02 00:20")
    row = looked(world, NOW, marks=(10, 30, 50), said={0: DIRTY})
    client.force_login(world.visitor)
    url = reverse("service:inspection-void", args=[row.pk])
    client.post(url, {"reason": ""})
    assert Inspection.objects.get().valid
    client.post(url, {"reason": "记录错厅"})
    row.refresh_from_db()
    assert (row.valid, row.voided_why) == (False, "记录错厅")
    assert owed("visit_2", "2026-03-02").state == "due"
    assert "记录错厅" in Case.objects.get(kind="visit_finding").notes.latest("pk").text
    assert Event.objects.filter(verb="inspection.voided").count() == 1
    with pytest.raises(Refused):
        act.void(row=row, by=world.visitor, reason="再作废一次")


def test_only_who_signed_or_may_void_corrects(world: Checked, client: Client) -> None:
    row = looked(world, NOW)
    with pytest.raises(Refused):
        act.void(row=row, by=world.leader, reason="不想要这条")
    with pytest.raises(Refused):
        act.correct(row=row, filled=filled(world, NOW, number="n"), by=world.leader, reason="不想要这条")
    client.force_login(world.leader)
    assert client.get(reverse("service:inspection-correct", args=[row.pk])).status_code == 403
    assert act.void(row=row, by=world.branch.posts["marketing_head"], reason="重复记录").valid is False


def test_a_visit_voided_after_the_hall_changed_its_level_counts_no_longer(world: Checked) -> None:
    nights("2026-02-27 10:00", "2026-03-02 00:20")
    row = looked(world, NOW)
    world.hall.level = 3
    world.hall.save()
    row.refresh_from_db()
    act.void(row=Inspection.objects.get(), by=world.visitor, reason="记录错厅")
    found = Obligation.objects.get(key="service.visit_2", begins_on="2026-03-02")
    assert (found.state, found.done) == ("due", 0)


def test_the_worker_of_the_sheet_is_served_from_its_own_address(client: Client) -> None:
    answer = client.get(reverse("service:inspect-worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert reverse("service:inspect", args=["visit", "H2-01"]).startswith(
        reverse("service:inspect-worker").rpartition("/")[0]
    )
