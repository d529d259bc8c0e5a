"""One page of a listing, as the templates read it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from bihuan.kernel import texts
from bihuan.web.components.figures import number
from bihuan.web.listing.actions import Action
from bihuan.web.listing.background import LONG
from bihuan.web.listing.columns import Column
from bihuan.web.listing.listing import Facts, Listing, Primary
from bihuan.web.listing.preferences import Preferences
from bihuan.web.listing.state import State

COUNTED_UP_TO = texts.MOST
"""Rows beyond which a count costs more than it tells."""
NEAR = 2
Item = dict[str, Any]


@dataclass
class Cell:
    html: SafeString
    cls: str


@dataclass
class Row:
    id: Any
    url: str
    cells: list[Cell]
    selected: bool = False


@dataclass
class Page:
    """What `web/listing/page.html` and `table.html` read under the name `listing`."""

    listing: Listing
    state: State
    path: str
    preferences: Preferences

    @property
    def title(self) -> str:
        return str(self.listing.title)

    @property
    def url(self) -> str:
        return self.path

    def link(self, **changes: Any) -> str:
        return f"{self.path}{self.state.with_(**changes).query}"

    @cached_property
    def shown(self) -> list[Column]:
        return self.listing.shown_columns(self.state)

    @cached_property
    def columns(self) -> list[Item]:
        return [
            {
                "key": column.key,
                "label": column.heading,
                "numeric": column.numeric,
                "fluid": column.fluid,
                "sort_url": self.link(sort=self._next_sort(column), page=1) if column.sort else "",
                "sorted": self._sorted(column),
                "hide_url": self.link(hide=(*self.hidden_keys, column.key)) if len(self.shown) > 1 else "",
            }
            for column in self.shown
        ]

    def _sorted(self, column: Column) -> str:
        if not column.sort or self.state.sort_key != column.key:
            return ""
        return "desc" if self.state.descending else "asc"

    def _next_sort(self, column: Column) -> str:
        """Ascending, descending, and back to the declared order."""
        following = {"": column.key, "asc": f"-{column.key}", "desc": ""}
        return following[self._sorted(column)]

    @cached_property
    def hidden_keys(self) -> tuple[str, ...]:
        keys = {column.key for column in self.shown}
        return tuple(column.key for column in self.listing.columns if column.key not in keys)

    @cached_property
    def hidden_columns(self) -> list[Item]:
        """Columns that are not shown, each with the link that shows it."""
        return [
            {
                "key": column.key,
                "label": column.heading,
                "url": self.link(hide=tuple(key for key in self.hidden_keys if key != column.key)),
            }
            for column in self.listing.columns
            if column.key in self.hidden_keys
        ]

    @cached_property
    def count(self) -> int:
        """Bounded: COUNTED_UP_TO + 1 stands for "more". A first page that is not full has them all."""
        if self.state.page == 1 and len(self.rows) < self.listing.per_page:
            return len(self.rows)
        return self.listing.count(self.state)

    @property
    def more(self) -> bool:
        return self.count > COUNTED_UP_TO

    @cached_property
    def count_text(self) -> str:
        return f"{number(COUNTED_UP_TO)}+" if self.more else number(self.count)

    @cached_property
    def last_page(self) -> int:
        return max(-(-min(self.count, COUNTED_UP_TO) // self.listing.per_page), 1)

    @cached_property
    def page(self) -> int:
        return 1 if self.state.page == 1 else min(self.state.page, self.last_page)

    @cached_property
    def rows(self) -> list[Row]:
        listing, start = self.listing, (self.page - 1) * self.listing.per_page
        found = listing.page_of(self.state, start, start + listing.per_page)
        shown = [(column.html, column.css) for column in self.shown]
        return [
            Row(row.pk, listing.row_url(row), [Cell(html(row), css) for html, css in shown])
            for row in listing.prepare(found)
        ]

    @cached_property
    def first(self) -> int:
        return (self.page - 1) * self.listing.per_page + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @cached_property
    def pages(self) -> list[Item]:
        """First, last and the pages around this one; None is a gap."""
        numbers = {1, self.last_page, *range(self.page - NEAR, self.page + NEAR + 1)}
        items: list[Item] = []
        for n in sorted(n for n in numbers if 1 <= n <= self.last_page):
            if items and n - items[-1]["number"] > 1:
                items.append({"number": None, "url": "", "current": False})
            items.append({"number": n, "url": self.link(page=n), "current": n == self.page})
        return items

    @cached_property
    def views(self) -> list[Item]:
        counts = self.listing.view_counts
        current = self.listing.view(self.state)
        mine = self.preferences.saved(self.listing.url_name)
        here = self.state.with_(page=1).query
        found = [
            {
                "key": view.key,
                "label": view.label,
                "url": f"{self.path}{State(view=view.key if index or view.yields else '').query}",
                "count": counts.get(view.key),
                "current": view is current and here not in mine.values(),
            }
            for index, view in enumerate(self.listing.views)
        ]
        return found + [
            {"key": "", "label": name, "url": f"{self.path}{query}", "count": None, "current": query == here}
            for name, query in mine.items()
        ]

    @cached_property
    def filters(self) -> forms.Form | None:
        return self.listing.form(self.state) if self.listing.filters else None

    @property
    def scope_text(self) -> str:
        return self.listing.scope_text()

    @property
    def export_url(self) -> str:
        return f"{self.listing.url('export')}{self.state.with_(page=1).query}"

    @property
    def long(self) -> bool:
        """An export that a job makes: its links lead to a page."""
        return self.count > LONG

    @property
    def csv_url(self) -> str:
        return f"{self.export_url}&format=csv"

    @property
    def import_url(self) -> str:
        listing = self.listing
        return listing.url("import") if listing.transfer and listing.may(listing.import_verb) else ""

    @property
    def save_url(self) -> str:
        return f"{self.listing.url('save')}{self.state.with_(page=1).query}"

    @property
    def preferences_url(self) -> str:
        return self.listing.url("density")

    @property
    def reset_url(self) -> str:
        return f"{self.path}{State(view=self.state.view, sort=self.state.sort, hide=self.state.hide).query}"

    @cached_property
    def actions(self) -> list[Action]:
        return self.listing.visible_actions()

    @property
    def density(self) -> str:
        return self.preferences.density

    @property
    def primary(self) -> Primary | None:
        return self.listing.primary()

    @cached_property
    def facts(self) -> Facts | None:
        return self.listing.facts()

    @property
    def empty(self) -> Item:
        """Why there are no rows: the filter, or nothing in the user's units."""
        if self.state.filters:
            return {
                "sentence": gettext("Nothing matches this filter."),
                "label": gettext("Reset"),
                "url": self.reset_url,
            }
        primary = self.primary
        view = self.listing.view(self.state)
        told = {"view": view.label if view else self.title, "unit": self.scope_text}
        sentence = gettext("%(view)s: nothing in %(unit)s.") % told
        return {
            "sentence": f"{sentence} {self.listing.nothing}".strip(),
            "label": primary.label if primary else "",
            "url": primary.url if primary else "",
            "also": gettext("Import from Excel") if self.import_url else "",
            "also_url": self.import_url,
        }
