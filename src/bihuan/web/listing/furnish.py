"""Rows that a program brings, through the same import as a user's spreadsheet."""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from django.utils.translation import override

from bihuan.inputs import BadInput
from bihuan.kernel.act.refusal import Refused
from bihuan.web.listing.bring import headings_of, transfer_of
from bihuan.web.listing.kinds import listing_of
from bihuan.web.listing.transfer.apply import apply_plan
from bihuan.web.listing.transfer.plan import Plan, make_plan


def bring_new(kind: str, rows: Sequence[Mapping[str, object]], *, over: bool = False) -> None:
    """Import rows by field key; in the caller's transaction.

    Raises BadInput, and brings nothing, when a row has an error or, unless `over`, names
    something that is there already.
    """
    listing = listing_of(kind, importable=True)(None)
    transfer = transfer_of(listing, None)
    with tempfile.TemporaryDirectory() as folder, override("en"):
        path = Path(folder) / f"{kind}.csv"
        _write(path, rows)
        try:
            plan = make_plan(path, transfer, headings_of(listing))
            _refuse(kind, plan, over)
            apply_plan(plan=plan, transfer=transfer, sha256=sha256(path.read_bytes()).hexdigest())
        except Refused as refusal:
            raise BadInput(f"{kind}: {refusal.message}") from None


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, keys, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _refuse(kind: str, plan: Plan, over: bool) -> None:
    if plan.errors:
        first = plan.errors[0]
        raise BadInput(f"{kind}: row {first.row}: {first.column}: {first.message}")
    if not over and plan.created != plan.count:
        raise BadInput(f"{kind}: a code or number of these rows is in use already")
