"""A whole house on free ports in a fresh data folder, and a signed-in reader of its pages."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

ROOT = Path(__file__).resolve().parent.parent


def free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


@dataclass
class House:
    home: Path
    port: int
    gateway: int
    live: int
    process: subprocess.Popen[bytes]
    started_s: float
    logins: dict[str, str] = field(default_factory=dict)

    def pids(self) -> dict[str, list[psutil.Process]]:
        """The processes by the name of their program, whatever they started included."""
        found: dict[str, list[psutil.Process]] = {}
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess, IndexError):
                words = child.cmdline()
                line = " ".join(words)
                name = "live" if "site.live" in line else "web" if "site.wsgi" in line else words[3]
                found[name] = [child, *child.children(recursive=True)]
        return found

    def cpu_s(self, name: str) -> float:
        total = 0.0
        for process in self.pids()[name]:
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    def rss_mb(self, name: str) -> float:
        return sum(process.memory_info().rss for process in self.pids()[name]) / 1e6

    def say(self, message: str, wait: bool = True) -> float:
        """One message on a connection of its own; seconds until the server's FIN."""
        began = time.perf_counter()
        with socket.create_connection(("127.0.0.1", self.gateway)) as terminal:
            terminal.sendall(f"{message}socketshutdown".encode())
            while wait and terminal.recv(4096):
                pass
        return time.perf_counter() - began


class Browser:
    """Cookies, forms, nothing else."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, **more: str
    ) -> tuple[int, str]:
        headers = {**more, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("bh_csrf", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and (found := re.match(r"([^=]+)=([^;]*)", value)):
                self.cookies[found[1]] = found[2]
        return answer.status, text

    def sign_in(self, name: str) -> None:
        self.ask("GET", "/login/")
        status, _ = self.ask("POST", "/login/", {"username": name, "password": self.house.logins[name]})
        assert status == 302, f"sign-in answered {status}"

    def live_token(self) -> dict[str, Any]:
        status, text = self.ask("GET", "/live/token/")
        assert status == 200, status
        found: dict[str, Any] = json.loads(text)
        return found


@contextmanager
def house(*, demo: bool = False, home: Path | None = None, **environ: str) -> Iterator[House]:
    """`bihuan up` until the block ends; ready when `/healthz` answers."""
    with tempfile.TemporaryDirectory() as folder:
        place = home or Path(folder)
        port, gateway, live = free_ports(3)
        env = {
            **os.environ,
            "BIHUAN_HOME": str(place),
            "BIHUAN_PORT": str(port),
            "BIHUAN_GATEWAY_PORT": str(gateway),
            "BIHUAN_LIVE_PORT": str(live),
            "BIHUAN_GATEWAY_CONNECTIONS": "4096",
            **environ,
        }
        command = [sys.executable, "-m", "bihuan", "up", *(["--demo"] if demo else [])]
        began = time.perf_counter()
        log = (place.parent / f"{place.name}.log").open("wb")
        process = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(port, process)
            found = House(place, port, gateway, live, process, time.perf_counter() - began)
            found.logins = logins(place)
            yield found
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)
            log.close()


def wait_for(port: int, process: subprocess.Popen[bytes], within_s: float = 120) -> None:
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        assert process.poll() is None, "the house ended before it was ready"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        with suppress(OSError), closing(connection):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise AssertionError("the house does not answer")


def logins(home: Path) -> dict[str, str]:
    """User name → password, as the first start printed them."""
    lines = (home / "secrets" / "logins.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[-2]: line.split()[-1] for line in lines if line.strip()}


def circumstances() -> dict[str, Any]:
    return {"python": sys.version.split()[0], "load": os.getloadavg(), "cpus": os.cpu_count()}
