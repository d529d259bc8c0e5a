import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.proc import ROOT

SKIPS = """
import pytest

def test_left_out():
    pytest.skip("no Chromium")

@pytest.mark.xfail(strict=True)
def test_known():
    raise AssertionError
"""
MODULE = 'import pytest\npytest.importorskip("no_such_module")\n'


@pytest.mark.slow
def test_skip_is_a_failure_where_none_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(SKIPS, encoding="utf-8")
    (tmp_path / "test_whole.py").write_text(MODULE, encoding="utf-8")
    environment = {**os.environ, "BIHUAN_NO_SKIP": "1", "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    words = f"-m pytest -q -p conftest -c {os.devnull} -p no:cacheprovider -p no:xdist".split()
    command = [
        sys.executable,
        *words,
        "--continue-on-collection-errors",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert "1 failed, 1 xfailed, 1 error" in done.stdout.splitlines()[-1], done.stdout + done.stderr
    assert "no Chromium" in done.stdout
