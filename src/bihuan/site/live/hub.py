"""Polls once for everybody and hands the frames out."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from bihuan.kernel.beat import Beats
from bihuan.site.live.feed import Feed, Frame, frame
from bihuan.site.live.viewer import Viewer

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.2
TICK_EVERY_S = 5.0
LONGEST_PAUSE_S = 10.0


class Hub:
    """The feed lives in one thread of its own, because it uses the database."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self.thread = ThreadPoolExecutor(1, "feed")
        self.feed: Feed | None = None
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self.task is None:
            Beats("live").start()
            self.task = asyncio.get_running_loop().create_task(self.run())

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        next_tick, pause_s = 0.0, LOOK_EVERY_S
        while True:
            try:
                for viewer, frames in await loop.run_in_executor(self.thread, self.look, list(self.viewers)):
                    self.send(viewer, b"".join(frames))
                pause_s = LOOK_EVERY_S
            except Exception:
                log.exception("the live feed cannot be read; next try in %g s", pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + TICK_EVERY_S
                self.tick()
            await asyncio.sleep(pause_s)

    def look(self, viewers: list[Viewer]) -> list[tuple[Viewer, list[Frame]]]:
        try:
            if self.feed is None:
                self.feed = Feed()
            return self.feed.look(viewers)
        except Exception:
            self.feed = None
            connection.close()
            raise

    def tick(self) -> None:
        """A sign of life for every reader, and the end of those whose token ran out."""
        data = frame("tick", {"now": time.time()})
        for viewer in list(self.viewers):
            if viewer.expires < time.time():
                self.cut(viewer)
            else:
                self.send(viewer, data)

    def send(self, viewer: Viewer, data: bytes) -> None:
        if viewer in self.viewers and not viewer.give(data):
            self.cut(viewer)

    def cut(self, viewer: Viewer) -> None:
        self.viewers.discard(viewer)
        while not viewer.queue.empty():
            viewer.queue.get_nowait()
        viewer.queue.put_nowait(None)
