"""The stream that keeps open pages fresh: bare ASGI."""

import argparse
import os
import sys

from bihuan.environment import Environment


def run(args: argparse.Namespace) -> int:
    """Hands over to granian, which keeps this process number."""
    environment = Environment.read(os.environ)
    os.execv(  # noqa: S606  (our own interpreter, a fixed list)
        sys.executable,
        [
            sys.executable,
            "-m",
            "granian",
            "--interface=asgi",
            f"--host={environment.host}",
            f"--port={environment.live_port}",
            "--loop=uvloop",
            "--log-level=warning",
            "--workers-kill-timeout=3",
            "bihuan.site.live.app:application",
        ],
    )
