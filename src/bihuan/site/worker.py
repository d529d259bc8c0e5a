"""The worker: projector and clock in one loop, a thread that delivers notices, a process for jobs."""

import logging
import signal
import time
from pathlib import Path
from threading import Event
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from bihuan.kernel import clock, projector
from bihuan.kernel.attendance import Attendance
from bihuan.kernel.beat import EVERY_S, beat
from bihuan.kernel.intake.log import IntakeLog
from bihuan.kernel.notice.postman import Postman
from bihuan.site.collector import settle
from bihuan.site.jobs import JobProcess

log = logging.getLogger(__name__)

IDLE_S = 0.05
CLOCK_EVERY_S = 1.0
CLOCK_WITHIN_S = 0.5
"""How long the clock may keep the projector waiting when very much is due at once; then it is its turn
again."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 20.0


class Worker:
    """Runs until `stop` is set; a database that is away is waited for."""

    def __init__(self, stop: Event) -> None:
        self.stop = stop
        self.intake = IntakeLog(Path(settings.HOME), settings.ENVIRONMENT.database_url)
        self.started_at = timezone.now()
        self.pause_s = FIRST_PAUSE_S
        self.next_clock = self.next_beat = 0.0
        self.applied = 0
        self.pace = projector.Pace()
        self.relaxed = False
        self.jobs = JobProcess()
        self.attendance = Attendance("worker")

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                busy = self.turn()
                self.pause_s = FIRST_PAUSE_S
            except Exception as error:
                self.wait_out(error)
                continue
            if not busy:
                self.stop.wait(IDLE_S)

    def turn(self) -> bool:
        """One look at everything; True when there may be more to do at once."""
        now = time.monotonic()
        if not self.relaxed:
            projector.relax_durability()
            self.relaxed = True
        applied = projector.step(self.intake, self.pace.batch)
        self.applied += applied
        breath = self.pace.took(applied, time.monotonic() - now)
        if breath:
            self.stop.wait(breath)
        if now >= self.next_clock:
            self.attendance.present(timezone.now())
            rows, more = clock.run_due(within_s=CLOCK_WITHIN_S)
            self.attendance.handled(rows, more=more, now=timezone.now())
            self.jobs.tend()
            self.next_clock = now + (0.0 if more else CLOCK_EVERY_S)
        if now >= self.next_beat:
            beat("worker", self.started_at, applied=self.applied, **self.attendance.detail)
            self.next_beat = now + EVERY_S
        return applied > 0

    def wait_out(self, error: Exception) -> None:
        """Locked, gone or full: say so once a pause, and try again without hands."""
        level = logging.WARNING if isinstance(error, DatabaseError | OSError) else logging.ERROR
        log.log(
            level,
            "the worker stopped for %g s: %s: check disk space and database; it goes on by itself",
            self.pause_s,
            error,
            exc_info=level == logging.ERROR,
        )
        self.intake.close()
        connection.close()
        self.relaxed = False
        self.stop.wait(self.pause_s)
        self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S)


def serve() -> None:
    """Run until SIGTERM or SIGINT; the batch in hand is finished first."""
    stop = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    settle()
    Postman().start()
    worker = Worker(stop)
    try:
        worker.run()
    finally:
        worker.jobs.stop()
