"""Values as the database driver gives them: Django's converters would cost more than the queries."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

REMEMBERED = 16_384


def tuples(rows: QuerySet[Any], names: Iterable[str]) -> list[tuple[Any, ...]]:
    """`values_list` without converters: instants are asked for by `as_text`, lists read by `words`."""
    try:
        sql, params = rows.values_list(*names).query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def as_text(field: str) -> Cast:
    """An instant as the database writes it: parsed once by `instant`, not at every reading."""
    return Cast(field, CharField())


@lru_cache(maxsize=REMEMBERED)
def instant(text: str | None) -> datetime | None:
    """What `as_text` reads: SQLite writes UTC without saying so, PostgreSQL says it."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@lru_cache(maxsize=REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """A JSON list of words."""
    return tuple(json.loads(text))
