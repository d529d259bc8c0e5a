import argparse
from dataclasses import asdict

from bihuan.site.ready import answer, setup


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when the chain is broken."""
    setup()
    from bihuan.kernel.audit import verify

    found = verify()
    text = f"{found.blocks} blocks, {found.events} sealed events, {found.unsealed} not sealed yet: "
    answer(asdict(found), [text + (found.broken or "whole")], as_json=args.json)
    return 1 if found.broken else 0
