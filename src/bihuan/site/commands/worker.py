import argparse
import os

from bihuan.site.commands.web import BEHIND_THE_FIELD
from bihuan.site.ready import setup


def run(args: argparse.Namespace) -> int:
    os.nice(BEHIND_THE_FIELD // 2)
    setup()
    if args.jobs:
        from bihuan.site import jobs

        os.nice(jobs.BEHIND_ALL)
        jobs.serve()
        return 0
    from bihuan.site.worker import serve

    serve()
    return 0
