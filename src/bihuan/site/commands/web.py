"""Pages and API under WSGI: the threads share one process, so that a warm start is quick."""

import argparse
import os
import sys

from bihuan.environment import Environment

THREADS = 32
"""More than the processors could use: who waits for the disk together shares one commit (decision 20)."""
BEHIND_THE_FIELD = 10
"""Niceness: on a busy machine a page waits, a swipe does not (bench/interference.py)."""


def run(args: argparse.Namespace) -> int:
    """Hands over to granian, which keeps this process number."""
    environment = Environment.read(os.environ)
    os.nice(BEHIND_THE_FIELD)
    os.execv(  # noqa: S606  (our own interpreter, a fixed list)
        sys.executable,
        [
            sys.executable,
            "-m",
            "granian",
            "--interface=wsgi",
            f"--host={environment.host}",
            f"--port={environment.port}",
            f"--blocking-threads={THREADS}",
            "--backpressure=64",
            "--log-level=error",  # its only warning is about the number of threads
            "--workers-kill-timeout=3",
            "bihuan.site.wsgi:application",
        ],
    )
