"""Revenue by year and where it came from, with the earned growth that follows."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit
from bihuan.web.components.figures import percent
from bihuan.web.listing import Column, InUnit, Primary, Text
from bihuan.web.listing.transfer.fields import Field, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values

from ..models import GrowthYear, Reason
from ..read.growth import reasons
from ..rules.growth import Earned, Growth, earned
from .cells import Table, keys, looked_up, whole

MOST = 9_000_000_000_000_000
PARTS = ("base", "retained", "earned_new", "bought_new", "unknown_new")


def earned_of(row: GrowthYear) -> Earned:
    return earned(Growth(*(float(getattr(row, name)) for name in PARTS)))


class GrowthTransfer(Transfer):
    kind = "growth"
    model = GrowthYear
    key = "pk"
    together = ("unit", "year")
    fields = (
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code")),
        Field(key="year", label=_("year"), parse=whole(2200, 1990), required=True),
        Field(key="base", label=_("revenue of the year before"), parse=whole(MOST, 1), required=True),
        Field(
            key="retained",
            label=_("revenue of those who were customers then"),
            parse=whole(MOST),
            required=True,
        ),
        Field(
            key="earned_new",
            label=_("revenue of new customers who were earned"),
            parse=whole(MOST),
            required=True,
        ),
        Field(
            key="bought_new",
            label=_("revenue of new customers who were bought"),
            parse=whole(MOST),
            required=True,
        ),
        Field(key="unknown_new", label=_("revenue of new customers, reason not known"), parse=whole(MOST)),
        Field(key="source", label=_("source"), parse=text(120), required=True),
    )

    def start(self) -> None:
        self.units = keys(self.user, Unit.objects.all(), "code")

    def parse_unit(self, raw: Any) -> int:
        return looked_up(self.units, raw, gettext("no such unit in your units"))

    def stored(self, found: Sequence[Any]) -> dict[Any, Stored]:
        attrs = {field.key: self.attr(field) for field in self.fields}
        rows = GrowthYear.objects.filter(
            unit__in={each[0] for each in found}, year__in={each[1] for each in found}
        )
        return {
            (row["unit_id"], row["year"]): Stored(
                row["pk"], row["unit__path"], {k: row[a] for k, a in attrs.items()}
            )
            for row in rows.values("pk", "unit__path", *attrs.values())
        }

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            values = {self.attr(field): row[field.key] for field in self.fields if field.key in row}
            named = {name: values.pop(name) for name in ("unit_id", "year")}
            GrowthYear.objects.update_or_create(**named, defaults=values)


class GrowthListing(Table):
    model = GrowthYear
    title = _("Earned growth")
    url_name = "loyalty:growth"
    related = ("unit",)
    transfer = GrowthTransfer
    template = "loyalty/growth.html"
    order = ("-year", "unit__path")
    columns = (
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.unit.name,
            export=lambda row: row.unit.code,
            sort=("unit__path",),
            fluid=True,
            width=24,
        ),
        Column(key="year", label=_("year"), value=lambda row: str(row.year), sort=("year",)),
        Column(
            key="rate",
            label=_("earned growth rate"),
            value=lambda row: percent(earned_of(row).rate),
            numeric=True,
        ),
        Column(
            key="ratio",
            label=_("share of growth that was earned"),
            value=lambda row: percent(earned_of(row).ratio),
            numeric=True,
        ),
        Column(
            key="growth", label=_("growth"), value=lambda row: percent(earned_of(row).growth), numeric=True
        ),
        Column(
            key="range",
            label=_("if reasons were known"),
            value=lambda row: (
                f"{percent(earned_of(row).low)} – {percent(earned_of(row).high)}" if row.unknown_new else ""
            ),
            numeric=True,
        ),
        *(
            Column(
                key=field.key, label=field.label, sort=(field.key,), numeric=True, hidden=field.key != "base"
            )
            for field in GrowthTransfer.fields[2:7]
        ),
        Column(key="source", label=_("source"), sort=("source",), hidden=True),
    )
    filters = (
        Text(key="q", label=_("unit or source"), over=("unit__name", "source")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def context(self) -> dict[str, Any]:
        unit = self.user.unit if self.user else None
        words = dict(Reason.choices)
        found = reasons(unit, timezone.localdate()) if unit else None
        told = (
            [(words[key], n) for key, n in sorted(found.reasons.items(), key=lambda each: -each[1])]
            if found
            else []
        )
        return {**super().context(), "came": found, "reasons": told}

    def row_url(self, row: GrowthYear) -> str:
        return reverse("loyalty:growth-year", args=[row.pk])

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("New year"), url=reverse("loyalty:growth-year-new"), kbd="c")
            if self.may("edit")
            else None
        )
