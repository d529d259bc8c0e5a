"""`bihuan loyalty` against the house: the record of a draw, and letters that came back."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.cli import main
from bihuan.kernel.rules.commitment import nonce_digest
from bihuan.systems.loyalty import act
from bihuan.systems.loyalty.models import Invitation, Member, Step
from bihuan.systems.loyalty.tests.bank import Bank, ask, build_bank
from bihuan.systems.loyalty.tests.letters import absence, failed, headers_only, mbox

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.django_db
SECRETS = ("first party, a long secret", "second party, another one")


def record_of(bank: Bank, client: Client) -> dict[str, Any]:
    """From the page, as somebody who does not trust us takes it away."""
    row = act.open_arms(
        draw=act.commit_arms(
            programme=bank.programme,
            user=bank.boss,
            units=[*bank.cards, *bank.loans],
            pilot=3,
            parties=("甲", "乙"),
            digests=[nonce_digest(secret) for secret in SECRETS],
        ),
        user=bank.boss,
        nonces=SECRETS,
    )
    client.force_login(bank.boss)
    found: dict[str, Any] = client.get(reverse("loyalty:draw-record", args=[row.pk])).json()
    return found


@pytest.fixture
def record(client: Client) -> dict[str, Any]:
    bank = build_bank(stage=Step.PREPARED)
    Member.objects.all().delete()
    return record_of(bank, client)


def test_arms_are_drawn_again_from_the_record(
    record: dict[str, Any], tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "arms.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert main(["loyalty", "verify-draw", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["match"], found["pilot"], found["difference"]) == (True, record["pilot"], None)


def test_a_record_that_somebody_changed_differs_and_says_where(
    record: dict[str, Any], tmp_path: Path, capsys: Captured
) -> None:
    record["pilot"], record["comparison"] = record["comparison"], record["pilot"]
    path = tmp_path / "arms.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert main(["loyalty", "verify-draw", str(path)]) == 1
    assert "differs at pilot 1" in capsys.readouterr().out


def test_a_file_that_is_no_record_is_bad_input(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "arms.json"
    path.write_text("{}")
    assert main(["loyalty", "verify-draw", str(path)]) == 2
    assert "no record of a draw" in capsys.readouterr().err


@pytest.fixture
def letter(settings: Any) -> Invitation:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, url="https://bank.example")
    ask(build_bank(), "K1")
    act.send_due()
    return Invitation.objects.get()


@pytest.mark.parametrize("kind", ["mbox", "maildir", "one"])
def test_a_mailbox_of_the_server_is_read_once(
    letter: Invitation, tmp_path: Path, capsys: Captured, kind: str
) -> None:
    box = tmp_path / "box"
    raw = failed(letter.message_id)
    if kind == "maildir":
        (box / "new").mkdir(parents=True)
        (box / "cur").mkdir()
        (box / "new" / "1.host").write_bytes(raw)
    else:
        box.write_bytes(mbox(raw, absence("x@y")) if kind == "mbox" else raw)
    found = []
    for _again in range(2):
        assert main(["loyalty", "bounces", str(box), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        found.append((told["bounced"], told["known"]))
    assert found == [(1, 0), (0, 1)]
    assert Invitation.objects.get().failed == "bounced 5.1.1"


def test_what_was_read_is_said_in_one_line(letter: Invitation, tmp_path: Path, capsys: Captured) -> None:
    box = tmp_path / "box"
    box.write_bytes(mbox(headers_only(letter.message_id), failed("somebody@else")))
    assert main(["loyalty", "bounces", str(box)]) == 0
    said = capsys.readouterr().out
    assert "1 came back" in said
    assert "1 not ours" in said


def test_a_mailbox_that_is_not_there_is_bad_input(db: None, tmp_path: Path, capsys: Captured) -> None:
    assert main(["loyalty", "bounces", str(tmp_path / "nowhere")]) == 2
    assert "no such mailbox" in capsys.readouterr().err
