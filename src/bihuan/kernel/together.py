"""Short writes that many threads ask for at the same moment, committed together.

Each commit waits for the disk, and each statement costs more than its row. While one thread commits, the
others put down what they want written; the next one to have its turn writes all of it with the statements of
one and one commit. Who gets an answer has had its commit: nothing is told before it is on the disk.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar, cast

from django.db import connection, transaction

I = TypeVar("I")  # noqa: E741
O = TypeVar("O")  # noqa: E741
T = TypeVar("T")
_TURN = Lock()
"""One for the process: SQLite has one writer, and who waits here does not sleep at the file's lock."""


class _Wanted(Generic[I, O]):
    """One write that waits for its turn."""

    def __init__(self, item: I) -> None:
        self.item = item
        self.done = False
        self.results: list[O] = []
        self.error: Exception | None = None

    def outcome(self) -> O:
        if self.error is not None:
            raise self.error
        return self.results[0]


class Together(Generic[I, O]):
    """`put` writes many items in the caller's transaction and returns an outcome for each, in order.

    It runs in any thread of the process and must not wait for anything.
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
        with _TURN:
            if not mine.done:
                self._commit([self._queue.popleft() for _n in range(len(self._queue))])
        return mine.outcome()

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
        finally:
            for wanted in batch:
                wanted.done = True


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
