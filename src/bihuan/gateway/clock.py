"""Wall clock for what is recorded; timers use the event loop's own clock."""

import logging
import time
from collections.abc import Callable

STEP_US = 2_000_000
"""A clock that falls back by less is held still until it has caught up; a larger step is followed,
for rows that keep a wrong time would be worse than rows out of order."""

log = logging.getLogger("bihuan.gateway")


class Wall:
    """Microseconds since 1970-01-01 UTC."""

    __slots__ = ("_last_us", "_ns")

    def __init__(self, ns: Callable[[], int] = time.time_ns) -> None:
        self._ns = ns
        self._last_us = 0

    def now_us(self) -> int:
        now = self._ns() // 1000
        if now < self._last_us:
            if self._last_us - now < STEP_US:
                return self._last_us
            log.warning(
                "the clock was set back by %.1f s: check time synchronisation", (self._last_us - now) / 1e6
            )
        self._last_us = now
        return now
