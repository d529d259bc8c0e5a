"""Call-backs after stages and repairs, complaints with theirs, and the rates that follow."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.kernel import clock
from bihuan.kernel.act.calendar import set_days
from bihuan.kernel.act.cases import accept, call_back, resolve, start
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Cause, Event, Evidence, Notice
from bihuan.kernel.tests.desk_world import at, local
from bihuan.kernel.tests.world import World
from bihuan.systems.service import act
from bihuan.systems.service.lists.calls import CallsListing, ComplaintsListing, StagesTransfer
from bihuan.systems.service.models import Call, Complaint, Order, Stage
from bihuan.systems.service.read.calls import complaint_calls, order_calls
from bihuan.web.listing import Listing
from bihuan.web.tests.listing_contract import ListingContract
from bihuan.web.tests.sheets import xlsx
from bihuan.web.tests.test_transfer_people import bring, counts

from .yingkou import Branch, build

pytestmark = pytest.mark.django_db
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt "


@pytest.fixture
def branch() -> Branch:
    return build()


def order(branch: Branch, kind: str = "fault", number: str = "GZ-1") -> Order:
    return Order.objects.create(
        kind=kind,
        number=number,
        unit=branch.repair,
        customer=branch.customer,
        opened_at=at("2026-02-10 08:00"),
    )


def due(branch: Branch, stage: str = "fault_1", when: str = "2026-02-13 15:00", number: str = "GZ-1") -> Call:
    kind = "fault" if stage.startswith("fault") else "expansion"
    row = Order.objects.filter(number=number).first() or order(branch, kind, number)
    call = act.end_stage(order=row, stage=stage, at=at(when), worker=branch.repairer)
    assert call is not None
    return call


def test_a_call_back_is_due_two_working_days_after_its_stage(branch: Branch) -> None:
    assert local(due(branch, "survey").due_at) == "2026-02-24 23:59"


def test_five_stages_bring_five_call_backs_each_once(branch: Branch) -> None:
    row = order(branch, "expansion")
    for _ in range(2):
        for stage in [each for each in Stage.values if not each.startswith("fault")]:
            act.end_stage(order=row, stage=stage, at=at("2026-02-13 15:00"))
    assert row.calls.count() == 5
    assert {call.owner for call in row.calls.all()} == {branch.posts["expansion_caller"]}


def test_a_call_back_follows_a_changed_calendar_and_a_late_one_does_not(
    branch: Branch, time_machine: Any
) -> None:
    time_machine.move_to(at("2026-02-27 12:00"), tick=False)
    late, ahead = due(branch, "survey"), due(branch, "interim", "2026-02-27 09:00")
    assert [local(row.due_at) for row in (late, ahead)] == ["2026-02-24 23:59", "2026-03-02 23:59"]
    set_days(user=branch.director, days=[(date(2026, 2, 28), False, ""), (date(2026, 2, 24), False, "")])
    for row in (late, ahead):
        row.refresh_from_db()
    assert [local(row.due_at) for row in (late, ahead)] == ["2026-02-24 23:59", "2026-03-03 23:59"]
    assert Notice.objects.filter(key="service.call_moved").count() == 1
    event = Event.objects.get(verb="call.calendar")
    assert (event.subject, event.payload["before"] < event.payload["after"]) == (f"call:{ahead.pk}", True)


def test_what_is_not_due_yet_is_no_failure_and_what_waits_beyond_its_limit_is(
    branch: Branch, time_machine: Any
) -> None:
    due(branch, number="GZ-1", when="2026-02-13 15:00")
    due(branch, number="GZ-2", when="2026-02-25 15:00")
    span = at("2026-02-01 00:00"), at("2026-03-01 00:00")
    time_machine.move_to(at("2026-02-26 09:00"), tick=False)
    found = order_calls(branch.branch, *span, stage="fault_1", named=True)
    assert (found.base, found.waiting, found.judged, found.late) == (2, 1, 1, ("GZ-1",))
    time_machine.move_to(at("2026-03-02 09:00"), tick=False)
    found = order_calls(branch.branch, *span, stage="fault_1", named=True)
    assert (found.waiting, found.judged, found.late) == (0, 2, ("GZ-1", "GZ-2"))


def test_a_stage_that_is_switched_off_brings_none(branch: Branch) -> None:
    from decimal import Decimal

    from bihuan.kernel.act.standards import revise

    revise(
        key="service.stage.interim",
        value=Decimal(0),
        valid_from=at("2026-01-01 00:00").date(),
        user=branch.director,
        note="试点不回访",
    )
    row = order(branch, "expansion")
    assert act.end_stage(order=row, stage="interim", at=at("2026-02-13 15:00")) is None
    with pytest.raises(Refused):
        act.end_stage(order=row, stage="fault_1", at=at("2026-02-13 15:00"))


def test_who_did_the_work_does_not_call_back(branch: Branch) -> None:
    call = due(branch)
    worker: Any = branch.repairer.person
    with pytest.raises(Refused):
        act.finish(call=call, user=worker.user, answer="satisfied", said="满意")
    act.finish(call=call, user=branch.posts["service_centre"], answer="satisfied", said="满意")
    assert (call.state, call.done_by) == ("done", branch.posts["service_centre"])


def test_after_the_first_call_comes_a_recorded_second(branch: Branch) -> None:
    user = branch.posts["service_centre"]
    act.finish(call=due(branch), user=user, answer="neutral", said="还行", at=at("2026-02-14 10:00"))
    second = Call.objects.get(stage="fault_2")
    assert local(second.due_at) == "2026-02-25 23:59"
    said: dict[str, Any] = {"call": second, "user": user, "answer": "satisfied", "said": "满意"}
    with pytest.raises(Refused):
        act.finish(**said)
    with pytest.raises(Refused):
        act.finish(**said, recording=("x.txt", b"no recording"))
    act.finish(**said, recording=("x.wav", WAV))
    assert second.recording is not None
    assert second.recording.media_type == "audio/wav"


def test_a_bad_answer_opens_a_case_of_the_team(branch: Branch) -> None:
    call = act.finish(
        call=due(branch), user=branch.posts["service_centre"], answer="not_resolved", said="又停了"
    )
    assert call.case is not None
    assert (call.case.kind, call.case.owner, call.case.customer) == (
        "call_finding",
        branch.owner,
        branch.customer,
    )


def test_unreachable_needs_three_tries(branch: Branch) -> None:
    call, user = due(branch), branch.posts["service_centre"]
    for when in ("2026-02-14 09:00", "2026-02-24 15:00"):
        act.ring(call=call, user=user, at=at(when))
    with pytest.raises(Refused):
        act.finish(call=call, user=user, answer="unreachable", said="无人接听")
    act.ring(call=call, user=user, at=at("2026-02-25 15:00"))
    act.finish(call=call, user=user, answer="unreachable", said="无人接听")
    assert call.answer == "unreachable"


def test_an_overdue_call_is_told_once_to_its_owner_and_then_to_the_head(branch: Branch) -> None:
    due(branch)
    for now in ("2026-02-24 10:00", "2026-02-25 09:00", "2026-02-25 13:00", "2026-03-05 09:00"):
        clock.run_due(at(now))
    told = Notice.objects.filter(key="service.call_late").order_by("pk")
    assert [row.user for row in told] == [branch.posts["service_centre"], branch.posts["marketing_head"]]


def complaint(branch: Branch, number: str, when: str, serious: bool = False) -> Case:
    case, _fresh = act.take(
        user=branch.owner,
        unit=branch.repair,
        number=number,
        text="停电两天无人处理",
        complained_at=at(when),
        customer=branch.customer,
        serious=serious,
    )
    return case


def test_a_complaint_is_taken_once_and_its_words_stand_apart(branch: Branch) -> None:
    case = complaint(branch, "TS-1", "2025-01-24 10:00")
    assert complaint(branch, "TS-1", "2025-01-24 10:00") == case
    assert Complaint.objects.get().case == case
    assert "停电" not in str(list(case.events.values_list("payload", flat=True)))
    tasks = {task.kind: task for task in case.tasks.all()}
    assert local(tasks["call_1"].due_at) == "2025-02-07 23:59"
    assert local(tasks["contact"].due_at) == "2025-01-25 10:00"
    assert (tasks["call_1"].owner, tasks["call_2"].owner) == (
        branch.posts["marketing_head"],
        branch.posts["marketing_deputy"],
    )


def test_the_handler_makes_the_first_contact_himself(branch: Branch) -> None:
    case = complaint(branch, "TS-1", "2025-01-24 10:00")
    task = case.tasks.get(kind="contact")
    call_back(task=task, user=branch.owner, outcome="contacted", text="已联系客户", at=at("2025-01-24 11:00"))
    assert task.outcome == "contacted"


def test_a_complaint_of_tomorrow_is_refused(branch: Branch) -> None:
    with pytest.raises(Refused):
        complaint(branch, "TS-9", "2099-01-01 10:00")


def test_twenty_complaints_two_of_them_without_a_call_and_one_late(branch: Branch) -> None:
    head = branch.posts["marketing_head"]
    for n in range(20):
        case = complaint(branch, f"TS-{n:02d}", "2025-01-06 10:00")
        handled(branch, case, "2025-01-07 10:00")
        task, when = case.tasks.get(kind="call_1"), at("2025-01-16 10:00" if n == 19 else "2025-01-10 10:00")
        if n < 2:
            proof = a_file(case, when)
            call_back(task=task, user=head, outcome="declined", text="不愿回访", proof=proof.pk, at=when)
        else:
            call_back(task=task, user=head, outcome="satisfied", text="客户满意", at=when)
    found = complaint_calls(branch.branch, at("2025-01-01 00:00"), at("2025-02-01 00:00"), named=True)
    assert (found.wanted, found.declined, found.base, found.in_time, found.late) == (
        20,
        2,
        18,
        17,
        ("TS-19",),
    )
    rate = found.timely
    assert rate is not None
    assert (round(rate.value, 3), round(rate.interval.low, 3), round(rate.interval.high, 3)) == (
        0.944,
        0.742,
        0.990,
    )


def handled(branch: Branch, case: Case, when: str) -> None:
    accept(case=case, user=branch.owner, at=at(when))
    start(case=case, user=branch.owner, at=at(when))
    a_file(case, at(when))
    cause = Cause.objects.get_or_create(code="OUT", defaults={"name": "停电"})[0]
    resolve(case=case, user=branch.owner, verdict="justified", text="已恢复供电", cause=cause, at=at(when))


def a_file(case: Case, when: datetime) -> Evidence:
    return Evidence.objects.create(
        case=case, sha256="0" * 64, media_type="audio/wav", size=1, unit=case.unit, added_at=when
    )


def test_the_satisfied_are_a_share_of_those_who_were_reached(branch: Branch) -> None:
    user = branch.posts["service_centre"]
    for n, answer in enumerate(("satisfied", "dissatisfied", "declined", "neutral")):
        act.finish(
            call=due(branch, number=f"GZ-{n}"),
            user=user,
            answer=answer,
            said="客户的话",
            at=at("2026-02-14 09:00"),
        )
    due(branch, number="GZ-9")
    found = order_calls(branch.branch, at("2026-02-01 00:00"), at("2026-03-01 00:00"), stage="fault_1")
    assert (found.wanted, found.declined, found.open, found.reached, found.satisfied) == (5, 1, 1, 3, 1)


def test_stages_come_in_from_a_file_and_twice_is_once(branch: Branch, tmp_path: Path) -> None:
    sheet = xlsx(
        tmp_path / "stages.xlsx",
        ["申请编号", "环节", "结束时间", "班组", "户号", "经办人"],
        ["YK-1", "业务受理", "2026-02-13 10:00", "DSQ-R", "K001", "R01"],
        ["YK-1", "现场勘查", "2026-02-14 10:00", "DSQ-R", "K001", "R01"],
        ["GZ-7", "抢修后第一次回访", datetime(2026, 2, 14, 9), "抢修班", "", ""],
    )
    for _ in range(2):
        assert counts(bring(sheet, branch.director, StagesTransfer))[3] == 0
    assert sorted(Call.objects.values_list("order__number", "stage")) == [
        ("GZ-7", "fault_1"),
        ("YK-1", "acceptance"),
        ("YK-1", "survey"),
    ]


def test_a_call_is_made_on_its_page(branch: Branch, client: Client) -> None:
    call = due(branch)
    client.force_login(branch.posts["service_centre"])
    url = reverse("service:call", args=[call.pk])
    assert client.post(url, {"action": "ring"}).status_code == 302
    page = client.get(url).content.decode()
    assert "供电恢复了吗" in page
    assert (
        client.post(url, {"action": "finish", "answer": "unreachable", "said": "没人接"}).status_code == 409
    )
    assert client.post(url, {"action": "finish", "answer": "", "said": ""}).status_code == 422
    assert client.post(url, {"action": "finish", "answer": "satisfied", "said": "满意"}).status_code == 302
    call.refresh_from_db()
    assert call.state == "done"
    assert client.get(url).status_code == 200


def test_a_complaint_is_entered_on_its_page(branch: Branch, client: Client) -> None:
    client.force_login(branch.posts["service_centre"])
    url = reverse("service:complaint-new")
    assert client.get(url).status_code == 200
    fields = {
        "number": "TS-1",
        "channel": "95598",
        "complained_at": "2026-02-13T10:00",
        "unit": branch.repair.pk,
        "text": "停电两天",
        "customer": "K001",
    }
    assert client.post(url, {**fields, "customer": "K999"}).status_code == 422
    answer = client.post(url, fields)
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200


class TestCalls(ListingContract):
    listing: ClassVar[type[Listing]] = CallsListing

    def make(self, world: World, n: int) -> None:
        first = Order.objects.count()
        for number in range(first, first + n):
            row = Order.objects.create(
                kind="fault", number=f"GZ-{number}", unit=world.building, opened_at=at("2026-02-10 08:00")
            )
            act.end_stage(order=row, stage="fault_1", at=at("2026-02-13 15:00"))


class TestComplaints(ListingContract):
    listing: ClassVar[type[Listing]] = ComplaintsListing

    def make(self, world: World, n: int) -> None:
        first = Complaint.objects.count()
        for number in range(first, first + n):
            act.take(
                user=world.wu_min,
                unit=world.building,
                number=f"TS-{number}",
                text="停电两天无人处理",
                complained_at=at("2026-02-13 15:00"),
            )
