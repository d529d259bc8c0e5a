"""`Listing`: one declaration per table. Page, export, import and tests all follow from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import Count, Model, QuerySet, Subquery, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from bihuan.kernel import texts
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Unit, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import visible
from bihuan.web.listing.actions import Action
from bihuan.web.listing.columns import Column
from bihuan.web.listing.filters import Dates, Filter, Text, Values, View
from bihuan.web.listing.state import OWN, State
from bihuan.web.listing.transfer.transfer import Transfer


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The one number of a page, its words, and at most three more facts."""

    number: int
    words: str
    tone: str = "red"
    more: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Primary:
    label: str
    url: str
    icon: str = "plus"
    kbd: str = ""


def counted(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, as a part of another query."""
    one = rows.annotate(all_of_them=Value(1)).values("all_of_them")
    return Coalesce(Subquery(one.annotate(n=Count("pk", distinct=True)).values("n")), 0)


class Listing:
    """Subclasses declare; an instance belongs to one user, `None` being the system itself.

    The system (command line) sees the whole tree; everybody else what `kernel.scope` allows.
    """

    model: ClassVar[type[Model]]
    title: ClassVar[StrOrPromise]
    url_name: ClassVar[str]
    """Name of the page's url, with its namespace; export and the rest append to it."""
    columns: ClassVar[tuple[Column, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    views: ClassVar[tuple[View, ...]] = ()
    order: ClassVar[tuple[str | OrderBy, ...]] = ()
    ties: ClassVar[tuple[str, ...]] = ()
    """What decides between rows that a chosen column holds equal, before the key: where an index has both."""
    actions: ClassVar[tuple[Action, ...]] = ()
    related: ClassVar[tuple[str, ...]] = ()
    """Relations that a page of rows needs, fetched with them."""
    verb: ClassVar[str] = "see"
    import_verb: ClassVar[str] = "import"
    edit_verb: ClassVar[str] = "edit"
    transfer: ClassVar[type[Transfer] | None] = None
    per_page: ClassVar[int] = 50
    of_customers: ClassVar[bool] = False
    """Its rows say something of single customers: how often managers read it and take it away is counted."""
    nothing: ClassVar[StrOrPromise] = ""
    """What would stand here and what brings it, one sentence for an empty table."""
    template: ClassVar[str] = "web/listing/page.html"

    def __init__(self, user: User | None) -> None:
        self.user = user
        self._forms: dict[State, forms.Form] = {}
        self._matching: dict[State, QuerySet[Any]] = {}
        self._abundant: set[State] = set()
        self._found: set[State] = set()

    def base(self) -> QuerySet[Any]:
        return self.model._default_manager.select_related(*self.related)

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Overridden only by tables that have no unit, and those say who may see what."""
        return rows if self.user is None else visible(self.user, rows)

    def default_order(self) -> Sequence[str | OrderBy]:
        return self.order or ("pk",)

    def row_url(self, row: Any) -> str:
        return ""

    def facts(self) -> Facts | None:
        return None

    def primary(self) -> Primary | None:
        return None

    def visible_actions(self) -> list[Action]:
        return [action for action in self.actions if self.may(action.verb)]

    def may(self, verb: str) -> bool:
        return self.user is None or may(self.user.role, verb)

    def url(self, part: str = "") -> str:
        return reverse(f"{self.url_name}-{part}" if part else self.url_name)

    def form(self, state: State) -> forms.Form:
        """The filter as a form; view, order and hidden columns go with it unseen."""
        if state not in self._forms:
            self._forms[state] = self._form(state)
        return self._forms[state]

    def _form(self, state: State) -> forms.Form:
        data = state.values
        form = forms.Form(data, auto_id="filter_%s")
        form.fields.update(self.fields)
        for name in OWN:
            form.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
        kept = {"view": state.view, "sort": state.sort, "hide": ",".join(state.hide or ())}
        data.update({name: value for name, value in kept.items() if value})
        return form

    def names(self) -> list[str]:
        return list(self.fields)

    @cached_property
    def fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for each in self.filters:
            found |= each.fields(self.user)
        for field in found.values():
            field.label = capfirst(str(field.label))
        return found

    def matching(self, state: State) -> QuerySet[Any]:
        """Rows in scope that pass view and filter; what the form refuses narrows nothing."""
        if state not in self._matching:
            form = self.form(state)
            form.is_valid()
            rows = self.in_view(self.scope(self.base()), state)
            for each in self.filters:
                rows = each.narrow(rows, form.cleaned_data, self.user)
            self._matching[state] = self._by_text(rows, form.cleaned_data, state)
        return self._matching[state].all()

    def _by_text(self, rows: QuerySet[Any], values: Values, state: State) -> QuerySet[Any]:
        """Led by the index of texts, after all else has narrowed the rows; few are gone through quicker."""
        if self.few(state):
            return rows
        told = [found for each in self.filters if isinstance(each, Text) for found in each.candidates(values)]
        view = self.view(state)
        alone = self.units is None and len(state.filters) == 1 and not (view and view.where)
        keys = texts.sought(rows, told, self.units, alone=alone)
        if keys is None:
            return rows
        if len(keys) > texts.MOST:
            self._abundant.add(state)
            return rows
        self._found.add(state)
        return rows.filter(pk__in=texts.among(keys))

    @cached_property
    def units(self) -> list[int] | None:
        """Those whose rows are in scope, where that is a part of the house and rows name their unit."""
        scoped = getattr(self.model, "scope_path", "") == "unit__path"
        if self.user is None or not scoped or self.user.unit.parent_id is None:
            return None
        return list(visible(self.user, Unit.objects.order_by()).values_list("pk", flat=True))

    def count(self, state: State) -> int:
        """How many rows match; MOST + 1 of `kernel.texts` stands for "more"."""
        if self.abundant(state):
            return texts.MOST + 1
        return self.matching(state).order_by().values("pk")[: texts.MOST + 1].count()

    def page_of(self, state: State, start: int, stop: int) -> list[Any]:
        """Rows of a page, with all that they show."""
        return list(self.ordered(self.matching(state), state)[start:stop])

    def abundant(self, state: State) -> bool:
        """Is it known already that more rows match than anybody counts?"""
        return state in self._abundant

    def in_view(self, rows: QuerySet[Any], state: State) -> QuerySet[Any]:
        view = self.view(state)
        return rows.filter(view.where(self.user)) if view and view.where and self.user else rows

    def view(self, state: State) -> View | None:
        chosen = next((view for view in self.views if view.key == state.view), None)
        if chosen or not self.views:
            return chosen
        first = self.views[0]
        return self.views[1] if first.yields and not self.view_counts.get(first.key, 1) else first

    @cached_property
    def view_counts(self) -> dict[str, int]:
        """One query for all segments that carry a count; each counts its own rows and no others."""
        if self.user is None:
            return {}
        rows = self.scope(self.model._default_manager.order_by())
        counts: dict[str, Any] = {
            f"n_{view.key}": counted(rows.filter(view.where(self.user)))
            for view in self.views
            if view.counted and view.where
        }
        if not counts:
            return {}
        found: Any = User.objects.filter(pk=self.user.pk).values(**counts)[0]
        return {key.removeprefix("n_"): n for key, n in found.items()}

    def ordered(self, rows: QuerySet[Any], state: State) -> QuerySet[Any]:
        return rows.order_by(*self.order_of(state, few=self.few(state)))

    def order_of(self, state: State, *, few: bool) -> Sequence[str | OrderBy]:
        """By the chosen column, else the declared order; the key decides between equals.

        `few`: no index is to be walked for it.
        """
        column = self.column(state.sort_key)
        if column and column.sort:
            ties = [f"-{name}" if state.descending else name for name in (*self.ties, "pk")]
            return [*column.ordering(self.model, state.descending, few=few), *ties]
        return [*self.default_order(), "pk"]

    def few(self, state: State) -> bool:
        """Are the rows few beside those that the table holds? An index would lead past all the others."""
        return False

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def shown_columns(self, state: State) -> list[Column]:
        if state.hide is None:
            return [column for column in self.columns if not column.hidden]
        return [column for column in self.columns if column.key not in state.hide] or [self.columns[0]]

    def words(self, state: State) -> list[tuple[str, str]]:
        """View and filter in words, for the second sheet of an export."""
        form = self.form(state)
        form.is_valid()
        view = self.view(state)
        found = [(gettext("view"), str(view.label))] if view else []
        found += [(str(each.label), each.words(form.cleaned_data)) for each in self.filters]
        return [(label, text) for label, text in found if text]

    def scope_text(self) -> str:
        if self.user is None:
            return gettext("everything")
        return gettext("%(unit)s and below") % {"unit": self.user.unit.name}

    def period(self, begin: date | None, end: date | None) -> State:
        """The state of the first date filter. Raises LookupError when the table has none."""
        if begin is None and end is None:
            return State()
        dates = next((each for each in self.filters if isinstance(each, Dates)), None)
        if dates is None:
            raise LookupError(self.url_name)
        pairs = {f"{dates.key}_from": begin, f"{dates.key}_to": end}
        return State(tuple((name, value.isoformat()) for name, value in pairs.items() if value))

    def prepare(self, rows: Iterable[Any]) -> list[Any]:
        """A page of rows before it is written: the place to fetch what all of them need."""
        return list(rows)

    def crumbs(self) -> list[dict[str, str]]:
        return [{"title": str(self.title)}]

    def context(self) -> dict[str, Any]:
        """More for a template that extends the page."""
        return {}
