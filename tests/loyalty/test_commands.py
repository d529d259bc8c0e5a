"""`bihuan loyalty nps` on files alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.cli import main

Captured = pytest.CaptureFixture[str]


def answers(promoters: int, passives: int, detractors: int, more: str = "") -> str:
    return "".join(
        f"{score}{more}\n" for score, n in ((10, promoters), (8, passives), (3, detractors)) for _ in range(n)
    )


def run(folder: Path, captured: Captured, text: str, *words: str) -> dict[str, Any]:
    path = folder / "r.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["loyalty", "nps", str(path), *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(captured.readouterr().out)
    return found


@pytest.mark.parametrize(
    ("counts", "nps", "interval"),
    [
        ((50, 30, 20), 30, (14.05, 44.20)),
        ((500, 300, 200), 30, (25.08, 34.74)),
        ((10, 6, 4), 30, (-5.72, 57.90)),
        ((12, 5, 3), 45, (8.43, 69.83)),
        ((20, 0, 0), 100, (69.68, 100)),
    ],
)
def test_scores_and_intervals_of_the_table(
    tmp_path: Path, capsys: Captured, counts: tuple[int, int, int], nps: float, interval: tuple[float, float]
) -> None:
    found = run(tmp_path, capsys, "score\n" + answers(*counts))
    assert (found["promoters"], found["passives"], found["detractors"]) == counts
    assert found["nps"] == pytest.approx(nps)
    assert found["interval"] == pytest.approx(interval, abs=0.01)


def test_scenario_15_a_drop_of_35_points_at_20_answers_is_not_significant(
    tmp_path: Path, capsys: Captured
) -> None:
    text = "score,period\n" + answers(12, 5, 3, ",2026Q1") + answers(8, 6, 6, ",2026Q2")
    found = run(tmp_path, capsys, text, "--by", "period", "--compare", "period")
    assert {key: each["nps"] for key, each in found["groups"].items()} == {
        "2026Q1": pytest.approx(45),
        "2026Q2": pytest.approx(10),
    }
    one = found["comparison"]
    assert (one["from"], one["to"], one["significant"]) == ("2026Q1", "2026Q2", False)
    assert (one["change"], one["z"], one["p"]) == (
        pytest.approx(-35),
        pytest.approx(-1.316, abs=1e-3),
        pytest.approx(0.188, abs=1e-3),
    )


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("points\n3\n", (), "1: score: this column is missing"),
        ("score\n11\n", (), "2: score: '11' is not a whole number"),
        ("score\n9\n7.5\n", (), "3: score: '7.5'"),
        ("score\n", (), "no answers"),
        ("score\n9\n", ("--by", "branch"), "1: branch: this column is missing"),
        ("score,period\n9,a\n8,b\n7,c\n", ("--compare", "period"), "has 3 values"),
    ],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, capsys: Captured, text: str, words: tuple[str, ...], why: str
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["loyalty", "nps", str(path), *words]) == 2
    assert why in capsys.readouterr().err
