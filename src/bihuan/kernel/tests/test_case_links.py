"""Duplicates, mergers, rejections, other limits, waits that end by themselves, and the ladder."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bihuan.kernel import clock
from bihuan.kernel.act.calendar import set_days
from bihuan.kernel.act.cases import (
    accept,
    appeal,
    caused_by,
    duplicate,
    merge,
    reject,
    resume,
    retarget,
    start,
    wait,
)
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Notice, Rung
from bihuan.kernel.tests.desk_world import a_complaint, a_file, an, at, desk, local
from bihuan.kernel.tests.world import World

pytestmark = pytest.mark.django_db
MORNING = "2026-11-23 10:00"


@pytest.fixture
def world() -> Iterator[World]:
    with desk() as found:
        yield found


def two(world: World) -> tuple[Case, Case]:
    return a_complaint(world, MORNING), a_complaint(world, MORNING, episode="second")


def keys(case: Case) -> list[str]:
    return sorted(Notice.objects.filter(case=case).values_list("key", flat=True))


def test_zammad_904_a_merged_case_does_not_escalate(world: World) -> None:
    old, new = two(world)
    merge(case=new, user=world.wu_min, into=old, text="同一次停电", at=at("2026-11-23 11:00"))
    clock.run_due(at("2027-01-05 09:00"))
    assert keys(new) == ["case.opened"]
    assert "case.overdue" in keys(old)
    old.refresh_from_db()
    assert (new.state, old.signals) == ("merged", 2)


def test_a_duplicate_names_what_it_repeats_and_never_itself(world: World) -> None:
    old, new = two(world)
    with pytest.raises(Refused):
        duplicate(case=old, user=world.wu_min, of=old, text="同一件事")
    duplicate(case=new, user=world.wu_min, of=old, text="同一件事")
    link = new.links.get()
    assert (link.kind, link.other, new.state) == ("duplicate", old, "duplicate")
    with pytest.raises(Refused):
        duplicate(case=old, user=world.wu_min, of=new, text="反过来")


def test_a_cause_links_two_cases_and_both_live(world: World) -> None:
    old, new = two(world)
    caused_by(case=new, user=world.wu_min, other=old)
    caused_by(case=new, user=world.wu_min, other=old)
    assert [link.kind for link in new.links.all()] == ["caused"]
    assert {old.state, new.state} == {"notified"}


def test_a_rejection_ends_it_and_an_appeal_revives_it_with_its_clock(world: World) -> None:
    case = a_complaint(world, MORNING)
    reject(case=case, user=world.wu_min, text="不属于本班组", at=at("2026-11-24 10:00"))
    assert (case.state, case.next_at) == ("rejected", None)
    assert not case.tasks.filter(state="open").exists()
    with pytest.raises(Refused):
        appeal(case=case, user=world.wu_min, text="不同意退回")
    appeal(case=case, user=world.sun_qian, text="属于该班组", at=at("2026-11-26 10:00"))
    assert (case.state, local(case.due_at)) == ("notified", "2026-12-01 23:59")
    assert set(case.tasks.filter(state="open").values_list("kind", flat=True)) == {
        "accept",
        "fix",
        "call_1",
        "call_2",
    }


def test_a_finding_is_rejected_and_appealed_before_its_team_was_notified(world: World) -> None:
    """Its clock has not begun, and does not begin by ending."""
    case = an(world, "finding", MORNING)
    reject(case=case, user=world.wu_min, text="不属于本班组", at=at("2026-11-23 11:00"))
    assert (case.state, case.due_at) == ("rejected", None)
    appeal(case=case, user=world.sun_qian, text="属于本班组", at=at("2026-11-23 14:00"))
    accept(case=case, user=world.wu_min, at=at("2026-11-24 10:00"))
    assert case.due_at is not None


def test_glpi_15605_another_limit_keeps_what_a_pause_gave(world: World) -> None:
    case = an(world, "finding", "2025-01-24 16:00", severity=3)
    accept(case=case, user=world.wu_min, at=at("2025-01-24 16:00"))
    a_file(case, case.opened_at)
    wait(case=case, user=world.wu_min, reason="third_party", text="等厂家配件", at=at("2025-01-26 09:30"))
    resume(case=case, user=world.wu_min, at=at("2025-02-05 10:30"))
    assert local(case.due_at) == "2025-02-06 17:00"
    said: dict[str, Any] = {"case": case, "user": world.chen_jing, "text": "改为一天半"}
    retarget(**said, limit=Decimal("6.5"), limit_in="business hours")
    assert local(case.due_at) == "2025-02-05 17:00"
    with pytest.raises(Refused):
        retarget(**said, limit=Decimal(3), limit_in="count")


def test_a_wait_ends_by_itself_at_its_cap(world: World) -> None:
    case = a_complaint(world, MORNING)
    accept(case=case, user=world.wu_min, at=at(MORNING))
    start(case=case, user=world.wu_min, at=at(MORNING))
    wait(case=case, user=world.wu_min, reason="customer", text="等客户在家", at=at("2026-11-23 11:00"))
    clock.run_due(at("2026-12-04 09:00"))
    case.refresh_from_db()
    assert case.state == "waiting"
    clock.run_due(at("2026-12-08 09:00"))
    case.refresh_from_db()
    assert (case.state, case.reason) == ("in_progress", "")
    assert case.events.get(verb="case.resume").payload == {"cap": True}


def test_the_ladder_climbs_by_posts_and_says_each_step_once(world: World) -> None:
    case = a_complaint(world, MORNING)
    for now in (
        "2026-11-26 16:00",
        "2026-11-30 09:00",
        "2026-11-30 17:30",
        "2026-12-02 09:00",
        "2026-12-02 09:01",
    ):
        clock.run_due(at(now))
    rows = Notice.objects.filter(case=case, key__in=["case.soon", "case.overdue", "case.escalated"])
    assert [(row.key, row.user.username) for row in rows.order_by("at", "pk")] == [
        ("case.soon", "wu_min"),
        ("case.overdue", "sun_qian"),
        ("case.escalated", "sun_qian"),
        ("case.escalated", "zhou_ping"),
    ]


def test_a_worker_that_was_dead_for_days_catches_up_and_doubles_nothing(world: World) -> None:
    case = a_complaint(world, MORNING)
    for _ in range(3):
        clock.run_due(at("2026-12-15 09:00"))
    assert case.events.filter(verb="case.overdue").count() == 1
    assert case.events.filter(verb="case.escalated").count() == 4


def test_a_step_that_is_switched_off_is_silent(world: World) -> None:
    Rung.objects.filter(system="desk", days_late__gt=0).update(active=False)
    case = a_complaint(world, MORNING)
    clock.run_due(at("2026-12-15 09:00"))
    assert "case.escalated" not in keys(case)


def test_zammad_390_a_changed_calendar_is_logged_and_what_has_passed_stays(world: World) -> None:
    late = an(world, "detractor", "2026-11-23 10:00")
    case = a_complaint(world, "2099-11-23 10:00")
    before = local(case.due_at)
    set_days(user=world.chen_jing, days=[(at("2099-11-24 00:00").date(), False, "")])
    case.refresh_from_db()
    late.refresh_from_db()
    moved = case.events.get(verb="case.calendar")
    assert local(case.due_at) > before
    assert moved.payload["before"] != moved.payload["after"]
    assert local(late.due_at) == "2026-11-25 10:00"


def test_the_duties_of_a_case_follow_a_changed_calendar_and_their_owners_hear_of_it(world: World) -> None:
    case = a_complaint(world, "2099-11-23 10:00")
    call = case.tasks.get(kind="call_1")
    before = local(call.due_at)
    set_days(user=world.chen_jing, days=[(at("2099-11-24 00:00").date(), False, "")])
    call.refresh_from_db()
    assert local(call.due_at) > before
    (moved,) = [
        event for event in case.events.filter(verb="task.calendar") if event.payload["duty"] == "call_1"
    ]
    assert moved.payload["before"] != moved.payload["after"]
    assert Notice.objects.filter(user=world.sun_qian, key="task.moved", case=case).count() == 1
    assert call.next_at is not None
    assert call.due_at is not None
    assert call.next_at < call.due_at, "its reminder moved with it"


def test_a_duty_that_is_late_stays_late_whatever_the_calendar_says(world: World, time_machine: Any) -> None:
    case = a_complaint(world, "2026-11-02 10:00")
    call = case.tasks.get(kind="call_1")
    time_machine.move_to(at("2026-11-11 10:00"), tick=False)
    set_days(user=world.chen_jing, days=[(at("2026-11-04 00:00").date(), False, "")])
    after = case.tasks.get(kind="call_1")
    assert (after.due_at, after.next_at) == (call.due_at, call.next_at)
