"""Pages, export and reports of a branch with five years behind it, on SQLite and on PostgreSQL.

.venv/bin/python bench/history.py [--cases N] [--rounds N] [--only sqlite|postgresql] [--part pages|reports]

The branch (bench/branch.py) is built once and kept in a cache folder. Pages are asked through the application
as its server calls it, everything around them included; each is asked once before it is measured.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import branch

BUDGET = {"page_p95_ms": 100, "report_s": 10}
WHO = {"director": "director", "manager": "district_03", "owner": "s00005"}
"""Who oversees everything, one district in twenty, one team in eighty."""


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--cases", type=int, default=branch.CASES)
    args.add_argument("--rounds", type=int, default=20)
    args.add_argument("--only", choices=("sqlite", "postgresql"))
    args.add_argument("--part", choices=("pages", "reports"))
    args.add_argument("--match", default="")
    args.add_argument("--url", help="measure this house, in this process")
    asked = args.parse_args()
    if asked.url is not None:
        print(json.dumps(measured(asked)))
        return
    home, found = branch.built(asked.cases), {}
    if asked.only != "postgresql":
        found["sqlite"] = child(f"sqlite:///{home / 'control.sqlite3'}", asked)
    if asked.only != "sqlite":
        with branch.postgres(asked.cases) as url:
            found["postgresql"] = child(url, asked)
    about = {"python": platform.python_version(), "load": os.getloadavg(), "cores": os.cpu_count()}
    rows = json.loads((home / "done.json").read_text())
    built = {"rows": rows["rows"], "built_s": rows["built_s"]}
    print(json.dumps({"about": about, "built": built, "budget": BUDGET, **found}, indent=1))


def child(url: str, asked: argparse.Namespace) -> Any:
    """One process a database: Django is set up once."""
    command = [sys.executable, __file__, "--url", url, "--cases", str(asked.cases)]
    command += ["--rounds", str(asked.rounds), "--match", asked.match]
    command += ["--part", asked.part] if asked.part else []
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    home = branch.cache() / "house"
    home.mkdir(parents=True, exist_ok=True)
    branch.setup(home, asked.url)
    from django.core.management import call_command

    from bihuan.site.collector import settle
    from bihuan.site.prepare import seed

    call_command("migrate", verbosity=0)
    seed()
    settle()
    found: dict[str, Any] = {}
    if asked.part != "reports":
        found["pages"] = pages(asked.rounds, asked.match)
        slow = {key: one["p95_ms"] for key, one in found["pages"].items()}
        slow = {key: ms for key, ms in slow.items() if ms > BUDGET["page_p95_ms"]}
        found["slow"] = dict(sorted(slow.items(), key=lambda item: -item[1]))
    if asked.part != "pages":
        found["reports"] = reports(asked.match)
        found["export"] = export()
    return found


def pages(rounds: int, match: str) -> dict[str, Any]:
    found = {}
    for name, username in WHO.items():
        browser = Browser(username)
        for key, path in asked_of(name):
            if match in f"{name} {key}":
                one = found[f"{name} {key}"] = timed(partial(browser.get, path), rounds)
                print(name, key, *one.values(), file=sys.stderr, flush=True)
    return found


class Browser:
    """The application as its server calls it; no test client in between."""

    def __init__(self, username: str) -> None:
        from django.test import Client

        from bihuan.kernel.models import User

        client = Client()
        client.force_login(User.objects.get(username=username))
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())

    def get(self, path: str) -> bytes:
        from django.test import RequestFactory

        from bihuan.site.wsgi import application

        asked = RequestFactory(HTTP_HOST="127.0.0.1", HTTP_COOKIE=self.cookie).get(path)
        status: list[str] = []
        answer = application(asked.environ, lambda line, _headers: status.append(line))
        content = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        assert status == ["200 OK"], f"{path}: {status}"
        return content


def timed(ask: Callable[[], Any], rounds: int) -> dict[str, Any]:
    """Fewer rounds of what takes long; wall and CPU of this process, queries of one more."""
    from django.db import connection

    queries: list[str] = []

    def noted(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(noted):
        ask()
    wall, cpu = [], []
    for number in range(rounds):
        at, used = time.perf_counter(), time.process_time()
        ask()
        wall.append((time.perf_counter() - at) * 1000)
        cpu.append((time.process_time() - used) * 1000)
        if number >= 2 and sum(wall) > 4000:
            break
    wall.sort()
    return {
        "p50_ms": round(statistics.median(wall), 1),
        "p95_ms": round(wall[min(int(len(wall) * 0.95), len(wall) - 1)], 1),
        "cpu_ms": round(statistics.median(cpu), 1),
        "queries": len(queries),
    }


def asked_of(name: str) -> Iterator[tuple[str, str]]:
    """The desk, pages of cases, and the list by every filter, every order and every view."""
    yield "desk", "/"
    if name != "director":
        yield "desk to verify", "/?tab=verify"
    for key, number in cases_of(WHO[name]).items():
        yield f"case {key}", f"/cases/{number}/"
    for key, asked in lists(name).items():
        yield f"list {key}", f"/cases/?{urlencode(asked)}"


def cases_of(username: str) -> dict[str, str]:
    """An open case, a closed one, and the one with the longest story."""
    from django.db.models import Count

    from bihuan.kernel.models import Case, User
    from bihuan.kernel.rules.lifecycle import OPEN
    from bihuan.kernel.scope import visible

    rows = visible(User.objects.get(username=username), Case.objects.order_by("-pk"))
    newest = rows[:3000].values_list("pk", flat=True)
    told = Case.objects.filter(pk__in=list(newest)).annotate(n=Count("events")).order_by("-n", "pk")
    found = {"open": rows.filter(state__in=OPEN), "closed": rows.filter(state="closed"), "long": told}
    return {key: row.number for key, each in found.items() if (row := each.first())}


def lists(name: str) -> dict[str, dict[str, str]]:
    from bihuan.kernel.models import Case, User
    from bihuan.web.lists.cases import CasesListing

    user = User.objects.get(username=WHO[name])
    every = {"view": "all"}
    found: dict[str, dict[str, str]] = {"plain": {}}
    found["page last"] = {"page": "100000"}
    for view in CasesListing.views:
        found[f"view {view.key}"] = {"view": view.key}
    found["view all page last"] = {**every, "page": "100000"}
    hall = Case.objects.filter(kind="video_finding", unit__path__startswith=user.unit.path).first()
    owed = Case.objects.filter(customer__isnull=False, unit__path__startswith=user.unit.path).first()
    assert hall is not None
    values = {
        "system": "service",
        "state": ("notified", "closed", "rejected", "waiting"),
        "owner": str(hall.owner_id),
        "severity": ("2", "3"),
        "kind": ("complaint", "video_finding", "alarm"),
        "unit": (user.unit.path, hall.unit.path),
        "overdue": "on",
        "kept": ("yes", "no", "any"),
        "sent_back": "on",
        "subject": hall.subject,
        "customer": str(owed.customer_id) if owed else "0",
        "opened": ("2026-11-01", "2023-05-01"),
        "resolved": ("2026-11-01", "2023-05-01"),
        "closed": ("2026-11-01", "2023-05-01"),
        "open_on": ("2026-11-20", "2024-05-31"),
        "late_on": ("2026-11-20", "2024-05-31"),
        "q": (hall.number, hall.number[2:8], "虎庄", "TS00", "0417", "没有这个词"),
    }
    assert {each.key for each in CasesListing.filters} == set(values), "a filter that is not measured"
    for key, given in values.items():
        for value in (given,) if isinstance(given, str) else given:
            asked = {key: value}
            if key in {"opened", "resolved", "closed"}:
                asked = {f"{key}_from": value, f"{key}_to": f"{value[:8]}28"}
            found[f"{key}={value}"] = asked
            found[f"all {key}={value}"] = {**every, **asked}
    for column in CasesListing.columns:
        if column.sort:
            found[f"sort {column.key}"] = {"sort": column.key}
            found[f"all sort {column.key}"] = {**every, "sort": column.key}
            found[f"all sort -{column.key}"] = {**every, "sort": f"-{column.key}"}
            found[f"all sort {column.key} last"] = {**every, "sort": column.key, "page": "100000"}
    return found


def reports(match: str) -> dict[str, Any]:
    """Every report of the branch as its job assembles it: October, or the third quarter."""
    from bihuan.kernel.models import Unit
    from bihuan.kernel.read.reports import content, period_around
    from bihuan.kernel.registry import report_specs

    unit, found = Unit.objects.get(code="DSQ"), {}
    for key, (_system, spec) in report_specs().items():
        period = period_around(date(2026, 9, 30) if spec.kind == "quarter" else date(2026, 10, 31), spec.kind)
        if match in key:
            made = [seconds(partial(content, spec, unit, period)) for _ in range(2)]
            found[key] = {"first_s": made[0], "again_s": made[1]}
    return found


def seconds(ask: Callable[[], Any]) -> float:
    at = time.perf_counter()
    ask()
    return round(time.perf_counter() - at, 2)


def export() -> dict[str, Any]:
    """The whole table of one district into Excel, as a job."""
    from bihuan.kernel import jobs
    from bihuan.kernel.models import Job, User
    from bihuan.web.listing.background import ask
    from bihuan.web.listing.state import State
    from bihuan.web.lists.cases import CasesListing

    user = User.objects.select_related("unit").get(username=WHO["manager"])
    job = ask(CasesListing(user), State(view="all"), user, "xlsx", full=True)
    took = seconds(partial(jobs.run_next, "bench"))
    job.refresh_from_db()
    found = {"rows": job.done, "s": took, "mb": round(job.size / 1e6, 1), "state": job.state}
    Job.objects.filter(pk=job.pk).delete()
    return found


if __name__ == "__main__":
    main()
