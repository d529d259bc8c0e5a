"""The projector's tables say what a replay says, however the rows are cut into batches."""

import json
from pathlib import Path

import pytest

from bihuan.systems.instruments.intake import Handler
from bihuan.systems.instruments.replay import replay

from .rows import furnish, of_replay, rows_of, tables

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.jsonl"))
TIMED = {"overlong", "offline"}
"""Kinds of case that time alone opens: the clock's business, not the projector's."""


def without_time(outcome: dict[str, object], path: Path) -> dict[str, object]:
    cases = outcome["cases"]
    assert isinstance(cases, list)
    sessions = outcome["sessions"]
    assert isinstance(sessions, list)
    for session in sessions:
        session["flags"] = [flag for flag in session["flags"] if flag not in TIMED]
    return {**outcome, "cases": [list(case) for case in cases if case[0] not in TIMED]}


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 1000], ids=["row by row", "one batch"])
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_tables_equal_the_replay(path: Path, size: int) -> None:
    lines = path.read_text("utf-8").splitlines()
    furnish(json.loads(lines[0])["fixture"])
    rows = rows_of(path)

    for start in range(0, len(rows), size):
        Handler().apply(rows[start : start + size])

    assert without_time(tables(), path) == without_time(of_replay(replay(lines)), path)
