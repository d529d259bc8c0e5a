"""`bihuan service` against the house: records of draws, plans of its halls, recordings of a folder."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.cli import main
from bihuan.systems.service import act
from bihuan.systems.service.models import Recording
from bihuan.systems.service.read.draws import document
from bihuan.systems.service.tests.hotline import Hotline, begun, build_hotline, wav

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Hotline:
    return build_hotline()


@pytest.fixture
def boss(world: Hotline, client: Client) -> Client:
    client.force_login(world.boss)
    return client


def test_the_record_can_be_checked_from_the_file_and_a_change_is_found(
    world: Hotline, boss: Client, tmp_path: Path, capsys: Captured
) -> None:
    draw = begun(world).draw
    act.publish(draw=draw, user=world.boss)
    file = tmp_path / "draw.json"
    file.write_bytes(boss.get(reverse("service:draw-record", args=[draw.pk])).content)
    assert main(["service", "verify-draw", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"match": True, "drawn": True, "mismatch": None}
    told = json.loads(file.read_text())
    told["now"][0][1][0] = "chosen"
    file.write_text(json.dumps(told))
    assert main(["service", "verify-draw", str(file)]) == 1
    assert "chosen" in capsys.readouterr().out


def test_a_sealed_record_shows_that_the_commitment_holds(
    world: Hotline, tmp_path: Path, capsys: Captured
) -> None:
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(document(begun(world).draw)))
    assert main(["service", "verify-draw", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["drawn"] is False


def test_a_stored_draw_is_checked_by_its_number(world: Hotline, capsys: Captured) -> None:
    draw = begun(world).draw
    assert main(["service", "verify-draw", str(draw.pk)]) == 0
    assert capsys.readouterr().out.strip() == "matches"
    assert main(["service", "verify-draw", "404404"]) == 2


def test_halls_of_the_house_are_planned_by_its_standards(world: Hotline, capsys: Captured) -> None:
    assert main(["service", "plan-halls", "--year", "2026", "--seed", "s", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["quarters"]["Q3"]["level2"] == ["H2-01"]


def test_a_folder_is_imported_once_and_the_refused_are_named(
    world: Hotline, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "8012_20260105-093015_电费.wav").write_bytes(wav(30))
    (tmp_path / "in" / "9999_20260105-093015.wav").write_bytes(wav(31))
    (tmp_path / "x.mp3").write_bytes(b"ID3\x04")
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "told.csv").write_text("file,agent,complaint\nx.mp3,8011,yes\n")
    words = ["service", "import-recordings", str(tmp_path), "--unit", "DSQ", "--json"]
    assert main(words) == 2
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert {**found, "refused": len(found["refused"]), "folder": ""} == {
        "folder": "",
        "new": 3,
        "known": 0,
        "refused": 1,
        "unknown_agents": ["9999"],
        "unfinished": 1,
    }
    assert "empty.wav" in err
    assert Recording.objects.get(agent=world.lan).complaint
    (tmp_path / "empty.wav").unlink()
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["known"] == 3


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["{}/none"], "no such folder"),
        (["{}", "--unit", "XX"], "no unit"),
        (["{}"], "told.csv:2: duration_s"),
    ],
)
def test_a_folder_that_cannot_be_imported_says_why(
    world: Hotline, tmp_path: Path, capsys: Captured, words: list[str], why: str
) -> None:
    (tmp_path / "told.csv").write_text("file,duration_s\nx.mp3,long\n")
    given = [word.format(tmp_path) for word in words]
    assert main(["service", "import-recordings", *given]) == 2
    assert why in capsys.readouterr().err
