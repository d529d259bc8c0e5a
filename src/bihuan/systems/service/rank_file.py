"""A ranking from a file alone: no database, no Django, no clock."""

import csv
from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from bihuan.inputs import BadInput
from bihuan.kernel.rules.measures import funnel
from bihuan.kernel.rules.measures.means import summed
from bihuan.kernel.rules.measures.shrinkage import Rate
from bihuan.kernel.rules.measures.standing import RANKED

from .rules.evaluation import Indicator
from .rules.league import by_item

Row = Mapping[str, str]


def read_scores(path: Path) -> dict[str, Indicator]:
    """By unit. Raises BadInput naming file, line and field.

    A row is a unit with `n` and `good` (how many of them), or with `n`, `mean` and maybe `sd`, or one answer
    with its `score`; points run from 0 to 100.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            known = set(reader.fieldnames or ())
            if "unit" not in known:
                raise BadInput.at(path, 1, "unit", "this column is missing")
            rows = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 at byte {error.start}") from None
    if "score" in known:
        return _answers(path, rows)
    if {"n", "good"} <= known or {"n", "mean"} <= known:
        return _units(path, rows, shares="good" in known)
    raise BadInput.at(path, 1, "score", "give score, or n with good, or n with mean")


def _answers(path: Path, rows: Iterable[tuple[int, Row]]) -> dict[str, Indicator]:
    scores: dict[str, list[float]] = {}
    for line, row in rows:
        scores.setdefault(_unit(path, line, row), []).append(_number(path, line, row, "score", 0, 100))
    found = {unit: summed(values) for unit, values in scores.items()}
    return {unit: Indicator(each.mean, each.n, each.sd) for unit, each in found.items()}


def _units(path: Path, rows: Iterable[tuple[int, Row]], *, shares: bool) -> dict[str, Indicator]:
    found: dict[str, Indicator] = {}
    for line, row in rows:
        unit = _unit(path, line, row)
        if unit in found:
            raise BadInput.at(path, line, "unit", f"{unit!r} stands twice")
        n = int(_number(path, line, row, "n", 1, 10**9, whole=True))
        if shares:
            good = int(_number(path, line, row, "good", 0, n, whole=True))
            found[unit] = Indicator(100 * good / n, n, successes=good)
        else:
            sd = _number(path, line, row, "sd", 0, 10**6) if (row.get("sd") or "").strip() else None
            found[unit] = Indicator(_number(path, line, row, "mean", 0, 100), n, sd)
    return found


def _unit(path: Path, line: int, row: Row) -> str:
    unit = (row["unit"] or "").strip()
    if not unit:
        raise BadInput.at(path, line, "unit", "is empty")
    return unit


def _number(
    path: Path, line: int, row: Row, field: str, low: float, high: float, *, whole: bool = False
) -> float:
    text = (row.get(field) or "").strip()
    try:
        value = float(text)
    except ValueError:
        raise BadInput.at(path, line, field, f"{text!r} is no number") from None
    if not isfinite(value) or not low <= value <= high or (whole and value != int(value)):
        raise BadInput.at(
            path, line, field, f"{text} is not {'a whole number ' if whole else ''}in {low:g}–{high:g}"
        )
    return value


def ranking(
    found: Mapping[str, Indicator], target: float | None = None, least: int = RANKED
) -> dict[str, Any]:
    """Best first by shrunken points, each rank with its band; a unit below `least` observations has none.

    `target`, 0–1: for shares, which units lie beyond the 95 % and 99.8 % limits of the funnel around it.
    Raises BadInput for a target without shares.
    """
    shares = {key: each.counts for key, each in found.items()}
    if target is not None and not all(shares.values()):
        raise BadInput("--target judges shares: the file must give n and good")
    if target is not None and not 0 < target < 1:
        raise BadInput(f"--target: {target:g} does not lie between 0 and 1")
    rows = []
    for each in by_item(found, least):
        interval = found[each.key].interval
        row: dict[str, Any] = {
            "unit": each.key,
            "n": each.n,
            "points": each.raw,
            "interval": [interval.low, interval.high] if interval else None,
            "shrunk": each.shrunk,
            "rank": each.rank,
            "band": [each.best, each.worst] if each.rank else None,
        }
        if target is not None and (counts := shares[each.key]):
            row["funnel"] = _side(Rate(each.key, *counts), target)
        rows.append(row)
    return {
        "units": rows,
        "least": least,
        "target": target,
        "ranked": sum(row["rank"] is not None for row in rows),
    }


def _side(rate: Rate, target: float) -> str:
    for word, confidence in (("alarm", funnel.ALARM), ("warning", funnel.WARNING)):
        if side := funnel.beyond(rate, target, confidence):
            return f"{word} {'above' if side > 0 else 'below'}"
    return "within"
