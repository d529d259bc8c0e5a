"""Runs the measurements in bench/, scripts that print one JSON document: python tools/bench.py [NAME …]."""

import json
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.proc import PYTHON, ROOT, say


def scripts(folder: Path = ROOT / "bench") -> dict[str, Path]:
    """Measurements by name; modules that only serve others have no main part."""
    paths = sorted(folder.glob("*.py"))
    return {path.stem: path for path in paths if "__main__" in path.read_text(encoding="utf-8")}


def measure(path: Path) -> dict[str, object]:
    began = time.monotonic()
    done = subprocess.run(
        [PYTHON, path], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    took = round(time.monotonic() - began, 1)
    try:
        result = json.loads(done.stdout)
    except ValueError:
        result = {"not_json": done.stdout[-2000:]}
    return {"took_s": took, "exit": done.returncode, "result": result}


def main(names: list[str]) -> int:
    known = scripts()
    if unknown := set(names) - set(known):
        sys.exit(f"bench: no measurement {sorted(unknown)[0]!r}; there are {', '.join(known) or 'none'}")
    found = {}
    for name in names or list(known):
        say(f"{name} …")
        found[name] = measure(known[name])
    print(json.dumps(found, indent=1, ensure_ascii=False))
    return 1 if any(one["exit"] for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
