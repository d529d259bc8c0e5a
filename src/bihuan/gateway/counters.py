"""What the gateway has done since it started: numbers only, no content."""

import json
import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath

from bihuan.gateway.quota import Quota
from bihuan_edge.messages import Kind

log = logging.getLogger("bihuan.gateway")


@dataclass(slots=True)
class Counters:
    accepted: int = 0
    open_connections: int = 0
    kinds: list[int] = field(default_factory=lambda: [0] * (max(Kind) + 1))
    """Messages, by the number of their kind."""
    refused: Counter[str] = field(default_factory=Counter)
    """By reason: of the protocol, and of the bounds."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Messages that became no row, by reason."""
    received_bytes: int = 0
    commits: int = 0
    rows: int = 0
    last_commit_ms: float = 0.0
    waiting_rows: int = 0
    body_bytes: int = 0
    terminals: int = 0
    unregistered: int = 0
    store_errors: int = 0
    errors: int = 0

    def as_json(self) -> str:
        kinds = {kind.name.lower(): self.kinds[kind] for kind in Kind if self.kinds[kind]}
        numbers = {name: getattr(self, name) for name in self.__slots__ if name != "kinds"}
        return json.dumps({**numbers, "kinds": kinds, "last_commit_ms": round(self.last_commit_ms, 2)})


class Journal:
    """Log lines within a quota; what was left out is said with the next line that passes."""

    def __init__(self, lines_a_minute: int) -> None:
        self.quota = Quota(lines_a_minute)
        self.left_out = 0

    def say(self, level: int, now: float, text: str, *values: object) -> None:
        if not self.quota.take(now):
            self.left_out += 1
            return
        if self.left_out:
            log.log(level, "%d lines were left out", self.left_out)
            self.left_out = 0
        log.log(level, text, *values)

    def bug(self, now: float, error: BaseException) -> None:
        """Name the error and its place, never its text: that may hold what was received."""
        self.say(logging.ERROR, now, "internal error %s at %s", type(error).__name__, _place(error))


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    if trace is None:
        return "?"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
