"""Call-backs: who may make them, when, and what the customer's answer does to the case."""

from collections.abc import Iterator
from typing import Any

import pytest

from bihuan.kernel import clock
from bihuan.kernel.act.cases import accept, attempt, call_back, reopen, resolve, start, verify, void, wait
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Notice, Task, User
from bihuan.kernel.tests.desk_world import a_complaint, a_file, an, at, desk, local
from bihuan.kernel.tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    with desk() as found:
        yield found


def duty(case: Case, kind: str) -> Task:
    return case.tasks.filter(kind=kind).order_by("-pk")[0]


def handled(world: World, when: str, until: str) -> Case:
    case = a_complaint(world, when)
    accept(case=case, user=world.wu_min, at=at(when))
    start(case=case, user=world.wu_min, at=at(when))
    return resolve(case=case, user=world.wu_min, verdict="settled", text="已上门处理", at=at(until))


def zhou(world: World) -> User:
    return User.objects.get(username="zhou_ping")


def test_a_complaint_has_two_call_backs_whose_clocks_run_from_its_beginning(world: World) -> None:
    case = a_complaint(world, "2025-01-24 10:00")
    first, second = duty(case, "call_1"), duty(case, "call_2")
    assert (local(first.due_at), first.owner) == ("2025-02-07 23:59", world.sun_qian)
    assert (local(second.opens_at), local(second.due_at)) == ("2025-02-05 00:00", "2025-02-28 23:59")


def test_over_the_end_of_the_known_calendar_a_call_back_is_provisional(world: World) -> None:
    assert duty(a_complaint(world, "2026-12-25 10:00"), "call_1").due_provisional


def test_the_handler_cannot_call_back_his_own_work_and_somebody_else_can(world: World) -> None:
    case = handled(world, "2025-01-24 10:00", "2025-01-27 10:00")
    task = duty(case, "call_1")
    Task.objects.filter(pk=task.pk).update(owner=None)
    with pytest.raises(Refused):
        call_back(
            task=task, user=world.wu_min, outcome="satisfied", text="客户满意", at=at("2025-01-27 11:00")
        )
    call_back(task=task, user=world.sun_qian, outcome="satisfied", text="客户满意", at=at("2025-01-27 11:00"))
    case.refresh_from_db()
    assert (case.state, case.verifier) == ("closed", world.sun_qian)
    assert duty(case, "call_2").state == "open", "the second call-back is still to come"


def test_a_case_that_is_verified_by_its_call_back_has_no_other_way_to_close(world: World) -> None:
    case = handled(world, "2025-01-24 10:00", "2025-01-27 10:00")
    with pytest.raises(Refused, match="回访"):
        verify(case=case, user=world.sun_qian, at=at("2025-01-27 11:00"))


def test_nobody_is_called_before_the_handling_has_ended_or_the_window_opens(world: World) -> None:
    case = a_complaint(world, "2025-01-24 10:00")
    with pytest.raises(Refused):
        call_back(task=duty(case, "call_1"), user=world.sun_qian, outcome="satisfied", text="客户满意")
    case = handled(world, "2025-01-25 10:00", "2025-01-27 10:00")
    with pytest.raises(Refused, match="2025-02-05"):
        call_back(
            task=duty(case, "call_2"),
            user=zhou(world),
            outcome="satisfied",
            text="客户满意",
            at=at("2025-01-27 11:00"),
        )


def test_not_resolved_reopens_the_same_case_and_asks_for_the_call_again(world: World) -> None:
    case = handled(world, "2025-01-24 10:00", "2025-01-27 10:00")
    call_back(
        task=duty(case, "call_1"),
        user=world.sun_qian,
        outcome="not_resolved",
        text="仍未恢复",
        at=at("2025-02-05 09:00"),
    )
    case.refresh_from_db()
    assert (case.state, case.reopened, Case.objects.count()) == ("reopened", 1, 1)
    again = duty(case, "call_1")
    assert (again.state, local(again.due_at)) == ("open", "2025-02-07 23:59")


def test_unreachable_needs_three_tries_on_three_days_at_two_times_of_day(world: World) -> None:
    case = handled(world, "2025-01-24 10:00", "2025-01-27 10:00")
    task = duty(case, "call_1")
    for hour in ("09:00", "11:00", "15:00"):
        attempt(task=task, user=world.sun_qian, at=at(f"2025-02-05 {hour}"))
    with pytest.raises(Refused, match="2"):
        call_back(
            task=task, user=world.sun_qian, outcome="unreachable", text="三次未接", at=at("2025-02-05 16:00")
        )
    for day in ("06", "07"):
        attempt(task=task, user=world.sun_qian, at=at(f"2025-02-{day} 09:00"))
    call_back(
        task=task, user=world.sun_qian, outcome="unreachable", text="三天未接", at=at("2025-02-07 16:00")
    )
    case.refresh_from_db()
    assert (case.state, duty(case, "call_1").outcome) == ("closed", "unreachable")


def test_who_wants_no_call_must_be_proven(world: World) -> None:
    case = handled(world, "2025-01-24 10:00", "2025-01-27 10:00")
    said: dict[str, Any] = {
        "user": world.sun_qian,
        "outcome": "declined",
        "text": "客户要求不回访",
        "at": at("2025-02-05 09:00"),
    }
    with pytest.raises(Refused):
        call_back(task=duty(case, "call_1"), **said)
    proof = a_file(case, said["at"])
    call_back(task=duty(case, "call_1"), proof=proof.pk, **said)
    assert duty(case, "call_1").outcome == "declined"


def test_the_second_call_back_finds_it_broken_again(world: World) -> None:
    case = handled(world, "2025-01-24 10:00", "2025-01-27 10:00")
    call_back(
        task=duty(case, "call_1"),
        user=world.sun_qian,
        outcome="satisfied",
        text="客户满意",
        at=at("2025-01-27 11:00"),
    )
    call_back(
        task=duty(case, "call_2"),
        user=zhou(world),
        outcome="not_resolved",
        text="又停电了",
        at=at("2025-02-20 09:00"),
    )
    case.refresh_from_db()
    assert (case.state, case.reopened) == ("reopened", 1), "within thirty days it is the same case"


def test_after_thirty_days_a_new_case_follows_the_old_one(world: World) -> None:
    case = handled(world, "2025-01-02 10:00", "2025-01-06 10:00")
    call_back(
        task=duty(case, "call_1"),
        user=world.sun_qian,
        outcome="satisfied",
        text="客户满意",
        at=at("2025-01-06 11:00"),
    )
    call_back(
        task=duty(case, "call_2"),
        user=zhou(world),
        outcome="not_resolved",
        text="又停电了",
        at=at("2025-02-25 09:00"),
    )
    case.refresh_from_db()
    new = Case.objects.exclude(pk=case.pk).get()
    assert (case.state, new.kind, new.links.get().other) == ("closed", "complaint", case)


def test_a_late_call_back_is_told_to_who_must_know_once(world: World) -> None:
    case = handled(world, "2025-01-24 10:00", "2025-01-27 10:00")
    for _ in range(2):
        clock.run_due(at("2025-02-20 09:00"))
    told = Notice.objects.filter(case=case, key__startswith="task.").values_list("key", "user__username")
    assert sorted(told) == [
        ("task.escalated", "sun_qian"),
        ("task.escalated", "zhou_ping"),
        ("task.overdue", "sun_qian"),
        ("task.soon", "sun_qian"),
    ]


def test_frappe_1542_accepting_does_not_fulfil_the_resolution(world: World) -> None:
    case = a_complaint(world, "2026-11-23 10:00")
    accept(case=case, user=world.wu_min, at=at("2026-11-23 11:00"))
    assert duty(case, "accept").state == "done"
    assert duty(case, "fix").state == "open"
    clock.run_due(at("2026-11-30 09:00"))
    assert case.events.filter(verb="case.overdue").count() == 1


def test_zammad_4353_a_void_case_has_no_living_duty(world: World) -> None:
    case = a_complaint(world, "2026-11-23 10:00")
    void(case=case, user=world.sun_qian, text="测试单据", at=at("2026-11-23 11:00"))
    clock.run_due(at("2027-03-01 09:00"))
    assert not Notice.objects.filter(case=case).exclude(key="case.opened").exists()
    assert set(case.tasks.values_list("state", flat=True)) == {"cancelled"}


def test_a_finding_waits_for_its_notice_and_a_serious_one_does_not(world: World) -> None:
    plain = an(world, "finding", "2025-02-08 10:00", owner=None)
    assert (plain.state, plain.due_at) == ("notified", None) or plain.state == "opened"
    assert local(duty(plain, "notify").due_at) == "2025-02-11 23:59"
    serious = an(world, "finding", "2025-02-08 10:00", episode="s", severity=3)
    assert serious.state == "notified"
    assert Notice.objects.get(case=serious, key="case.serious").user == zhou(world)
    assert set(serious.events.values_list("verb", flat=True)) >= {"case.notify", "case.reported"}
    assert {event.at for event in serious.events.all()} == {at("2025-02-08 10:00")}


@pytest.mark.parametrize(
    ("when", "notice"), [("2025-01-26 09:00", "2025-02-05 23:59"), ("2025-02-01 09:00", "2025-02-06 23:59")]
)
def test_the_limit_of_the_notice_runs_in_working_days(world: World, when: str, notice: str) -> None:
    assert local(duty(an(world, "finding", when), "notify").due_at) == notice


def test_the_fixing_clock_begins_with_the_notice(world: World) -> None:
    from bihuan.kernel.act.cases import assign

    case = an(world, "finding", "2025-01-22 10:00")
    assert case.due_at is None
    assign(case=case, user=world.sun_qian, to=world.wu_min, at=at("2025-01-24 16:00"))
    assert (case.state, local(case.due_at)) == ("notified", "2025-01-27 16:00")
    assert duty(case, "notify").state == "done"


def test_a_kind_that_needs_proof_is_not_resolved_without_file_and_cause(world: World) -> None:
    from bihuan.kernel.models import Cause

    case = an(world, "finding", "2025-02-10 10:00", severity=3)
    accept(case=case, user=world.wu_min, at=at("2025-02-10 10:30"))
    said: dict[str, Any] = {
        "case": case,
        "user": world.wu_min,
        "verdict": "put_right",
        "text": "已整改到位",
        "at": at("2025-02-10 11:00"),
    }
    with pytest.raises(Refused):
        resolve(**said)
    cause = Cause.objects.create(name="培训不足", code="TRAIN")
    with pytest.raises(Refused):
        resolve(**said, cause=cause)
    with pytest.raises(Refused):
        wait(case=case, user=world.wu_min, reason="outage", text="台风停电", at=at("2025-02-10 11:00"))
    a_file(case, at("2025-02-10 11:00"))
    resolve(**said, cause=cause)
    assert (case.state, case.cause) == ("verifying", cause)


def test_a_reset_is_said_in_the_event(world: World) -> None:
    case = handled(world, "2025-01-24 10:00", "2025-01-27 10:00")
    call_back(
        task=duty(case, "call_1"),
        user=world.sun_qian,
        outcome="satisfied",
        text="客户满意",
        at=at("2025-01-27 11:00"),
    )
    reopen(case=case, user=world.sun_qian, text="客户来电，又坏了", reset=True, at=at("2025-02-10 09:00"))
    assert local(case.due_at) == "2025-02-14 23:59"
    assert case.events.get(verb="case.reopen").payload["reset"] is True
