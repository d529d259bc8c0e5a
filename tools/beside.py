"""Programs and libraries that only tools need, each in a folder of its own beside the environment.

`tools/NAME.in` names them, `tools/NAME.lock.txt` pins them by hash; they are installed when first asked for.
"""

import os
from pathlib import Path

from tools.proc import PYTHON, ROOT, VENV, Words, run, say
from tools.stamp import Stamps, digest

UV_HOME = VENV / "share/uv"
UV = UV_HOME / "bin/uv"


def lock_of(name: str) -> Path:
    return ROOT / f"tools/{name}.lock.txt"


def beside(name: str) -> Path:
    """The folder that holds the locked packages of this name, for PYTHONPATH.

    What comes as source is built with packages of the same lock. Raises Failed.
    """
    folder, lock = VENV / "share" / name, lock_of(name)
    stamps, value = Stamps(folder / "stamp.json"), digest([lock])
    if not stamps.fresh(name, value):
        say(f"{name}, once, from the package index …")
        command: Words = [UV, "pip", "install", "--quiet", "--python", PYTHON, "--target", folder]
        pinned: Words = ["--require-hashes", "--build-constraints", lock, "-r", lock]
        run(name, [*command, *pinned], env=index_settings(), log=VENV / f"{name}.log")
        stamps.write(name, value)
    return folder


def index_settings() -> dict[str, str]:
    """uv does not read pip's settings: hand on the index and the certificates that the user gave pip."""
    wanted = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "cert": "SSL_CERT_FILE"}
    given = {}
    listed = run("pip settings", [PYTHON, "-m", "pip", "config", "list"])
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        name = wanted.get(key.rsplit(".", 1)[-1])
        text = value.strip().strip("'\"")
        if name and name not in os.environ and not text.startswith("file:"):
            given[name] = text
    return given
