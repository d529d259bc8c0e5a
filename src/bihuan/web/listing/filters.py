"""Filters of a listing: each gives form fields, narrows the rows, and says in words what it did."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, reduce
from html import escape
from operator import or_
from typing import Any

from django import forms
from django.db.models import Model, Q, QuerySet
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel import texts
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Unit, User
from bihuan.kernel.remembered import for_a_minute
from bihuan.kernel.scope import visible

Rows = QuerySet[Any]
Choices = Iterable[tuple[Any, StrOrPromise]]
Values = Mapping[str, Any]
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
ALL, ANYONE = _("all"), _("anyone")


class Select(forms.Select):
    """A plain list in one piece: Django renders a template for each of its hundreds of options, and the lazy
    way in which it escapes them costs more than the rest."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = options_of(tuple((str(key), str(label)) for key, label in self.choices))
        for key in ("", "None") if value is None else (str(value),):
            mark = f'<option value="{escape(key)}"'
            options = options.replace(f"{mark}>", f"{mark} selected>", 1)
        about = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return SafeString(f"<select{about}>{options}</select>")


@lru_cache(64)
def options_of(choices: tuple[tuple[str, str], ...]) -> str:
    """The same people and units stand on most pages of a reader, hundreds of them."""
    return "".join(f'<option value="{escape(key)}">{escape(label)}</option>' for key, label in choices)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """`key` names the parameter in the URL."""

    key: str
    label: StrOrPromise

    def fields(self, user: User | None) -> dict[str, forms.Field]:
        raise NotImplementedError

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        raise NotImplementedError

    def leads(self, values: Values) -> bool:
        """Does it lead to few rows of a long table, whatever else is asked?"""
        return False

    def way(self, values: Values, model: type[Model]) -> str:
        """The index of a long table that answers it, where SQLite would take a longer one; else empty."""
        return ""

    def words(self, values: Values) -> str:
        """What was asked for, as text; empty when nothing was."""
        value = values.get(self.key)
        return "" if value in (None, "", False) else str(value)


@dataclass(frozen=True, kw_only=True)
class Text(Filter):
    """One search box over several fields; a table that grows without end says which rows may have a word."""

    over: tuple[str, ...]
    having: Callable[[str], texts.Candidates | None] | None = None
    """As `kernel.texts.having` of an index."""

    def fields(self, user: User | None) -> dict[str, forms.Field]:
        box = forms.CharField(
            label=self.label,
            required=False,
            max_length=80,
            widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext("Type to search")}),
        )
        return {self.key: box}

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        wanted = values.get(self.key) or ""
        for word in wanted.split():
            rows = rows.filter(reduce(or_, (Q(**{f"{field}__has": word}) for field in self.over)))
        return rows

    def candidates(self, values: Values) -> list[texts.Candidates | None]:
        """What the index knows of each word; nothing without an index."""
        return [self.having(word) for word in (values.get(self.key) or "").split()] if self.having else []


@dataclass(frozen=True, kw_only=True)
class Choice(Filter):
    """One of a list; the default narrows nothing. `where` replaces plain equality on `field`."""

    choices: Choices | Callable[[User | None], Choices]
    field: str = ""
    everything: StrOrPromise = ALL
    where: Callable[[str], Q] | None = None

    def options(self, user: User | None) -> list[tuple[str, StrOrPromise]]:
        found = self.choices(user) if callable(self.choices) else self.choices
        return [(str(key), capfirst(str(label))) for key, label in found]

    def fields(self, user: User | None) -> dict[str, forms.Field]:
        options = [("", capfirst(str(self.everything))), *self.options(user)]
        return {self.key: forms.ChoiceField(label=self.label, required=False, choices=options, widget=Select)}

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        value = values.get(self.key)
        if not value:
            return rows
        return rows.filter(self.where(value) if self.where else Q(**{self.field or self.key: value}))

    def words(self, values: Values) -> str:
        value = values.get(self.key)
        fixed = () if callable(self.choices) else self.choices
        return next((str(label) for key, label in fixed if str(key) == value), value or "")


def people_of(user: User | None) -> Choices:
    """Accounts in the user's scope."""
    rows = User.objects.filter(is_active=True).order_by("name")
    rows = rows if user is None else visible(user, rows)
    return [(key, name or login) for key, name, login in rows.values_list("pk", "name", "username")[:500]]


def units_of(user: User | None) -> Choices:
    rows = Unit.objects.order_by("path")
    found = rows if user is None else visible(user, rows)
    named = found.values_list("path", "name")[:500]
    return [(path, "　" * (path.count("/") - 2) + name) for path, name in named]


@dataclass(frozen=True, kw_only=True)
class Person(Choice):
    """An account of the user's scope."""

    choices: Choices | Callable[[User | None], Choices] = people_of
    everything: StrOrPromise = ANYONE


@dataclass(frozen=True, kw_only=True)
class InUnit(Choice):
    """A unit and everything below it; `field` is the way to the unit's path."""

    choices: Choices | Callable[[User | None], Choices] = units_of

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        path = values.get(self.key)
        return rows.filter(**{f"{self.field}__startswith": path}) if path else rows


@dataclass(frozen=True, kw_only=True)
class Flag(Filter):
    """A check box that applies a condition."""

    where: Callable[[], Q]

    def fields(self, user: User | None) -> dict[str, forms.Field]:
        return {self.key: forms.BooleanField(label=self.label, required=False)}

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        return rows.filter(self.where()) if values.get(self.key) else rows

    def words(self, values: Values) -> str:
        return gettext("yes") if values.get(self.key) else ""


@dataclass(frozen=True, kw_only=True)
class Dates(Filter):
    """From and to, both days included; local days when the field is an instant."""

    field: str
    instants: bool = True

    def fields(self, user: User | None) -> dict[str, forms.Field]:
        parts = {"from": gettext("from"), "to": gettext("to")}
        return {
            f"{self.key}_{part}": forms.DateField(label=f"{self.label} {word}", required=False, widget=DAY)
            for part, word in parts.items()
        }

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        first, last = values.get(f"{self.key}_from"), values.get(f"{self.key}_to")
        if first:
            rows = rows.filter(**{f"{self.field}__gte": midnight(first) if self.instants else first})
        if last:
            after = last + timedelta(days=1)
            rows = rows.filter(**{f"{self.field}__lt": midnight(after) if self.instants else after})
        return rows

    def short(self, values: Values) -> bool:
        """A month at most: of years of rows a part that is soon sorted."""
        first, last = values.get(f"{self.key}_from"), values.get(f"{self.key}_to")
        return first is not None and last is not None and last - first <= timedelta(days=31)

    def words(self, values: Values) -> str:
        first, last = values.get(f"{self.key}_from"), values.get(f"{self.key}_to")
        return f"{first or ''} – {last or ''}" if first or last else ""


@dataclass(frozen=True, kw_only=True)
class OnDay(Filter):
    """Rows of which a condition held at the end of a local day."""

    where: Callable[[datetime], Q]
    began: str = ""
    """Field of the instant at which a row begins, indexed."""
    by_end: str = ""
    """Index that begins with the instant at which it ended."""

    def fields(self, user: User | None) -> dict[str, forms.Field]:
        return {self.key: forms.DateField(label=self.label, required=False, widget=DAY)}

    def way(self, values: Values, model: type[Model]) -> str:
        """From the nearer side: what began by the day, or, later in the table's time, what had not ended."""
        on = values.get(self.key)
        if not on or not self.by_end:
            return ""
        middle = middle_of(model, self.began)
        return self.by_end if middle and midnight(on) > middle else ""

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        on = values.get(self.key)
        return rows.filter(self.where(midnight(on + timedelta(days=1)))) if on else rows


@dataclass(frozen=True, kw_only=True)
class Exact(Filter):
    """What only a link asks for: rows whose `field` is exactly this. Not a field that people fill in."""

    field: str
    name: Callable[[str], str] = str

    def fields(self, user: User | None) -> dict[str, forms.Field]:
        return {
            self.key: forms.CharField(
                label=self.label, required=False, max_length=80, widget=forms.HiddenInput
            )
        }

    def leads(self, values: Values) -> bool:
        return bool(values.get(self.key))

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        value = values.get(self.key)
        return rows.filter(**{self.field: value}) if value else rows

    def words(self, values: Values) -> str:
        value = values.get(self.key)
        return self.name(value) if value else ""


@for_a_minute
def middle_of(model: type[Model], field: str) -> datetime | None:
    """The instant half way between the first and the last row."""
    rows = model._default_manager.order_by(field).values_list(field, flat=True)
    first, last = rows.first(), rows.last()
    return first + (last - first) / 2 if first and last else None


def midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min))


@dataclass(frozen=True, kw_only=True)
class View:
    """A segment above the table, in the URL as `view=key`; its count stands on it when asked for."""

    key: str
    label: StrOrPromise
    where: Callable[[User], Q] | None = None
    counted: bool = True
    yields: bool = False
    """The first view, of what is one's own: while it is empty and nobody has chosen it, the next one is
    shown."""
