"""How many intake rows a second the projector applies, and how the time divides.

Swipes of many instruments (log-on, log-off, hand-over), rules and writes included, on SQLite
in a fresh data folder. The peer is the plain way: one transaction a message.
"""

import argparse
import json
import os
import platform
import sqlite3
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROWS, ROUNDS, INSTRUMENTS, PEOPLE = 30_000, 3, 200, 60


def prepare(home: Path) -> None:
    os.environ["BIHUAN_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.site.settings"
    os.environ.pop("BIHUAN_DATABASE_URL", None)
    import django

    django.setup()
    from bihuan.site.prepare import prepare as migrate

    migrate()


def furnish() -> None:
    from bihuan.kernel.models import Card, Person, Unit
    from bihuan.systems.instruments.act import publish
    from bihuan.systems.instruments.models import Authorisation, Instrument

    unit = Unit.objects.create(name="Laboratory", code="BENCH")
    people = [Person.objects.create(number=f"B{n}", name=f"Person {n}", unit=unit) for n in range(PEOPLE)]
    Card.objects.bulk_create(Card(number=f"{n:010d}", person=who) for n, who in enumerate(people, 1))
    rows = Instrument.objects.bulk_create(
        Instrument(code=f"BEN{n:03d}", folded=f"ben{n:03d}", name=f"Instrument {n}", unit=unit)
        for n in range(INSTRUMENTS)
    )
    Authorisation.objects.bulk_create(
        Authorisation(instrument=row, person=who) for row in rows for who in people
    )
    publish(rows)


def fill(home: Path, first_s: int, count: int) -> None:
    """Log-on and log-off in turn on every instrument, one message every 10 ms."""
    from bihuan.kernel.intake.schema import SQLITE

    database = sqlite3.connect(home / "intake.sqlite3")
    database.executescript(SQLITE)
    rows = []
    for number in range(count):
        code, turn = number % INSTRUMENTS, number // INSTRUMENTS
        card = f"{(code + turn // 2) % PEOPLE + 1:010d}"
        kind = 2 if turn % 2 == 0 else 3
        raw = f"BEN{code:03d},{card}{'open' if kind == 2 else 'close'}".encode()
        at_us = (first_s * 1_000_000) + number * 10_000
        rows.append(("g1", at_us, number, "127.0.0.1", kind, f"BEN{code:03d}", card, raw, "", len(raw), 0))
    with database:
        database.execute(
            "INSERT OR REPLACE INTO intake_gateway VALUES ('g1', 0, ?, '{}')", [time.time_ns() // 1000]
        )
        database.executemany(
            "INSERT INTO intake_log (gateway, at_us, conn, address, kind, terminal, text, raw, body, size,"
            " truncated) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            rows,
        )
    database.close()


def run_round(home: Path, batch: int) -> dict[str, float]:
    """`batch` 0: as the worker does it, its own pace and pauses included."""
    from bihuan.kernel import projector
    from bihuan.kernel.intake.log import IntakeLog

    log, pace = IntakeLog(home), projector.Pace()
    projector.relax_durability()
    done, cpu, began, taken = 0, time.process_time(), time.perf_counter(), []
    while True:
        at = time.perf_counter()
        count = projector.step(log, batch or pace.batch)
        taken.append(time.perf_counter() - at)
        if not count:
            break
        done += count
        time.sleep(0 if batch else pace.took(count, taken[-1]))
    seconds = time.perf_counter() - began
    log.close()
    return {
        "rows_a_second": done / seconds,
        "cpu_us_a_row": (time.process_time() - cpu) / done * 1e6,
        "batch_p50_ms": median(taken) * 1e3,
        "batch_max_ms": max(taken) * 1e3,
    }


def middle(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(median(one[key] for one in rounds), 1) for key in rounds[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    rows, rounds = (6_000, 1) if args.quick else (ROWS, ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        prepare(home)
        furnish()
        from bihuan.site.collector import settle

        settle()
        ours: list[dict[str, float]] = []
        peer: list[dict[str, float]] = []
        at_s = 1_780_000_000
        for _ in range(rounds):
            fill(home, at_s, rows)
            ours.append(run_round(home, 0))
            at_s += rows // 100 + 60
            fill(home, at_s, rows // 20)
            peer.append(run_round(home, 1))
            at_s += rows // 100 + 60
        result: dict[str, Any] = {
            "what": "projection of swipes, SQLite FULL",
            "ours": middle(ours),
            "one_transaction_a_message": middle(peer),
            "ratio": round(middle(ours)["rows_a_second"] / middle(peer)["rows_a_second"], 1),
            "rounds": rounds,
            "rows_a_round": rows,
            "python": platform.python_version(),
            "load": os.getloadavg(),
        }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
