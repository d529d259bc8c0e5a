"""Mutual exclusion inside a transaction, where the database does not give it by itself."""

from zlib import crc32

from django.db import connection


def hold(name: str) -> None:
    """Wait for, and keep until the transaction ends, the lock called `name`.

    SQLite's IMMEDIATE transactions already exclude each other; PostgreSQL takes an advisory lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [crc32(name.encode())])
