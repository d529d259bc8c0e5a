"""Ten thousand rows that fall due at once in a branch with a past: each exactly once, and how long it takes.

.venv/bin/python bench/clock.py [--cases N] [--rows N] [--only sqlite|postgresql]

Deadlines and steps of the ladder of cases and duties, call-backs, and obligations that were missed, on a copy
of the branch (bench/branch.py) in which nobody worked for nine days. The first worker is killed (SIGKILL) in
the middle; the next one goes on. What was said of each row is compared with what the rules demand of it.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from threading import Event as Flag
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import branch

ROWS, BUDGET_S = 10_000, 60
WAKES = datetime(2026, 12, 4, 19, 0, tzinfo=UTC)
"""Three o'clock at night in the branch: nothing more falls due while the worker is at it."""
SAID = ("case.escalated", "case.overdue", "task.escalated", "task.overdue", "obligation.missed")


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--cases", type=int, default=branch.CASES)
    args.add_argument("--rows", type=int, default=ROWS)
    args.add_argument("--only", choices=("sqlite", "postgresql"))
    args.add_argument("--home")
    args.add_argument("--url", default="")
    args.add_argument("--do", choices=("furnish", "work", "judge"))
    asked = args.parse_args()
    if asked.do:
        setup(Path(asked.home), asked.url)
        {"furnish": lambda: furnish(asked.rows), "work": work, "judge": judge}[asked.do]()
        return
    found: dict[str, Any] = {}
    if asked.only != "postgresql":
        with tempfile.TemporaryDirectory(dir=branch.cache()) as home:
            shutil.copy(branch.built(asked.cases) / "control.sqlite3", home)
            found["sqlite"] = measured(home, "", asked.rows)
    if asked.only != "sqlite":
        with branch.postgres(asked.cases) as url, another(url) as copy, tempfile.TemporaryDirectory() as home:
            found["postgresql"] = measured(home, copy, asked.rows)
    about = {"python": platform.python_version(), "load": os.getloadavg(), "cores": os.cpu_count()}
    print(json.dumps({"about": about, "budget_s": BUDGET_S, **found}, indent=1))


@contextmanager
def another(url: str) -> Iterator[str]:
    """A copy of the database beside it."""
    import psycopg

    with closing(psycopg.connect(url.rpartition("/")[0] + "/postgres", autocommit=True)) as database:
        database.execute("DROP DATABASE IF EXISTS clock")
        database.execute("CREATE DATABASE clock TEMPLATE bihuan")
        try:
            yield url.rpartition("/")[0] + "/clock"
        finally:
            database.execute("DROP DATABASE clock WITH (FORCE)")


def measured(home: str, url: str, rows: int) -> dict[str, Any]:
    def start(do: str) -> subprocess.Popen[str]:
        command = [sys.executable, __file__, "--do", do, "--home", home, "--url", url, "--rows", str(rows)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    due = json.loads(start("furnish").communicate()[0])
    total, halves = sum(due.values()), []
    for half in (1, 2):
        process = start("work")
        assert process.stdout is not None
        at, told = time.perf_counter(), {"left": total, "cpu_s": 0.0}
        for line in process.stdout:
            told = json.loads(line)
            if "began" in told:
                at = time.perf_counter()
            elif half == 1 and told["left"] < total / 2:
                time.sleep(0.03)
                os.kill(process.pid, signal.SIGKILL)
                break
        process.wait()
        halves.append({"s": time.perf_counter() - at, "left": told["left"], "cpu_s": told["cpu_s"]})
    found = json.loads(start("judge").communicate()[0])
    took = sum(each["s"] for each in halves)
    return {
        "due": due,
        "rows": total,
        "s": round(took, 1),
        "rows_a_minute": round(total / took * 60),
        "cpu_ms_a_row": round(sum(each["cpu_s"] for each in halves) / total * 1000, 2),
        "killed_with_left": halves[0]["left"],
        "met": took * ROWS / total <= BUDGET_S,
        **found,
    }


def setup(home: Path, url: str) -> None:
    """With an obligation of the bench's own, so that it does not change with those of the manifests."""
    branch.setup(home, url, WAKES)
    from bihuan.kernel.manifest import ObligationSpec
    from bihuan.systems.service import system

    spec = ObligationSpec(
        key="bench.visit",
        title="visit",
        standard="service.visit.other",
        period="month",
        subjects="bench.clock:nobody",
        missed="duty_missed",
    )
    system.SYSTEM = replace(system.SYSTEM, obligations=(*system.SYSTEM.obligations, spec))
    from django.core.management import call_command

    from bihuan.kernel.models import Schedule

    call_command("migrate", verbosity=0)
    Schedule.objects.update(next_at=WAKES + timedelta(days=1))


def nobody(_day: object) -> tuple[()]:
    return ()


TIMERS = ("kernel.Case", "kernel.Task", "service.Call", "kernel.Obligation")


def due_now() -> dict[str, int]:
    from django.apps import apps
    from django.utils import timezone

    now = timezone.now()
    return {name: apps.get_model(name).objects.filter(next_at__lte=now).count() for name in TIMERS}


def furnish(rows: int) -> None:
    """What the past left open is due; fresh cases, calls and obligations make up the number."""
    from django.utils import timezone

    from bihuan.kernel.models import Event, Obligation, ObligationRun, Place, Report
    from bihuan.kernel.read.standards import version_on
    from bihuan.systems.service.models import Call, Order

    Report.objects.update(next_at=None)
    fresh(rows // 10)
    now, halls = timezone.now(), list(Place.objects.filter(code__startswith="H").select_related("unit"))
    ObligationRun.objects.create(key="bench.visit", since=now.date(), upto=now.date() + timedelta(days=1))
    Obligation.objects.bulk_create(
        Obligation(
            key="bench.visit",
            subject=f"{hall.code}-{n}",
            subject_name=hall.name,
            unit=hall.unit,
            place=hall,
            begins_on=(now - timedelta(days=30)).date(),
            ends_on=(now - timedelta(days=1)).date(),
            needed=1,
            due_at=now - timedelta(hours=3),
            next_at=now - timedelta(hours=3),
            standard=version_on("service.visit.other"),
        )
        for n, hall in zip(range(rows * 3 // 20), cycle(halls), strict=False)
    )
    lacking = rows - sum(due_now().values())
    keys = Order.objects.filter(kind="fault").order_by("-pk").values_list("pk", flat=True)[: max(lacking, 0)]
    manager = Call.objects.filter(owner__isnull=False).values_list("owner", flat=True)[0]
    Call.objects.filter(order__in=list(keys), stage="fault_2").delete()
    Call.objects.bulk_create(
        Call(
            order_id=key,
            stage="fault_2",
            owner_id=manager,
            ended_at=now - timedelta(days=4),
            due_at=now - timedelta(days=2, seconds=n),
            next_at=now - timedelta(days=2, seconds=n),
        )
        for n, key in enumerate(keys)
    )
    Path(os.environ["BIHUAN_HOME"], "demanded.json").write_text(json.dumps(demanded()))
    top = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    Path(os.environ["BIHUAN_HOME"], "top").write_text(str(top))
    print(json.dumps(due_now()))


def fresh(count: int) -> None:
    """Complaints and findings that were opened after the past had ended, through the door of all cases."""
    from django.db import transaction

    from bihuan.kernel.act.cases.open import Breach, open_case
    from bihuan.kernel.models import Unit

    units = list(Unit.objects.filter(code__regex=r"DSQ-\d\d-.."))
    kinds = ("complaint", "video_finding", "visit_finding", "call_finding")
    with transaction.atomic():
        for n in range(count):
            breach = Breach(
                kind=kinds[n % 4],
                subject=f"clock {n}",
                episode=f"clock {n}",
                at=branch.NOW + timedelta(minutes=n % 300),
                unit=units[n % len(units)],
            )
            open_case(breach=breach)


def demanded() -> dict[str, int]:
    """How often each thing must have been said once all rows are handled: by the pure rules, row by row."""
    from django.utils import timezone

    from bihuan.kernel.act.cases.remind import _fired, _mark, task_clock
    from bihuan.kernel.act.cases.step import clock_of
    from bihuan.kernel.models import Case, Obligation, Task
    from bihuan.kernel.read.calendar import working_calendar
    from bihuan.kernel.read.duty import steps_of
    from bihuan.kernel.rules.ladder import planned

    now, calendar = timezone.now(), working_calendar()
    found: Counter[str] = Counter()
    cases = [(row, None) for row in Case.objects.filter(next_at__lte=now)]
    tasks = [(row.case, row) for row in Task.objects.filter(next_at__lte=now).select_related("case")]
    for case, task in (*cases, *tasks):
        reading, what = (task_clock(task), "task") if task else (clock_of(case), "case")
        if case.state == "waiting" and task is None:
            continue
        assert reading
        due = reading.deadline.due_at
        fired = _fired(case, task, due)
        steps = planned(calendar, reading, steps_of(case, task))
        found[f"{what}.escalated"] += sum(at <= now and _mark(step) not in fired for at, step in steps)
        found[f"{what}.overdue"] += now >= due and "overdue" not in fired
    found["obligation.missed"] = Obligation.objects.filter(next_at__lte=now, state="due").count()
    return dict(found)


def work() -> None:
    """The worker as it always runs, until nothing is due; tells how far it is."""
    from bihuan.site import worker
    from bihuan.site.collector import settle

    settle()
    stop = Flag()
    real = worker.Worker(stop)
    print(json.dumps({"began": True, "left": sum(due_now().values()), "cpu_s": 0}), flush=True)
    looked, began = time.monotonic(), time.process_time()
    while True:
        busy = real.turn()
        if time.monotonic() - looked > 0.5 or not busy:
            left, looked = sum(due_now().values()), time.monotonic()
            print(json.dumps({"left": left, "cpu_s": time.process_time() - began}), flush=True)
            if not left:
                return
        if not busy:
            time.sleep(worker.IDLE_S)


def judge() -> None:
    """Nothing is left, nothing was said twice, everything was said."""
    from bihuan.kernel.models import Case, Event, Notice, Obligation

    home = Path(os.environ["BIHUAN_HOME"])
    rows = Event.objects.filter(pk__gt=int((home / "top").read_text()), verb__in=SAID)
    said, told = Counter[str](), Counter[tuple[Any, ...]]()
    for verb, case, subject, payload in rows.values_list("verb", "case", "subject", "payload"):
        told[verb, case, subject, json.dumps(payload, sort_keys=True)] += 1
        opened_here = verb in SAID[:4] and Case.objects.filter(
            pk=case, subject__startswith="H", kind="duty_missed"
        )
        if not (opened_here and opened_here.filter(opened_at__gte=WAKES).exists()):
            said[verb] += 1
    wanted = {key: n for key, n in json.loads((home / "demanded.json").read_text()).items() if n}
    missed = Obligation.objects.filter(key="bench.visit", case__isnull=False)
    twice = sum(n > 1 for n in told.values())
    assert not twice, f"{twice} things were said twice"
    assert dict(said) == wanted, f"said {dict(said)}, demanded {wanted}"
    assert missed.count() == missed.values("case").distinct().count() == wanted["obligation.missed"]
    calls = Notice.objects.filter(key="service.call_late", at__gte=branch.NOW).count()
    print(json.dumps({"said": dict(said), "notices_of_calls": calls, "twice": twice}))


if __name__ == "__main__":
    main()
