"""Call-backs as a table: mine first, overdue first, and apart what cannot be done yet; the desk by duty."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from bihuan.kernel.act import cases as act
from bihuan.kernel.models import Case, Task, User
from bihuan.kernel.tests.desk_world import a_complaint, an, at
from bihuan.kernel.tests.world import World
from bihuan.web.listing.export import rows_of
from bihuan.web.listing.state import State
from bihuan.web.lists.callbacks import CallbacksListing


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2025-01-27 11:00:00+08:00", tick=False) as travelling:
        yield travelling


def handled(world: World, when: str, subject: str = "LN-95598-01") -> Case:
    case = a_complaint(world, when, subject=subject)
    act.accept(case=case, user=world.wu_min, at=at(when))
    return act.resolve(case=case, user=world.wu_min, verdict="settled", text="已上门处理")


def rows(user: User, view: str) -> list[Task]:
    return list(rows_of(CallbacksListing(user), State(view=view)))


def test_mine_stand_first_and_among_them_the_one_due_first(desk_world: World) -> None:
    late, early = handled(desk_world, "2025-01-26 10:00"), handled(desk_world, "2025-01-24 10:00")
    foreign = handled(desk_world, "2025-01-20 10:00")
    act.hand_over(task=foreign.tasks.get(kind="call_1"), user=desk_world.sun_qian, to=desk_world.chen_jing)
    assert [row.case for row in rows(desk_world.sun_qian, "all")] == [early, late, foreign]
    assert [row.case for row in rows(desk_world.sun_qian, "mine")] == [early, late]


def test_what_cannot_be_done_yet_stands_apart(desk_world: World, clock: time_machine.Traveller) -> None:
    going_on = a_complaint(desk_world, "2025-01-24 10:00")
    done = handled(desk_world, "2025-01-24 10:00", "LN-2")
    assert [(row.case, row.kind) for row in rows(desk_world.sun_qian, "all")] == [(done, "call_1")]
    assert [(row.case, row.kind) for row in rows(desk_world.sun_qian, "handling")] == [(going_on, "call_1")]
    assert {row.case for row in rows(desk_world.sun_qian, "window")} == {going_on, done}
    clock.move_to("2025-02-05 09:00:00+08:00")
    assert {(row.case, row.kind) for row in rows(desk_world.sun_qian, "all")} == {
        (done, "call_1"),
        (done, "call_2"),
    }
    assert rows(desk_world.sun_qian, "window") == []


def test_plain_verifications_stand_beside_call_backs_and_nothing_else_does(
    client: Client, desk_world: World
) -> None:
    case = an(desk_world, "detractor", "2025-01-27 10:00")
    act.accept(case=case, user=desk_world.wu_min)
    act.resolve(case=case, user=desk_world.wu_min, verdict="heard", text="已电话致歉")
    client.force_login(desk_world.sun_qian)
    listing = client.get("/callbacks/?view=open").context["listing"]
    assert listing.count == 1
    assert {view["label"]: view["count"] for view in listing.views}["全部未办"] == 1


def test_the_head_says_how_many_are_late_and_how_many_belong_to_nobody(
    client: Client, desk_world: World, clock: time_machine.Traveller
) -> None:
    handled(desk_world, "2025-01-24 10:00")
    nobody = handled(desk_world, "2025-01-26 10:00", "LN-2")
    nobody.tasks.filter(kind="call_1").update(owner=None)
    clock.move_to("2025-02-08 09:00:00+08:00")
    facts = CallbacksListing(desk_world.sun_qian).facts()
    assert facts
    assert (facts.number, facts.more) == (1, ("待您回访 1 件", "1 件无人负责"))


def test_the_tries_so_far_are_shown(client: Client, desk_world: World) -> None:
    case = handled(desk_world, "2025-01-24 10:00")
    act.attempt(task=case.tasks.get(kind="call_1"), user=desk_world.sun_qian)
    client.force_login(desk_world.sun_qian)
    shown = client.get("/callbacks/").content.decode()
    assert "1 / 3" in shown
    assert f"/cases/{case.number}/#callback" in shown


def test_the_desk_counts_duties_and_puts_what_is_late_first(
    client: Client, desk_world: World, clock: time_machine.Traveller
) -> None:
    late = handled(desk_world, "2025-01-10 10:00")
    fresh = handled(desk_world, "2025-01-26 10:00", "LN-2")
    waiting = an(desk_world, "finding", "2025-01-26 10:00", owner=None)
    a_complaint(desk_world, "2025-01-26 11:00", subject="LN-3")
    client.force_login(desk_world.sun_qian)
    answer = client.get("/")
    assert [line.task.case for line in answer.context["lines"]] == [late, waiting, fresh]
    assert [line.anchor for line in answer.context["lines"]] == ["callback", "next", "callback"]
    assert [tab.count for tab in answer.context["tabs"]] == [3, 2, 1]
    assert answer.context["mine_late"] == 1
    shown = answer.content.decode()
    assert re.search(r"剩 [\d.]+ 个工作日", shown)
    assert f"/cases/{late.number}/#callback" in shown
    later = client.get("/?tab=later").context["lines"]
    assert [line.task.kind for line in later] == ["call_1"]


def test_what_came_since_the_last_look_is_marked_new(
    client: Client, desk_world: World, clock: time_machine.Traveller
) -> None:
    case = a_complaint(desk_world, "2025-01-24 10:00")
    act.comment(case=case, user=desk_world.sun_qian, text="请先致电客户")
    client.force_login(desk_world.wu_min)
    assert client.get("/").context["looked_at"] is None
    clock.shift(timedelta(minutes=1))
    assert client.get("/").context["looked_at"] is None, "a reload is the same look"
    clock.shift(timedelta(hours=1))
    act.comment(case=case, user=desk_world.sun_qian, text="客户又来电催办")
    answer = client.get("/")
    assert [change.fresh for change in answer.context["changes"]] == [True, False]
    assert "自您上次查看" in answer.content.decode()
    clock.shift(timedelta(minutes=5))
    assert [change.fresh for change in client.get("/").context["changes"]] == [True, False]


def test_who_has_no_call_of_their_own_sees_all_that_wait_unless_they_ask_for_their_own(
    desk_world: World,
) -> None:
    case = handled(desk_world, "2025-01-24 10:00")
    assert [row.case for row in rows(desk_world.chen_jing, "")] == [case]
    assert rows(desk_world.chen_jing, "mine") == []
    act.hand_over(task=case.tasks.get(kind="call_1"), user=desk_world.sun_qian, to=desk_world.chen_jing)
    other = handled(desk_world, "2025-01-24 11:00", "LN-3")
    assert [row.case for row in rows(desk_world.chen_jing, "")] == [case]
    assert [row.case for row in rows(desk_world.sun_qian, "")] == [other]
