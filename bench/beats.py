"""Ten thousand terminals beating at 1 Hz, and swipes among them.

.venv/bin/python bench/beats.py [--quick]
"""

import argparse
import asyncio
import json
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import uvloop

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import run

SLOTS = 100
"""Beats are spread over the second in so many steps."""


class Beater(asyncio.Protocol):
    __slots__ = ("transport",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)


async def beat(port: int, terminals: int, seconds: int) -> int:
    """Connect, say so, beat; returns how many beats were sent on connections that stayed open."""
    loop = asyncio.get_running_loop()
    beaters: list[Beater] = []
    for number in range(terminals):
        address = (f"127.1.{number // 200}.{1 + number % 200}", 0)
        _, beater = await loop.create_connection(Beater, "127.0.0.1", port, local_addr=address)
        beaters.append(beater)
    print("connected", flush=True)
    words = [b"T%05d,heartbeat" % number for number in range(terminals)]
    started, sent = loop.time(), 0
    for step in range(seconds * SLOTS):
        for number in range(step % SLOTS, terminals, SLOTS):
            transport = beaters[number].transport
            if not transport.is_closing():
                transport.write(words[number])
                sent += 1
        await asyncio.sleep(max(0.0, started + (step + 1) / SLOTS - loop.time()))
    await asyncio.sleep(0.5)
    return sent


def play(port: int, terminals: int, seconds: int) -> None:
    """The loading process."""
    allow_sockets()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(runner.run(beat(port, terminals, seconds)))


def allow_sockets() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def beaters(port: int, terminals: int, seconds: int) -> Iterator["subprocess.Popen[str]"]:
    words = ["--port", str(port), "--terminals", str(terminals), "--seconds", str(seconds)]
    process = subprocess.Popen([sys.executable, __file__, *words], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "connected\n"
        yield process
    finally:
        process.kill()
        process.wait()


def once(terminals: int, seconds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home, run.gateway(Path(home)) as (gateway, port):
        with beaters(port, terminals, seconds) as loader:
            time.sleep(1)
            cpu, at = run.cpu_s(gateway.pid), time.perf_counter()
            swipes = run.load("single", port, connections=4, seconds=seconds - 3, rate=50)
            core = (run.cpu_s(gateway.pid) - cpu) / (time.perf_counter() - at)
            rss = run.rss_mb(gateway.pid)
            sent = int(loader.communicate()[0])
        time.sleep(1.5)
        received = beats_seen(Path(home))
    return {
        "sent": sent,
        "lost": sent - received,
        "gateway_core": round(core, 3),
        "rss_mb": round(rss, 1),
        "swipes": swipes["messages"],
        "swipe_p50_ms": round(swipes["p50_ms"], 2),
        "swipe_p99_ms": round(swipes["p99_ms"], 2),
    }


def beats_seen(home: Path) -> int:
    db = sqlite3.connect(home / "intake.sqlite3")
    try:
        return int(db.execute("SELECT sum(messages) FROM intake_seen WHERE terminal LIKE 't%'").fetchone()[0])
    finally:
        db.close()


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--quick", action="store_true")
    args.add_argument("--terminals", type=int, default=10_000)
    args.add_argument("--seconds", type=int, default=0)
    args.add_argument("--port", type=int, default=0)
    of = args.parse_args()
    if of.port:
        play(of.port, of.terminals, of.seconds)
        return
    about = run.circumstances()
    rounds = [once(of.terminals, of.seconds or (8 if of.quick else 20)) for _ in range(1 if of.quick else 3)]
    medians = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
    print(
        json.dumps(
            {"about": about, "terminals": of.terminals, "medians": medians, "rounds": rounds}, indent=1
        )
    )


if __name__ == "__main__":
    main()
