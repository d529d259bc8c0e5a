"""`bihuan service plan-halls`, `verify-draw` and `nonce` on files alone."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bihuan.cli import main

Captured = pytest.CaptureFixture[str]
TEN = "hall,level,urban\n" + "".join(f"H3-{n:02d},3,0\n" for n in range(1, 11)) + "H2-01,2,1\n"


@pytest.fixture
def halls(tmp_path: Path) -> Path:
    file = tmp_path / "halls.csv"
    file.write_text(TEN)
    return file


def plan(captured: Captured, halls: Path, *words: str) -> dict[str, Any]:
    assert main(["service", "plan-halls", str(halls), "--year", "2026", *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(captured.readouterr().out)
    return found


def test_scenario_12_the_plan_of_the_demonstration(halls: Path, capsys: Captured) -> None:
    found = plan(capsys, halls, "--seed", "2026-demo-seed")["quarters"]
    assert {name: (parts["new"], parts["again"]) for name, parts in found.items()} == {
        "Q1": (["H3-02", "H3-04", "H3-08"], []),
        "Q2": (["H3-03", "H3-05", "H3-06"], []),
        "Q3": (["H3-07", "H3-09"], ["H3-08"]),
        "Q4": (["H3-01", "H3-10"], ["H3-06"]),
    }
    assert all(parts["level2"] == ["H2-01"] for parts in found.values())


def test_the_order_of_the_frame_changes_nothing(halls: Path, capsys: Captured) -> None:
    before = plan(capsys, halls, "--seed", "2026-demo-seed")
    head, *rows = TEN.splitlines()
    halls.write_text("\n".join([head, *reversed(rows)]) + "\n")
    assert plan(capsys, halls, "--seed", "2026-demo-seed") == before


def test_one_letter_of_the_seed_does_not_match(halls: Path, tmp_path: Path, capsys: Captured) -> None:
    found, file = plan(capsys, halls, "--seed", "2026-demo-seed"), tmp_path / "plan.json"
    file.write_text(json.dumps(found))
    assert main(["service", "verify-draw", str(file)]) == 0
    file.write_text(json.dumps({**found, "seed": "2026-demo-seeb"}))
    assert main(["service", "verify-draw", str(file), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["mismatch"]["what"] == "nonce"


def test_another_hall_in_the_plan_is_named(halls: Path, tmp_path: Path, capsys: Captured) -> None:
    found, file = plan(capsys, halls, "--seed", "2026-demo-seed"), tmp_path / "plan.json"
    found["quarters"]["Q2"]["new"] = ["H3-03", "H3-05", "H3-07"]
    file.write_text(json.dumps(found))
    assert main(["service", "verify-draw", str(file)]) == 1
    assert "Q2 new, place 3: expected H3-06, found H3-07" in capsys.readouterr().out


def test_without_a_seed_two_fresh_secrets_are_made_and_told(
    halls: Path, tmp_path: Path, capsys: Captured
) -> None:
    found = plan(capsys, halls, "--quarter", "1")
    assert list(found["quarters"]) == ["Q1"]
    assert [sha256(nonce.encode()).hexdigest() for nonce in found["nonces"]] == found["nonce_digests"]
    assert found["seed"] == sha256("|".join(found["nonces"]).encode()).hexdigest()
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(found))
    assert main(["service", "verify-draw", str(file)]) == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hall\nH1\n", "halls.csv:1: level: this column is missing"),
        ("hall,level\nH1,4\n", "halls.csv:2: level: '4'"),
        ("hall,level\nH1,3\nH1,3\n", "'H1' is in the frame twice"),
        ("hall,level\n ,3\n", "blank"),
    ],
)
def test_a_list_of_halls_that_cannot_be_used_says_why(
    halls: Path, capsys: Captured, text: str, why: str
) -> None:
    halls.write_text(text)
    assert main(["service", "plan-halls", str(halls), "--year", "2026", "--seed", "s"]) == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("text", ["not json", "{}", "[]", '{"quarters": {}}', '{"kind": "halls"}'])
def test_what_is_no_record_is_bad_input(tmp_path: Path, capsys: Captured, text: str) -> None:
    file = tmp_path / "draw.json"
    file.write_text(text)
    assert main(["service", "verify-draw", str(file)]) == 2
    assert "draw.json" in capsys.readouterr().err


def test_a_secret_and_its_digest(capsys: Captured) -> None:
    assert main(["service", "nonce", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert sha256(found["nonce"].encode()).hexdigest() == found["digest"]
    assert main(["service", "nonce", "short"]) == 2


def ranked(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, *words: str) -> dict[str, Any]:
    scores = tmp_path / "scores.csv"
    scores.write_text(text, encoding="utf-8")
    assert main(["service", "rank", str(scores), *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_rank_gives_each_rank_its_band_and_none_to_seven_orders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "unit,n,good\nA,6530,6471\nB,22,22\nC,900,800\nD,7,7\n"
    found = ranked(tmp_path, capsys, text, "--target", "0.98")
    units = {row["unit"]: row for row in found["units"]}
    assert [row["unit"] for row in found["units"]][:2] == ["A", "C"]
    assert (units["A"]["rank"], units["A"]["band"]) == (1, [1, 1])
    assert (units["D"]["rank"], units["B"]["rank"], found["ranked"]) == (None, None, 2)
    assert (units["A"]["funnel"], units["C"]["funnel"], units["B"]["funnel"]) == (
        "alarm above",
        "alarm below",
        "within",
    )


def test_rank_of_single_answers_and_of_means_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [("A", 60 + n % 40) for n in range(40)] + [("B", 40 + n % 40) for n in range(40)]
    single = ranked(tmp_path, capsys, "unit,score\n" + "".join(f"{u},{s}\n" for u, s in answers))
    assert [(row["unit"], row["rank"], row["n"]) for row in single["units"]] == [("A", 1, 40), ("B", 2, 40)]
    means = ranked(tmp_path, capsys, "unit,n,mean,sd\nA,40,79.5,11.69\nB,40,59.5,11.69\n")
    for one, other in zip(single["units"], means["units"], strict=True):
        assert one["shrunk"] == pytest.approx(other["shrunk"], abs=0.01)


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("unit,points\nA,3\n", (), "1: score: give score"),
        ("n,good\n3,3\n", (), "1: unit: this column is missing"),
        ("unit,n,good\nA,3,4\n", (), "2: good: 4 is not a whole number in 0–3"),
        ("unit,n,good\nA,3,2\nA,3,2\n", (), "3: unit: 'A' stands twice"),
        ("unit,score\nA,12\nA,x\n", (), "3: score: 'x' is no number"),
        ("unit,n,mean\nA,30,80\n", ("--target", "0.9"), "--target judges shares"),
        ("unit,n,good\nA,30,20\n", ("--target", "1.5"), "between 0 and 1"),
    ],
)
def test_rank_says_what_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: tuple[str, ...], why: str
) -> None:
    scores = tmp_path / "scores.csv"
    scores.write_text(text, encoding="utf-8")
    assert main(["service", "rank", str(scores), *words]) == 2
    assert why in capsys.readouterr().err
