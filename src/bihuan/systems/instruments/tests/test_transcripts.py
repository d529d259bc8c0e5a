"""Every acceptance case of the original protocol, as raw bytes and what must come of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.systems.instruments.replay import replay

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.jsonl"))


def missing(expected: Any, found: Any, where: str = "") -> list[str]:
    """What the outcome lacks: lists are compared item by item, objects by the stated keys."""
    if isinstance(expected, dict) and isinstance(found, dict):
        if where.endswith(".sent") and set(expected) != set(found):
            return [f"{where}: {sorted(found)} instead of {sorted(expected)}"]
        return [
            difference
            for key, value in expected.items()
            for difference in missing(value, found.get(key, "nothing"), f"{where}.{key}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = zip(expected, found, strict=True)
        return [d for n, (e, f) in enumerate(pairs) for d in missing(e, f, f"{where}[{n}]")]
    return [] if expected == found else [f"{where}: {found!r} instead of {expected!r}"]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_acceptance_case_comes_out_as_stated(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))

    with path.open(encoding="utf-8") as lines:
        outcome = replay(lines)

    assert missing(expected, outcome) == []


def test_every_stated_outcome_has_its_transcript() -> None:
    assert {path.stem for path in TRANSCRIPTS} == {
        path.stem for path in (Path(__file__).parent / "transcripts").glob("*.json")
    }
    assert len(TRANSCRIPTS) > 60
