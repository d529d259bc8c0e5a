"""CPU and queries of the live board of 1,000 instruments: cold, warm, after beats, one pushed row.

.venv/bin/python bench/board.py [--instruments N] [--rounds N]
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "edge/src"), str(ROOT)]
BUDGET = {"cpu_ms": 30, "queries": 12}


@contextmanager
def house() -> Iterator[Path]:
    """An empty installation in a folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(BIHUAN_HOME=home, DJANGO_SETTINGS_MODULE="bihuan.site.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield Path(home)


def furnish(count: int, now: datetime) -> Any:
    """`count` instruments in 40 rooms: a third in use, one in fifty in alarm, fifty past sessions each."""
    from bihuan.kernel.act.standards import seed
    from bihuan.kernel.models import Person, Place, Role, Unit, User
    from bihuan.systems.instruments.models import Alarm, Instrument, Session, Swipe

    seed()
    unit = Unit.objects.create(name="实验中心", code="LAB")
    user = User.objects.create(username="chen_jing", name="陈静", role=Role.DIRECTOR, unit=unit)
    places = Place.objects.bulk_create(
        Place(name="室", code=f"{n // 10 + 1}F-{n:03d}", floor=str(n // 10 + 1), unit=unit) for n in range(40)
    )
    people = Person.objects.bulk_create(
        Person(number=f"P{n}", name=f"用户{n}", unit=unit) for n in range(300)
    )
    rows = Instrument.objects.bulk_create(
        Instrument(
            code=f"INS{n:04d}",
            folded=f"ins{n:04d}",
            name=f"仪器 {n}",
            place=places[n % 40],
            unit=unit,
            rest_minutes=30 * (n % 4 == 0),
            logged_off_at=now - timedelta(minutes=n % 240),
            idle_since=now - timedelta(minutes=n % 240),
        )
        for n in range(count)
    )
    for past in range(51):
        began = now - timedelta(hours=3 * past + 1)
        present = past == 0
        used = [row for n, row in enumerate(rows) if not present or n % 3 == 0]
        swipes = Swipe.objects.bulk_create(
            Swipe(
                instrument=row,
                card=f"{n:010d}",
                person=people[(n + past) % 300],
                verb="open",
                at=began,
                role="opened",
            )
            for n, row in enumerate(used)
        )
        Session.objects.bulk_create(
            Session(
                instrument=swipe.instrument,
                card=swipe.card,
                person=swipe.person,
                started_at=began,
                ended_at=None if present else began + timedelta(hours=1),
                opening=swipe,
            )
            for swipe in swipes
        )
    Alarm.objects.bulk_create(Alarm(instrument=row, began_at=now) for row in rows[1::50])
    return user


def beats(home: Path, count: int, now: datetime, turn: int) -> None:
    """Every terminal heard of late; every tenth has a ring with late and missed beats, which moves on."""
    from bihuan.kernel.intake.opening import open_store

    store = open_store(home, "", "bench")
    worn = "oooolooooomooooooooooooooloooooooooooooooooooooooo"
    at = int(now.timestamp() * 1_000_000)
    rows = []
    for n in range(count):
        cut = (turn + n) % 50
        ring = worn[cut:] + worn[:cut] if n % 10 == 0 else "o" * 50
        rows.append((f"ins{n:04d}", f"INS{n:04d}", at - n % 31 * 1_000_000, at, "10.0.0.1", 9, ring.encode()))
    store.flush_seen(rows)
    store.close()


def measured(ask: Callable[[], Any], rounds: int) -> dict[str, float]:
    cpu, wall = [], []
    for _ in range(rounds):
        began_cpu, began = time.process_time(), time.perf_counter()
        ask()
        cpu.append((time.process_time() - began_cpu) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return {
        "cpu_ms": round(statistics.median(cpu), 2),
        "cpu_ms_p90": round(sorted(cpu)[int(len(cpu) * 0.9)], 2),
        "wall_ms": round(statistics.median(wall), 2),
    }


def queries_of(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        ask()
    return len(found)


def run(home: Path, count: int, rounds: int) -> dict[str, Any]:
    from django.test import Client, RequestFactory
    from django.utils import timezone, translation

    now = timezone.now()
    user = furnish(count, now)
    beats(home, count, now, 0)
    client = Client()
    client.force_login(user)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    from bihuan.site.wsgi import application

    def ask(**headers: Any) -> bytes:
        """The application as its server calls it; no test client in between."""
        asked = RequestFactory(HTTP_HOST="127.0.0.1", HTTP_COOKIE=cookie, **headers).get("/instruments/")
        status: list[str] = []
        answer = application(asked.environ, lambda line, _headers: status.append(line))
        content = b"".join(answer)
        assert status == ["200 OK"], status
        return content

    def page() -> bytes:
        return ask()

    def part() -> bytes:
        return ask(HTTP_HX_REQUEST="true")

    cold = measured(page, 1)
    assert page().count(b"<tr id=") == part().count(b"<tr id=") == count
    results = {"page_cold": cold, "page": measured(page, rounds), "part": measured(part, rounds)}
    moved = []
    for turn in range(1, 6):
        beats(home, count, timezone.now(), turn)
        moved.append(measured(page, 1)["cpu_ms"])
    results["page_after_beats"] = {"cpu_ms": round(statistics.median(moved), 2)}
    from bihuan.systems.instruments import live
    from bihuan.systems.instruments.read import board as reading

    rows = [row.shown for row in reading.board(reading.instruments())]
    with translation.override("zh-hans"):
        plain = measured(lambda: [live._written(row) for row in rows], 3)
        results["baseline_template_rows"] = plain
        results["pushed_row"] = measured(lambda: live.render(["INS0001"]), rounds)
    results["stale"] = measured(live.stale, rounds)
    results["counts"] = measured(lambda: reading.counts_of(user.unit.path), rounds)
    results["bytes"] = {"page": len(page()), "part": len(part())}
    asked = queries_of(page)
    met = results["page"]["cpu_ms"] <= BUDGET["cpu_ms"] and asked <= BUDGET["queries"]
    return {"instruments": count, "queries": asked, **results, "budget": BUDGET, "met": met}


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--instruments", type=int, default=1000)
    args.add_argument("--rounds", type=int, default=30)
    asked = args.parse_args()
    about = {"python": platform.python_version(), "load": os.getloadavg(), "cores": os.cpu_count()}
    with house() as home:
        found = run(home, asked.instruments, asked.rounds)
    print(json.dumps({"about": about, **found}, indent=1))


if __name__ == "__main__":
    main()
