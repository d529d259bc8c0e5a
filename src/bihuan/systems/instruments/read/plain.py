"""Values as the database driver gives them: Django's converters would cost more than the queries."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

REMEMBERED = 16_384


def tuples(rows: QuerySet[Any], names: Iterable[str]) -> list[tuple[Any, ...]]:
    """`values_list` without converters: instants and lists are read by `instant` and `words`."""
    try:
        sql, params = rows.values_list(*names).query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def instant(value: datetime | None) -> datetime | None:
    """SQLite keeps UTC without saying so, PostgreSQL says it."""
    if value is None or value.tzinfo is not None:
        return value
    return value.replace(tzinfo=UTC)


@lru_cache(maxsize=REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """A JSON list of words."""
    return tuple(json.loads(text))
