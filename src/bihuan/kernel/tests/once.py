"""A world is worked out once; the next test that asks for it gets the same rows and nothing is computed.

What a builder writes is noted as SQL and written again as it was. That is allowed because everything is equal
that its rows can depend on: the keys that the tables give next, the installed systems, the minute it is.
"""

import pickle
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.utils import timezone

R = TypeVar("R")
WRITES = ("INSERT", "UPDATE", "DELETE")
PASSES = ("SELECT", "SAVEPOINT", "RELEASE")
SAME_MOMENT_S = 60


@dataclass
class Notes:
    """Every write of one building, in its order."""

    written: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    repeatable: bool = True

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith(WRITES) and not many:
            self.written.append((context["cursor"].convert_query(sql), tuple(params or ())))
        elif not sql.startswith(PASSES):
            self.repeatable = False
        return execute(sql, params, many, context)


LISTENING: list[Notes] = []
"""One builder uses another: what the inner one repeats belongs to the outer one too."""


def once(build: Callable[[], R]) -> Callable[[], R]:
    """For builders of rows alone. PostgreSQL counts its keys on, so there they are worked out every time."""
    kept: dict[Hashable, tuple[list[tuple[str, tuple[Any, ...]]], bytes]] = {}

    @wraps(build)
    def again() -> R:
        if connection.vendor != "sqlite":
            return build()
        key = circumstances()
        if key in kept:
            found: R = repeated(*kept[key])
            return found
        notes = Notes()
        LISTENING.append(notes)
        try:
            with connection.execute_wrapper(notes):
                made = build()
        finally:
            LISTENING.pop()
        if notes.repeatable:
            with suppress(pickle.PicklingError, AttributeError, TypeError):
                kept[key] = (notes.written, pickle.dumps(made))
        return made

    return again


def circumstances() -> Hashable:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
        keys = tuple(cursor.fetchall())
    now = timezone.now().timestamp()
    return keys, tuple(settings.SYSTEMS), settings.TIME_ZONE, settings.LANGUAGE_CODE, now // SAME_MOMENT_S


def repeated(written: list[tuple[str, tuple[Any, ...]]], made: bytes) -> Any:
    """Past Django's wrappers, with the words and values that they have given the database before."""
    database: Any = connection.connection
    for sql, values in written:
        database.execute(sql, values).fetchall()
    for notes in LISTENING:
        notes.written += written
    return pickle.loads(made)  # noqa: S301 - our own, a moment ago
