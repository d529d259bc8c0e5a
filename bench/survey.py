"""500 phones answer at once, on SQLite and on PostgreSQL: is every reply there, and how long did each wait?

.venv/bin/python bench/survey.py [--phones N] [--within S] [--database sqlite|postgresql]

A real house, asked over loopback by clients of our own, each on a connection of its own. Measured from the
first packet of the connection to the last byte of the answer:

opening       each phone loads the page, at a random moment of the span
answering     each sends its reply, at a random moment of the span; one in ten sends it twice (double tap)
same_instant  as many further phones that all send in the same instant, the worst that can happen
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import uvloop

from bench.house import House, circumstances, house
from tools import pg
from tools.proc import ROOT

BUDGET_P95_MS = 300
QUESTIONS = 20
TRIES = 5
PREPARE = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.site.settings"
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from bihuan.kernel.act import surveys as act
from bihuan.kernel.act.surveys.waves import Subject
from bihuan.kernel.models import Unit
from bihuan.kernel.rules.surveys.form import Condition
count, questions = int(sys.argv[1]), int(sys.argv[2])
unit = Unit.objects.filter(parent=None).first() or Unit.objects.create(name="分公司", code="BENCH")
named = {"key": "bench", "title_zh": "服务满意度调查", "title_en": "Service"}
draft = act.create_questionnaire(**named, unit=unit, user=None)
for n in range(questions):
    fields = {"kind": "scale_1_10", "text_zh": f"第 {n} 项服务您满意吗？", "dimension": "service"}
    question = act.keep_question(key=f"q{n}", unit=unit, user=None, fields=fields)
    act.add_item(version=draft, question=question, user=None)
why = act.keep_question(key="why", unit=unit, user=None, fields={"kind": "text", "text_zh": "还想说什么？"})
item = act.add_item(version=draft, question=why, user=None)
act.set_item(item=item, required=False, show_if=Condition("q0", "at_most", 6), user=None)
version = act.issue_version(version=draft, user=None)
now = timezone.now()
wave = act.open_wave(version=version, subject=Subject("hall", "H1", "营业厅"), unit=unit, wanted=count,
                     opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30), user=None)
codes = []
while len(codes) < count:
    codes += [one.code for one in act.issue_codes(wave=wave, count=min(500, count - len(codes)), user=None)]
print(json.dumps({"wave": wave.pk, "codes": codes}))
"""
COUNT = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.site.settings"
import django; django.setup()
from bihuan.kernel.models import Event, Reply, Verbatim, Wave
from bihuan.kernel.read import surveys as read
counts = read.counts_of(Wave.objects.get(pk=int(sys.argv[1])))
events = Event.objects.filter(verb="wave.reply").count()
found = {"issued": counts.issued, "returned": counts.returned, "valid": counts.valid}
print(json.dumps({**found, "events": events, "texts": Verbatim.objects.count()}))
"""


def inside(home: House, code: str, *words: object, url: str) -> dict[str, Any]:
    """What a program with the house's settings prints."""
    environ = {**os.environ, "BIHUAN_HOME": str(home.home), "BIHUAN_DATABASE_URL": url}
    environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT / "edge/src")])
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def request(method: str, path: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def reply(number: int) -> bytes:
    answers: dict[str, Any] = {f"q{n}": 1 + (number + n) % 10 for n in range(QUESTIONS)}
    if answers["q0"] <= 6:
        answers["why"] = "等候时间太久，窗口少"
    sent = {
        "key": f"bench-{number:08d}",
        "answers": answers,
        "took_s": 45,
        "language": "zh-Hans",
        "device": "b",
    }
    return json.dumps(sent).encode()


async def ask(port: int, data: bytes) -> tuple[int, float, bytes]:
    """Status, milliseconds, body; 0 when the connection failed, as a phone without network sees it."""
    began = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        found = await reader.read()
        writer.close()
        status = int(found.split(b" ", 2)[1])
    except (OSError, IndexError, ValueError):
        return 0, (time.perf_counter() - began) * 1000, b""
    return status, (time.perf_counter() - began) * 1000, found


async def phone(port: int, data: bytes, after_s: float, twice: bool = False) -> tuple[list[int], float]:
    """As our page: what fails is sent again with the same key. The wait is that until the first success."""
    await asyncio.sleep(after_s)
    began = time.perf_counter()
    statuses = []
    for turn in range(TRIES):
        status, _took, _body = await ask(port, data)
        statuses.append(status)
        if status in (200, 201):
            break
        await asyncio.sleep(0.2 * 2**turn)
    waited = (time.perf_counter() - began) * 1000
    if twice:
        statuses.append((await ask(port, data))[0])
    return statuses, waited


async def crowd(port: int, requests: list[bytes], within_s: float, taps: bool) -> dict[str, Any]:
    chance = random.Random(7)
    began = time.perf_counter()
    done = await asyncio.gather(
        *(
            phone(port, data, chance.uniform(0, within_s) if within_s else 0, taps and n % 10 == 0)
            for n, data in enumerate(requests)
        )
    )
    waits = sorted(waited for _statuses, waited in done)
    statuses = Counter(status for each, _waited in done for status in each)
    return {
        "phones": len(requests),
        "within_s": within_s,
        "seconds": round(time.perf_counter() - began, 2),
        "statuses": {str(key): statuses[key] for key in sorted(statuses)},
        "failed": sum(each[0] not in (200, 201) and each[-1] not in (200, 201) for each, _waited in done),
        **{
            f"p{part}_ms": round(waits[min(len(waits) * part // 100, len(waits) - 1)], 1)
            for part in (50, 95, 99)
        },
        "max_ms": round(waits[-1], 1),
    }


def measure(url: str, phones: int, within_s: float) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory() as folder,
        house(home=Path(folder) / "home", BIHUAN_DATABASE_URL=url) as home,
    ):
        made = inside(home, PREPARE, phones * 2, QUESTIONS, url=url)
        codes = made["codes"]
        paths = [f"/s/{code}/" for code in codes]
        sent = [request("POST", path, reply(number)) for number, path in enumerate(paths)]
        for path in ("/healthz", "/s/"):  # the first request of each kind imports what it needs
            uvloop.run(ask(home.port, request("GET", path)))
        cpu = home.cpu_s("web")
        opening = uvloop.run(
            crowd(home.port, [request("GET", path) for path in paths[:phones]], within_s, False)
        )
        answering = uvloop.run(crowd(home.port, sent[:phones], within_s, True))
        instant = uvloop.run(crowd(home.port, sent[phones:], 0, False))
        cpu = home.cpu_s("web") - cpu
        counts = inside(home, COUNT, made["wave"], url=url)
    lost = phones * 2 - counts["returned"]
    in_time = max(answering["p95_ms"], instant["p95_ms"]) <= BUDGET_P95_MS
    met = lost == 0 and in_time and counts["events"] == counts["returned"]
    return {
        "opening": opening,
        "answering": answering,
        "same_instant": instant,
        "counts": counts,
        "lost": lost,
        "web_cpu_ms_a_request": round(cpu * 1000 / (phones * 3.1), 2),
        "met": met,
    }


@contextmanager
def database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
    else:
        with pg.server() as url:
            yield url


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--phones", type=int, default=500)
    args.add_argument("--within", type=float, default=10, help="seconds over which people press")
    args.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    of = args.parse_args()
    kinds = of.database or ["sqlite", *(["postgresql"] if pg.binaries() else [])]
    found: dict[str, Any] = {"about": circumstances(), "questions": QUESTIONS + 1}
    for kind in kinds:
        with database(kind) as url:
            found[kind] = measure(url, of.phones, of.within)
    budget = {"lost": 0, "p95_ms": BUDGET_P95_MS}
    print(json.dumps({**found, "budget": budget, "met": all(found[kind]["met"] for kind in kinds)}, indent=1))


if __name__ == "__main__":
    main()
