"""The gateway's latency while four clients reload the heaviest page, against the idle house.

A swipe on a connection of its own, acknowledged by the server's FIN; medians of rounds, idle and
loaded in turn, because fsync varies with the neighbours. For comparison the same beside one program of
the lowest priority that only spins: what any busy program costs on this machine, whatever it does.
"""

import argparse
import http.client
import json
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.house import Browser, House, circumstances, house

CLIENTS, ROUNDS, SWIPES = 4, 5, 400
PAGES = ("/instruments/", "/instruments/sessions/", "/")


def p99_ms(found: House, swipes: int) -> float:
    taken = []
    for number in range(swipes):
        taken.append(found.say(f"DNA01,0008075634{'open' if number % 2 else 'close'}"))
        time.sleep(0.002)
    return sorted(taken)[int(swipes * 0.99) - 1] * 1e3


def heaviest(found: House) -> tuple[str, float]:
    browser = Browser(found)
    browser.sign_in("admin")
    costs = {}
    for path in PAGES:
        browser.ask("GET", path)
        began = time.perf_counter()
        for _ in range(3):
            browser.ask("GET", path)
        costs[path] = (time.perf_counter() - began) / 3 * 1e3
    worst = max(costs, key=lambda path: costs[path])
    return worst, costs[worst]


def reload(port: int, path: str, cookies: dict[str, str], seconds: float) -> int:
    """A client in a process of its own: it must not slow the clock of the one who measures."""
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    ends, count = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status == 200, answer.status
        count += 1
    return count


def loaded(found: House, path: str, swipes: int) -> tuple[float, int]:
    browser = Browser(found)
    browser.sign_in("admin")
    seconds = 2.5 + swipes * 0.006
    with ProcessPoolExecutor(CLIENTS, get_context("spawn")) as pool:
        clients = [pool.submit(reload, found.port, path, browser.cookies, seconds) for _ in range(CLIENTS)]
        time.sleep(1.5)
        taken = p99_ms(found, swipes)
        return taken, sum(client.result() for client in clients)


def spun(found: House, swipes: int) -> float:
    """Beside a program that asks for nothing but the time that is left over."""
    spinner = subprocess.Popen([sys.executable, "-c", "import os\nos.nice(19)\nwhile True: pass"])
    try:
        return p99_ms(found, swipes)
    finally:
        spinner.kill()
        spinner.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    rounds, swipes = (1, 100) if args.quick else (ROUNDS, SWIPES)
    with house(demo=True) as found:
        time.sleep(10)
        path, page_ms = heaviest(found)
        idle, spinning, busy, pages = [], [], [], 0
        for _ in range(rounds):
            idle.append(p99_ms(found, swipes))
            spinning.append(spun(found, swipes))
            taken, count = loaded(found, path, swipes)
            busy.append(taken)
            pages += count
        result = {
            "what": f"p99 of an acknowledged swipe, {CLIENTS} clients reloading {path}",
            "page_ms": round(page_ms, 1),
            "pages_served": pages,
            "idle_p99_ms": round(median(idle), 2),
            "loaded_p99_ms": round(median(busy), 2),
            "spinner_p99_ms": round(median(spinning), 2),
            "ratio": round(median(busy) / median(idle), 2),
            "spinner_ratio": round(median(spinning) / median(idle), 2),
            **circumstances(),
        }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
