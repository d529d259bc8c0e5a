"""`bihuan calendar` and everything else that answers before Django is loaded."""

import json
import subprocess
import sys
import time
from typing import Any

import pytest

from bihuan.cli import main, parser
from bihuan.commands import COMMANDS
from bihuan.commands.kinds import KINDS, working_day_kinds
from bihuan.commands.spec import Command
from tools import deadline_kinds

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _shanghai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIHUAN_TIME_ZONE", raising=False)


def answer(captured: Captured, *words: str) -> Any:
    assert main([*words, "--json"]) == 0
    return json.loads(captured.readouterr().out)


def refusal(captured: Captured, *words: str) -> str:
    """The one line that a refused command writes."""
    assert main(words) == 2
    out, err = captured.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_a_deadline_as_json(capsys: Captured) -> None:
    assert answer(capsys, "calendar", "add-workdays", "2025-01-24T10:00", "5") == {
        "start": "2025-01-24T10:00",
        "days": 5,
        "deadline": "2025-02-07",
        "due_at": "2025-02-07T23:59:59+08:00",
        "provisional": False,
    }


def test_a_deadline_for_people_says_that_it_is_provisional(capsys: Captured) -> None:
    assert main(["calendar", "add-workdays", "2026-12-25", "5"]) == 0
    line = capsys.readouterr().out
    assert line.startswith("2026-12-25 + 5 working days: 2027-01-04 Mon")
    assert "provisional" in line


def test_several_instants_may_share_a_number_and_several_groups_may_follow(capsys: Captured) -> None:
    words = ["2025-01-24", "2025-01-26", "2", "2026-12-25", "5"]
    answers = answer(capsys, "calendar", "add-workdays", *words)
    assert [found["deadline"] for found in answers] == ["2025-01-27", "2025-02-05", "2027-01-04"]
    assert [found["provisional"] for found in answers] == [False, False, True]


@pytest.mark.parametrize("start", ["2025-01-26T16:30:00Z", "2025-01-27T00:30", "2025-01-26T17:30+01:00"])
def test_an_instant_with_an_offset_is_that_local_day(capsys: Captured, start: str) -> None:
    assert answer(capsys, "calendar", "add-workdays", start, "1")["deadline"] == "2025-02-05"


def test_days_are_counted_in_the_zone_of_the_house(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_TIME_ZONE", "UTC")
    found = answer(capsys, "calendar", "add-workdays", "2025-01-26T16:30:00Z", "1")
    assert found["due_at"] == "2025-01-27T23:59:59+00:00"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["2025-13-01", "5"], "'2025-13-01'"),
        (["2025-01-24", "-5"], "'-5'"),
        (["2025-01-24", "2.5"], "'2.5'"),
        (["2025-01-24"], "missing after '2025-01-24'"),
        (["5"], "no instant stands before N = 5"),
        (["9999-12-01", "99"], "beyond the calendar"),
        (["0001-01-01T00:00+14:00", "1"], "'0001-01-01T00:00+14:00'"),
    ],
)
def test_bad_input_is_one_line_that_names_it(capsys: Captured, words: list[str], named: str) -> None:
    assert named in refusal(capsys, "calendar", "add-workdays", *words)


def test_working_days_between_two_dates(capsys: Captured) -> None:
    found = answer(capsys, "calendar", "between", "2025-01-24", "2025-02-07")
    assert found == {"start": "2025-01-24", "end": "2025-02-07", "days": 5, "provisional": False}


def test_a_span_into_an_unknown_year_is_provisional_in_both_directions(capsys: Captured) -> None:
    early, late = "2026-12-30", "2027-01-10"
    there, back = answer(capsys, "calendar", "between", early, late, late, early)
    assert (there["days"], back["days"]) == (6, -6)
    assert there["provisional"]
    assert back["provisional"]


def test_between_wants_pairs(capsys: Captured) -> None:
    assert "'2025-01-24'" in refusal(capsys, "calendar", "between", "2025-01-24")


def test_a_year_tells_its_working_days_and_whether_they_are_official(capsys: Captured) -> None:
    known, unknown = answer(capsys, "calendar", "year", "2026", "2027")
    assert (known["working_days"], known["status"]) == (248, "gazetted")
    assert known["make_up_days"][0] == "2026-01-04"
    assert unknown["status"] == "provisional"


def test_a_year_for_people(capsys: Captured) -> None:
    assert main(["calendar", "year", "2024"]) == 0
    assert capsys.readouterr().out.startswith("2024: 251 working days, gazetted, make-up days: 2024-02-04 ")


def test_a_kind_takes_its_limit_from_the_manifests(capsys: Captured) -> None:
    found = answer(capsys, "calendar", "due", "--kind", "case.accept", "--from", "2025-02-07T18:30")
    assert (found["days"], found["deadline"]) == (1, "2025-02-08")


def test_known_kinds_are_listed_without_an_instant(capsys: Captured) -> None:
    kinds = {found["kind"]: found["days"] for found in answer(capsys, "calendar", "due")}
    assert kinds == working_day_kinds()


@pytest.mark.all_systems
def test_the_early_kinds_are_those_of_the_manifests() -> None:
    assert KINDS.read_text(encoding="utf-8") == deadline_kinds.render(), "run tools/deadline_kinds.py"


def test_an_unknown_kind_is_refused_with_the_known_ones(capsys: Captured) -> None:
    assert "case.accept" in refusal(capsys, "calendar", "due", "--kind", "nope", "--from", "2025-02-07")


@pytest.mark.parametrize(
    ("words", "due_at"),
    [
        ("--days 5 2025-01-24T10:00", "2025-02-07T23:59:59+08:00"),
        ("--hours 4 2025-01-24T16:00", "2025-01-26T11:30:00+08:00"),
        ("--hours 0.5 2025-02-01T10:00", "2025-02-05T09:00:00+08:00"),
        ("--natural-hours 48 2025-01-28T10:00", "2025-01-30T10:00:00+08:00"),
        ("--report-day 3 2025-01-15", "2025-02-05T23:59:59+08:00"),
        ("--report-day 5 --period quarter 2025-08-01", "2025-10-09T23:59:59+08:00"),
        ("--later-month 1 2025-01-24", "2025-02-28T23:59:59+08:00"),
    ],
)
def test_every_kind_of_target_can_be_asked_for(capsys: Captured, words: str, due_at: str) -> None:
    assert answer(capsys, "calendar", "due", *words.split())["due_at"] == due_at


def test_bad_usage_is_one_line_and_two(capsys: Captured) -> None:
    assert "--help" in refusal(capsys, "calendar", "sideways")


def test_a_file_that_is_not_there_is_named(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file(_target: str) -> Any:
        raise FileNotFoundError(2, "No such file or directory", "missing.jsonl")

    monkeypatch.setattr("bihuan.cli.load", no_file)
    assert "missing.jsonl: No such file" in refusal(capsys, "instruments", "replay", "missing.jsonl")


@pytest.mark.parametrize("target", ["bihuan.nowhere.at_all:run", "bihuan.commands.calendar:nothing"])
def test_a_command_without_its_function_says_so(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.setattr("bihuan.cli.parser", lambda: parser([Command("lost", "lost", target)]))
    assert main(["lost"]) == 1
    assert "this installation has no" in capsys.readouterr().err


def test_every_command_of_the_contract_is_there() -> None:
    processes = {"up", "web", "live", "gateway", "worker"}
    care = {"init", "user", "token", "doctor", "backup", "restore", "audit", "upgrade", "demo-clean"}
    work = {"import", "export", "simulate", "calendar", "instruments", "openapi"}
    assert processes | care | work <= {command.name for command in COMMANDS}


@pytest.mark.parametrize(
    "line",
    [
        "up --demo",
        "user invite wu_min",
        "token create wall --scope read",
        "restore bihuan.tar --verify",
        "audit verify",
        "import instruments list.xlsx --dry-run",
        "export sessions --from 2025-09-01 --to 2025-10-31 usage.xlsx",
        "simulate instruments --terminals 10 --rate 2 --seconds 5 --seed 7",
        "instruments transcript --instrument DNA01 kept.jsonl",
        "openapi --check",
    ],
)
def test_late_commands_are_understood_without_being_imported(line: str) -> None:
    assert parser().parse_args(line.split()).target.startswith("bihuan.site.commands.")


@pytest.mark.parametrize(
    "words", [["--help"], ["calendar", "add-workdays", "2025-01-24T10:00", "5", "--json"]]
)
def test_early_commands_start_quickly_and_leave_django_alone(words: list[str]) -> None:
    code = "import sys; from bihuan.cli import main; main(sys.argv[1:]); sys.exit('django' in sys.modules)"
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True)
        took.append(time.perf_counter() - begun)
        if took[-1] < 0.3:
            break
    assert min(took) < 0.3
