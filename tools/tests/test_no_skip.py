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
@pytest.mark.parametrize(
    ("content", "allowed", "closing"),
    [
        (SKIPS, "0", "1 skipped, 1 xfailed"),
        (SKIPS, "1", "1 failed, 1 xfailed"),
        (MODULE, "1", "1 error"),
    ],
)
def test_skip_is_a_failure_where_none_is_allowed(
    tmp_path: Path, content: str, allowed: str, closing: str
) -> None:
    (tmp_path / "test_some.py").write_text(content, encoding="utf-8")
    environment = {**os.environ, "BIHUAN_NO_SKIP": allowed, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "conftest",
        "-c",
        os.devnull,
        "--rootdir",
        tmp_path,
    ]
    options = ["-p", "no:cacheprovider", "-p", "no:xdist", tmp_path]
    done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert closing in done.stdout.splitlines()[-1], done.stdout + done.stderr
