"""Makes a checkout ready to run, with the standard library alone: python3 tools/bootstrap.py [--runtime].

.venv → pinned uv → locked packages by hash → our two distributions → assets → compiled messages.
A step is skipped while its stamp says that nothing it reads has changed; a failing step says in one
line what to do.
This file parses on any Python 3, so that an old one can be told so.
"""

import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 14)
TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def right_python() -> None:
    """Goes on in a Python that we support, looking for one on the PATH where this one is not."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other, *sys.argv])  # noqa: S606
    sys.exit(
        f"bootstrap: Python 3.11 to 3.14 is needed, this is {sys.version.split()[0]}: install one, for "
        "example `sudo apt install python3.11 python3.11-venv` or `brew install python@3.13`"
    )


if __name__ == "__main__":
    right_python()
    sys.path.insert(0, TOP)
    from tools.steps import main

    sys.exit(main(sys.argv[1:]))
