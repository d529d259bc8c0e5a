"""The small process in which the worker has jobs carried out, and what holds it in check."""

import logging
import os
import platform
import signal
import subprocess
import sys
import time
from threading import Event, Thread
from types import FrameType
from typing import Any, Self

from django.db import DatabaseError, connection

from bihuan.kernel import jobs
from bihuan.kernel.jobs import Run, Stopped
from bihuan.site.supervisor.child import die_with_parent

log = logging.getLogger(__name__)

RENEW_EVERY_S = 2.0
LONGEST_S = 30 * 60
"""A job that takes longer has failed, and its process ends."""
LINGER_S = 10.0
"""The process stays for so long after its last job: the next one need not wait for a start."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
STOP_WITHIN_S = 2.0
LOST, TOO_LONG = 4, 5
BEHIND_ALL = 4
"""Niceness beyond the worker's own."""


def name_of(pid: int) -> str:
    return f"{platform.node()[:40]}:{pid}"


class JobProcess:
    """Belongs to the worker: starts a process while jobs wait, and frees the jobs of one that was killed."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.pause_s = FIRST_PAUSE_S
        self.next_start = 0.0

    def tend(self) -> None:
        """One look, a second at most between two: cheap while there is nothing to do."""
        if self.child is not None and (code := self.child.poll()) is not None:
            jobs.reap(worker=name_of(self.child.pid))
            self.child = None
            self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S) if code else FIRST_PAUSE_S
            self.next_start = time.monotonic() + self.pause_s if code else 0.0
            if code:
                log.warning("the process of jobs ended with %s", code)
        jobs.reap()
        if self.child is None and time.monotonic() >= self.next_start and jobs.waiting():
            self.child = subprocess.Popen(
                [sys.executable, "-m", "bihuan", "worker", "--jobs"],
                stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent if sys.platform == "linux" else None,
            )

    def stop(self) -> None:
        """The job in hand goes back into the queue."""
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Lease(Thread):
    """Holds a job while it is carried out; ends the process when the job is lost or takes too long."""

    def __init__(self, run: Run) -> None:
        super().__init__(name=f"lease-{run.job.pk}", daemon=True)
        self.job_run = run
        self.over = Event()
        self.until = time.monotonic() + LONGEST_S

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self.over.set()
        self.join()

    def run(self) -> None:
        try:
            while not self.over.wait(RENEW_EVERY_S):
                self.look()
        finally:
            connection.close()

    def look(self) -> None:
        try:
            if time.monotonic() > self.until:
                minutes = LONGEST_S // 60
                jobs.give_up(self.job_run.job, f"> {minutes} min")
                os._exit(TOO_LONG)
            if not jobs.renew(self.job_run) and not self.over.is_set():
                os._exit(LOST)
        except DatabaseError as error:
            log.warning("a lease was not renewed: %s", error)
            connection.close()


def serve() -> None:
    """Carry out what waits, linger a little, and end; SIGTERM gives back the job in hand."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stopped

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    name, last = name_of(os.getpid()), time.monotonic()
    try:
        while time.monotonic() - last < LINGER_S:
            if jobs.run_next(name, keep=Lease):
                last = time.monotonic()
            else:
                time.sleep(0.2)
    except Stopped:
        log.info("the process of jobs stops; a job in hand goes back into the queue")
