import argparse

from bihuan.site.ready import setup


def run(args: argparse.Namespace) -> int:
    setup()
    from bihuan.site.worker import serve

    serve()
    return 0
