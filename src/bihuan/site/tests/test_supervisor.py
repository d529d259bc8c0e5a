"""The supervisor keeps its children alive, names a busy port with the cure, and ends everything quickly."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bihuan.site.supervisor.child import Child
from bihuan.site.supervisor.plan import Port, Program, busy
from bihuan.site.supervisor.run import end


class Script(Program):
    """A program that is one line of Python."""

    @property
    def argv(self) -> list[str]:
        return [sys.executable, "-c", *self.arguments]


SLEEP = "import time; print('awake', flush=True); time.sleep(60)"
SLEEPER = Script("sleeper", (SLEEP,), 31)
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
STUBBORN = Script("stubborn", (f"{DEAF}; {SLEEP}",), 31)
CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEP!r}])"
PARENT = Script("parent", (f"{CHILD}; {SLEEP}",), 31)


def until(condition: Callable[[], bool], within_s: float = 10.0) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_child_that_dies_is_started_again_after_a_growing_pause(tmp_path: Path) -> None:
    child = Child(Script("dies", ("raise SystemExit(3)",), 31), tmp_path)
    child.pause_s = 0.02
    pauses = []
    while child.starts < 3:
        child.look()
        pauses.append(child.pause_s)
        time.sleep(0.01)
    end([child])

    assert pauses[-1] == pytest.approx(0.08)


def test_what_a_child_prints_goes_to_its_log_with_its_name(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    child = Child(SLEEPER, tmp_path)
    child.look()
    log = tmp_path / "sleeper.log"

    assert until(lambda: log.exists() and "awake" in log.read_text())
    end([child])
    assert "sleeper" in capfd.readouterr().err


def test_a_child_that_does_not_listen_is_killed_within_five_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bihuan.site.supervisor.run.STOP_WITHIN_S", 0.3)
    child = Child(STUBBORN, tmp_path)
    child.look()
    log = tmp_path / "stubborn.log"
    assert until(lambda: log.exists() and "awake" in log.read_text())

    began = time.monotonic()
    end([child])

    assert until(lambda: not child.alive)
    assert time.monotonic() - began < 2


def test_the_children_of_a_child_end_with_it(tmp_path: Path) -> None:
    child = Child(PARENT, tmp_path)
    child.look()
    process = child.process
    assert process is not None
    assert until(lambda: len(psutil.Process(process.pid).children()) == 1)
    grandchild = psutil.Process(process.pid).children()[0]

    end([child])

    assert until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_killed_supervisor_leaves_no_child_behind(tmp_path: Path) -> None:
    code = (
        "import time; from pathlib import Path; from bihuan.site.supervisor.child import Child;"
        "from bihuan.site.tests.test_supervisor import SLEEPER;"
        f"child = Child(SLEEPER, Path({str(tmp_path)!r})); child.look();"
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=os.environ)
    assert supervisor.stdout
    pid = int(supervisor.stdout.readline())

    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    supervisor.stdout.close()

    assert until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_a_busy_port_is_named_with_its_cure() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        number = holder.getsockname()[1]

        why = busy(Port("127.0.0.1", number, "BIHUAN_PORT"))

    assert str(number) in why
    assert f"BIHUAN_PORT={number + 1000}" in why


def test_a_free_port_is_not_named() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]

    assert busy(Port("127.0.0.1", number, "BIHUAN_PORT")) == ""
