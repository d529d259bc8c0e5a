"""What a case of the instruments shows beside its story."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.intake.log import IntakeRow
from bihuan.kernel.tests.world import a_case
from bihuan.systems.instruments.models import Instrument
from bihuan.systems.instruments.panel import EXCERPT, case_panel, excerpt
from bihuan_edge.messages import Kind

from .lab import ZHANG, Lab, alarm, build, heard, hears, photo, use

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10)
    return build()


def said(raw: bytes) -> IntakeRow:
    at = int(timezone.now().timestamp() * 1_000_000)
    return IntakeRow(1, "g", at, 1, "10.0.0.7", int(Kind.OPEN), "DNA01", "", raw, "", len(raw), False)


def test_alarm_sessions_and_state_stand_on_the_case(lab: Lab, client: Client) -> None:
    case = a_case(lab.world, "unswiped_use")
    began = timezone.now() - timedelta(hours=5)
    use(lab.dna, lab.world.zhang_san, began, began + timedelta(hours=1))
    photo(lab.dna, timezone.now(), alarm(lab.dna, timezone.now(), case=case))
    client.force_login(lab.world.wu_min)
    html = client.get(f"/cases/{case.number}/").content.decode()
    assert "仪器现场" in html
    assert "无刷卡：请凭照片确认" in html
    assert "张三" in html


def test_the_raw_messages_are_for_who_handles_cases(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    hears(monkeypatch, [], [said(f"DNA01,{ZHANG}open".encode()), said(b"\xff<b>")])
    case = a_case(lab.world, "unknown_card")
    assert f"DNA01,{ZHANG}open" in case_panel(case, lab.world.wu_min).main
    assert "<b>" not in case_panel(case, lab.world.wu_min).main
    assert ZHANG not in case_panel(case, lab.world.he_jia).main


def test_the_excerpt_is_short(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    hears(monkeypatch, [], [said(b"x" * 900)] * 50)
    found = excerpt("DNA01", timezone.now())
    assert len(found) == EXCERPT
    assert len(found[0].text) == 200


def test_a_service_case_shows_hours_and_the_form(lab: Lab) -> None:
    Instrument.objects.filter(pk=lab.dna.pk).update(service_hours=10)
    case = a_case(lab.world, "service")
    html = case_panel(case, lab.world.wu_min).main
    assert "/instruments/DNA01/#maintenance" in html


def test_a_case_of_an_instrument_that_is_gone_has_no_panel(lab: Lab) -> None:
    assert case_panel(a_case(lab.world, "offline", subject="GONE1"), lab.world.wu_min).main == ""
