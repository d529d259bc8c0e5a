"""`bihuan up`: prepare once, then run every process."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bihuan.environment import Environment
from bihuan.site.stamp import fresh
from bihuan.site.supervisor.plan import busy, ports, programs
from bihuan.site.supervisor.run import supervise


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    environment = Environment.read(os.environ)
    for port in ports(environment):
        if why := busy(port):
            print(f"bihuan: {why}", file=sys.stderr)
            return 1
    if not fresh(environment, demo=args.demo):
        command = [sys.executable, "-m", "bihuan", "init", *(["--demo"] if args.demo else [])]
        what = "database and demo organisation" if args.demo else "database"
        print(f"  {what}: prepared, once …", flush=True)
        code = subprocess.call(
            command, stdout=subprocess.DEVNULL
        )  # its logins are told when the house stands
        if code:
            return code

    def ready() -> bool:
        try:
            with urlopen(f"http://{environment.host}:{environment.port}/healthz", timeout=1):
                pass
        except (URLError, OSError):
            return False
        tell(environment, time.monotonic() - started)
        return True

    return supervise(programs(args.demo), environment.home / "logs", ready)


SHOWN = ("administrator", "case owner", "verifier")
"""Whom the loop needs: who sets up, who puts right, who verifies."""


def shown(path: Path) -> list[str]:
    """The three logins that one begins with; where the others stand, when there are others."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first = [line for title in SHOWN for line in lines if line.split()[:-2] == title.split()]
    beyond = len(lines) - len(first)
    return [*first, f"the other {beyond} logins of the demo stand in {path}"] if beyond else first


def tell(environment: Environment, seconds: float) -> None:
    logins = environment.home / "secrets" / "logins.txt"
    url = environment.url or f"http://{environment.host}:{environment.port}"
    print(f"\n  {url}/   ({seconds:.1f} s)", flush=True)
    if logins.exists():
        print("\n".join(f"  {line}" for line in shown(logins)), flush=True)
    print(
        f"  terminals: {environment.gateway_host}:{environment.gateway_port}   Ctrl-C stops everything\n",
        flush=True,
    )
