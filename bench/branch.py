"""The branch that is measured: 200 halls, 2,000 staff, five years, a million cases; built once and kept.

Deterministic: the same models give the same rows. The clock of who measures is put to `NOW`, the instant at
which the past ends, so that a house that was built weeks ago is measured as on its first day.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [
    path for path in (str(ROOT / "src"), str(ROOT / "edge/src"), str(ROOT)) if path not in sys.path
]
NOW = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
"""A Thursday, half past three in the afternoon in the branch."""
YEARS = 5
CASES = 1_000_000
ORDERS = 250_000
SEED = 20261126


def cache() -> Path:
    found = Path(os.environ.get("BIHUAN_BENCH_CACHE", Path.home() / ".cache" / "bihuan-bench"))
    found.mkdir(parents=True, exist_ok=True)
    return found


def fingerprint(cases: int) -> str:
    """Of the generator. A kept house follows new migrations like any other (`upgraded`)."""
    found = sha256(str(cases).encode())
    for name in ("people", "past", "life", "orders", "times"):
        found.update((ROOT / f"bench/branch_{name}.py").read_bytes())
    return found.hexdigest()[:12]


def setup(home: Path, url: str = "", at: datetime = NOW) -> None:
    """Django for one house, its clock at `at` and running from there."""
    os.environ.update(BIHUAN_HOME=str(home), DJANGO_SETTINGS_MODULE="bihuan.site.settings")
    os.environ["BIHUAN_SYSTEMS"] = "instruments,service"
    os.environ["BIHUAN_DATABASE_URL"] = url
    import django

    django.setup()
    put_clock(at)


def put_clock(at: datetime) -> None:
    from django.utils import timezone

    began = time.monotonic()
    timezone.now = lambda: at + timedelta(seconds=time.monotonic() - began)


def built(cases: int = CASES) -> Path:
    """The folder of the SQLite house; builds it in a process of its own when it is not there."""
    home = cache() / f"branch-{cases}-{fingerprint(cases)}"
    if not (home / "done.json").exists():
        import subprocess

        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        command = [sys.executable, "-m", "bench.branch_build", str(home), str(cases)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    return home


def build(home: Path, cases: int) -> dict[str, Any]:
    """Everything into an empty folder; returns how many rows there are."""
    began = time.monotonic()
    setup(home)
    from django.db import connection

    from bench.branch_orders import orders
    from bench.branch_past import Past
    from bench.branch_people import settle
    from bench.branch_rows import opened
    from bench.branch_times import DAY, Limits
    from bihuan.site.prepare import prepare

    prepare()
    random = Random(SEED)
    people, limits, now = settle(random), Limits(), int(NOW.timestamp())
    connection.close()
    with opened(home / "control.sqlite3") as database:
        first = now // DAY - 365 * YEARS
        Past(database, people, limits, random).write(cases, first, now)
        orders(database, people, limits, random, ORDERS * cases // CASES, first, now)
    wake()
    told = asdict(people) | {"branch": people.branch.pk, "director": None}
    found: dict[str, Any] = {"rows": counts(), "people": told}
    del found["people"]["customers"], found["people"]["workers"]
    connection.close()
    found["built_s"] = round(time.monotonic() - began)
    (home / "done.json").write_text(json.dumps(found))
    return found


def wake() -> None:
    """Clocks of what is open, then every step that the real clock owes up to now: nothing is left due."""
    from django.db import connection

    from bench.branch_rows import checked
    from bihuan.kernel import audit, clock
    from bihuan.kernel.act.cases.remind import task_clock
    from bihuan.kernel.act.cases.step import first_look, reclock
    from bihuan.kernel.models import Case, Task
    from bihuan.kernel.rules.lifecycle import UNFIXED

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
    checked()
    for case in Case.objects.filter(state__in=UNFIXED).iterator():
        event = case.events.order_by("-pk").first()
        assert event
        reclock(case, event)
        case.save()
    for task in Task.objects.filter(state="open", limit__isnull=False).select_related("case").iterator():
        reading = task_clock(task)
        assert reading
        task.next_at = first_look(task.case, task, reading)
        task.save(update_fields=["next_at"])
    while clock.run_due(NOW).rows:
        pass
    audit.seal(now=NOW)


def counts() -> dict[str, int]:
    from bihuan.kernel.models import Case, Event, Evidence, Note, Notice, Task
    from bihuan.kernel.rules.lifecycle import OPEN
    from bihuan.systems.service.models import Call

    found = {
        model.__name__: model.objects.count() for model in (Case, Event, Task, Note, Evidence, Notice, Call)
    }
    return {**found, "open": Case.objects.filter(state__in=OPEN).count()}


@contextmanager
def postgres(cases: int = CASES) -> Iterator[str]:
    """URL of a server on the kept copy of the same rows."""
    from tools.pg import server

    source = built(cases)
    kept = source / "postgresql"
    with server(kept) as url:
        if not (source / "copied").exists():
            import subprocess

            command = [sys.executable, "-m", "bench.branch_build", str(source), "--copy", url]
            subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
            (source / "copied").touch()
        yield url
