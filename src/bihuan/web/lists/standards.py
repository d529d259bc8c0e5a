"""Standards: the version that holds today, its history, and the form for a new dated version."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Standard, User
from bihuan.kernel.registry import everything, standard_specs
from bihuan.web.casework.words import LIMIT_UNITS
from bihuan.web.listing import Choice, Column, Dates, Listing, Text
from bihuan.web.listing.filters import Rows, Values
from bihuan.web.lists.cells import translated

UNITS: dict[str, StrOrPromise] = {
    **LIMIT_UNITS,
    "s": _("seconds"),
    "min": _("minutes"),
    "h": _("hours"),
    "days": _("days"),
    "count": _("times"),
    "ratio": _("share"),
    "months": _("months"),
    "switch": _("1 yes, 0 no"),
}
"""How `measured_in` is read."""


def standard_title(row: Standard) -> str:
    spec = standard_specs().get(row.key)
    return capfirst(str(spec.title)) if spec else row.key


def measured_in(row: Standard) -> str:
    return str(UNITS.get(row.measured_in, row.measured_in))


def plain_value(row: Standard) -> Decimal:
    return row.value.normalize() if row.value != row.value.to_integral() else row.value.to_integral()


def system_of(row: Standard) -> str:
    owners = {spec.key: system.title for system in everything() for spec in system.standards}
    return capfirst(str(owners.get(row.key, row.key.partition(".")[0])))


def system_choices(user: User | None) -> list[tuple[str, StrOrPromise]]:
    return [(system.name, system.title) for system in everything() if system.standards]


@dataclass(frozen=True, kw_only=True)
class StandardText(Text):
    """Titles stand in the manifests, not in the table: they are searched here, the rest there."""

    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        wanted = (values.get(self.key) or "").casefold()
        if not wanted:
            return rows
        titled = [key for key, spec in standard_specs().items() if wanted in str(spec.title).casefold()]
        return rows.filter(Q(key__in=titled) | Q(key__icontains=wanted) | Q(source__icontains=wanted))


@dataclass(frozen=True, kw_only=True)
class OfSystem(Choice):
    def narrow(self, rows: Rows, values: Values, user: User | None) -> Rows:
        name = values.get(self.key)
        keys = [spec.key for system in everything() if system.name == name for spec in system.standards]
        return rows.filter(key__in=keys) if name else rows


class StandardsListing(Listing):
    """Everybody sees every standard: judgements must be explainable to whom they concern."""

    model = Standard
    title = _("Standards")
    url_name = "standards"
    template = "web/lists/standards.html"
    related = ("changed_by",)
    order = ("key",)
    columns = (
        Column(key="title", label=_("standard"), value=standard_title, sort=("key",), fluid=True, width=36),
        Column(key="system", label=_("system"), value=system_of),
        Column(key="value", label=_("value"), value=plain_value, sort=("value",), numeric=True),
        Column(key="measured_in", label=_("measured in"), value=measured_in, sort=("measured_in",)),
        Column(key="version", label=_("version"), sort=("version",), numeric=True),
        Column(key="valid_from", label=_("valid from"), sort=("valid_from",)),
        Column(key="origin", label=_("origin"), sort=("origin",)),
        Column(
            key="source",
            label=_("source"),
            cell=lambda row: translated(row.source),
            sort=("source",),
            quiet=True,
            width=50,
        ),
        Column(key="key", label=_("key"), sort=("key",), quiet=True, hidden=True, width=30),
        Column(key="note", label=_("reason"), sort=("note",), hidden=True, width=40),
    )
    filters = (
        StandardText(key="q", label=_("standard or source"), over=("key", "source")),
        OfSystem(key="system", label=_("system"), choices=system_choices),
        Choice(key="origin", label=_("origin"), choices=Standard.Origin.choices),
        Dates(key="from", label=_("valid from"), field="valid_from", instants=False),
    )

    def base(self) -> QuerySet[Any]:
        """The version that holds today; before the first day of the first one, the first."""
        today = timezone.localdate()
        versions = Standard.objects.filter(key=OuterRef("key"), valid_from__lte=today)
        newest = versions.order_by("-valid_from", "-version").values("pk")[:1]
        return super().base().filter(pk=Subquery(newest))

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows

    def scope_text(self) -> str:
        return gettext("everything")

    def row_url(self, row: Standard) -> str:
        return reverse("standard", args=[row.key])

    def prepare(self, rows: Iterable[Any]) -> list[Any]:
        return list(rows)
