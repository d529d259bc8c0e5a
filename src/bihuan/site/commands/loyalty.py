"""Commands of the Net Promoter System that need the house."""

import argparse
from dataclasses import asdict
from pathlib import Path

from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup


def bounces(args: argparse.Namespace) -> int:
    """Delivery status notifications of a mailbox; read again it changes nothing."""
    path = Path(args.box)
    if not path.exists():
        raise BadInput(f"{path}: no such mailbox")
    setup()
    from bihuan.systems.loyalty.act import take_bounces
    from bihuan.systems.loyalty.act.boxes import read_box

    try:
        found = asdict(take_bounces(raw=read_box(path)))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    words = (
        "{bounced} came back, {known} told before, {answered} answered all the same, {waiting} delays or "
        "receipts, {strangers} not ours, {unread} no delivery reports"
    )
    answer({"box": str(path), **found}, [f"{path}: {words.format(**found)}"], as_json=args.json)
    return 0
