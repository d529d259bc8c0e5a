"""Everything that can be judged without running the tests, one line a step: python tools/check.py [STEP …]"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.proc import PYTHON, ROOT, VENV, Words

BIN = VENV / "bin"
STEPS: dict[str, Words] = {
    "format": [BIN / "ruff", "format", "--check", "--output-format=concise", "."],
    "lint": [BIN / "ruff", "check", "--quiet", "--output-format=concise", "."],
    "types": [BIN / "mypy", "--no-error-summary"],
    "layers": [BIN / "lint-imports"],
    "shape": [PYTHON, "tools/shape.py"],
    "migrations": [BIN / "django-admin", "makemigrations", "--check", "--dry-run"],
    "messages": [PYTHON, "tools/messages.py", "check"],
    "openapi": [BIN / "bihuan", "openapi", "--check"],
    "links": [PYTHON, "tools/links.py"],
}


def run(name: str, home: str) -> tuple[str, bool, float, str]:
    environment = {
        **os.environ,
        "BIHUAN_HOME": home,
        "DJANGO_SETTINGS_MODULE": "bihuan.site.settings",
        "PYTHONPATH": "",
    }
    began = time.monotonic()
    done = subprocess.run(
        [str(word) for word in STEPS[name]],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return name, done.returncode == 0, time.monotonic() - began, done.stdout.strip()


def main(names: list[str]) -> int:
    """Steps run side by side; what a failed one said stands under its line."""
    if unknown := set(names) - set(STEPS):
        sys.exit(f"check: no step {sorted(unknown)[0]!r}; there are {', '.join(STEPS)}")
    failed = []
    with tempfile.TemporaryDirectory(prefix="bihuan-check-") as home, ThreadPoolExecutor(2) as pool:
        for name, fine, took, output in pool.map(lambda name: run(name, home), names or list(STEPS)):
            print(f"{'ok    ' if fine else 'FAILED'} {name:<11} {took:5.1f} s", flush=True)
            if not fine:
                failed.append(name)
                print(output, flush=True)
            elif name == "shape":
                print(output, flush=True)
    print(f"check: {', '.join(failed)} failed" if failed else "check: all fine")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
