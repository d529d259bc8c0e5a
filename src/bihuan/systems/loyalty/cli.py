"""The net promoter score and the check of a draw, from files alone: no database, no Django, no clock."""

import csv
import json
from collections import Counter
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from bihuan.inputs import BadInput
from bihuan.kernel.rules.draw import FrameError
from bihuan.kernel.rules.measures.nps import Answers, adjusted, change, counted

from .rules.arms import Record, verify

Document = dict[str, Any]
METHOD = "adjusted Wald (n + 3), 95 %, clipped to ±100"
Row = tuple[int, dict[str, str]]


def read_scores(path: Path) -> list[Row]:
    """(score, the other columns) of each answer. Raises BadInput naming file, line and field."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if "score" not in (reader.fieldnames or ()):
                raise BadInput.at(path, 1, "score", "this column is missing")
            return [_row(path, reader.line_num, row) for row in reader]
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 at byte {error.start}") from None


def _row(path: Path, line: int, row: dict[str, str]) -> Row:
    text = (row.get("score") or "").strip()
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 10:
        raise BadInput.at(path, line, "score", f"{text!r} is not a whole number from 0 to 10")
    return int(text), {key: (value or "").strip() for key, value in row.items() if key and key != "score"}


def reading(answers: Answers) -> Document:
    """The raw score with the interval of the adjusted one; without answers nothing but their number."""
    found: Document = {
        "n": answers.n,
        "promoters": answers.promoters,
        "passives": answers.passives,
        "detractors": answers.detractors,
        "nps": None,
        "interval": None,
        "method": METHOD,
    }
    if answers.n:
        low, high = adjusted(answers).interval.clipped(-100, 100)
        found |= {"nps": answers.score, "interval": [low, high]}
    return found


def nps(path: Path, by: str = "", compare: str = "") -> Document:
    """Of all answers, by the values of a column, and two values of a column against each other."""
    rows = read_scores(path)
    if not rows:
        raise BadInput(f"{path}: no answers")
    found = reading(counted(score for score, _ in rows))
    if by:
        groups = _grouped(path, rows, by)
        found["groups"] = {value: reading(answers) for value, answers in sorted(groups.items())}
    if compare:
        groups = _grouped(path, rows, compare)
        if len(groups) != 2:
            raise BadInput(f"{path}: {compare} has {len(groups)} values, a comparison needs two")
        (first, before), (second, after) = sorted(groups.items())
        tested = change(before, after)
        found["comparison"] = {
            "from": first,
            "to": second,
            "change": tested.points,
            "z": tested.test.statistic,
            "p": tested.test.p,
            "significant": tested.detected,
        }
    return found


def _grouped(path: Path, rows: list[Row], column: str) -> dict[str, Answers]:
    if column not in rows[0][1]:
        raise BadInput.at(path, 1, column, "this column is missing")
    scores: dict[str, Counter[int]] = {}
    for score, more in rows:
        scores.setdefault(more[column], Counter())[score] += 1
    return {value: counted(each.elements()) for value, each in scores.items()}


def verify_draw(path: Path) -> Document:
    """A record of `/loyalty/programmes/draws/…/record.json` drawn again: `match`, and the first difference
    where there is one. Raises BadInput for a file that is no such record."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    except ValueError:
        raise BadInput(f"{path}: not JSON in UTF-8") from None
    names = {field.name for field in fields(Record)}
    if not isinstance(told, dict) or names - told.keys():
        missing = sorted(names - told.keys()) if isinstance(told, dict) else ["everything"]
        raise BadInput(f"{path}: no record of a draw, it lacks {', '.join(missing)}")
    try:
        found = verify(Record(**{name: told[name] for name in names}))
    except (FrameError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(f"{path}: cannot be drawn from: {error}") from None
    return {
        "match": found is None,
        "drawn": bool(told["seed"]),
        "difference": asdict(found) if found else None,
        "pilot": list(told["pilot"]),
    }
