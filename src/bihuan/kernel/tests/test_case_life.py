"""A case from its opening to its closing, and who may do what on the way."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from bihuan.kernel.act.cases import (
    accept,
    assign,
    comment,
    open_case,
    reopen,
    resolve,
    resume,
    send_back,
    start,
    verify,
    void,
    wait,
)
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Event, Notice, Role, Task, User
from bihuan.kernel.tests.world import World, account, build, monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


def breach(world: World, episode: str = "e1", at: datetime | None = None, detail: str = "") -> Breach:
    return Breach(
        kind="unswiped_use",
        subject="DNA01",
        subject_name="离心机",
        episode=episode,
        detail=detail,
        at=at or monday(),
        unit=world.building,
    )


def opened(world: World, **more: str) -> Case:
    return open_case(breach=breach(world, **more))[0]  # type: ignore[arg-type]


def resolved(world: World) -> Case:
    case = opened(world)
    accept(case=case, user=world.wu_min)
    start(case=case, user=world.wu_min)
    return resolve(case=case, user=world.wu_min, verdict="violation", text="使用人忘带卡，已提醒")


def test_a_breach_opens_one_case_with_owner_deadline_and_number(world: World) -> None:
    case = opened(world)

    assert case.number == "C-261123-01"
    assert case.owner == world.wu_min
    assert case.state == "notified"
    assert timezone.localtime(case.due_at).isoformat() == "2026-11-25T23:59:59+08:00"
    assert Notice.objects.get(user=world.wu_min).key == "case.opened"


def test_the_same_breach_told_again_opens_nothing(world: World) -> None:
    first = opened(world)
    second, fresh = open_case(breach=breach(world))

    assert (second, fresh) == (first, False)
    assert Case.objects.count() == 1


def test_a_breach_with_the_same_detail_joins_the_open_case(world: World) -> None:
    first = opened(world, detail="card-a")
    joined, fresh = open_case(breach=breach(world, episode="e2", detail="card-a"))
    other, other_fresh = open_case(breach=breach(world, episode="e3", detail="card-b"))

    assert (joined, fresh) == (first, False)
    assert joined.signals == 2
    assert other_fresh
    assert other.number == "C-261123-02"


def test_nothing_joins_a_closed_case(world: World) -> None:
    first = opened(world, detail="card-a")
    void(case=first, user=world.sun_qian, text="误开的工单")

    _, fresh = open_case(breach=breach(world, episode="e2", detail="card-a"))

    assert fresh


def test_the_whole_story_stands_in_the_events(world: World) -> None:
    case = resolved(world)
    verify(case=case, user=world.sun_qian, text="已核实")

    assert case.state == "closed"
    verbs = list(case.events.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "case.opened",
        "case.notify",
        "case.accept",
        "case.start",
        "case.resolve",
        "case.verify",
    ]


def test_events_hold_no_text_that_somebody_wrote(world: World) -> None:
    resolved(world)

    assert not Event.objects.filter(payload__icontains="忘带卡").exists()


def test_the_handler_cannot_verify(world: World) -> None:
    case = resolved(world)

    with pytest.raises(Refused):
        verify(case=case, user=world.wu_min)

    case.refresh_from_db()
    assert case.state == "verifying"


def test_a_subordinate_of_the_handler_cannot_verify(world: World) -> None:
    case = resolved(world)
    junior = account("junior", "小林", Role.OWNER, world.building, superior=world.wu_min)

    with pytest.raises(Refused):
        verify(case=case, user=junior)


def test_verification_is_asked_of_a_manager_with_a_limit_of_its_own(world: World) -> None:
    case = resolved(world)
    task = case.tasks.get(kind="verify")

    assert task.owner == world.sun_qian
    assert task.due_at is not None
    assert case.verifier == world.sun_qian
    assert Notice.objects.filter(user=world.sun_qian, key="case.verify").exists()


def test_a_case_sent_back_keeps_its_number_and_goes_to_its_owner(world: World) -> None:
    case = resolved(world)
    send_back(case=case, user=world.sun_qian, text="没有找到使用人")

    assert (case.state, case.reopened, case.verdict) == ("reopened", 1, "")
    assert case.tasks.filter(kind="fix", state="open", owner=world.wu_min).count() == 1
    assert Notice.objects.filter(user=world.wu_min, key="case.reopened").exists()


def test_a_closed_case_can_be_reopened_for_thirty_days(world: World) -> None:
    case = resolved(world)
    verify(case=case, user=world.sun_qian)
    late = timezone.now() + timedelta(days=31)

    with pytest.raises(Refused):
        reopen(case=case, user=world.sun_qian, text="再次发生", at=late)
    reopen(case=case, user=world.sun_qian, text="再次发生")

    assert case.state == "reopened"


def test_resolving_needs_a_verdict_of_the_kind_and_an_account(world: World) -> None:
    case = opened(world)
    accept(case=case, user=world.wu_min)

    with pytest.raises(Refused):
        resolve(case=case, user=world.wu_min, verdict="put_right", text="已处理完毕")
    with pytest.raises(Refused):
        resolve(case=case, user=world.wu_min, verdict="violation", text="嗯")


@pytest.mark.parametrize("step", [start, resume])
def test_a_step_out_of_order_is_refused_in_words(world: World, step: object) -> None:
    case = opened(world)

    with pytest.raises(Refused) as refusal:
        step(case=case, user=world.wu_min)  # type: ignore[operator]

    assert str(refusal.value.message)


def test_somebody_of_another_unit_or_role_changes_nothing(world: World) -> None:
    case = opened(world)

    for stranger in (world.gao_yuan, world.he_jia):
        with pytest.raises(Refused):
            accept(case=case, user=stranger)
    case.refresh_from_db()
    assert case.state == "notified"


def test_waiting_stops_the_clock_and_the_working_days_are_given_back(world: World) -> None:
    case = opened(world)
    accept(case=case, user=world.wu_min, at=monday())
    wait(
        case=case, user=world.wu_min, reason="customer", text="等课题组答复", at=monday() + timedelta(days=1)
    )
    assert case.next_at is not None
    assert timezone.localtime(case.next_at).date().isoformat() == "2026-12-08", "the cap of a wait"

    resume(case=case, user=world.wu_min, at=monday() + timedelta(days=3))

    assert timezone.localtime(case.due_at).date().isoformat() == "2026-11-27"


def test_an_assigned_case_tells_its_new_owner_and_his_task(world: World) -> None:
    other = account("tang_rui", "唐锐", Role.OWNER, world.building)
    case = opened(world)

    assign(case=case, user=world.sun_qian, to=other)

    assert case.owner == other
    assert case.tasks.get(kind="fix").owner == other
    assert Notice.objects.filter(user=other, key="case.assigned").exists()


def test_a_case_is_not_assigned_to_somebody_who_cannot_see_it(world: World) -> None:
    case = opened(world)

    with pytest.raises(Refused):
        assign(case=case, user=world.sun_qian, to=world.gao_yuan)


def test_without_an_owner_in_the_unit_the_one_above_answers(world: World) -> None:
    User.objects.filter(pk=world.wu_min.pk).update(unit=world.jiangzhou)

    assert opened(world).owner == world.wu_min


def test_without_any_owner_the_case_stays_opened_for_everybody(world: World) -> None:
    User.objects.filter(role=Role.OWNER).update(is_active=False)
    case = opened(world)

    assert (case.owner, case.state) == (None, "opened")
    accept(case=case, user=world.sun_qian)
    assert case.owner == world.sun_qian


def test_a_comment_is_kept_and_its_event_carries_only_a_digest(world: World) -> None:
    case = opened(world)
    comment(case=case, user=world.wu_min, text="现场核对过了")

    note = case.notes.get()
    assert note.text == "现场核对过了"
    assert len(note.event.payload["note"]) == 32


def test_a_void_case_has_no_open_task(world: World) -> None:
    case = opened(world)
    void(case=case, user=world.sun_qian, text="测试时误开")

    assert case.state == "void"
    assert not Task.objects.filter(case=case, state="open").exists()
