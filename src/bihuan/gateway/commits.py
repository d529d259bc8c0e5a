"""Natural group commit: what gathers while one commit runs is the next one. No linger timer."""

import asyncio
import contextlib
import time
from collections.abc import Callable

from bihuan.gateway.bounds import Bounds
from bihuan.gateway.counters import Counters
from bihuan.gateway.writer import Batch, Writer
from bihuan.kernel.intake.store import LogRow, Store

ROW_BYTES = 300
"""What a short row costs in memory, beside its raw bytes."""
LOOKS = 8
"""How often the event loop looks for more before a commit, while each look brings rows. On a fast disk
commits of one or two rows would otherwise cost more than everything else; a quiet moment costs one look."""


class Commits:
    """Lives on the event loop; batches are numbered from 1 and land in order."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        loop: asyncio.AbstractEventLoop,
        bounds: Bounds,
        counters: Counters,
    ) -> None:
        self.loop = loop
        self.bounds = bounds
        self.counters = counters
        self.writer = Writer(open_store, self._tell)
        self.done = 0
        self.on_room: Callable[[], None] = lambda: None
        """Called when a batch has landed and there is room for rows again."""
        self._gathering = Batch(1)
        self._under_way: Batch | None = None
        self._called = False
        self._looks = self._looked_at = 0

    def add(self, rows: list[LogRow]) -> int:
        """Take rows and return the number of the batch that will hold them."""
        batch = self._gathering
        batch.rows += rows
        for row in rows:
            batch.bytes += len(row[7]) + ROW_BYTES
        self._call_hand_over()
        return batch.number

    def wait(self, number: int, callback: Callable[[], None]) -> None:
        """Call back once batch `number`, which has not landed yet, has."""
        batch = self._under_way
        if batch is None or batch.number != number:
            batch = self._gathering
        batch.waiters.append(callback)

    @property
    def waiting(self) -> int:
        return len(self._gathering.rows) + (len(self._under_way.rows) if self._under_way else 0)

    @property
    def full(self) -> bool:
        batch = self._gathering
        return len(batch.rows) > self.bounds.waiting_rows or batch.bytes > self.bounds.waiting_bytes

    def _call_hand_over(self) -> None:
        """Soon and not now: what can be read already goes into the same commit."""
        if self._under_way is None and not self._called:
            self._called = True
            self.loop.call_soon(self._hand_over)

    def _hand_over(self) -> None:
        rows = len(self._gathering.rows)
        if rows > self._looked_at and self._looks < LOOKS:
            self._looks, self._looked_at = self._looks + 1, rows
            self.loop.call_soon(self._hand_over)
            return
        self._called = False
        self._looks = self._looked_at = 0
        if self._under_way is None and self._gathering.rows:
            batch = self._under_way = self._gathering
            self._gathering = Batch(batch.number + 1)
            self.writer.put(batch)

    def _tell(self, batch: Batch) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may have ended while the store was away
            self.loop.call_soon_threadsafe(self._landed, batch)

    def _landed(self, batch: Batch) -> None:
        self.done = batch.number
        self._under_way = None
        self.counters.commits += 1
        self.counters.rows += len(batch.rows)
        self.counters.last_commit_ms = batch.ms
        for waiter in batch.waiters:
            waiter()
        self._call_hand_over()
        if not self.full:
            self.on_room()

    async def drain(self, until: float) -> bool:
        """Wait for everything that was taken; False when the store did not take it until then."""
        while self.waiting and time.monotonic() < until:
            await asyncio.sleep(0.005)
        return not self.waiting
