"""One hundred open boards at one change a second: what the live process costs, how late it is.

Each viewer is a real connection that reads server-sent events. A change is a swipe sent to the
gateway; its lateness is the time from the server's FIN to the pushed row at each viewer. The
peer is the same number of pages that ask for the table once a second instead.
"""

import argparse
import json
import socket
import sys
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.house import Browser, House, circumstances, house

VIEWERS, SECONDS = 100, 30
CODE = "DNA01"
CARDS = ("0008075634", "0011259972")


class Watcher(threading.Thread):
    """Counts pushed rows and notes when each came."""

    def __init__(self, house: House, token: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_connection(("127.0.0.1", house.live), timeout=60)
        path = f"/live/events?topics=instruments.board&token={token['token']}"
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{house.live}\r\n\r\n".encode())
        self.rows: list[float] = []

    def run(self) -> None:
        mark = CODE.encode()
        while data := self.socket.recv(65536):
            if b"event: row" in data and mark in data:
                self.rows.append(time.perf_counter())


def watch(found: House, viewers: int, seconds: int) -> dict[str, float]:
    browser = Browser(found)
    browser.sign_in("admin")
    token = browser.live_token()
    watchers = [Watcher(found, token) for _ in range(viewers)]
    for watcher in watchers:
        watcher.start()
    time.sleep(3)
    cpu, began, sent = found.cpu_s("live"), time.perf_counter(), []
    for number in range(seconds):
        verb = "open" if number % 2 == 0 else "close"
        found.say(f"{CODE},{CARDS[number // 2 % 2]}{verb}")
        sent.append(time.perf_counter())
        time.sleep(max(0.0, began + number + 1 - time.perf_counter()))
    time.sleep(2)
    core = (found.cpu_s("live") - cpu) / (time.perf_counter() - began)
    late = [lateness(at, watcher.rows) for watcher in watchers for at in sent]
    arrived = sorted(one for one in late if one is not None)
    return {
        "core": round(core, 4),
        "pushed": len(arrived),
        "expected": len(late),
        "late_p50_ms": round(median(arrived) * 1e3, 1),
        "late_p99_ms": round(arrived[int(len(arrived) * 0.99) - 1] * 1e3, 1),
    }


def lateness(sent: float, rows: list[float]) -> float | None:
    """The first push after a swipe; none within a second counts as lost."""
    after = [at - sent for at in rows if -0.2 <= at - sent <= 1.0]
    return max(0.0, min(after)) if after else None


def poll(found: House, pages: int, seconds: int) -> dict[str, float]:
    """The web process's cost when every page asks once a second, measured on a few and scaled."""
    sample = min(10, pages)
    readers = [Browser(found) for _ in range(sample)]
    for reader in readers:
        reader.sign_in("admin")
    cpu, began = found.cpu_s("web"), time.perf_counter()
    for number in range(seconds):
        for reader in readers:
            reader.ask("GET", "/instruments/")
        time.sleep(max(0.0, began + number + 1 - time.perf_counter()))
    core = (found.cpu_s("web") - cpu) / (time.perf_counter() - began)
    return {"core": round(core * pages / sample, 3), "measured_pages": sample}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    seconds = 8 if args.quick else SECONDS
    with house(demo=True) as found:
        time.sleep(5)
        ours = watch(found, VIEWERS, seconds)
        peer = poll(found, VIEWERS, min(seconds, 10))
        result = {
            "what": f"{VIEWERS} viewers, one change a second for {seconds} s",
            "live": ours,
            "polling_each_second": peer,
            "live_rss_mb": round(found.rss_mb("live")),
            **circumstances(),
        }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
