"""Plans of halls, checks of draws and rankings from files alone: no database, no Django, no clock."""

import csv
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

from bihuan.inputs import BadInput
from bihuan.kernel.rules.commitment import seed_of
from bihuan.kernel.rules.draw import FrameError, Mismatch, compare
from bihuan.kernel.rules.measures import funnel
from bihuan.kernel.rules.measures.means import summed
from bihuan.kernel.rules.measures.shrinkage import Rate
from bihuan.kernel.rules.measures.standing import RANKED

from .rules.engines import ENGINES, Halls, Swap
from .rules.evaluation import Indicator
from .rules.halls import Hall, QuarterPlan, Rules, frame_rows, params, year_plan
from .rules.league import by_item
from .rules.record import Record, committed, digest_of, verify

VERSION = ENGINES["halls"].version
KEYS = {"all": "level2", "new": "new", "again": "again", "yearly": "yearly"}
"""How the parts of a quarter are called in the published plan."""
Document = dict[str, Any]
Row = Mapping[str, str]


def read_halls(path: Path) -> list[Hall]:
    """Columns `hall`, `level` and, read by nobody, `urban`. Raises BadInput naming file, line and field."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_halls(path, csv.DictReader(file)))
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 at byte {error.start}") from None


def _halls(path: Path, rows: "csv.DictReader[str]") -> Iterator[Hall]:
    missing = {"hall", "level"} - set(rows.fieldnames or ())
    if missing:
        raise BadInput.at(path, 1, min(missing), "this column is missing")
    for row in rows:
        code, level = (row["hall"] or "").strip(), (row["level"] or "").strip()
        if level not in {"1", "2", "3"}:
            raise BadInput.at(path, rows.line_num, "level", f"{level!r} is none of 1, 2, 3")
        yield Hall(code, int(level))


def plan(
    halls: Iterable[Hall], year: int, seed: str = "", quarter: int = 0, rules: Rules | None = None
) -> Document:
    """The plan of a year, or of one quarter of it, with all that is needed to check it.

    Without a seed two fresh secrets are made and told: whoever publishes the commitment keeps them until
    then. Raises BadInput for a frame from which nothing can be drawn.
    """
    nonces = [] if seed else [secrets.token_urlsafe(24) for _ in range(2)]
    seed = seed or seed_of(nonces)
    digests = [sha256(nonce.encode()).hexdigest() for nonce in nonces] or [digest_of(seed)]
    units, rules = list(halls), rules or Rules()
    try:
        quarters = year_plan(seed, year, units, rules)
        frame, how = frame_rows(units, ()), params(rules)
        commitment = committed(frame, how, VERSION, digests)
    except FrameError as error:
        raise BadInput(f"halls: {error}") from None
    return {
        "quarters": {f"Q{each.quarter}": _parts(each) for each in quarters if quarter in (0, each.quarter)},
        "commitment": commitment,
        "year": year,
        "seed": seed,
        "nonces": nonces,
        "nonce_digests": digests,
        "plan_version": VERSION,
        "params": how,
        "frame": sorted(frame, key=lambda row: str(row["id"])),
    }


def _parts(quarter: QuarterPlan) -> dict[str, list[str]]:
    """Halls of each part in the order of their names."""
    found: dict[str, list[str]] = {name: [] for name in KEYS.values()}
    for each in quarter.draws:
        found[KEYS[each.how]] += each.drawn
    return {name: sorted(units) for name, units in found.items()}


def check_file(path: Path) -> Document:
    """Verify a plan or the record of a draw. Raises BadInput for what is neither."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadInput(f"{path}: not JSON: {error}") from None
    try:
        if "quarters" in told:
            return verdict(_check_plan(told), drawn=True)
        record = record_in(told)
        return verdict(verify(record), drawn=bool(record.seed))
    except FrameError as error:
        raise BadInput(f"{path}: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"{path}: no record of a draw: {type(error).__name__}: {error}") from None


def record_in(told: Mapping[str, Any]) -> Record:
    """A document of `/service/draws/<id>/record.json` as a record. Raises KeyError for a missing part."""
    names = (
        *("kind", "year", "quarter", "frame", "params", "plan_version", "nonce_digests", "commitment"),
        *("parts", "now", "nonces", "seed"),
    )
    return Record(**{name: told[name] for name in names}, swaps=[Swap(**swap) for swap in told["swaps"]])


def _check_plan(told: Mapping[str, Any]) -> Mismatch | None:
    seed, year = told["seed"], told["year"]
    found = committed(told["frame"], told["params"], told["plan_version"], told["nonce_digests"])
    wrong = compare("commitment", [told["commitment"]], [found])
    if told["nonces"]:
        wrong = wrong or compare("seed", [seed_of(told["nonces"])], [seed])
        digests: Sequence[str] = [sha256(nonce.encode()).hexdigest() for nonce in told["nonces"]]
    else:
        digests = [digest_of(seed)]
    wrong = wrong or compare("nonce", told["nonce_digests"], digests)
    units = [Hall(row["id"], row["level"]) for row in told["frame"]]
    again = {
        f"Q{each.quarter}": _parts(each) for each in year_plan(seed, year, units, Halls.rules(told["params"]))
    }
    for name, parts in told["quarters"].items():
        for key, drawn in again[name].items():
            wrong = wrong or compare(f"{name} {key}", drawn, sorted(parts.get(key, ())))
    return wrong


def verdict(mismatch: Mismatch | None, *, drawn: bool) -> Document:
    """`match`, whether there was a seed to draw with, and the first difference."""
    found: Document = {"match": mismatch is None, "drawn": drawn, "mismatch": None}
    if mismatch:
        found["mismatch"] = {
            "what": mismatch.what,
            "position": mismatch.position,
            "expected": mismatch.expected,
            "found": mismatch.found,
        }
    return found


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
