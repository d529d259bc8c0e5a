"""Commands of the service evaluation; what is given as a file needs neither database nor Django."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bihuan.inputs import BadInput


def plan_halls(args: argparse.Namespace) -> int:
    """Plan from a file, else from the halls of the house."""
    from bihuan.systems.service.cli import plan, read_halls

    if args.file:
        found = plan(read_halls(Path(args.file)), args.year, args.seed or "", args.quarter or 0)
    else:
        from bihuan.site.commands.service import house_plan

        found = house_plan(args.year, args.seed or "", args.quarter or 0)
    return _print(found, _plan_lines(found), as_json=args.json)


def verify_draw(args: argparse.Namespace) -> int:
    """Exit code 1 when something differs. A number that is no file is a draw of the house."""
    from bihuan.systems.service.cli import check_file

    path = Path(args.draw)
    if path.exists() or not args.draw.isdigit():
        found = check_file(path)
    else:
        from bihuan.site.commands.service import house_check

        found = house_check(int(args.draw))
    _print(found, [_verdict_line(found)], as_json=args.json)
    return 0 if found["match"] else 1


def nonce(args: argparse.Namespace) -> int:
    """A secret for one party of a draw, and the digest that it publishes."""
    from secrets import token_urlsafe

    from bihuan.kernel.rules.commitment import nonce_digest

    secret = args.secret or token_urlsafe(24)
    try:
        digest = nonce_digest(secret)
    except ValueError as error:
        raise BadInput(f"SECRET: {error}") from None
    found = {"nonce": secret, "digest": digest}
    return _print(
        found, [f"secret, to be kept: {secret}", f"digest, to be published: {digest}"], as_json=args.json
    )


def rank(args: argparse.Namespace) -> int:
    """Best first; a unit with too few observations stands last, without a rank."""
    from bihuan.systems.service.cli import ranking, read_scores

    found = ranking(read_scores(Path(args.file)), args.around)
    return _print(found, [_rank_line(row) for row in found["units"]], as_json=args.json)


def _rank_line(row: dict[str, Any]) -> str:
    place = f"{row['rank']} ({row['band'][0]}-{row['band'][1]})" if row["rank"] else "too few"
    return (
        f"{place:>12}  {row['unit']}  {row['points']:.1f}  n = {row['n']}  {row.get('funnel', '')}".rstrip()
    )


def _plan_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"commitment {found['commitment']}", f"seed {found['seed']}"]
    lines += [f"secret {nonce}" for nonce in found["nonces"]]
    for name, parts in found["quarters"].items():
        lines += [f"{name} {key}: {' '.join(units)}" for key, units in parts.items() if units]
    return lines


def _verdict_line(found: dict[str, Any]) -> str:
    if wrong := found["mismatch"]:
        expected, seen = wrong["expected"] or "nothing", wrong["found"] or "nothing"
        return f"differs at {wrong['what']}, place {wrong['position']}: expected {expected}, found {seen}"
    return "matches" if found["drawn"] else "the commitment matches; the seed is still sealed"


def _print(found: dict[str, Any], lines: list[str], *, as_json: bool) -> int:
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n" if as_json else "\n".join(lines) + "\n")
    return 0
