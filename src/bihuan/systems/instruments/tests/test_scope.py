"""Another unit's manager sees, opens and changes nothing; a viewer looks and no more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.models import User
from bihuan.systems.instruments.models import Instrument, Swipe
from bihuan.systems.instruments.search import search
from bihuan.systems.instruments.tiles import tiles

from .lab import ZHANG, Lab, alarm, build, heard, journal, photo, use

pytestmark = pytest.mark.django_db
LISTS = ("", "sessions/", "alarms/", "photos/", "journals/", "orphans/", "maintenance/", "list/", "permits/")


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    heard(monkeypatch, DNA01=10, PCR02=10, NMR13=10)
    made = build()
    now = timezone.now()
    Instrument.objects.filter(pk=made.dna.pk).update(service_days=10)
    use(made.dna, made.world.zhang_san, now - timedelta(hours=1))
    photo(made.dna, now, alarm(made.dna, now))
    journal(made.dna, f"2026-11-22 09:00:00,{ZHANG},open", now)
    Swipe.objects.create(instrument=made.dna, card=ZHANG, verb="close", at=now, noted_at=now, role="orphan")
    return made


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_nothing_of_another_unit(lab: Lab, client: Client, path: str) -> None:
    client.force_login(lab.world.gao_yuan)
    html = client.get(f"/instruments/{path}").content.decode()
    for hidden in ("DNA01", "张三", ZHANG):
        assert hidden not in html


@pytest.mark.parametrize("path", LISTS[:-2])
def test_the_same_lists_hold_it_for_its_own_unit(lab: Lab, client: Client, path: str) -> None:
    client.force_login(lab.world.sun_qian)
    assert "DNA01" in client.get(f"/instruments/{path}").content.decode()


@pytest.mark.parametrize("path", ["sessions", "alarms", "journals", "orphans", "list", "permits"])
def test_exports_hold_nothing_of_another_unit(lab: Lab, client: Client, path: str) -> None:
    client.force_login(lab.world.gao_yuan)
    answer = client.get(f"/instruments/{path}/export/?format=csv&full=1")
    assert b"DNA01" not in answer.getvalue()


def test_pages_of_another_unit_s_rows_are_not_there(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.gao_yuan)
    picture = lab.dna.photos.get()
    paths = ["DNA01/", "DNA01/drawer/", "DNA01/edit/", f"photos/{picture.pk}/preview/"]
    for path in paths:
        assert client.get(f"/instruments/{path}").status_code == 404, path
    for path in ("DNA01/step/", f"photos/{picture.pk}/attach/"):
        assert client.post(f"/instruments/{path}", {"action": "archive"}).status_code == 404, path
    assert client.post(f"/evidence/{picture.evidence_id}/").status_code == 404
    assert Instrument.objects.get(pk=lab.dna.pk).archived_at is None


def test_a_journal_of_another_unit_is_not_there(lab: Lab, client: Client) -> None:
    row = lab.dna.journals.get()
    client.force_login(lab.world.gao_yuan)
    assert client.get(f"/instruments/journals/{row.pk}/").status_code == 404
    assert client.get(f"/instruments/journals/{row.pk}/file/").status_code == 404


@pytest.mark.parametrize(
    "action", ["archive", "maintenance", "permit", "revoke", "service", "unarchive", "x"]
)
def test_a_viewer_changes_nothing(lab: Lab, client: Client, action: str) -> None:
    client.force_login(lab.world.he_jia)
    before = Instrument.objects.filter(pk=lab.dna.pk).values().get()
    client.post("/instruments/DNA01/step/", {"action": action, "number": "S002", "note": "long enough"})
    assert Instrument.objects.filter(pk=lab.dna.pk).values().get() == before
    assert client.get("/instruments/new/").status_code == 403
    assert client.get("/instruments/DNA01/edit/").status_code == 403


def test_nobody_is_let_in_without_signing_in(lab: Lab, client: Client) -> None:
    for path in (*LISTS, "DNA01/", "unknown/", "new/"):
        answer = client.get(f"/instruments/{path}")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login/")


def test_search_finds_by_id_name_and_place_in_one_s_units(lab: Lab) -> None:
    def found(user: User, text: str) -> list[str]:
        return [hit.title.split()[0] for hit in search(user, text)]

    assert found(lab.world.wu_min, "dna") == ["DNA01"]
    assert found(lab.world.wu_min, "荧光") == ["PCR02"]
    assert found(lab.world.wu_min, "SKL-4") == ["PCR02"]
    assert found(lab.world.gao_yuan, "dna") == []


def test_tiles_tell_what_is_wrong_with_its_base(lab: Lab) -> None:
    abnormal, linked, swiped, precise, lost = tiles(lab.world.wu_min)
    assert (abnormal.value, abnormal.tone) == (1, "red")
    assert linked.value == 2
    assert [tile.face for tile in (swiped, precise, lost)] == ["withheld"] * 3
    assert tiles(lab.world.gao_yuan)[0].value == 0


def test_a_unit_without_instruments_has_one_empty_tile(lab: Lab) -> None:
    Instrument.objects.filter(pk=lab.nmr.pk).update(archived_at=timezone.now())
    (tile,) = tiles(lab.world.gao_yuan)
    assert tile.face == "empty"


def test_tiles_are_stale_when_no_terminal_is_heard(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    heard(monkeypatch, DNA01=600, PCR02=900)
    assert tiles(lab.world.wu_min)[1].face == "stale"


def test_the_wall_names_instruments_and_nobody(lab: Lab, client: Client) -> None:
    client.force_login(lab.world.sun_qian)
    html = client.get("/screen/instruments/").content.decode()
    assert "DNA01" in html
    assert "张三" not in html
    assert ZHANG not in html
