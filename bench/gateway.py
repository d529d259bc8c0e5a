"""Durable messages a second and time to acknowledge, against the seed's design and the bare machine.

.venv/bin/python bench/gateway.py [--quick]
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import run

ROWS = {"saturated": 1, "one": 2, "single": 1}
"""Rows a message: in `one` the request that asks for the acknowledgement is another."""


def ours(quick: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        run.register(Path(home), "dna01", "end,1\r\n")
        with run.gateway(Path(home)) as (process, port):
            results = patterns(process.pid, port, quick, messages=4_000 if quick else 20_000)
            sent = sum(results[mode]["messages"] * rows for mode, rows in ROWS.items())
            assert run.rows(Path(home)) == sent, "an acknowledged message is missing"
    return results


def seed(quick: bool) -> dict[str, Any]:
    port = run.free_port()
    with tempfile.TemporaryDirectory() as home:
        command = [str(run.HERE / "seed_server.py"), "--port", str(port), "--home", home]
        with run.server(command, port) as process:
            return patterns(process.pid, port, quick, messages=40 if quick else 100)


def bare(quick: bool) -> dict[str, Any]:
    port = run.free_port()
    with run.server([str(run.HERE / "bare_server.py"), "--port", str(port)], port) as process:
        seconds = 2 if quick else 5
        return {
            "single": loaded(process.pid, "single", port, connections=50, seconds=seconds),
            "alone": loaded(process.pid, "alone", port, seconds=seconds),
        }


def patterns(pid: int, port: int, quick: bool, messages: int) -> dict[str, Any]:
    seconds = 2 if quick else 5
    return {
        "saturated": loaded(pid, "saturated", port, connections=50, messages=messages),
        "one": loaded(pid, "one", port, connections=50, seconds=seconds),
        "single": loaded(pid, "single", port, connections=50, seconds=seconds),
    }


def loaded(pid: int, mode: str, port: int, **options: float) -> dict[str, Any]:
    before = run.cpu_s(pid)
    result = run.load(mode, port, **options)
    result["rate"] = result["messages"] / result["seconds"]
    result["cpu_us"] = (run.cpu_s(pid) - before) / result["messages"] * 1e6
    return result


def medians(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        mode: {key: round(statistics.median(one[mode][key] for one in rounds), 2) for key in rounds[0][mode]}
        for mode in rounds[0]
    }


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--quick", action="store_true")
    quick = args.parse_args().quick
    rounds: dict[str, list[dict[str, Any]]] = {"ours": [], "seed": [], "bare": []}
    about = run.circumstances()
    for _ in range(3 if quick else 5):
        rounds["ours"].append(ours(quick))
        rounds["seed"].append(seed(quick))
        rounds["bare"].append(bare(quick))
    of = {name: medians(some) for name, some in rounds.items()}
    us, them = of["ours"], of["seed"]
    ratios = {
        "saturated_over_seed": us["saturated"]["rate"] / them["saturated"]["rate"],
        "one_over_seed": us["one"]["rate"] / them["one"]["rate"],
        "one_p99_over_seed": us["one"]["p99_ms"] / them["one"]["p99_ms"],
        "single_p99_over_seed": us["single"]["p99_ms"] / them["single"]["p99_ms"],
        "single_over_bare": us["single"]["rate"] / of["bare"]["single"]["rate"],
        "single_over_bare_alone": us["single"]["rate"] / of["bare"]["alone"]["rate"],
        "single_over_seed": us["single"]["rate"] / them["single"]["rate"],
    }
    rounded = {name: round(value, 3) for name, value in ratios.items()}
    print(json.dumps({"about": about, **of, "ratios": rounded}, indent=1))


if __name__ == "__main__":
    main()
