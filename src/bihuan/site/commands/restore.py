import argparse
import os
from pathlib import Path

from bihuan.environment import Environment
from bihuan.inputs import BadInput
from bihuan.site.ready import answer, setup
from bihuan.site.supervisor.plan import busy, ports


def run(args: argparse.Namespace) -> int:
    setup()
    from bihuan.site.archive.read import check, restore

    path = Path(args.file).absolute()
    if args.verify:
        manifest = check(path)
        lines = [f"{path}: whole, {len(manifest['files'])} files, written {manifest['written_at']}"]
        answer({"file": str(path), "whole": True, **manifest}, lines, as_json=args.json)
        return 0
    if any(busy(port) for port in ports(Environment.read(os.environ))):
        raise BadInput("the processes still run: stop them before a restore")
    aside = restore(path)
    lines = ["restored"] + ([f"what was there before: {aside}"] if aside else [])
    answer({"file": str(path), "aside": str(aside) if aside else None}, lines, as_json=args.json)
    return 0
