"""One house in a process of its own: python -m bench.branch_build HOME CASES | HOME --copy URL."""

import sys
import tempfile
from pathlib import Path

from bench.branch import build, setup
from bench.branch_rows import copy


def main(home: Path, words: list[str]) -> None:
    if words[0] != "--copy":
        build(home, int(words[0]))
        return
    with tempfile.TemporaryDirectory() as folder:
        setup(Path(folder), words[1])
        from bihuan.site.prepare import prepare

        prepare()
        copy(home / "control.sqlite3")


if sys.argv[1:]:
    main(Path(sys.argv[1]), sys.argv[2:])
