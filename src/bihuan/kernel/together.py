"""Short writes that many threads ask for at the same moment, committed together.

SQLite has one writer and each commit waits for the disk. While one thread commits, the others put down what
they want written; the next one to have its turn writes all of it in one transaction. PostgreSQL does the same
by itself. Who gets an answer has had its commit: nothing is told before it is on the disk.
"""

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
Job = Callable[[], T]


class _Wanted(Generic[T]):
    """One write that waits for its turn."""

    def __init__(self, job: Job[T]) -> None:
        self.job = job
        self.done = False
        self.results: list[T] = []
        self.error: Exception | None = None

    def outcome(self) -> T:
        if self.error is not None:
            raise self.error
        return self.results[0]


_TURN = Lock()
_QUEUE: "deque[_Wanted[Any]]" = deque()


def write(job: Job[T]) -> T:
    """Run `job` in a transaction of its own or one shared with others, and return what it returned.

    What it raises is raised here and takes back its own writes alone. It runs in any thread of the process
    and must not wait for anything.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            return job()
    mine = _Wanted(job)
    _QUEUE.append(mine)
    with _TURN:
        if not mine.done:
            _commit([_QUEUE.popleft() for _n in range(len(_QUEUE))])
    return mine.outcome()


def _commit(batch: list[_Wanted[Any]]) -> None:
    try:
        with transaction.atomic():
            for wanted in batch:
                _run(wanted, alone=len(batch) == 1)
    except Exception as error:  # the transaction as a whole: nothing of it is there
        for wanted in batch:
            wanted.error = wanted.error or error
    finally:
        for wanted in batch:
            wanted.done = True


def _run(wanted: _Wanted[Any], *, alone: bool) -> None:
    if alone:
        wanted.results.append(wanted.job())
        return
    try:
        with transaction.atomic():
            wanted.results.append(wanted.job())
    except Exception as error:
        wanted.error = error


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
