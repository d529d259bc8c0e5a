"""One supervised process: started, watched, restarted with growing pauses."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from bihuan.site.supervisor.logs import Tail, show
from bihuan.site.supervisor.plan import Program

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
SETTLED_S = 60.0
"""A child that lived this long starts again without a pause."""
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """The children must not outlive a supervisor that was killed: they would hold its ports."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    def __init__(self, program: Program, logs: Path) -> None:
        self.program = program
        self.logs = logs
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.pause_s = FIRST_PAUSE_S
        self.next_start = 0.0
        self.starts = 0
        self.tail: Tail | None = None

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.process = subprocess.Popen(
            self.program.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.started = time.monotonic()
        self.starts += 1
        if self.process.stdout:
            self.tail = Tail(self.program, self.process.stdout, self.logs)
            self.tail.start()

    def look(self) -> None:
        """Notice an end, plan the restart, start when its time has come."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.signal(signal.SIGKILL)
        self.process = None
        if now - self.started > SETTLED_S:
            self.pause_s = FIRST_PAUSE_S
        self.next_start = now + self.pause_s
        show(self.program, f"ended with {code}; starts again in {self.pause_s:g} s")
        self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S)

    def signal(self, number: signal.Signals) -> None:
        """To the child and everything that it started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return

    def reap(self) -> None:
        """After its end: nothing of it is left, neither a zombie nor a reader."""
        if self.process is not None:
            self.process.wait()
        if self.tail is not None:
            self.tail.join(1)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None
