"""Mutual exclusion inside a transaction, where the database does not give it by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from zlib import crc32

from django.db import connection, transaction

_TURN = Lock()


def hold(name: str) -> None:
    """Wait for, and keep until the transaction ends, the lock called `name`.

    SQLite's IMMEDIATE transactions already exclude each other; PostgreSQL takes an advisory lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [crc32(name.encode())])


@contextmanager
def short_write() -> Iterator[None]:
    """A transaction for a short write that many ask for at once.

    SQLite has one writer, and who finds it busy sleeps before looking again, longer each time, while others
    slip past; the threads of one process therefore queue here and are woken in turn (bench/survey.py).
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _TURN, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield
