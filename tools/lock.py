"""Renews the locks of names and hashes: python tools/lock.py [--upgrade]. Addresses never get into them."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.beside import UV, index_settings
from tools.proc import ROOT, VENV, Failed, Words, run, say

BESIDE = ("uv", "node", "babel", "spark")
OWN = ["--no-emit-package", "bihuan-edge"]
LOCKS: dict[str, list[str]] = {
    "requirements.lock": ["pyproject.toml", *OWN],
    "requirements-dev.lock": ["pyproject.toml", "--group", "dev", *OWN],
    **{f"tools/{name}.lock.txt": [f"tools/{name}.in", "--no-annotate"] for name in BESIDE},
}
SHAPE = ["--universal", "--generate-hashes", "--no-header", "--python-version", "3.11", "--quiet"]


def main(arguments: list[str]) -> int:
    """The edge distribution is ours and found beside us; without --upgrade, pins that still fit are kept."""
    with_edge = VENV / "lock-sources.txt"
    with_edge.write_text("bihuan-edge @ ./edge\n", encoding="utf-8")
    try:
        for lock, sources in LOCKS.items():
            say(f"{lock} …")
            overrides: Words = ["--override", with_edge] if "pyproject.toml" in sources else []
            command: Words = [
                UV,
                "pip",
                "compile",
                *sources,
                *SHAPE,
                *overrides,
                *arguments,
                "-o",
                ROOT / lock,
            ]
            run(lock, command, env=index_settings(), log=VENV / "lock.log")
    except Failed as error:
        say(f"lock: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
