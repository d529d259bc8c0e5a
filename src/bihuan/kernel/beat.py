"""A process says every ten seconds that it lives."""

import logging
import os
from datetime import datetime
from threading import Event, Thread

from django.db import DatabaseError, connection
from django.utils import timezone

from bihuan.kernel.models import ProcessBeat

log = logging.getLogger(__name__)

EVERY_S = 10
FRESH_S = 30
"""Older than this, the page says that the process is down."""


def beat(name: str, started_at: datetime, **detail: str | int | float) -> None:
    ProcessBeat.objects.update_or_create(
        name=name,
        defaults={"at": timezone.now(), "started_at": started_at, "detail": {"pid": os.getpid(), **detail}},
    )


class Beats(Thread):
    """Beats in the background; a database that is away is tried again, in silence after the first time."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"beat-{name}", daemon=True)
        self.process = name
        self.started_at = timezone.now()
        self.stopped = Event()

    def run(self) -> None:
        told = False
        while not self.stopped.is_set():
            try:
                beat(self.process, self.started_at)
                told = False
            except DatabaseError as error:
                if not told:
                    log.warning("%s cannot write its beat: %s", self.process, error)
                told = True
                connection.close()
            self.stopped.wait(EVERY_S)
