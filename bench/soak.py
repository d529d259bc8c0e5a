"""Gateway, web and worker write for a minute: how often is the database locked?

Terminals swipe and raise alarms, the worker projects and opens cases, people handle cases
through the pages. Every answer of the pages and every line of the logs is looked at.
"""

import argparse
import json
import random
import re
import sys
import threading
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.house import Browser, House, circumstances, house

SECONDS = 60
LOCKED = re.compile(rb"database is locked|deadlock detected")


def terminals(found: House, ends: float, counts: dict[str, int]) -> None:
    dice = random.Random(1)
    codes = ["DNA01", "PCR02", "MSP05", "FCM06", "CNF07", "SEQ08"]
    while time.monotonic() < ends:
        code = dice.choice(codes)
        message = dice.choice(["0008075634open", "0008075634close", "warningbegin", "warningshutdown"])
        found.say(f"{code},{message}")
        counts["messages"] += 1


def people(found: House, name: str, ends: float, counts: dict[str, int]) -> None:
    browser = Browser(found)
    browser.sign_in(name)
    while time.monotonic() < ends:
        status, text = browser.ask("GET", "/cases/")
        counts[str(status)] = counts.get(str(status), 0) + 1
        for number in sorted(set(re.findall(r"/cases/(C-\d+-\d+)/", text)))[:5]:
            status, _ = browser.ask("GET", f"/cases/{number}/")
            counts[str(status)] = counts.get(str(status), 0) + 1
            write(browser, number, counts)


def write(browser: Browser, number: str, counts: dict[str, int]) -> None:
    """The first step that the page offers, and a comment."""
    for action in ("accept", "start", "comment"):
        status, _ = browser.ask("POST", f"/cases/{number}/step/", {"action": action, "text": "现场核对过了"})
        counts[f"{action} {status}"] = counts.get(f"{action} {status}", 0) + 1


def locked_lines(found: House) -> int:
    return sum(len(LOCKED.findall(path.read_bytes())) for path in (found.home / "logs").glob("*.log"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    seconds = 10 if args.quick else SECONDS
    with house(demo=True) as found:
        ends = time.monotonic() + seconds
        counts: dict[str, int] = {"messages": 0}
        pages: dict[str, int] = {}
        threads = [threading.Thread(target=terminals, args=(found, ends, counts)) for _ in range(2)]
        threads += [
            threading.Thread(target=people, args=(found, name, ends, pages))
            for name in ("wu_min", "sun_qian")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        result: dict[str, Any] = {
            "what": f"three processes write for {seconds} s",
            "locked": locked_lines(found),
            "messages": counts["messages"],
            "pages": pages,
            "server_errors": sum(n for key, n in pages.items() if key.split()[-1].startswith("5")),
            **circumstances(),
        }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
