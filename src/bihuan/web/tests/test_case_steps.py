"""The further steps of a case from its page, and two people before one case."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bihuan.kernel.act import cases as act
from bihuan.kernel.models import Case, Cause
from bihuan.kernel.tests.desk_world import an, at
from bihuan.kernel.tests.world import World, a_case

WHY = "与客户核对过，写明缘由"


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world, "unswiped_use")


@pytest.fixture
def wu_min(client: Client, world: World) -> Client:
    client.force_login(world.wu_min)
    return client


@pytest.fixture
def director(world: World) -> Client:
    other = Client()
    other.force_login(world.chen_jing)
    return other


def step(client: Client, case: Case, action: str, **data: Any) -> Any:
    return client.post(f"/cases/{case.number}/step/", {"action": action, **data})


def page(client: Client, case: Case, query: str = "") -> str:
    answer = client.get(f"/cases/{case.number}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def seen(client: Client, case: Case) -> str:
    """The mark that the page's forms carry: the last event that it shows."""
    return page(client, case).partition('name="seen" value="')[2].partition('"')[0]


def test_a_rejection_is_explained_and_a_manager_appeals(
    wu_min: Client, director: Client, world: World, case: Case
) -> None:
    assert "?do=reject" in page(wu_min, case)
    step(wu_min, case, "reject", text=WHY)
    shown = page(wu_min, case)
    assert "已驳回" in shown
    assert WHY in shown
    assert "?do=appeal" not in shown, "an owner does not appeal against himself"
    assert "?do=appeal" in page(director, case)
    step(director, case, "appeal", text="照片显示确有违规")
    case.refresh_from_db()
    assert case.state == "notified"


@pytest.mark.parametrize(("action", "state"), [("duplicate", "duplicate"), ("merge", "merged")])
def test_a_case_gives_way_to_another_and_both_pages_say_so(
    wu_min: Client, world: World, case: Case, action: str, state: str
) -> None:
    other = a_case(world, "unswiped_use", "DNA01", episode="again")
    assert f'<option value="{other.number}">' in page(wu_min, case, f"?do={action}")
    step(wu_min, case, action, other=other.number.lower(), text=WHY)
    case.refresh_from_db()
    assert case.state == state
    assert other.number in page(wu_min, case)
    assert f'href="/cases/{case.number}/"' in page(wu_min, other)


@pytest.mark.parametrize("number", ["", "C-000000-99", "elsewhere"])
def test_a_link_leads_only_to_a_case_in_reach(wu_min: Client, world: World, case: Case, number: str) -> None:
    foreign = a_case(world, "offline", "BS01", unit=world.beishan, owner=world.gao_yuan)
    answer = step(wu_min, case, "caused_by", other=foreign.number if number == "elsewhere" else number)
    assert answer.status_code == 409
    assert not case.links.exists()


def test_a_cause_is_linked_and_a_link_out_of_reach_has_no_title(
    wu_min: Client, director: Client, world: World, case: Case
) -> None:
    foreign = a_case(world, "offline", "BS01", unit=world.beishan, owner=world.gao_yuan)
    step(director, case, "caused_by", other=foreign.number)
    assert f'href="/cases/{foreign.number}/"' in page(director, case)
    mine = page(wu_min, case)
    assert foreign.number in mine
    assert f'href="/cases/{foreign.number}/"' not in mine


def test_who_may_set_standards_changes_the_limit_and_the_story_tells_both(
    wu_min: Client, director: Client, case: Case
) -> None:
    assert "?do=retarget" not in page(wu_min, case)
    answer = step(director, case, "retarget", limit="x", limit_in="business hours", text=WHY)
    assert answer.status_code == 409
    step(director, case, "retarget", limit="6.5", limit_in="business hours", text=WHY)
    shown = page(wu_min, case)
    assert "2 个工作日 改为 6.5 个工作小时" in shown
    assert "按工作小时计时" in shown


@pytest.mark.parametrize(("reset", "said"), [("", "时钟继续"), ("1", "时钟重新起算")])
def test_a_reopening_says_what_its_clock_does(
    wu_min: Client, world: World, case: Case, reset: str, said: str
) -> None:
    act.accept(case=case, user=world.wu_min)
    act.resolve(case=case, user=world.wu_min, verdict="violation", text=WHY)
    act.verify(case=case, user=world.sun_qian)
    assert 'name="reset"' in page(wu_min, case, "?do=reopen")
    step(wu_min, case, "reopen", text=WHY, reset=reset)
    assert said in page(wu_min, case)


def test_a_resolution_names_its_cause_and_suggests_by_what_was_written(
    wu_min: Client, world: World, case: Case
) -> None:
    top = Cause.objects.create(code="TRAIN", name="培训不足", keywords="新人")
    Cause.objects.create(code="TRAIN-1", name="业务不熟", parent=top)
    Cause.objects.create(code="OLD", name="旧原因", active=False)
    act.accept(case=case, user=world.wu_min)
    act.comment(case=case, user=world.wu_min, text="使用人是新人")
    form = page(wu_min, case, "?do=resolve")
    assert "培训不足（新人）" in form
    assert "　业务不熟" in form
    assert "旧原因" not in form
    assert step(wu_min, case, "resolve", verdict="violation", text=WHY, cause="OLD").status_code == 409
    step(wu_min, case, "resolve", verdict="violation", text=WHY, cause="TRAIN-1")
    case.refresh_from_db()
    assert case.cause == Cause.objects.get(code="TRAIN-1")
    assert "原因：业务不熟" in page(wu_min, case)


@pytest.fixture
def finding(desk_world: World) -> Iterator[Case]:
    """Of a kind that wants proof and a notice; serious, so that its team is told at once."""
    Cause.objects.create(code="TRAIN", name="培训不足")
    with time_machine.travel("2025-02-10 11:00:00+08:00", tick=False):
        found = an(desk_world, "finding", "2025-02-10 10:00", severity=3)
        act.accept(case=found, user=desk_world.wu_min, at=at("2025-02-10 10:30"))
        yield found


def test_the_form_says_which_proof_is_missing_and_takes_it(
    client: Client, desk_world: World, finding: Case
) -> None:
    client.force_login(desk_world.wu_min)
    form = page(client, finding, "?do=resolve")
    assert "还缺： 一份凭证：照片、录音或文件、原因" in form
    said = {"verdict": "put_right", "text": "已整改到位", "cause": "TRAIN"}
    assert step(client, finding, "resolve", **said).status_code == 409
    proof = SimpleUploadedFile("整改照片.pdf", b"%PDF-1.4 x")
    assert step(client, finding, "resolve", **said, file=proof).status_code == 302
    finding.refresh_from_db()
    assert finding.state == "verifying"


def test_a_finding_is_first_notified_by_assigning_it(client: Client, desk_world: World) -> None:
    case = an(desk_world, "finding", "2025-02-10 10:00", episode="plain", owner=None)
    client.force_login(desk_world.sun_qian)
    shown = page(client, case)
    assert "请通知班组" in shown
    assert "通知班组后开始计时" in shown
    step(client, case, "assign", to="wu_min")
    assert "通知 吴敏" in page(client, case)


def test_who_comes_second_hears_what_the_first_did_and_nothing_is_written(
    wu_min: Client, director: Client, world: World, case: Case
) -> None:
    before = seen(director, case)
    act.accept(case=case, user=world.wu_min)
    answer = step(director, case, "void", text="测试开单，作废处理", seen=before)
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "吴敏 已接单" in told
    assert "测试开单，作废处理" in told, "what was written is not lost"
    case.refresh_from_db()
    assert case.state == "accepted"
    assert (
        step(director, case, "void", text="测试开单，作废处理", seen=seen(director, case)).status_code == 302
    )


def test_a_note_or_ones_own_step_is_no_meanwhile(
    wu_min: Client, director: Client, world: World, case: Case
) -> None:
    before = seen(wu_min, case)
    act.comment(case=case, user=world.sun_qian, text="请附登记本照片")
    assert step(wu_min, case, "accept", seen=before).status_code == 302
    assert step(wu_min, case, "start", seen=before).status_code == 302


def test_the_clock_that_ended_a_wait_is_a_meanwhile_too(wu_min: Client, world: World, case: Case) -> None:
    act.accept(case=case, user=world.wu_min)
    act.wait(case=case, user=world.wu_min, reason="customer", text="等客户资料")
    before = seen(wu_min, case)
    act.remind(row=Case.objects.get(pk=case.pk), now=timezone.now() + timedelta(days=60))
    answer = step(wu_min, case, "resume", seen=before)
    assert answer.status_code == 409
    assert "已到最长等待时间" in answer.content.decode()
