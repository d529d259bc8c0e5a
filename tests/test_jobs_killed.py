"""kill -9 on the process that carries out a job: it is done by the next one, once."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from python_calamine import CalamineWorkbook

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROWS = 4_000
LONG = 30_000
"""Enough that the lease is renewed before the export ends."""
FURNISH = """
from django.utils import timezone
from bihuan.kernel.models import Person, Unit, User
unit = Unit.objects.get(parent=None)
Person.objects.bulk_create(
    [Person(number=f"T{n:06d}", name=f"人员 {n}", unit=unit) for n in range(ROWS)], batch_size=2000
)
from bihuan.kernel import jobs
params = {"listing": "people", "query": "?", "format": "xlsx", "full": True}
jobs.enqueue(name="export", params=params, user=User.objects.get(username="admin"))
"""
SETUP = "import django; django.setup();"


def python(home: Path, code: str, rows: int) -> None:
    subprocess.run([sys.executable, "-c", f"{SETUP}\nROWS = {rows}\n{code}"], env=env(home), check=True)


def env(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "BIHUAN_HOME": str(home),
        "BIHUAN_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "bihuan.site.settings",
    }


def look(home: Path) -> dict[str, Any]:
    """As it is in the table, from outside."""
    columns = ("state", "attempts", "file", "error", "done")
    with closing(sqlite3.connect(home / "control.sqlite3", timeout=20)) as reader:
        row = reader.execute(f"SELECT {', '.join(columns)} FROM kernel_job").fetchone()
        told = [key for (key,) in reader.execute("SELECT key FROM kernel_notice")]
    return {**dict(zip(columns, row, strict=True)), "told": told}


@contextmanager
def worker(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    running = subprocess.Popen(
        [sys.executable, "-m", "bihuan", "worker"], env=env(home), stderr=subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(20)


def eventually(what: Callable[[], Any], within_s: float = 120.0) -> Any:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("not within time")


def of_jobs(running: subprocess.Popen[bytes]) -> list[psutil.Process]:
    found = psutil.Process(running.pid).children()
    return [child for child in found if child.status() != "zombie" and "--jobs" in child.cmdline()]


@pytest.fixture
def home(fresh_home: Path) -> Path:
    python(fresh_home, FURNISH, ROWS)
    return fresh_home


@pytest.fixture
def long_home(fresh_home: Path) -> Path:
    python(fresh_home, FURNISH, LONG)
    return fresh_home


def test_a_killed_job_is_done_by_the_next_process_and_nothing_is_there_twice(home: Path) -> None:
    exports = home / "exports"
    with worker(home) as running:
        eventually(lambda: list(exports.glob("*-1.xlsx")))
        (child,) = of_jobs(running)
        child.send_signal(signal.SIGKILL)
        eventually(lambda: list(exports.glob("*-2.xlsx")))
        eventually(lambda: look(home)["state"] == "done")
    found = look(home)
    assert (found["attempts"], found["told"], found["error"]) == (2, ["job.done"], "")
    (path,) = exports.iterdir()
    assert path.name == found["file"]
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert len(sheet) == ROWS + 1


def test_a_worker_that_is_stopped_gives_the_job_back_and_leaves_no_process(long_home: Path) -> None:
    home = long_home
    with worker(home) as running:
        eventually(lambda: look(home)["done"])
        (child,) = of_jobs(running)
    assert not child.is_running()
    found = look(home)
    assert (found["state"], found["attempts"], found["told"]) == ("waiting", 0, [])
    assert list((home / "exports").iterdir()) == []
