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

from bihuan.kernel.bulk import Table
from bihuan.kernel.tests.keys import KEYS

P = ParamSpec("P")
R = TypeVar("R")
Written = list[Any]
"""SQLite: statements and their values. PostgreSQL: statements with the values in them."""
WRITES = ("INSERT", "UPDATE", "DELETE")
PASSES = ("SELECT", "SAVEPOINT", "RELEASE")
SAME_MOMENT_S = 60
CANNOT = (pickle.PicklingError, AttributeError, TypeError)


def passes(sql: str) -> bool:
    return sql.startswith(PASSES) and "nextval(" not in sql


class Past:
    """Stands for all that the test has written so far, in its order: equal pasts have left equal rows."""

    def __init__(self) -> None:
        self.mark = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not passes(sql):
            if not self.mark:
                KEYS.settle()
            KEYS.used_by(sql)
            try:
                self.mark = hash((self.mark, sql, tuple(map(tuple, params) if many else params or ())))
            except TypeError:
                self.mark = hash((self.mark, sql, repr(params)))
        return execute(sql, params, many, context)


PAST = Past()


def begin(*, commits: bool = False) -> None:
    """A test starts: what the one before has written is gone.

    `commits`: this one's rows are deleted at its end, not undone.
    """
    PAST.mark = 0
    KEYS.begin(commits=commits)
    if PAST not in connection.execute_wrappers:
        connection.execute_wrappers.append(PAST)


@dataclass
class Notes:
    """Every write of one building, in its order."""

    written: Written = field(default_factory=list)
    repeatable: bool = True

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if passes(sql):
            return execute(sql, params, many, context)
        self.repeatable &= sql.startswith((*WRITES, "SELECT"))
        try:
            found = execute(sql, params, many, context)
        except Exception:
            self.repeatable = False
            raise
        self.written += told(context["cursor"], sql, params if many else [params])
        return found


LISTENING: list[Notes] = []
"""One builder uses another: what the inner one repeats belongs to the outer one too."""


def told(cursor: Any, sql: str, params: Any) -> Written:
    if connection.vendor == "postgresql":
        other: Any = connection.connection.cursor()  # this one's rows are not fetched yet
        return [other.mogrify(sql, each) for each in params]
    plain = cursor.convert_query(sql)
    return [(plain, tuple(each or ())) for each in params]


def not_by_copy(copy: Callable[..., None]) -> Callable[..., None]:
    """COPY passes by whoever listens: a world that is made so is worked out every time."""

    def copied(*args: Any) -> None:
        PAST.mark = hash(object())
        for notes in LISTENING:
            notes.repeatable = False
        copy(*args)

    return copied


Table._copy = not_by_copy(Table._copy)  # type: ignore[method-assign]


def once(build: Callable[P, R]) -> Callable[P, R]:
    """For builders of rows alone."""
    kept: dict[Hashable, tuple[Written, bytes, frozenset[str]]] = {}

    @wraps(build)
    def again(*args: P.args, **named: P.kwargs) -> R:
        if (given := _pickled((args, named))) is None:
            return build(*args, **named)
        if not PAST.mark:
            KEYS.settle()
        key = (given, *circumstances())
        mark = hash((build, key))
        if key in kept:
            written, result, tables = kept[key]
            repeated(written)
            KEYS.used |= tables
            PAST.mark = mark
            same: R = pickle.loads(result)  # noqa: S301 - our own, a moment ago
            return same
        notes, before = Notes(), KEYS.used
        LISTENING.append(notes)
        KEYS.used = set()
        try:
            with connection.execute_wrapper(notes):
                made = build(*args, **named)
        finally:
            LISTENING.pop()
            tables, KEYS.used = frozenset(KEYS.used), KEYS.used | before
        if notes.repeatable and (ready := _pickled(made)) is not None:
            kept[key] = (together(notes.written), ready, tables)
            PAST.mark = mark
            made = pickle.loads(ready)  # noqa: S301 - as whoever asks next gets it, to the last reference
        return made

    return again


def _pickled(value: object) -> bytes | None:
    try:
        return pickle.dumps(value)
    except CANNOT:
        return None


def circumstances() -> tuple[Hashable, ...]:
    minute = timezone.now().timestamp() // SAME_MOMENT_S
    return PAST.mark, KEYS.next(), tuple(settings.SYSTEMS), settings.TIME_ZONE, get_language(), minute


def together(written: Written) -> Written:
    """PostgreSQL takes any number of statements in one text."""
    return ["; ".join(written)] if written and connection.vendor == "postgresql" else written


def repeated(written: Written) -> None:
    """Past Django's wrappers, with the words and values that they have given the database before."""
    database: Any = connection.connection
    if connection.vendor == "postgresql":
        for statements in written:
            with database.cursor() as cursor:
                cursor.execute(statements)
    else:
        for sql, values in written:
            database.execute(sql, values).fetchall()
    for notes in LISTENING:
        notes.written += written
