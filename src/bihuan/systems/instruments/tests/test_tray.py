"""Terminals that nobody registered, and registering them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Card, Event, FieldTerminal
from bihuan.systems.instruments import act
from bihuan.systems.instruments.intake.directory import directory
from bihuan.systems.instruments.models import Instrument

from .lab import ZHANG, Lab, build, hears, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    now = timezone.now()
    hears(
        monkeypatch, [seen("DNA01", now, now), seen("离心机31", now, now - timedelta(hours=3), messages=12)]
    )
    return build()


def form(lab: Lab, code: str, **more: object) -> dict[str, object]:
    empty = {"rest_minutes": 0, "card_format": "", "encoding": "utf-8", "addresses": ""}
    return {"code": code, "name": "新离心机", "unit": lab.world.building.pk, **empty, **more}


def test_the_tray_names_who_was_heard_and_is_not_registered(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.sun_qian)
    html = client.get("/instruments/unknown/").content.decode()
    assert "离心机31" in html
    assert "10.0.0.7" in html
    assert "?code=%E7%A6%BB%E5%BF%83%E6%9C%BA31" in html
    assert "code=DNA01" not in html


def test_the_tray_gives_lines_to_try(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.sun_qian)
    html = client.get("/instruments/unknown/").content.decode()
    assert f"printf &#x27;DNA01,{ZHANG}open&#x27; | nc -N testserver" in html or f"DNA01,{ZHANG}open" in html


def test_only_who_edits_sees_the_tray(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.wu_min)
    assert client.get("/instruments/unknown/").status_code == 403


def test_adoption_is_one_form_that_is_filled_in(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.sun_qian)
    url = "/instruments/new/?code=离心机31"
    assert 'value="离心机31"' in client.get(url).content.decode()
    answer = client.post(url, form(lab, "离心机31"))
    row = Instrument.objects.get(code="离心机31")
    assert answer.status_code == 302
    assert row.next_at is not None
    assert FieldTerminal.objects.get(terminal="离心机31").removed is False
    assert set(Event.objects.filter(subject="离心机31").values_list("verb", flat=True)) == {
        "instrument.created",
        "instrument.adopted",
    }
    assert "new/?code=" not in client.get("/instruments/unknown/").content.decode()


@pytest.mark.parametrize(
    "code",
    [
        *("", "a b", "a,b", "heartbeat", "OPEN", "socketshutdown", "SocketShutdown1", "x" * 33, "a/b", "<b>"),
        *(" DNA09", "pho-to", "new", "Alarms", "dna01"),
    ],
)
def test_an_identifier_that_no_terminal_can_use_is_refused(lab: Lab, code: str) -> None:
    with pytest.raises(Refused):
        act.create(user=lab.world.sun_qian, code=code, name="x", unit=lab.world.building)
    assert not Instrument.objects.filter(name="x").exists()


@pytest.mark.parametrize("code", ["A", "photo2", "离心机_1", "x-9.b", "opener", "x" * 32])
def test_what_the_wire_can_carry_is_an_identifier(lab: Lab, code: str) -> None:
    assert act.create(user=None, code=code, name="x", unit=lab.world.building).folded == code.casefold()


def test_the_form_says_what_is_wrong_with_the_identifier(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.sun_qian)
    answer = client.post("/instruments/new/", form(lab, "dna01"))
    assert answer.status_code == 422
    assert "已被使用" in answer.content.decode()


def test_archiving_tells_the_gateway_and_taking_back_does_too(lab: Lab) -> None:
    act.archive(row=lab.dna, user=lab.world.sun_qian)
    assert FieldTerminal.objects.get(terminal="dna01").removed
    assert Instrument.objects.get(pk=lab.dna.pk).next_at is None
    act.unarchive(row=lab.dna, user=lab.world.sun_qian)
    assert not FieldTerminal.objects.get(terminal="dna01").removed
    assert Instrument.objects.get(pk=lab.dna.pk).next_at is not None


def test_an_archived_terminal_that_speaks_is_in_the_tray(lab: Lab, client: Client) -> None:
    act.archive(row=lab.dna, user=lab.world.sun_qian)
    client.force_login(lab.world.sun_qian)
    assert "去归档" in client.get("/instruments/unknown/").content.decode()


def test_an_edit_writes_which_fields_and_not_what(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.sun_qian)
    data = form(lab, "", name="低速离心机", rest_minutes=15, addresses="10.1.2.3/24 10.9.0.1")
    assert client.post("/instruments/DNA01/edit/", data).status_code == 302
    row = Instrument.objects.get(pk=lab.dna.pk)
    assert (row.name, row.rest_minutes, row.addresses) == ("低速离心机", 15, ["10.1.2.0/24", "10.9.0.1/32"])
    event = Event.objects.get(verb="instrument.changed")
    assert "name" in event.payload["fields"]
    assert "低速离心机" not in str(event.payload)
    assert FieldTerminal.objects.get(terminal="dna01").addresses == ["10.1.2.0/24", "10.9.0.1/32"]


def test_an_address_that_is_none_is_refused(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.sun_qian)
    answer = client.post("/instruments/DNA01/edit/", form(lab, "", addresses="here"))
    assert answer.status_code == 422


def test_a_new_name_of_a_person_reaches_the_roster(lab: Lab) -> None:
    lab.world.zhang_san.name = "张叁"
    lab.world.zhang_san.save()
    act.people_changed([lab.world.zhang_san.pk])
    assert "张叁" in FieldTerminal.objects.get(terminal="dna01").roster
    assert "张叁" not in FieldTerminal.objects.get(terminal="nmr13").roster


def test_a_card_of_somebody_without_permits_is_known_at_once(lab: Lab) -> None:
    before = directory().identify("0000000042")[1]
    Card.objects.create(number="0000000042", person=lab.world.wang_wu)
    act.people_changed([lab.world.wang_wu.pk])
    holder = directory().identify("0000000042")[1]
    assert before is None
    assert holder is not None
    assert holder.name == "王五"


def test_a_person_of_another_unit_is_not_permitted(lab: Lab) -> None:
    with pytest.raises(Refused):
        act.authorise(row=lab.nmr, person=lab.world.zhang_san, user=lab.world.gao_yuan)
