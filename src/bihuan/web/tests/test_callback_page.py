"""Calling back from the page of a case: the script, the tries, the outcomes, and who may not."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.kernel.act import cases as act
from bihuan.kernel.models import Case, Task, User
from bihuan.kernel.tests.desk_world import a_complaint, at
from bihuan.kernel.tests.world import World

PDF = b"%PDF-1.4 x"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2025-02-05 09:00:00+08:00", tick=False) as travelling:
        yield travelling


@pytest.fixture
def case(desk_world: World) -> Case:
    """A complaint whose handling has ended; its first call-back is 孙倩's."""
    found, owner = a_complaint(desk_world, "2025-01-24 10:00"), desk_world.wu_min
    act.accept(case=found, user=owner, at=at("2025-01-24 10:30"))
    act.start(case=found, user=owner, at=at("2025-01-24 11:00"))
    return act.resolve(
        case=found, user=owner, verdict="settled", text="已上门处理", at=at("2025-01-27 10:00")
    )


@pytest.fixture
def sun_qian(client: Client, desk_world: World) -> Client:
    client.force_login(desk_world.sun_qian)
    return client


def page(client: Client, case: Case, query: str = "") -> str:
    answer = client.get(f"/cases/{case.number}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def duty(case: Case, kind: str = "call_1") -> Task:
    return case.tasks.filter(kind=kind).order_by("-pk")[0]


def call(client: Client, case: Case, action: str = "call_back", **data: Any) -> Any:
    said = {"action": action, "task": duty(case).pk, **data}
    return client.post(f"/cases/{case.number}/step/", said)


def test_the_caller_has_the_script_and_no_plain_verification(sun_qian: Client, case: Case) -> None:
    shown = page(sun_qian, case)
    assert "<li>Was it resolved?</li>" in shown
    assert 'value="satisfied"' in shown
    assert 'value="verify"' not in shown


def test_a_satisfied_customer_closes_the_case_and_leaves_the_second_call(
    sun_qian: Client, case: Case, desk_world: World
) -> None:
    assert call(sun_qian, case, outcome="satisfied", text="客户满意").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.verifier) == ("closed", desk_world.sun_qian)
    shown = page(sun_qian, case)
    assert "first call-back 结果：satisfied" in shown
    assert "02-05 – 02-28" in shown


def test_the_handler_is_told_why_he_cannot_call_and_gets_no_form(
    client: Client, case: Case, desk_world: World
) -> None:
    client.force_login(desk_world.wu_min)
    shown = page(client, case)
    assert "您处理过本单，由他人回访" in shown
    assert 'value="satisfied"' not in shown
    answer = call(client, case, outcome="satisfied", text="客户满意")
    assert answer.status_code == 409
    assert "客户满意" in answer.content.decode(), "what was written is not lost"


def test_before_the_handling_has_ended_the_panel_says_so(sun_qian: Client, desk_world: World) -> None:
    fresh = a_complaint(desk_world, "2025-01-25 10:00")
    shown = page(sun_qian, fresh)
    assert "未解决前不能发起回访" in shown
    assert 'value="satisfied"' not in shown


def test_unreachable_says_what_is_missing_and_opens_when_nothing_is(
    sun_qian: Client, case: Case, desk_world: World, clock: time_machine.Traveller
) -> None:
    assert "还差 3 次、3 天、2 个时段" in page(sun_qian, case)
    for moment in ("2025-02-05 09:30", "2025-02-06 15:00"):
        clock.move_to(f"{moment}:00+08:00")
        sun_qian.force_login(desk_world.sun_qian)
        call(sun_qian, case, "attempt")
    shown = page(sun_qian, case)
    assert "还差 1 次、1 天。" in shown
    assert "02-05 周三 09:30 未接通" in shown
    refused = call(sun_qian, case, outcome="unreachable", text="三次都没有人接")
    assert refused.status_code == 409
    assert "三次都没有人接</textarea>" in refused.content.decode()
    clock.move_to("2025-02-07 09:00:00+08:00")
    sun_qian.force_login(desk_world.sun_qian)
    call(sun_qian, case, "attempt")
    shut = 'value="unreachable" disabled'
    assert page(sun_qian, case).count(shut) == 1, "the second call-back has not been tried"
    call(sun_qian, case, outcome="unreachable", text="三天三次都没有人接")
    assert duty(case).outcome == "unreachable"


def test_who_wants_no_call_is_proven_by_a_file_in_the_same_form(sun_qian: Client, case: Case) -> None:
    assert call(sun_qian, case, outcome="declined", text="客户要求不回访").status_code == 409
    letter = SimpleUploadedFile("免回访申请.pdf", PDF)
    assert call(sun_qian, case, outcome="declined", text="客户要求不回访", file=letter).status_code == 302
    event = case.events.get(verb="case.called_back")
    assert event.payload["proof"] == case.evidence.get().pk
    assert "免回访申请.pdf" in page(sun_qian, case)


def test_a_file_that_came_with_a_refused_call_is_kept_and_chosen(sun_qian: Client, case: Case) -> None:
    answer = call(sun_qian, case, outcome="", text="通话录音", file=SimpleUploadedFile("录音.pdf", PDF))
    assert answer.status_code == 409
    kept = case.evidence.get()
    assert f'<option value="{kept.pk}" selected>录音.pdf' in answer.content.decode()


def test_not_resolved_sends_the_same_case_back(sun_qian: Client, case: Case) -> None:
    call(sun_qian, case, outcome="not_resolved", text="仍未恢复")
    case.refresh_from_db()
    assert (case.state, case.reopened) == ("reopened", 1)
    assert "未解决前不能发起回访" in page(sun_qian, case)


def test_the_second_call_says_from_when_it_may_be_made(
    client: Client, desk_world: World, clock: time_machine.Traveller
) -> None:
    clock.move_to("2025-01-27 11:00:00+08:00")
    found = a_complaint(desk_world, "2025-01-24 10:00")
    act.accept(case=found, user=desk_world.wu_min)
    act.resolve(case=found, user=desk_world.wu_min, verdict="settled", text="已上门处理")
    zhou_ping = User.objects.get(username="zhou_ping")
    client.force_login(zhou_ping)
    assert "02-05 起方可回访" in page(client, found)
    clock.move_to("2025-02-05 09:00:00+08:00")
    client.force_login(zhou_ping)
    assert "<li>And now?</li>" in page(client, found)


def test_a_manager_hands_a_call_back_over_and_the_barred_are_not_offered(
    sun_qian: Client, case: Case, desk_world: World
) -> None:
    form = page(sun_qian, case, f"?do=hand_over&task={duty(case).pk}")
    assert 'value="chen_jing"' in form
    assert 'value="wu_min"' not in form[form.index('name="to"') : form.index("</select>")]
    call(sun_qian, case, "hand_over", to="chen_jing")
    assert duty(case).owner == desk_world.chen_jing
    assert "移交 陈静" in page(sun_qian, case)


def test_an_owner_is_not_offered_to_hand_anything_over(client: Client, case: Case, desk_world: World) -> None:
    client.force_login(desk_world.wu_min)
    assert "do=hand_over" not in page(client, case)
    assert "step-to" not in page(client, case, f"?do=hand_over&task={duty(case).pk}")


def test_a_duty_of_another_case_is_refused(sun_qian: Client, case: Case, desk_world: World) -> None:
    other = a_complaint(desk_world, "2025-01-26 10:00")
    answer = call(sun_qian, case, task=duty(other).pk, outcome="satisfied", text="客户满意")
    assert answer.status_code == 409
    assert "不属于本工单" in answer.content.decode()
    assert call(sun_qian, case, task="x", outcome="satisfied", text="客户满意").status_code == 409
