"""The audit page of draws, and the commands that check a draw without us."""

from dataclasses import asdict

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.systems.service import act
from bihuan.systems.service.models import Draw, Party
from bihuan.systems.service.read.voice import due_calls

from .hotline import NONCES, Hotline, begun, build_hotline, calls, commit
from .test_draws import halls

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Hotline:
    return build_hotline()


@pytest.fixture
def boss(world: Hotline, client: Client) -> Client:
    client.force_login(world.boss)
    return client


def url(draw: Draw, part: str = "draw") -> str:
    return reverse(f"service:{part}", args=[draw.pk])


def test_what_was_sealed_stands_on_the_page_once_it_is_published(world: Hotline, boss: Client) -> None:
    draw = begun(world).draw
    text = boss.get(url(draw)).content.decode()
    assert draw.commitment in text
    assert "密封" in text
    assert draw.seed not in text
    assert NONCES[0] not in text
    boss.post(url(draw, "draw-step"), {"action": "publish"})
    page = boss.get(url(draw))
    assert draw.seed in page.content.decode()
    assert NONCES[1] in page.content.decode()
    assert page.context["check"].match


def test_one_letter_of_the_seed_is_a_mismatch_on_the_page(world: Hotline, boss: Client) -> None:
    draw = begun(world).draw
    act.publish(draw=draw, user=world.boss)
    draw.refresh_from_db()
    wrong = ("0" if draw.seed[0] != "0" else "1") + draw.seed[1:]
    page = boss.get(url(draw), {"seed": wrong})
    assert page.context["check"].mismatch.what == "seed"
    assert "不一致" in page.content.decode()
    assert boss.get(url(draw), {"seed": draw.seed}).context["check"].match


def test_scenario_12_a_draw_of_halls_on_the_audit_page(world: Hotline, boss: Client) -> None:
    record, now = halls(), timezone.now()
    told = {
        key: value
        for key, value in asdict(record).items()
        if key not in {"parts", "now", "swaps", "notes", "nonce_digests", "nonces"}
    }
    parts = [[label, list(units)] for label, units in record.parts]
    draw = Draw.objects.create(
        **told,
        unit=world.branch.branch,
        result=parts,
        drawn=parts,
        called_at=now,
        called_by=world.boss,
        committed_at=now,
        opened_at=now,
        published_at=now,
    )
    Party.objects.create(draw=draw, place=1, name="公开种子", digest=record.nonce_digests[0])
    page = boss.get(url(draw))
    assert page.context["check"].match
    assert "H3-04 H3-08 H3-02" in page.content.decode()
    assert not boss.get(url(draw), {"seed": "2026-demo-seeb"}).context["check"].match


def test_a_recording_that_cannot_be_used_is_replaced_from_the_score_sheet(
    world: Hotline, boss: Client
) -> None:
    review = begun(world)
    gone = due_calls(review)[0].code
    step = url(review.draw, "draw-step")
    boss.post(step, {"action": "substitute", "gone": gone, "reason": "", "back": "scoring"})
    answer = boss.post(step, {"action": "substitute", "gone": gone, "reason": "无法播放", "back": "scoring"})
    assert answer["Location"] == reverse("service:scoring")
    review.draw.refresh_from_db()
    assert gone not in {each.code for each in due_calls(review)}
    assert "无法播放" in boss.get(url(review.draw)).content.decode()


def test_a_commitment_is_withdrawn_on_its_page(world: Hotline, boss: Client) -> None:
    calls(world)
    draw = commit(world)
    boss.post(url(draw, "draw-step"), {"action": "withdraw", "reason": "录音未齐"})
    assert "录音未齐" in boss.get(url(draw)).content.decode()
    boss.force_login(world.branch.owner)
    assert boss.post(url(draw, "draw-step"), {"action": "publish"}).status_code == 404
