"""Reading many tables as they were at one instant, without keeping anybody from writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def steady() -> Iterator[None]:
    """Every query inside sees the same state of the database.

    SQLite: a deferred transaction, which reads from one snapshot and takes no lock that a writer needs.
    PostgreSQL: REPEATABLE READ. Inside a transaction of the caller's nothing is added: that one decides.
    """
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        sqlite: Any = connection
        sqlite.ensure_connection()
        usual = sqlite.transaction_mode
        sqlite.transaction_mode = "DEFERRED"
        try:
            with transaction.atomic():
                sqlite.transaction_mode = usual
                yield
        finally:
            sqlite.transaction_mode = usual
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
