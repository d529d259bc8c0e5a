"""Which duties are somebody's now, and who may take one over."""

from collections.abc import Iterator

import pytest

from bihuan.kernel.act.cases import accept, hand_over, resolve, start, wait
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Notice, Role, Task, User
from bihuan.kernel.read import tasks
from bihuan.kernel.tests.desk_world import a_complaint, an, at, desk
from bihuan.kernel.tests.world import World, account

pytestmark = pytest.mark.django_db
NOON = "2025-01-27 12:00"


@pytest.fixture
def world() -> Iterator[World]:
    with desk() as found:
        yield found


def handled(world: World) -> Case:
    case = a_complaint(world, "2025-01-24 10:00")
    accept(case=case, user=world.wu_min, at=at("2025-01-24 10:30"))
    start(case=case, user=world.wu_min, at=at("2025-01-24 11:00"))
    return resolve(
        case=case, user=world.wu_min, verdict="settled", text="已上门处理", at=at("2025-01-27 10:00")
    )


def kinds(user: User, when: str = NOON) -> list[str]:
    return [task.kind for task in tasks.mine(user).filter(tasks.doable(at(when)))]


def test_until_it_is_accepted_a_case_is_one_duty_and_a_late_one_is_two(world: World) -> None:
    a_complaint(world, "2025-01-24 10:00")
    assert kinds(world.wu_min) == ["accept"]
    assert kinds(world.wu_min, "2025-02-10 12:00") == ["accept", "fix"]


def test_a_call_back_is_a_duty_when_the_handling_has_ended_and_its_window_is_open(world: World) -> None:
    case = a_complaint(world, "2025-01-24 10:00")
    zhou = User.objects.get(username="zhou_ping")
    assert kinds(world.sun_qian) == []
    assert [task.case for task in tasks.mine(world.sun_qian).filter(tasks.going_on(at(NOON)))] == [case]
    handled(world)
    assert kinds(world.sun_qian) == ["call_1"]
    assert kinds(zhou) == []
    assert tasks.mine(zhou).filter(tasks.not_yet(at(NOON))).exists()
    assert kinds(zhou, "2025-02-06 12:00") == ["call_2"]


def test_what_waits_stands_last_and_is_not_late(world: World) -> None:
    paused, other = an(world, "detractor", "2025-01-24 10:00"), an(world, "detractor", "2025-01-26 10:00")
    for case in (paused, other):
        accept(case=case, user=world.wu_min, at=case.opened_at)
    wait(case=paused, user=world.wu_min, reason="customer", text="等客户资料", at=at("2025-01-24 11:00"))
    rows = tasks.mine(world.wu_min)
    assert [task.case for task in rows] == [other, paused]
    assert [task.case for task in rows.filter(tasks.is_late(at("2025-02-28 10:00")))] == [other]


def test_a_call_back_goes_to_nobody_whom_the_four_eyes_rule_bars(world: World) -> None:
    case = handled(world)
    task = case.tasks.get(kind="call_1")
    below = account("xiao_wang", "小王", Role.OWNER, world.building, superior=world.wu_min)
    for to in (world.wu_min, below, world.he_jia, world.gao_yuan):
        with pytest.raises(Refused):
            hand_over(task=task, user=world.sun_qian, to=to)
    hand_over(task=task, user=world.sun_qian, to=world.chen_jing, at=at(NOON))
    case.refresh_from_db()
    assert (task.owner, case.verifier) == (world.chen_jing, world.chen_jing)
    assert Notice.objects.filter(user=world.chen_jing, key="task.yours", case=case).exists()


def test_who_puts_it_right_is_changed_by_assigning_and_an_ended_duty_by_nobody(world: World) -> None:
    case = handled(world)
    ended = case.tasks.get(kind="accept")
    with pytest.raises(Refused, match="结束"):
        hand_over(task=ended, user=world.sun_qian, to=world.chen_jing)
    fresh = a_complaint(world, "2025-01-25 10:00")
    with pytest.raises(Refused, match="转派"):
        hand_over(task=fresh.tasks.get(kind=Task.FIX), user=world.sun_qian, to=world.chen_jing)
    assert not case.events.filter(verb="task.handed_over").exists()
