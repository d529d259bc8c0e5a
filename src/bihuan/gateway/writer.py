"""The one thread that writes the intake log, and tries again for as long as it must."""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

from bihuan.kernel.intake.store import LogRow, Store, StoreError

log = logging.getLogger("bihuan.gateway")

BACK_OFF_S = (0.1, 0.2, 0.5, 1.0, 2.0)
SAY_AGAIN_S = 30.0


class Batch:
    """Rows that are committed together; `ms` is what that took."""

    __slots__ = ("bytes", "ms", "number", "rows", "waiters")

    def __init__(self, number: int) -> None:
        self.number = number
        self.rows: list[LogRow] = []
        self.waiters: list[Callable[[], None]] = []
        self.bytes = 0
        self.ms = 0.0


class Chore:
    """Other work on the store; `must`: tried until it succeeds, otherwise given up at a failure."""

    __slots__ = ("done", "must", "work")

    def __init__(
        self, work: Callable[[Store], object], done: Callable[[bool], None] | None = None, must: bool = False
    ) -> None:
        self.work = work
        self.done = done
        self.must = must


class Writer(threading.Thread):
    """Batches go before chores. `landed` is called here, on the writer's thread."""

    def __init__(self, open_store: Callable[[], Store], landed: Callable[[Batch], None]) -> None:
        super().__init__(name="writer", daemon=True)
        self.open_store = open_store
        self.landed = landed
        self.store: Store | None = None
        self._errors = 0
        self.batches: deque[Batch] = deque()
        self.chores: deque[Chore] = deque()
        self._tokens: SimpleQueue[None] = SimpleQueue()
        self._stopping = threading.Event()
        self._failing_since = 0.0
        self._say_at = 0.0

    def put(self, batch: Batch) -> None:
        self.batches.append(batch)
        self._tokens.put(None)

    def put_chore(self, chore: Chore) -> None:
        self.chores.append(chore)
        self._tokens.put(None)

    def stop(self) -> None:
        """Finish what is queued, if the store takes it at once."""
        self._stopping.set()
        self._tokens.put(None)

    def take_errors(self) -> int:
        """How many attempts failed since this was last asked."""
        errors, self._errors = self._errors, 0
        return errors

    def run(self) -> None:
        while True:
            self._tokens.get()
            if self.batches:
                self._commit(self.batches.popleft())
            elif self.chores:
                self._do(self.chores.popleft())
            elif self._stopping.is_set():
                break
        if self.store is not None:
            self.store.close()

    def _commit(self, batch: Batch) -> None:
        started = time.perf_counter()
        again = False

        def append(store: Store) -> None:
            nonlocal again
            tried, again = again, True
            store.append(batch.rows, again=tried)

        if self._persist(append):
            batch.ms = (time.perf_counter() - started) * 1e3
            self.landed(batch)

    def _do(self, chore: Chore) -> None:
        done = self._persist(chore.work) if chore.must else self._try(chore.work)
        if chore.done is not None:
            chore.done(done)

    def _persist(self, work: Callable[[Store], object]) -> bool:
        tries = 0
        while not self._try(work):
            pause = BACK_OFF_S[min(tries, len(BACK_OFF_S) - 1)]
            tries += 1
            if self._stopping.wait(pause):
                return False
        return True

    def _try(self, work: Callable[[Store], object]) -> bool:
        try:
            if self.store is None:
                self.store = self.open_store()
            work(self.store)
        except StoreError as error:
            self._fail(str(error))
            return False
        except Exception as error:
            self._fail(f"internal error {type(error).__name__} while writing")
            return False
        self._recover()
        return True

    def _fail(self, text: str) -> None:
        now = time.monotonic()
        self._errors += 1
        self._failing_since = self._failing_since or now
        store, self.store = self.store, None
        if store is not None:
            with contextlib.suppress(Exception):
                store.close()
        if now >= self._say_at:
            self._say_at = now + SAY_AGAIN_S
            log.error("%s; nothing is acknowledged until then, it is tried again by itself", text)

    def _recover(self) -> None:
        if self._failing_since:
            log.warning(
                "the intake log is written again after %.1f s", time.monotonic() - self._failing_since
            )
            self._failing_since = self._say_at = 0.0
