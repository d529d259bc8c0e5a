"""`LongListing`: a table of years of rows, of which most readers see a part.

A page is found in two steps: the keys of its rows, from indexes alone, then those few rows with all that they
show. Whoever sees a part of the house has his keys from one wide index that begins with the unit: counted,
filtered and sorted there, whatever he asks. Whoever sees the whole goes along an index in the order that he
asked for, until his page is full.
"""

from functools import cached_property
from typing import Any, ClassVar

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import OrderBy

from bihuan.kernel import texts
from bihuan.kernel.models import Unit, User
from bihuan.kernel.remembered import for_a_minute
from bihuan.kernel.scope import visible
from bihuan.kernel.ways import along, by_index
from bihuan.web.listing.columns import may_lack, relation_of
from bihuan.web.listing.filters import Dates, InUnit, Text, Values
from bihuan.web.listing.listing import Listing
from bihuan.web.listing.state import State

PART = 150_000
"""Rows that are gone through in an index and sorted within a page's time."""
NAMED = 1_000
"""Units that a query names one by one."""


class LongListing(Listing):
    """Its rows name their unit in `unit`."""

    part: ClassVar[str] = ""
    """Name of the index that begins with the unit and holds what is filtered and ordered by."""

    def __init__(self, user: User | None) -> None:
        super().__init__(user)
        self._lean: dict[State, QuerySet[Any]] = {}
        self._counts: dict[State, int] = {}
        self._units: dict[tuple[str, ...], list[int]] = {}
        self._heads: dict[State, list[Any]] = {}

    def page_of(self, state: State, start: int, stop: int) -> list[Any]:
        keys = self.keys(state, start, stop)
        found = self.base().in_bulk(keys)
        return [found[key] for key in keys if key in found]

    def count(self, state: State) -> int:
        if self._in_words(state):
            return len(self._head(state))
        if state not in self._counts:
            rows = self._by_way(self.lean(state), state).order_by().values(_column())
            many = self.abundant(state)
            self._counts[state] = texts.MOST + 1 if many else rows[: texts.MOST + 1].count()
        return self._counts[state]

    def keys(self, state: State, start: int, stop: int) -> list[Any]:
        rows = self.lean(state)
        if stop <= texts.MOST and self._in_words(state):
            return self._head(state)[start:stop]
        if self.few(state):
            return _keys(rows.order_by(*self.order_of(state, few=True)), start, stop)
        if self._led(state) or self._in_part(state) or self._counted_few(state, start):
            rows = self._by_way(rows, state)
            return _keys(rows.order_by(*self.order_of(state, few=True)), start, stop)
        return self._walked(rows, state, start, stop)

    def _in_words(self, state: State) -> bool:
        """Are words looked for in each row of a part?"""
        values = self._values(state)
        asked = any(isinstance(each, Text) and each.words(values) for each in self.filters)
        return asked and self._in_part(state)

    def _head(self, state: State) -> list[Any]:
        """Their keys in order, for page and count: each question would go through the whole part."""
        if state not in self._heads:
            rows = self._by_way(self.lean(state), state).order_by(*self.order_of(state, few=True))
            self._heads[state] = _keys(rows, 0, texts.MOST + 1)
        return self._heads[state]

    def _counted_few(self, state: State, start: int) -> bool:
        """Going along an order passes all other rows: few are rather sorted. The first page of the declared
        order is not worth a count, unless days are asked for: their rows may lie far from its beginning.
        Those of a month are soon sorted, however many they are."""
        values = self._values(state)
        days = [each for each in self.filters if isinstance(each, Dates) and each.words(values)]
        if any(each.short(values) for each in days):
            return True
        asked = bool(days) or self.column(state.sort_key) is not None or start > 0
        return asked and self.count(state) <= texts.MOST

    def _by_way(self, rows: QuerySet[Any], state: State) -> QuerySet[Any]:
        if self.few(state) or self._led(state):
            return rows
        if self._in_part(state):
            return by_index(rows, self.part)
        values = self._values(state)
        ways = [each.way(values, self.model) for each in self.filters] if len(state.filters) == 1 else []
        way = next(filter(None, ways), "")
        return by_index(rows, way) if way else rows

    def _led(self, state: State) -> bool:
        """Does a filter lead to few rows by itself?"""
        values = self._values(state)
        return state in self._found or any(each.leads(values) for each in self.filters)

    def _walked(self, rows: QuerySet[Any], state: State, start: int, stop: int) -> list[Any]:
        """Along the order. Rows without a value come last: asked for once the others are at their end."""
        order, column = self.order_of(state, few=False), self.column(state.sort_key)
        path = str(column.sort[0]) if column and column.sort else ""
        relation = relation_of(self.model, path)
        if not relation and (not path or "__" in path or not may_lack(self.model, path)):
            return _keys(rows.order_by(*order), start, stop)
        has = along(rows, path) if relation else rows.filter(**{f"{path}__isnull": False})
        first: Any = order[0]
        plain = OrderBy(first.expression, descending=first.descending)
        found = _keys(has.order_by(plain, *order[1:]), start, stop)
        lacking = relation or path
        if len(found) == stop - start or not may_lack(self.model, lacking):
            return found
        passed = 0 if found or not start else start - has.order_by().values("pk")[:start].count()
        lack = rows.filter(**{f"{lacking}__isnull": True}).order_by(*order[1:])
        return found + _keys(lack, passed, passed + stop - start - len(found))

    def lean(self, state: State) -> QuerySet[Any]:
        """The same rows as `matching`, without what is only shown, and units named by their keys."""
        if state not in self._lean:
            rows = self.base().select_related(None)
            units, part = self._units_of(state), self._in_part(state)
            if part:
                rows = rows.filter(unit__in=units)
            elif not self._whole:
                rows = self.scope(rows)
            rows = self.in_view(rows, state)
            values = self._values(state)
            for each in self.filters:
                if not _names_unit(each) or not (part or units is None):
                    rows = each.narrow(rows, values, self.user)
            self._lean[state] = rows if part else self._by_text(rows, values, state)
        return self._lean[state].all()

    def _values(self, state: State) -> Values:
        form = self.form(state)
        form.is_valid()
        return form.cleaned_data

    @cached_property
    def _whole(self) -> bool:
        """No row is out of scope."""
        if self.user is None:
            return True
        top = self.user.unit
        beyond = Unit.objects.exclude(path__startswith=top.path)
        return self.user.is_active and top.parent_id is None and not beyond.exists()

    def _units_of(self, state: State) -> list[int] | None:
        """Units in scope that pass the filter; None for all of the house."""
        values = self._values(state)
        asked = [path for each in self.filters if _names_unit(each) and (path := values.get(each.key))]
        top = self.user.unit.path if self.user else ""
        if self._whole and all(top.startswith(path) for path in asked):
            return None
        key = tuple(asked)
        if key not in self._units:
            units = Unit.objects.order_by()
            units = units if self.user is None else visible(self.user, units)
            for path in asked:
                units = units.filter(path__startswith=path)
            self._units[key] = list(units.values_list("pk", flat=True)[: NAMED + 1])
        return self._units[key]

    def _in_part(self, state: State) -> bool:
        units = self._units_of(state)
        if not self.part or units is None or len(units) > NAMED:
            return False
        return _rows_of(self.model, tuple(units)) <= PART


def _names_unit(each: Any) -> bool:
    return isinstance(each, InUnit) and each.field == "unit__path"


@for_a_minute
def _rows_of(model: Any, units: tuple[int, ...]) -> int:
    """At most PART + 1."""
    rows = model._default_manager.filter(unit__in=units).order_by().values("pk")
    return int(rows[: PART + 1].count())


def _column() -> str:
    """What a count reads of a row: SQLite has the key in every index, PostgreSQL goes to the table for it."""
    return "pk" if connection.vendor == "sqlite" else "unit"


def _keys(rows: QuerySet[Any], start: int, stop: int) -> list[Any]:
    return list(rows.values_list("pk", flat=True)[start:stop])
