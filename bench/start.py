"""How long `bihuan up --demo` takes to a usable page: with an empty data folder and warm.

Environment, assets and messages are there already (`make run` checks them by hash first; that
check is measured too). The page counts as usable when `/login/` answers 200. Where this may be done (Linux,
root), both again after the system has forgotten every file that it had read, as after it was switched on.
"""

import json
import os
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


def forget_files() -> bool:
    """The kernel's memory of files; False where it may not be emptied."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return False
    return True


def after_switching_on(home: Path) -> float | None:
    """The check of `make run` and the start, nothing of either in memory."""
    return bootstrap() + start(home) if forget_files() else None


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home, other = Path(folder) / "home", Path(folder) / "other"
        home.mkdir()
        other.mkdir()
        cold = after_switching_on(other)
        again = after_switching_on(other)
        empty = start(home)
        warm = [start(home) for _ in range(ROUNDS)]
    checks = [bootstrap() for _ in range(ROUNDS)]
    result = {
        "what": "start to a usable page, seconds",
        "empty_data_folder_s": round(empty, 2),
        "warm_s": round(median(warm), 2),
        "bootstrap_check_s": round(median(checks), 2),
        "warm_with_check_s": round(median(warm) + median(checks), 2),
        "empty_data_folder_no_file_in_memory_s": cold and round(cold, 2),
        "again_no_file_in_memory_s": again and round(again, 2),
        **circumstances(),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
