"""Commands of the Net Promoter System on files, without database and Django."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def nps(args: argparse.Namespace) -> int:
    from bihuan.systems.loyalty.cli import nps as scored

    found = scored(Path(args.file), args.by or "", args.compare or "")
    lines = [_line("all", found)]
    lines += [_line(value, each) for value, each in found.get("groups", {}).items()]
    if "comparison" in found:
        one = found["comparison"]
        verdict = "significant" if one["significant"] else "not significant"
        figures = f"{one['change']:+.1f}, z {one['z']:.3f}, p {one['p']:.3f}"
        lines.append(f"{one['from']} to {one['to']}: {figures}, {verdict}")
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n" if args.json else "\n".join(lines) + "\n")
    return 0


def verify_draw(args: argparse.Namespace) -> int:
    """Exit code 1 when something differs."""
    from bihuan.systems.loyalty.cli import verify_draw as verified

    found = verified(Path(args.record))
    if found["match"]:
        line = "matches: " + ("commitment, secrets, seed and arms" if found["drawn"] else "the commitment")
    else:
        one = found["difference"]
        at = f"{one['what']} {one['position']}"
        line = f"differs at {at}: {one['expected']!r} expected, {one['found']!r} found"
    sys.stdout.write((json.dumps(found, ensure_ascii=False) if args.json else line) + "\n")
    return 0 if found["match"] else 1


def _line(name: str, found: dict[str, Any]) -> str:
    low, high = found["interval"]
    return f"{name}: {found['nps']:.1f} ({low:.1f} to {high:.1f}), n = {found['n']}"
