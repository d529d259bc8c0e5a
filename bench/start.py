"""How long `bihuan up --demo` takes to a usable page: with an empty data folder and warm.

Environment, assets and messages are there already (`make run` checks them by hash first; that
check is measured too). The page counts as usable when `/login/` answers 200.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.house import ROOT, Browser, circumstances, house

ROUNDS = 3


def start(home: Path) -> float:
    began = time.perf_counter()
    with house(demo=True, home=home) as found:
        status, _ = Browser(found).ask("GET", "/login/")
        assert status == 200, status
        return time.perf_counter() - began


def bootstrap() -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, str(ROOT / "tools" / "bootstrap.py")], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        empty = start(home)
        warm = [start(home) for _ in range(ROUNDS)]
    checks = [bootstrap() for _ in range(ROUNDS)]
    result = {
        "what": "start to a usable page, seconds",
        "empty_data_folder_s": round(empty, 2),
        "warm_s": round(median(warm), 2),
        "bootstrap_check_s": round(median(checks), 2),
        "warm_with_check_s": round(median(warm) + median(checks), 2),
        **circumstances(),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
