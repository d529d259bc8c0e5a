"""`bihuan demo-clean`: the demo organisation goes, everything else stays."""

import argparse
import os

from bihuan.environment import Environment
from bihuan.site.ready import answer, setup


def run(args: argparse.Namespace) -> int:
    setup()
    from bihuan.site.clean import clean
    from bihuan.site.stamp import fresh, mark

    counts = clean()
    environment = Environment.read(os.environ)
    if fresh(environment, demo=False):
        mark(environment, demo=False)
    removed = {kind: count for kind, count in counts.items() if count}
    lines = [f"{count} × {kind}" for kind, count in removed.items()] or ["there is no demo organisation"]
    answer({"removed": removed}, lines, as_json=args.json)
    return 0
