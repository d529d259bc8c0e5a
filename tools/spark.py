"""Runs a command that finds Spark, installed once: python tools/spark.py -- COMMAND …"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import which

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.beside import beside
from tools.proc import Failed, say


def main(arguments: Sequence[str]) -> int:
    """Without a command Spark is installed and nothing run."""
    command = [word for word in arguments if word != "--"]
    if not which("java"):
        say("spark: Java is missing: sudo apt install openjdk-17-jre-headless")
        return 1
    try:
        folder = beside("spark")
    except Failed as error:
        say(f"spark: {error}")
        return 1
    paths = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}).returncode if command else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
