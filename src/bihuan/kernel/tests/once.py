"""A world is worked out once; the next test that asks for it gets the same rows and nothing is computed.

What a builder writes is noted as SQL and written again as it was. That is allowed because everything is equal
that its rows can depend on: what the test has written before, the keys that the tables give next, what the
builder is given, the installed systems, the minute it is.
"""

import pickle
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

P = ParamSpec("P")
R = TypeVar("R")
Written = list[tuple[str, tuple[Any, ...]]]
WRITES = ("INSERT", "UPDATE", "DELETE")
PASSES = ("SELECT", "SAVEPOINT", "RELEASE")
SAME_MOMENT_S = 60
CANNOT = (pickle.PicklingError, AttributeError, TypeError)


class Past:
    """Stands for all that the test has written so far, in its order: equal pasts have left equal rows."""

    def __init__(self) -> None:
        self.mark = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not sql.startswith(PASSES):
            try:
                self.mark = hash((self.mark, sql, tuple(map(tuple, params) if many else params or ())))
            except TypeError:
                self.mark = hash((self.mark, sql, repr(params)))
        return execute(sql, params, many, context)


PAST = Past()


def begin() -> None:
    """A test starts: what the one before has written is gone."""
    PAST.mark = 0
    if PAST not in connection.execute_wrappers:
        connection.execute_wrappers.append(PAST)


@dataclass
class Notes:
    """Every write of one building, in its order."""

    written: Written = field(default_factory=list)
    repeatable: bool = True

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith(WRITES):
            plain = context["cursor"].convert_query(sql)
            self.written += [(plain, tuple(each or ())) for each in (params if many else [params])]
        elif not sql.startswith(PASSES):
            self.repeatable = False
        return execute(sql, params, many, context)


LISTENING: list[Notes] = []
"""One builder uses another: what the inner one repeats belongs to the outer one too."""


def once(build: Callable[P, R]) -> Callable[P, R]:
    """For builders of rows alone. PostgreSQL counts its keys on, so there they are worked out every time."""
    kept: dict[Hashable, tuple[Written, bytes]] = {}

    @wraps(build)
    def again(*args: P.args, **named: P.kwargs) -> R:
        if connection.vendor != "sqlite" or (given := _pickled((args, named))) is None:
            return build(*args, **named)
        key = (given, *circumstances())
        mark = hash((build, key))
        if key in kept:
            found: R = repeated(*kept[key])
            PAST.mark = mark
            return found
        notes = Notes()
        LISTENING.append(notes)
        try:
            with connection.execute_wrapper(notes):
                made = build(*args, **named)
        finally:
            LISTENING.pop()
        if notes.repeatable and (result := _pickled(made)) is not None:
            kept[key] = (notes.written, result)
            PAST.mark = mark
            made = pickle.loads(result)  # noqa: S301 - as whoever asks next gets it, to the last reference
        return made

    return again


def _pickled(value: object) -> bytes | None:
    try:
        return pickle.dumps(value)
    except CANNOT:
        return None


def circumstances() -> tuple[Hashable, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name")
        keys = tuple(cursor.fetchall())
    minute = timezone.now().timestamp() // SAME_MOMENT_S
    return PAST.mark, keys, tuple(settings.SYSTEMS), settings.TIME_ZONE, get_language(), minute


def repeated(written: Written, made: bytes) -> Any:
    """Past Django's wrappers, with the words and values that they have given the database before."""
    database: Any = connection.connection
    for sql, values in written:
        database.execute(sql, values).fetchall()
    for notes in LISTENING:
        notes.written += written
    return pickle.loads(made)  # noqa: S301 - our own, a moment ago
