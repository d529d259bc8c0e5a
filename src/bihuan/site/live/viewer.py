"""One open page."""

import asyncio
from dataclasses import dataclass, field

QUEUE = 256
"""Frames that a slow reader may be behind; then it is cut off and comes back by itself."""


@dataclass(eq=False, slots=True)
class Viewer:
    user: int
    unit_path: str
    language: str
    topics: frozenset[str]
    expires: float
    """Unix time after which the token must have been renewed."""
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def give(self, data: bytes) -> bool:
        """False when the reader is too slow."""
        try:
            self.queue.put_nowait(data)
        except asyncio.QueueFull:
            return False
        return True
