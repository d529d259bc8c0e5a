"""The command on files: what it prints and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bihuan.inputs import BadInput
from bihuan.systems.instruments.replay import command, replay, run
from bihuan.systems.instruments.rules import roster
from bihuan.systems.instruments.tests.world import LI, ZHANG, Terminal, outcome, sent, tick, transcript


def written(folder: Path, *rows: dict[str, Any], name: str = "day.jsonl") -> str:
    path = folder / name
    path.write_text("\n".join(transcript(rows)), encoding="utf-8")
    return str(path)


def test_one_file_is_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = command([written(tmp_path, sent(0, "DNA01,0008075634open"))])

    shown = json.loads(capsys.readouterr().out)
    assert (code, shown["instruments"]["DNA01"]["user"]) == (0, "张三")


def test_several_files_are_a_list_and_each_stands_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = written(tmp_path, sent(0, "DNA01,0008075634open"), name="a.jsonl")
    second = written(tmp_path, tick(60), name="b.jsonl")

    assert command([first, second]) == 0

    states = [document["instruments"]["DNA01"]["state"] for document in json.loads(capsys.readouterr().out)]
    assert states == ["in_use", "idle"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "day.jsonl:1: fixture: the transcript is empty"),
        ("{", "day.jsonl:1: line: not JSON"),
        ("[]", "day.jsonl:1: line: must be an object"),
        ('{"at": "2026-11-23"}', "day.jsonl:1: fixture: must be on the first line"),
        ('{"fixture": {"at": "noon"}}', "day.jsonl:1: fixture.at: must be an ISO 8601 instant"),
        ('{"fixture": {"instruments": {}, "at": 7}}', "day.jsonl:1: fixture.at: must be a text"),
        ('{"fixture": {"instruments": 1}}', "day.jsonl:1: fixture.instruments: must be a list"),
        ('{"fixture": {"instruments": [{}]}}', "day.jsonl:1: fixture.instruments[0].id: must be a text"),
        (
            '{"fixture": {"instruments": [{"id": "A", "rest_minutes": -1}]}}',
            "day.jsonl:1: fixture.instruments[0].rest_minutes: must be a number from 0",
        ),
        (
            '{"fixture": {"instruments": [{"id": "A", "card_format": "x"}]}}',
            "day.jsonl:1: fixture.instruments[0].card_format: must be one of",
        ),
        (
            '{"fixture": {"people": [{"name": "A", "cards": ["1"]}, {"name": "B", "cards": ["01"]}]}}',
            "day.jsonl:1: fixture.people[1].cards: 01 belongs to somebody already",
        ),
        (
            '{"fixture": {"delivered": {"A": "7"}}}',
            "day.jsonl:1: fixture.delivered.A: must be a whole number",
        ),
        ('{"fixture": {"at": "2026-11-23T09:00:00Z"}}\n\n{"at": 1}', "day.jsonl:3: at: must be a text"),
        ('{"fixture": 1}', "day.jsonl:1: fixture: must be an object"),
    ],
)
def test_bad_input_is_named_by_file_line_and_field(
    text: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "day.jsonl"
    path.write_text(text, encoding="utf-8")

    assert command([str(path)]) == 2

    shown = capsys.readouterr()
    assert complaint in shown.err
    assert (shown.out, shown.err.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"conn": 1, "send_hex": "4"}, "send_hex: must be hexadecimal"),
        ({"conn": 1, "send_hex": 4}, "send_hex: must be a text"),
        ({"conn": "1", "send_hex": ""}, "conn: must be a whole number"),
        ({"conn": 1}, "send_hex: is missing"),
        ({"conn": 1, "close": "slam"}, "close: must be fin or reset"),
        ({}, "conn: is missing"),
    ],
)
def test_bad_row_is_refused(row: dict[str, Any], complaint: str) -> None:
    rows = [{"at": "2026-11-23T09:00:01+08:00", **row}]

    with pytest.raises(BadInput, match=f"transcript:2: {complaint}"):
        replay(transcript(rows))


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(BadInput, match="transcript:3: at: is before the line above"):
        outcome(tick(5), tick(4))


def test_missing_file_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.jsonl: No such file"):
        run([str(tmp_path / "none.jsonl")])


def test_file_that_is_no_text_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")

    with pytest.raises(BadInput, match="not UTF-8 at byte 0"):
        run([str(tmp_path / "photo.jpg")])


def test_journal_times_are_of_the_chosen_zone() -> None:
    rows = transcript([sent(0, f"DNA01,update2026-11-23 00:00:00,{ZHANG},open\nsocketshutdown")])

    assert replay(rows, "UTC")["sessions"][0]["started_at"] == "2026-11-23T00:00:00+00:00"
    assert replay(rows)["sessions"][0]["started_at"] == "2026-11-23T00:00:00+08:00"


def test_unknown_time_zone_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BIHUAN_TIME_ZONE", "Mars/Base")

    assert command([written(tmp_path, tick(0))]) == 2
    assert "Mars/Base" in capsys.readouterr().err


def test_bytes_of_the_refusal_itself_are_counted_and_later_ones_ignored() -> None:
    result = outcome(sent(0, "GET /"), sent(0, " HTTP/1.1\r\n"), sent(1, "DNA01,heartbeat"))

    assert result["rejected"] == [{"conn": 1, "reason": "bad_protocol", "bytes": 16}]
    assert result["instruments"]["DNA01"]["link"] == "never"


def test_nothing_happens_after_the_last_line() -> None:
    assert outcome(sent(0, "DNA01,heartbeat"), tick(299))["cases"] == []


def test_connection_timers_and_instrument_timers_fire_in_order() -> None:
    """A photo that ended by silence comes 10 s after its bytes, before the note and the outage."""
    result = outcome(
        sent(0, "DNA01,heartbeatDNA01,warningbegin"),
        sent(50, b"DNA01,photo\xff\xd8\xff\xe0", conn=2),
        tick(1000),
    )

    assert [(photo["bytes"], photo["truncated"], photo["alarm"]) for photo in result["photos"]] == [
        (4, True, 0)
    ]
    assert [case["kind"] for case in result["cases"]] == ["unswiped_use", "offline"]
    assert result["cases"][1]["opened_at"] == "2026-11-23T09:06:00+08:00"


def test_conn_may_be_used_again_after_the_client_closed_it() -> None:
    close = {"at": "2026-11-23T09:00:01+08:00", "conn": 1, "close": "fin"}

    result = outcome(sent(0, "DNA01,heartbeat"), close, sent(2, "DNA01,0008075634open"))

    assert result["instruments"]["DNA01"]["state"] == "in_use"


def test_fixture_may_leave_everything_out() -> None:
    result = replay(['{"fixture": {}}', json.dumps(sent(0, "DNA01,heartbeat"))])

    assert (result["instruments"], result["unknown_terminals"]) == ({}, ["DNA01"])


def test_roster_names_only_who_is_allowed() -> None:
    terminal = Terminal(roster_version=8)

    answer = roster.answer(terminal.directory, terminal.facts, 7).decode()

    assert answer.splitlines() == ["0008075634,张三", "0011259972,王五", "end,8"]
    assert LI not in answer
    assert roster.answer(terminal.directory, terminal.facts, 8) == b""


def test_replay_starts_without_django() -> None:
    code = "import sys, bihuan.systems.instruments.replay; sys.exit('django' in sys.modules)"

    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}
        ).returncode
        == 0
    )
