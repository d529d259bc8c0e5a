"""Lists in pages: `{"items": […], "count": n, "next": url or null}`."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Schema

LARGEST_PAGE = 500
M = TypeVar("M", bound=Model)


class Page(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(100, ge=1, le=LARGEST_PAGE)
    offset: int = Field(0, ge=0, le=10_000_000)


def page_of(
    request: HttpRequest, rows: QuerySet[M] | Sequence[M], page: Page, item: Callable[[M], Any]
) -> dict[str, Any]:
    """One page of rows as items; `next` carries the same filter on."""
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    end = page.offset + page.limit
    return {
        "items": [item(row) for row in rows[page.offset : end]],
        "count": count,
        "next": url_with(request, offset=end, limit=page.limit) if end < count else None,
    }


def url_with(request: HttpRequest, **changed: int) -> str:
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
