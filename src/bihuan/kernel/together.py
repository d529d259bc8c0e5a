"""Short writes that many threads ask for at the same moment, committed together.

Each commit waits for the disk, and each statement costs more than its row. While one batch is committed,
the threads put down what they want written; all of it is the next batch, with the statements of one and one
commit. Who gets an answer has had its commit: nothing is told before it is on the disk.

A thread of its own writes, on one connection: threads that each have a turn take the interpreter's lock from
each other, and open connections just when a whole hall presses (decision 20).
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Generic, TypeVar, cast

from django.db import connection, transaction

I = TypeVar("I")  # noqa: E741
O = TypeVar("O")  # noqa: E741
T = TypeVar("T")
IDLE_S = 60.0
"""After which the thread and its connection end."""
_TURN = Lock()
"""One for the process: SQLite has one writer, and who waits here does not sleep at the file's lock."""


class _Wanted(Generic[I, O]):
    """One write that waits for its turn."""

    def __init__(self, item: I) -> None:
        self.item = item
        self.results: list[O] = []
        self.error: Exception | None = None
        self._pending = Lock()
        self._pending.acquire()

    def done(self) -> None:
        self._pending.release()

    def outcome(self) -> O:
        """Waits until it is written, or could not be."""
        with self._pending:
            if self.error is not None:
                raise self.error
            return self.results[0]


class Together(Generic[I, O]):
    """`put` writes many items in one transaction and returns an outcome for each, in order.

    It runs in a thread of its own and must not wait for anything.
    """

    def __init__(self, put: Callable[[Sequence[I]], Sequence[O]]) -> None:
        self._put = put
        self._queue: deque[_Wanted[I, O]] = deque()

    def write(self, item: I) -> O:
        """Write an item, alone or with others; what its own writing raises is raised here."""
        if connection.in_atomic_block:
            return self._put([item])[0]
        mine: _Wanted[I, O] = _Wanted(item)
        self._queue.append(mine)
        WRITER.ask(self)
        return mine.outcome()

    def commit(self) -> None:
        """Everything that waits now."""
        batch = [self._queue.popleft() for _n in range(len(self._queue))]
        try:
            if batch:
                with _TURN:
                    self._commit(batch)
        finally:
            for wanted in batch:
                wanted.done()

    def _commit(self, batch: Sequence[_Wanted[I, O]]) -> None:
        """All at once; when that fails, each alone, so that one bad item harms nobody else."""
        try:
            with transaction.atomic():
                found = self._put([wanted.item for wanted in batch])
            for wanted, result in zip(batch, found, strict=True):
                wanted.results.append(result)
        except Exception as error:
            if len(batch) == 1:
                batch[0].error = error
            else:
                for wanted in batch:
                    self._commit([wanted])


class Writer:
    """The thread that commits, begun when somebody asks and ended when nobody has asked for a while."""

    def __init__(self) -> None:
        self._asked: SimpleQueue[Together[Any, Any] | None] = SimpleQueue()
        self._lock = Lock()
        self._of: tuple[int, Thread | None] = (0, None)

    def ask(self, gate: Together[Any, Any]) -> None:
        with self._lock:
            self._asked.put(gate)
            if self._of[0] != os.getpid():
                self._begin()

    def stop(self) -> None:
        """Ends it now, with its connection."""
        with self._lock:
            thread = self._of[1]
            if thread is not None:
                self._asked.put(None)
        if thread is not None:
            thread.join()

    def _begin(self) -> None:
        thread = Thread(target=self._run, name="writer", daemon=True)
        self._of = os.getpid(), thread
        thread.start()

    def _run(self) -> None:
        try:
            while (gate := self._next()) is not None:
                try:
                    if connection.errors_occurred:  # it may stand no more: the next one is made anew
                        connection.close()
                finally:
                    gate.commit()
        finally:
            connection.close()
            with self._lock:
                self._of = 0, None
                if not self._asked.empty():  # somebody asked while this one was ending
                    self._begin()

    def _next(self) -> Together[Any, Any] | None:
        try:
            return self._asked.get(timeout=IDLE_S)
        except Empty:
            return None


WRITER = Writer()


def _run(jobs: Sequence[Callable[[], object]]) -> list[object]:
    return [job() for job in jobs]


_JOBS: Together[Callable[[], object], object] = Together(_run)


def write(job: Callable[[], T]) -> T:
    """Run `job` in a transaction that others may share and return what it returned.

    When another job of the transaction fails, this one is run again from the beginning.
    """
    return cast(T, _JOBS.write(job))


def note(job: Callable[[], object]) -> None:
    """Run a write that may be lost when the power fails, and never damages anything: no wait for the disk."""
    if connection.in_atomic_block:
        job()
    elif connection.vendor == "sqlite":
        _lightly(job)
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            job()


def _lightly(job: Callable[[], object]) -> None:
    with _TURN, connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            with transaction.atomic():
                job()
        finally:
            cursor.execute("PRAGMA synchronous=FULL")
