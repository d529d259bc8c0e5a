"""Raw messages around one instant in a long intake log, as a case page shows them, with and without index.

.venv/bin/python bench/excerpt.py [--rows N] [--rounds N]
"""

import argparse
import json
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parent.parent / part) for part in ("src", "edge/src")]

from bihuan.kernel.intake.log import IntakeLog
from bihuan.kernel.intake.sqlite import SqliteStore
from bihuan.kernel.intake.store import LogRow

DAYS, TERMINALS = 30, 1_000
FIVE_MINUTES_US = 300_000_000
OPEN, RAW = "0008075634open", b"T0001,0008075634open"


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--rows", type=int, default=3_000_000)
    args.add_argument("--rounds", type=int, default=9)
    asked = args.parse_args()
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "intake.sqlite3"
        with closing(SqliteStore(path)) as store:
            for batch in batches(asked.rows):
                store.append(batch)
        ours = looked(Path(home), asked.rows, asked.rounds)
        with closing(sqlite3.connect(path)) as db:
            db.execute("DROP INDEX intake_log_at")
        without = looked(Path(home), asked.rows, asked.rounds)
        began = time.perf_counter()
        SqliteStore(path).close()
        again_s = time.perf_counter() - began
    about = {"python": platform.python_version(), "load": os.getloadavg(), "sqlite": sqlite3.sqlite_version}
    found = {
        "what": f"messages of one terminal in ten minutes out of {asked.rows} of {DAYS} days",
        "ours_ms": ours,
        "without_index_ms": without,
        "ratio": round(without / ours, 1),
        "index_made_s": round(again_s, 1),
        "rounds": asked.rounds,
        **about,
    }
    print(json.dumps(found, indent=1))


def step_us(rows: int) -> int:
    return DAYS * 86_400_000_000 // rows


def batches(rows: int) -> Iterator[list[LogRow]]:
    for first in range(0, rows, 10_000):
        yield [
            ("gateway", n * step_us(rows), n, "127.0.0.1", 2, f"T{n % TERMINALS:04d}", OPEN, RAW, "", 20, 0)
            for n in range(first, min(first + 10_000, rows))
        ]


def looked(home: Path, rows: int, rounds: int) -> float:
    """Median milliseconds of a look at another time each."""
    times = []
    with closing(IntakeLog(home)) as log:
        for k in range(rounds + 1):
            at = step_us(rows) * rows * (k + 1) // (rounds + 2)
            began = time.perf_counter()
            list(log.raw(at - FIVE_MINUTES_US, at + FIVE_MINUTES_US, f"T{k:04d}"))
            times.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(times[1:]), 2)


if __name__ == "__main__":
    main()
