import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import beside, proc, stamp, steps


def test_stamp_is_fresh_until_an_input_changes(tmp_path: Path) -> None:
    source, made = tmp_path / "a.lock", tmp_path / "made"
    source.write_text("django==5.2", encoding="utf-8")
    made.touch()
    stamps = stamp.Stamps(tmp_path / "deep/stamps.json")
    stamps.write("packages", stamp.digest([source]))
    assert stamps.fresh("packages", stamp.digest([source]), [made])
    source.write_text("django==5.3", encoding="utf-8")
    assert not stamps.fresh("packages", stamp.digest([source]), [made])


def test_stamp_is_stale_when_what_was_made_is_gone(tmp_path: Path) -> None:
    stamps = stamp.Stamps(tmp_path / "stamps.json")
    stamps.write("uv", "1")
    assert not stamps.fresh("uv", "1", [tmp_path / "uv"])


def test_damaged_stamps_mean_that_everything_runs(tmp_path: Path) -> None:
    path = tmp_path / "stamps.json"
    path.write_text("{", encoding="utf-8")
    assert not stamp.Stamps(path).fresh("uv", "1")


@pytest.mark.parametrize(
    ("output", "remedy"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("npm error code ENOTFOUND\nnpm error network request failed", "cannot be reached"),
        ("error: Failed to fetch: dns error: failed to lookup address", "cannot be reached"),
        ("Hash mismatch for `django==5.2.19`", "does not match its pinned hash"),
        ("npm error code EINTEGRITY", "does not match its pinned hash"),
        ("first\nerror: the lock names no wheel\nlast", "error: the lock names no wheel"),
        ("", "no message"),
    ],
)
def test_failures_are_told_in_one_line_with_the_cure(output: str, remedy: str) -> None:
    assert remedy in proc.cure(output)
    assert "\n" not in proc.cure(output)


def test_failed_command_keeps_its_output(tmp_path: Path) -> None:
    log = tmp_path / "npm.log"
    command = [sys.executable, "-c", "print('no space left on device'); raise SystemExit(3)"]
    with pytest.raises(proc.Failed, match=r"npm: the disk is full.*npm\.log"):
        proc.run("npm", command, log=log)
    assert log.read_text(encoding="utf-8").strip() == "no space left on device"


def test_missing_program_is_a_failed_step() -> None:
    with pytest.raises(proc.Failed, match=r"^uv: "):
        proc.run("uv", ["/nonexistent/uv"])


def test_command_starts_from_a_path_with_blanks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "闭 环's"
    (folder / "bihuan").mkdir(parents=True)
    (folder / "bihuan/__init__.py").touch()
    (folder / "bihuan/cli.py").write_text(
        "def main() -> int:\n    print('up')\n    return 0\n", encoding="utf-8"
    )
    (folder / "python").symlink_to(sys.executable)
    monkeypatch.setattr(steps, "PYTHON", folder / "python")
    command = folder / "command"
    command.write_text(steps.script(), encoding="utf-8")
    command.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"}
    done = subprocess.run([command], env=environment, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("up\n", 0), done.stderr


def test_settings_given_to_pip_reach_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = "global.index-url='https://mirror.example/simple'\nglobal.extra-index-url='file:///opt/x'\nglobal.cert='/c'\n"
    monkeypatch.setattr(beside, "run", lambda *_: listed)
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert beside.index_settings() == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "SSL_CERT_FILE": "/c",
    }
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://other.example")
    assert "UV_DEFAULT_INDEX" not in beside.index_settings()
