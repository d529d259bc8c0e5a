import argparse
import sys
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup

LISTED = 20
"""Row errors that are printed as lines; --json has up to 1000."""


def run(args: argparse.Namespace) -> int:
    """Exit code 2, and nothing written, when a row or the file cannot be used."""
    setup()
    from django.conf import settings
    from django.utils.translation import override

    with override(settings.LANGUAGE_CODE):
        result = bring(args.kind, Path(args.file), dry_run=args.dry_run)
    if result["errors"] and not args.json:
        for error in result["errors"][:LISTED]:
            print("bihuan: {row}: {column}: {message} ({value})".format(**error), file=sys.stderr)
    answer(result, [words(args.kind, result)], as_json=args.json)
    return 2 if result["wrong"] else 0


def bring(kind: str, path: Path, *, dry_run: bool) -> dict[str, Any]:
    """Read, check and, unless it is a dry run or has errors, save. Raises BadInput for the whole file."""
    from bihuan.kernel.act.refusal import Refused
    from bihuan.web.listing.bring import headings_of, transfer_of
    from bihuan.web.listing.kinds import listing_of
    from bihuan.web.listing.transfer.apply import apply_plan
    from bihuan.web.listing.transfer.plan import make_plan

    listing = listing_of(kind, importable=True)(None)
    transfer = transfer_of(listing, None)
    try:
        plan = make_plan(path, transfer, headings_of(listing))
        if not dry_run and not plan.wrong:
            apply_plan(plan=plan, transfer=transfer, sha256=sha256(path.read_bytes()).hexdigest())
    except Refused as refusal:
        raise BadInput(f"{path}: {refusal.message}") from None
    return {
        "kind": kind,
        "rows": plan.count,
        "created": plan.created,
        "updated": plan.updated,
        "unchanged": plan.unchanged,
        "wrong": plan.wrong,
        "applied": not dry_run and not plan.wrong,
        "errors": [asdict(error) for error in plan.errors],
    }


def words(kind: str, result: dict[str, Any]) -> str:
    if result["wrong"]:
        return f"{kind}: {result['wrong']} of {result['rows']} rows have errors; nothing was imported"
    done = "imported" if result["applied"] else "checked, nothing was changed"
    counts = "{created} new, {updated} changed, {unchanged} unchanged".format(**result)
    return f"{kind}: {counts}: {done}"
