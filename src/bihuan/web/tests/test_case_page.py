from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bihuan.kernel.act import cases as act
from bihuan.kernel.models import Case, Evidence
from bihuan.kernel.slots import CasePanel
from bihuan.kernel.tests.world import World, a_case
from bihuan.web.casework import timeline

ACCOUNT = "现场核对：使用人自称卡遗失，已告知补刷规定。"


@pytest.fixture
def case(world: World) -> Case:
    return a_case(world, "unswiped_use")


@pytest.fixture
def wu_min(client: Client, world: World) -> Client:
    client.force_login(world.wu_min)
    return client


def step(client: Client, case: Case, action: str, **data: str) -> Any:
    return client.post(f"/cases/{case.number}/step/", {"action": action, **data})


def page(client: Client, case: Case, query: str = "") -> str:
    answer = client.get(f"/cases/{case.number}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def resolved(world: World, case: Case) -> Case:
    act.accept(case=case, user=world.wu_min)
    return act.resolve(case=case, user=world.wu_min, verdict="violation", text=ACCOUNT)


def test_the_owner_takes_a_case_from_the_page_to_its_end(wu_min: Client, world: World, case: Case) -> None:
    assert step(wu_min, case, "accept")["Location"] == f"/cases/{case.number}/"
    step(wu_min, case, "resolve", verdict="violation", text=ACCOUNT)
    other = Client()
    other.force_login(world.sun_qian)
    step(other, case, "verify", text="电话核实，属实。")
    case.refresh_from_db()
    assert (case.state, case.verifier) == ("closed", world.sun_qian)
    story = page(wu_min, case)
    assert ACCOUNT in story
    assert story.index("回访核实，闭环") < story.index("自动开单")


def test_only_the_steps_that_state_and_role_allow_are_offered(
    wu_min: Client, world: World, case: Case
) -> None:
    fresh = page(wu_min, case)
    assert 'value="accept"' in fresh
    assert "?do=resolve" not in fresh
    assert "?do=assign" not in fresh
    act.accept(case=case, user=world.wu_min)
    assert "?do=resolve" in page(wu_min, case)


def test_a_viewer_sees_the_story_and_no_step(client: Client, world: World, case: Case) -> None:
    client.force_login(world.he_jia)
    story = page(client, case)
    assert "自动开单" in story
    assert 'value="accept"' not in story
    assert step(client, case, "accept").status_code == 409


def test_a_refusal_stands_beside_the_form_with_what_was_written(
    wu_min: Client, world: World, case: Case
) -> None:
    act.accept(case=case, user=world.wu_min)
    answer = step(wu_min, case, "resolve", verdict="violation", text="短")
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "至少 4 个字" in said
    assert ">短</textarea>" in said
    assert 'value="violation" required checked' in said


def test_a_step_that_does_not_exist_is_refused(wu_min: Client, case: Case) -> None:
    assert step(wu_min, case, "explode").status_code == 409


def test_the_handler_is_told_why_somebody_else_verifies(wu_min: Client, world: World, case: Case) -> None:
    resolved(world, case)
    assert "您处理过本单，由他人回访" in page(wu_min, case)
    assert step(wu_min, case, "verify").status_code == 409


def test_the_verifier_may_send_back_with_a_reason_only(client: Client, world: World, case: Case) -> None:
    resolved(world, case)
    client.force_login(world.sun_qian)
    assert "您未处理本单" in page(client, case)
    assert step(client, case, "send_back", text="").status_code == 409
    assert step(client, case, "send_back", text="登记本没有签字").status_code == 302
    case.refresh_from_db()
    assert (case.state, case.reopened) == ("reopened", 1)


def test_another_units_manager_finds_nothing(client: Client, world: World, case: Case) -> None:
    client.force_login(world.gao_yuan)
    assert client.get(f"/cases/{case.number}/").status_code == 404
    assert step(client, case, "void", text="不该成功").status_code == 404
    case.refresh_from_db()
    assert case.state == "notified"


def test_the_picker_shows_who_has_least_in_hand_first(client: Client, world: World, case: Case) -> None:
    client.force_login(world.sun_qian)
    form = page(client, case, "?do=assign")
    assert form.index("孙倩 · 手上 0 件") < form.index("吴敏 · 手上 1 件")
    assert "何佳" not in form
    step(client, case, "assign", to="sun_qian")
    case.refresh_from_db()
    assert case.owner == world.sun_qian


def test_waiting_needs_a_reason_and_stops_the_clock(wu_min: Client, world: World, case: Case) -> None:
    act.accept(case=case, user=world.wu_min)
    assert step(wu_min, case, "wait", text="等厂家备件").status_code == 409
    step(wu_min, case, "wait", reason="third_party", text="等厂家备件")
    assert "暂停计时：等第三方" in page(wu_min, case)


def test_a_note_and_a_file_come_from_one_composer(wu_min: Client, case: Case) -> None:
    upload = SimpleUploadedFile("核对单.pdf", b"%PDF-1.4 x")
    wu_min.post(f"/cases/{case.number}/note/", {"text": "请看附件", "file": upload})
    story = page(wu_min, case)
    assert "请看附件" in story
    assert "核对单.pdf" in story


def test_a_program_is_no_evidence(wu_min: Client, case: Case) -> None:
    upload = SimpleUploadedFile("a.pdf", b"MZ\x90\x00\x03\x00\x00\x00")
    answer = wu_min.post(f"/cases/{case.number}/note/", {"text": "附件", "file": upload})
    assert answer.status_code == 409
    assert "不支持这种文件" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_an_empty_note_is_refused(wu_min: Client, case: Case) -> None:
    assert wu_min.post(f"/cases/{case.number}/note/", {"text": " "}).status_code == 409


def test_what_is_written_is_text_and_never_markup(wu_min: Client, world: World, case: Case) -> None:
    act.comment(case=case, user=world.wu_min, text="<script>alert(1)</script>")
    assert "<script>alert" not in page(wu_min, case)


def test_the_deadline_can_be_recounted_from_its_sentence(wu_min: Client, world: World) -> None:
    opened = timezone.make_aware(datetime(2026, 11, 18, 10, 12))
    case = a_case(world, "unswiped_use", "DNA09", at=opened)
    assert "11-18 周三 10:12 起算，当日不计，其后 2 个工作日；到期 11-20 周五 23:59。" in page(wu_min, case)


def test_the_judgement_leads_to_the_version_that_judged(wu_min: Client, world: World) -> None:
    case = a_case(world, "offline", "DNA06")
    story = page(wu_min, case)
    assert 'href="/standards/instruments.silence/"' in story
    assert "instruments.silence v1" in story


def test_after_a_reopening_the_track_starts_again(world: World) -> None:
    opened = timezone.now() - timedelta(days=3)
    case = a_case(world, "unswiped_use", "DNA05", at=opened)
    act.accept(case=case, user=world.wu_min, at=opened + timedelta(hours=1))
    act.resolve(
        case=case, user=world.wu_min, verdict="violation", text=ACCOUNT, at=opened + timedelta(hours=2)
    )
    sent_back = opened + timedelta(hours=3)
    act.send_back(case=case, user=world.sun_qian, text="没有签字", at=sent_back)
    assert timeline.reached(case, timeline.events_of(case)) == {"opened": sent_back}


def test_a_systems_own_panel_stands_on_its_cases(
    wu_min: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.web.casework.page.panel", lambda case, user: CasePanel(main="现场录音 3 段"))
    assert "现场录音 3 段" in page(wu_min, case)


def test_repeats_count_the_same_subject_in_the_month_before(wu_min: Client, world: World) -> None:
    now = timezone.now()
    for n, days in enumerate((40, 12, 3)):
        a_case(world, "unswiped_use", "DNA07", at=now - timedelta(days=days), episode=f"e{n}")
    last = a_case(world, "unswiped_use", "DNA07", at=now, episode="now")
    assert "前 30 天同一对象 2 次" in page(wu_min, last)


def test_a_case_page_needs_few_queries(
    wu_min: Client, world: World, case: Case, django_assert_max_num_queries: Any
) -> None:
    for n in range(20):
        act.comment(case=case, user=world.wu_min, text=f"第 {n} 条说明")
    with django_assert_max_num_queries(18):
        page(wu_min, case)
