"""Starting what is measured, and what every result says about its circumstances."""

import json
import os
import platform
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(command: list[str], port: int, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """Runs until the block ends; ready when the port answers."""
    env = {**os.environ, **environ}
    process = subprocess.Popen([sys.executable, *command], env=env, stderr=subprocess.DEVNULL)
    try:
        wait(port)
        yield process
    finally:
        process.terminate()
        process.wait(10)


def wait(port: int) -> None:
    ends = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < ends, "no server"
            time.sleep(0.05)


@contextmanager
def gateway(home: Path, **environ: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    environ = {
        "BIHUAN_HOME": str(home),
        "BIHUAN_GATEWAY_PORT": str(port),
        "BIHUAN_GATEWAY_CONNECTIONS": "20000",
        **environ,
    }
    with server(["-m", "bihuan", "gateway"], port, **environ) as process:
        yield process, port


def register(home: Path, terminal: str, roster: str) -> None:
    """A control database with one terminal whose roster has never been delivered, and 99 without."""
    db = sqlite3.connect(home / "control.sqlite3")
    db.execute(
        "CREATE TABLE kernel_fieldterminal (terminal TEXT, rev INTEGER, addresses TEXT, encoding TEXT,"
        " roster TEXT, roster_version INTEGER, roster_delivered INTEGER, removed INTEGER)"
    )
    others = [(f"dna{number:02}", 1, "[]", "utf-8", "", 0, 0, 0) for number in range(100)]
    rows = [row for row in others if row[0] != terminal]
    rows.append((terminal, 1, "[]", "utf-8", roster, 1, 0, 0))
    db.executemany("INSERT INTO kernel_fieldterminal VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    db.commit()
    db.close()


def rows(home: Path) -> int:
    db = sqlite3.connect(home / "intake.sqlite3")
    try:
        return int(db.execute("SELECT count(*) FROM intake_log").fetchone()[0])
    finally:
        db.close()


def load(mode: str, port: int, **options: float) -> dict[str, Any]:
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(
        [sys.executable, str(HERE / "load.py"), mode, "--port", str(port), *words],
        capture_output=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def cpu(run: Callable[[], Any]) -> tuple[Any, float]:
    """What it returns, and the seconds of processor that this process took for it."""
    began = time.process_time()
    found = run()
    return found, round(time.process_time() - began, 3)


def cpu_s(pid: int) -> float:
    """User and system seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0]) / 1024


def fsync_ms(home: Path, times: int = 100) -> list[float]:
    """Median and 99th percentile of an append of 4 KiB and its fdatasync."""
    took = []
    path = home / "fsync"
    with path.open("wb", buffering=0) as file:
        for _ in range(times):
            started = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - started)
    path.unlink()
    took.sort()
    return [round(took[times * part // 100] * 1e3, 3) for part in (50, 99)]


def circumstances() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        return {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "uvloop": version("uvloop"),
            "cores": os.cpu_count(),
            "load": [round(value, 2) for value in os.getloadavg()],
            "fsync_p50_p99_ms": fsync_ms(Path(home)),
        }
