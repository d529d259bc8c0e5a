"""What the URL says about a table: filter, view, order, page, hidden columns. Nothing else is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

OWN = ("view", "sort", "hide")


@dataclass(frozen=True)
class State:
    """`filters` in the order of the form; `hide` is None while the declaration's default holds."""

    filters: tuple[tuple[str, str], ...] = ()
    view: str = ""
    sort: str = ""
    page: int = 1
    hide: tuple[str, ...] | None = None

    @classmethod
    def read(cls, query: QueryDict, names: Iterable[str]) -> Self:
        """Unknown parameters are dropped, so that the URL that we write is the canonical one."""
        given = {name: value for name, value in query.items() if isinstance(value, str)}
        found = tuple((name, given[name]) for name in names if given.get(name, "").strip())
        page = given.get("page", "")
        hide = tuple(filter(None, given["hide"].split(","))) if given.get("hide") else None
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        return cls(found, given.get("view", ""), given.get("sort", ""), max(number, 1), hide)

    def with_(self, **changes: Any) -> Self:
        return replace(self, **changes)

    @property
    def query(self) -> str:
        """`?…`, or `?` alone when everything is at its default."""
        pairs = list(self.filters)
        pairs += [("view", self.view)] if self.view else []
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("hide", ",".join(self.hide) or "-")] if self.hide is not None else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return f"?{urlencode(pairs)}"

    @property
    def values(self) -> QueryDict:
        """The filter as form data."""
        data = QueryDict(mutable=True)
        data.update(dict(self.filters))
        return data

    @property
    def sort_key(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")
