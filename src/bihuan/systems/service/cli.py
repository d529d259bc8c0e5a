"""Plans of halls and checks of draws from files alone: no database, no Django, no clock."""

import csv
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from bihuan.inputs import BadInput

from .rules.commitment import seed_of
from .rules.draw import FrameError, Mismatch, compare
from .rules.engines import ENGINES, Halls, Swap
from .rules.halls import Hall, QuarterPlan, Rules, frame_rows, params, year_plan
from .rules.record import Record, committed, digest_of, verify

VERSION = ENGINES["halls"].version
KEYS = {"all": "level2", "new": "new", "again": "again", "yearly": "yearly"}
"""How the parts of a quarter are called in the published plan."""
Document = dict[str, Any]


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
