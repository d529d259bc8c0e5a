"""Suspicious questionnaires are flagged, a person decides, and what is excluded counts no longer."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from bihuan.kernel.act import standards, surveys
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Event, Person, Role
from bihuan.kernel.read.surveys import counts_of
from bihuan.kernel.tests.world import account
from bihuan.systems.service import act
from bihuan.systems.service.models import Fieldwork, SheetCheck
from bihuan.systems.service.read.field_control import control_of, limits_on, undecided_in
from bihuan.systems.service.rules.curbstone import Limits

from .field_world import MONDAY, NOW, Field, answered, build_field, draw_of, interviewer, issue, reply

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=8)
"""A Tuesday, when the hall is open."""


@pytest.fixture
def world() -> Iterator[Field]:
    with time_machine.travel(NOW):
        yield build_field()


@pytest.fixture
def work(world: Field) -> Fieldwork:
    draw_of(world)
    return Fieldwork.objects.select_related("wave__unit", "draw__unit").get(drawn="H2-01")


@pytest.fixture
def invented(world: Field, work: Fieldwork) -> Person:
    """Twelve honest sheets of one interviewer; six of another, all fives within two minutes."""
    issue(work, 12, interviewer(world, "I01"))
    answered(work, [8, 7, 9, 6, 8, 9, 7, 8, 10, 6, 8, 9])
    person = interviewer(world, "I02")
    issue(work, 6, person)
    for n in range(6):
        full = dict.fromkeys(("hall-place", "hall-manner", "hall-waiting", "hall-skill"), 5)
        ten = dict.fromkeys(("csi-overall", "csi-expected", "csi-ideal"), 5)
        begun = LATER + timedelta(seconds=20 * n)
        reply(work.wave, 13 + n, begun, 15, **full, **ten, **{"hall-settled": 1})
    return person


def test_signs_are_told_by_interviewer_and_wave_and_the_honest_are_left_alone(
    work: Fieldwork, invented: Person
) -> None:
    found = control_of(work.draw)
    rules = {sign.rule for sign in found.signs[invented.pk]}
    assert rules == {"too_fast", "identical", "alike", "bunched"}
    first, second = found.groups
    assert (first.interviewer, len(first.sheets), first.valid, len(first.flagged)) == (invented, 6, 6, 6)
    assert second.flagged == []
    assert len(found.undecided) == 6


def test_thresholds_are_standards(work: Fieldwork) -> None:
    found = limits_on(NOW)
    assert found == Limits(fast_share=found.fast_share)
    assert found.fast_share == pytest.approx(1 / 3, abs=0.001)
    assert {key for key in standards.__dict__ if key == "seed"} == {"seed"}


def test_excluding_needs_a_reason_and_leaves_valid(world: Field, work: Fieldwork, invented: Person) -> None:
    row = work.wave.replies.select_related("wave__unit", "sheet").get(sheet__number=13)
    with pytest.raises(Refused, match="原因"):
        act.decide(reply=row, user=world.group, verdict="excluded")
    act.back_check(reply=row, user=world.group, result="denied", signs=["too_fast"])
    act.decide(reply=row, user=world.group, verdict="excluded", reason="客户说没有人问过")
    assert (counts_of(work.wave).returned, counts_of(work.wave).valid) == (18, 17)
    check = SheetCheck.objects.get()
    assert (check.result, check.verdict, check.signs) == ("denied", "excluded", ["too_fast"])
    assert check.decided_by == world.group
    assert {event.verb for event in Event.objects.filter(subject=f"wave:{work.wave_id}")} >= {
        "reply.excluded",
        "sheet.back_check",
        "sheet.decided",
    }
    act.decide(reply=row, user=world.group, verdict="kept")
    assert counts_of(work.wave).valid == 18


def test_nobody_decides_on_his_own_sheets(world: Field, work: Fieldwork, invented: Person) -> None:
    own = account("fang", "访问员", Role.MANAGER, world.branch.branch, person=invented)
    row = work.wave.replies.select_related("wave__unit", "sheet").get(sheet__number=13)
    with pytest.raises(Refused, match="自己"):
        act.decide(reply=row, user=own, verdict="kept")
    with pytest.raises(Refused, match="角色"):
        act.decide(reply=row, user=world.leader, verdict="kept")


def test_a_batch_waits_for_the_decisions(world: Field, work: Fieldwork, invented: Person) -> None:
    with pytest.raises(Refused, match="6"):
        surveys.close_wave(wave=work.wave, user=world.boss)
    for row in work.wave.replies.filter(sheet__number__gt=12).select_related("wave__unit", "sheet"):
        act.decide(reply=row, user=world.group, verdict="excluded", reason="访问员承认自填")
    assert undecided_in(work.wave) == 0
    wave = surveys.close_wave(wave=work.wave, user=world.boss)
    row = wave.replies.select_related("wave__unit", "sheet").get(sheet__number=13)
    with pytest.raises(Refused, match="已关闭"):
        act.decide(reply=row, user=world.group, verdict="kept")


def test_sheets_that_nobody_brought_are_not_judged(work: Fieldwork) -> None:
    issue(work, 6)
    for n in range(6):
        reply(work.wave, 1 + n, LATER, 5)
    assert control_of(work.draw).groups == ()


def test_the_page_shows_signs_and_takes_the_decision(
    world: Field, work: Fieldwork, invented: Person, client: Client
) -> None:
    client.force_login(world.group)
    url = reverse("service:field-control", args=[work.draw_id])
    page = client.get(url)
    assert page.context["left"] == 6
    assert invented.name in page.content.decode()
    assert "· p = 0.0" in page.content.decode()
    assert "答案相似超出偶然" in page.content.decode()
    key = work.wave.replies.get(sheet__number=13).pk
    client.post(url, {"reply": key, "result": "", "verdict": ""})
    client.post(url, {"reply": key, "result": "denied", "verdict": "excluded", "reason": ""})
    assert SheetCheck.objects.get().verdict == ""
    client.post(url, {"reply": key, "result": "denied", "verdict": "excluded", "reason": "客户没有被问"})
    page = client.get(url)
    assert page.context["left"] == 5
    wave = client.get(reverse("wave", args=[work.wave_id])).content.decode()
    assert "现场复核后剔除" in wave
    assert "客户没有被问" in client.get(reverse("reply", args=[work.wave_id, 13])).content.decode()
    client.force_login(world.leader)
    assert client.post(url, {"reply": key, "verdict": "kept"}).status_code == 404, "the draw is the branch's"
