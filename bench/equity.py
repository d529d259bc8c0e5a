"""What it costs to value customers: fits and values, orders to RFM, and a table of customers to its page.

CPU seconds, user and system, the median of several rounds; OMP_NUM_THREADS=1 gives the fits one thread.
`lifetimes` runs in the same process at a size that it can do, and its parameters are compared. Continuous
times say what is left when no two customers are equal. A hundred million lines take 1.1 GB of disk.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.run import cpu

TRUE = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
GAMMA = {"p": 6.25, "q": 3.74, "v": 15.44}
PEER = 100_000
PART = 10_000_000
MONTHS, RATE = 12, 0.01


def customers(n: int, *, daily: bool) -> tuple[Any, Any, Any, Any]:
    """x, last, age in weeks and mean value; born over a quarter, observed 39 weeks, as CDNOW was."""
    rng = np.random.default_rng(42)
    age = 39 - rng.uniform(0, 12, n)
    rate = rng.gamma(TRUE["r"], 1 / TRUE["alpha"], n)
    leaves = rng.beta(TRUE["a"], TRUE["b"], n)
    x, last, now, live = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while live.any():
        now[live] += rng.exponential(1 / rate[live])
        live &= now <= age
        x[live] += 1
        last[live] = now[live]
        live[live] &= rng.random(int(live.sum())) > leaves[live]
    if daily:
        age = np.ceil(age * 7) / 7
        last = np.where(x > 0, np.minimum(np.maximum(np.floor(last * 7), 1) / 7, age), 0)
    scale = rng.gamma(GAMMA["q"], 1 / GAMMA["v"], n)
    times = np.maximum(x, 1)
    return x, last, age, rng.gamma(GAMMA["p"] * times) / scale / times


def valued(x: Any, last: Any, age: Any, mean: Any) -> dict[str, Any]:
    """Group, fit both models, value everybody over twelve months."""
    from bihuan.systems.equity.rules import gammagamma, scoring
    from bihuan.systems.equity.rules.purchases import grouped

    def whole() -> Any:
        data = grouped(x, last, age)
        fit, spending = scoring.fit_purchases("bg-nbd", data), gammagamma.fit(x, mean)
        found = scoring.values("bg-nbd", fit, spending, data, x, mean, months=MONTHS, rate=RATE)
        return data, fit, spending, found

    (data, fit, spending, found), took = cpu(whole)
    return {
        "customers": len(x),
        "rows": len(data.x),
        "cpu_s": took,
        "bg": fit.as_dict(),
        "gg": spending.as_dict(),
        "equity": float(found.worth.sum()),
    }


def pareto(x: Any, last: Any, age: Any) -> dict[str, Any]:
    from bihuan.systems.equity.rules import paretonbd
    from bihuan.systems.equity.rules.purchases import grouped

    def whole() -> Any:
        data = grouped(x, last, age)
        return data, paretonbd.fit(data)

    (data, fit), took = cpu(whole)
    return {
        "customers": len(x),
        "rows": len(data.x),
        "cpu_s": took,
        "converged": fit.converged,
        **fit.as_dict(),
    }


def peer(x: Any, last: Any, age: Any, mean: Any) -> dict[str, Any]:
    """`lifetimes`: the same three steps."""
    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    def whole() -> Any:
        bg, gg, again = BetaGeoFitter(), GammaGammaFitter(), x > 0
        bg.fit(x, last, age)
        gg.fit(x[again], mean[again])
        import pandas  # type: ignore[import-untyped]

        series = [pandas.Series(each) for each in (x, last, age, mean)]
        worth = gg.customer_lifetime_value(bg, *series, time=MONTHS, discount_rate=RATE, freq="W")
        return bg, gg, worth

    (bg, gg, worth), took = cpu(whole)
    return {
        "customers": len(x),
        "cpu_s": took,
        "bg": {name: float(value) for name, value in bg.params_.items()},
        "gg": {name: float(value) for name, value in gg.params_.items()},
        "equity": float(worth.sum()),
    }


def orders(folder: Path, n: int) -> None:
    """Files of ten million lines; a customer's lines lie in all of them."""
    import duckdb

    columns = (
        f"(hash(i) % {n // 12})::BIGINT AS customer, (18000 + hash(i * 7) % 1095)::BIGINT AS day,"
        " (100 + hash(i * 13) % 90000)::BIGINT AS amount"
    )
    folder.mkdir()
    for at in range(0, n, PART):
        rows = f"SELECT {columns} FROM range({at}, {min(at + PART, n)}) t(i)"  # noqa: S608
        duckdb.execute(f"COPY ({rows}) TO '{folder}/{at // PART}.parquet' (FORMAT parquet)")


ALONE = """
import json, resource, sys
from pathlib import Path
from bihuan.telemetry.engines import Embedded
from bihuan.telemetry.rfm import summary
folder, threads, memory, to = sys.argv[1:]
engine = Embedded(int(threads), memory)
tables = {"orders": Path(folder)}
asked = summary()
start = resource.getrusage(resource.RUSAGE_SELF)
found = engine.write(asked, tables, Path(to)) if to else len(engine.columns(asked, tables)["customer"])
used = resource.getrusage(resource.RUSAGE_SELF)
took = used.ru_utime + used.ru_stime - start.ru_utime - start.ru_stime
told = {"customers": found, "cpu_s": took, "peak_gb": used.ru_maxrss / 1e6}
print(json.dumps(told))
"""


def rfm(folder: Path, threads: int, memory: str, to: str = "") -> dict[str, Any]:
    """Parquet → one row a customer by the expression on DuckDB, in a process of its own for its memory."""
    words = [sys.executable, "-c", ALONE, str(folder), str(threads), memory, to]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rfms(folder: Path, n: int, rounds: int, memory: str = "") -> dict[str, Any]:
    lines = folder / f"orders-{n}"
    orders(lines, n)
    found = {
        "one_thread": median(rounds, lambda: rfm(lines, 1, memory)),
        "two_threads": median(rounds, lambda: rfm(lines, 2, memory)),
        "two_threads_to_parquet": rfm(lines, 2, memory, str(folder / f"rfm-{n}.parquet")),
        "numpy": median(rounds, lambda: numpy_rfm(lines)) if n <= PART else None,
    }
    shutil.rmtree(lines)
    return {"orders": n, "memory_limit": memory or "none", **found}


def median(rounds: int, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The round of median CPU time; all times beside it."""
    found = sorted((run() for _ in range(rounds)), key=lambda one: float(one["cpu_s"]))
    return {**found[len(found) // 2], "rounds_cpu_s": [round(one["cpu_s"], 3) for one in found]}


def numpy_rfm(folder: Path) -> dict[str, Any]:
    """The house's own summary of arrays, reading included."""
    import duckdb

    from bihuan.systems.equity.rules.occasions import summarise

    def whole() -> Any:
        rows = duckdb.execute(f"FROM read_parquet('{folder}/*.parquet')").fetchnumpy()
        day = rows["day"].astype(np.int64)
        return summarise(
            rows["customer"].astype(np.int64), day, rows["amount"].astype(np.int64), int(day.max())
        )

    found, took = cpu(whole)
    return {"customers": len(found.customer), "cpu_s": took}


def page(home: Path, n: int, rounds: int) -> dict[str, Any]:
    """A table of orders of n customers → model, values, rows of the page; then the page itself."""
    os.environ.update(
        BIHUAN_HOME=str(home), DJANGO_SETTINGS_MODULE="bihuan.site.settings", BIHUAN_DATABASE_URL=""
    )
    import django

    django.setup()
    from bihuan.kernel.models import Unit
    from bihuan.site.prepare import prepare, seed

    prepare()
    seed()
    unit = Unit.objects.create(name="Bench", code="BENCH")
    lines = furnish(unit, n)
    found = median(rounds, lambda: timed(unit))
    return {"customers": n, "order_lines": lines, **found}


def furnish(unit: Any, n: int) -> int:
    """Customers with their orders, judged; returns how many lines."""
    from django.utils import timezone

    from bihuan.kernel.bulk import Table
    from bihuan.kernel.models import Customer
    from bihuan.systems.equity.models import Purchase

    x, last, age, mean = customers(n, daily=True)
    keys = Table(Customer, "number", "name", "kind", "unit_id", "segment", "email", "phone").insert(
        [(f"B{k}", f"Customer {k}", "person", unit.pk, "", "", "") for k in range(n)]
    )
    rng, today = np.random.default_rng(1), timezone.localdate()
    rows: list[tuple[Any, ...]] = []
    for k in range(n):
        first = 20_700 - int(age[k] * 7)
        inside = sorted({*rng.integers(1, max(int(last[k] * 7), 1) + 1, max(int(x[k]) - 1, 0)).tolist()})
        days = [0, *inside, *([int(last[k] * 7)] if x[k] else [])]
        told = ("CNY", "", "", "")
        rows += [
            (
                f"O{len(rows) + j}",
                1,
                f"B{k}",
                keys[k],
                unit.pk,
                today,
                first + on,
                100,
                round(mean[k] * 100),
                *told,
            )
            for j, on in enumerate(dict.fromkeys(days))
        ]
    names = ("order", "line", "number", "customer_id", "unit_id", "on", "day", "amount", "value", "currency")
    Table(Purchase, *names, "category", "refund_of", "problem").insert(rows)
    return len(rows)


def timed(unit: Any) -> dict[str, float]:
    """Each step from the table to the page."""
    from django.db import transaction
    from django.test import Client
    from django.utils import timezone

    from bihuan.kernel.models import Role, User
    from bihuan.systems.equity.act import runs
    from bihuan.systems.equity.models import ModelRun

    book, reading = cpu(lambda: runs.read_book(unit))
    run = ModelRun(unit=unit, made_at=timezone.now(), end_on=timezone.localdate(), months=12, rate=0.01)
    fitted, scoring = cpu(lambda: runs._fitted("bg-nbd", book, run, 30))
    money, paying = cpu(lambda: runs.money_of(unit, book, fitted.summary))
    run.state = "fitted"

    def keep() -> None:
        with transaction.atomic():
            runs._keep(run, book, fitted, money)

    _none, writing = cpu(keep)
    told = {"name": "Bench", "role": Role.DIRECTOR, "unit": unit}
    user, _new = User.objects.get_or_create(username="bench", defaults=told)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    shown = []
    for _ in range(3):
        answer, took = cpu(lambda: client.get("/equity/customers/"))
        assert answer.status_code == 200
        shown.append(took)
    return {
        "read_cpu_s": reading,
        "fit_and_value_cpu_s": scoring,
        "money_cpu_s": paying,
        "write_values_cpu_s": writing,
        "page_cpu_s": min(shown),
        "table_to_scored_cpu_s": round(reading + scoring + paying, 3),
        "cpu_s": round(reading + scoring + paying + writing + min(shown), 3),
    }


def far(one: dict[str, float], other: dict[str, float]) -> float:
    return max(abs(one[name] / other[name] - 1) for name in one)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--customers", type=int, default=1_000_000)
    words.add_argument("--orders", type=int, default=PART)
    words.add_argument("--many-orders", type=int, default=10 * PART, help="0: leave out")
    words.add_argument("--paged", type=int, default=100_000)
    words.add_argument("--rounds", type=int, default=3)
    args = words.parse_args()
    rounds = args.rounds
    daily = customers(args.customers, daily=True)
    free = customers(args.customers, daily=False)
    small, valuable = tuple(each[:PEER] for each in daily), tuple(each[:PEER] for each in free)
    valued(*small)
    began = os.getloadavg()
    found = {
        "bg_gg_clv12": {
            "daily": median(rounds, lambda: valued(*daily)),
            "continuous": median(rounds, lambda: valued(*free)),
            "peer_size_daily": beside(small, rounds),
            "peer_size_continuous": beside(valuable, 1),
        },
        "pareto_nbd": {
            "daily": median(rounds, lambda: pareto(*daily[:3])),
            "continuous": median(rounds, lambda: pareto(*free[:3])),
        },
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found["rfm"] = rfms(folder, args.orders, rounds)
        if args.many_orders:
            found["rfm_many"] = rfms(folder, args.many_orders, 1, "5GB")
        found["page"] = page(folder / "home", args.paged, rounds)
    machine = {"python": platform.python_version(), "cpus": os.cpu_count()}
    json.dump({"machine": machine | {"load": [began, os.getloadavg()]}, **found}, sys.stdout, indent=1)
    return 0


def beside(rows: tuple[Any, ...], rounds: int) -> dict[str, Any]:
    """Ours and the peer on the same customers, and how far their estimates lie apart."""
    ours, theirs = median(rounds, lambda: valued(*rows)), peer(*rows)
    return {
        "ours": ours,
        "lifetimes": theirs,
        "parameters_apart": {model: far(ours[model], theirs[model]) for model in ("bg", "gg")},
        "equity_apart": abs(ours["equity"] / theirs["equity"] - 1),
    }


if __name__ == "__main__":
    sys.exit(main())
