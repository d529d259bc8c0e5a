"""Columns, filters and cells that several tables of the instruments share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Person, User
from bihuan.kernel.scope import visible
from bihuan.web.components.state import stage, trust
from bihuan.web.listing import Choice, Column, Dates, Exact, Listing
from bihuan.web.listing.columns import shown
from bihuan.web.listing.filters import Rows, Values, midnight

from ..models import Instrument

Options = list[tuple[str, StrOrPromise]]


class Table(Listing):
    """A table between the tabs of this system."""

    template = "instruments/listing.html"

    def row_url(self, row: Any) -> str:
        return reverse("instruments:instrument", args=[row.instrument.code])

    def context(self) -> dict[str, Any]:
        home = {"title": _("Instruments"), "url": reverse("instruments:board")}
        return {"crumbs": [home, {"title": self.title}]}


def instrument_choices(user: User | None) -> Options:
    rows: QuerySet[Instrument] = Instrument.objects.order_by("code")
    found = rows if user is None else visible(user, rows)
    return [(code, f"{code} {name}") for code, name in found.values_list("code", "name")[:2000]]


def by_instrument(field: str = "instrument__code") -> Choice:
    return Choice(key="instrument", label=_("instrument"), choices=instrument_choices, field=field)


CODE = Column(
    key="instrument",
    label=_("instrument ID"),
    value=lambda row: row.instrument.code,
    sort=("instrument__code",),
    quiet=True,
)
NAME = Column(
    key="name",
    label=_("instrument name"),
    value=lambda row: row.instrument.name,
    sort=("instrument__name",),
    fluid=True,
    width=24,
)
PLACE = Column(
    key="place",
    label=_("floor and place"),
    value=lambda row: row.instrument.place.code if row.instrument.place else None,
    sort=("instrument__place__code",),
    hidden=True,
)
USER = Column(
    key="user",
    label=_("used by"),
    value=lambda row: row.person.name if row.person else None,
    sort=("person__name",),
    width=12,
)
CARD = Column(key="card", label=_("card number"), sort=("card",), quiet=True)


def case_cell(row: Any) -> SafeString:
    """The case's number and where it stands."""
    case = row.case
    if case is None:
        return shown(None)
    return format_html(
        '<a href="{}">{}</a> {}', reverse("case", args=[case.number]), case.number, stage(case.state)
    )


def trust_cell(row: Any) -> SafeString:
    return trust(row.trust, 1)


def hours(span: timedelta | None) -> float | None:
    """Hours to two places, for a cell."""
    return None if span is None else round(span / timedelta(hours=1), 2)


def lasted(begin: datetime, end: datetime | None) -> timedelta | None:
    return end - begin if end else None


def key_like(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


@dataclass(frozen=True, kw_only=True)
class ByPerson(Exact):
    """One person by key, as the links of a report ask; `none` is a use by nobody who is known."""

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        value = values.get(self.key) or ""
        if not value:
            return rows
        if value == "none":
            return rows.filter(**{self.field: None})
        return rows.filter(**{self.field: int(value)}) if key_like(value) else rows.none()

    def words(self, values: Values) -> str:
        value = values.get(self.key) or ""
        row = Person.objects.filter(pk=int(value)).first() if key_like(value) else None
        return str(row) if row else value


@dataclass(frozen=True, kw_only=True)
class Overlap(Dates):
    """Spans that touch the days from … to; `field` is the begin, `end` may be empty while it lasts."""

    end: str = "ended_at"

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        first, last = values.get(f"{self.key}_from"), values.get(f"{self.key}_to")
        if last:
            rows = rows.filter(**{f"{self.field}__lt": midnight(last + timedelta(days=1))})
        if first:
            at = midnight(first)
            lasts = Q(**{f"{self.end}__gt": at}) | Q(**{self.end: None}) | Q(**{f"{self.field}__gte": at})
            rows = rows.filter(lasts)
        return rows
