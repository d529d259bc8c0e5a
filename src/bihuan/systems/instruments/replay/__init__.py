"""Kept raw bytes in, resulting state out: the gateway's wire and the projector's rules, without either.

No database and no Django on this path, and no clock but the transcript's.
"""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bihuan.inputs import BadInput

from .driver import Driver
from .outcome import outcome
from .transcript import read

ZONE = "Asia/Shanghai"


def replay(lines: Iterable[str], zone: tzinfo | str = ZONE, name: str = "transcript") -> dict[str, Any]:
    """Play one transcript and return the outcome, both in the form of the public contract.

    Journal times without offset are in `zone`. Raises BadInput that names file, line and field.
    """
    at_home = ZoneInfo(zone) if isinstance(zone, str) else zone
    fixture, entries = read(lines, at_home, name)
    driver = Driver(fixture, at_home)
    for entry in entries:
        driver.play(entry)
    return outcome(driver)


def run(paths: Sequence[str], zone: tzinfo | str = ZONE) -> list[dict[str, Any]]:
    """Replay several files, each on its own; `-` reads standard input."""
    return [_one(path, zone) for path in paths]


def command(paths: Sequence[str]) -> int:
    """Print one JSON document: the outcome, or a list of them for several files.

    Returns 0, or 2 after one line about bad input on standard error.
    """
    try:
        outcomes = run(paths, _zone())
    except BadInput as bad:
        print(bad, file=sys.stderr)
        return 2
    json.dump(outcomes[0] if len(outcomes) == 1 else outcomes, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0


def _one(path: str, zone: tzinfo | str) -> dict[str, Any]:
    try:
        if path == "-":
            return replay(sys.stdin, zone, path)
        with Path(path).open(encoding="utf-8-sig") as lines:
            return replay(lines, zone, path)
    except OSError as problem:
        raise BadInput(f"{path}: {problem.strerror or problem}") from problem
    except UnicodeDecodeError as problem:
        raise BadInput(f"{path}: not UTF-8 at byte {problem.start}") from problem


def _zone() -> tzinfo:
    name = os.environ.get("BIHUAN_TIME_ZONE") or ZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise BadInput(f"BIHUAN_TIME_ZONE: no time zone {name!r}") from problem
