"""Revenue by year and where it came from, with the earned growth that follows."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.web.components.figures import percent
from bihuan.web.listing import Column, Text
from bihuan.web.listing.transfer.fields import Field, text

from ..models import GrowthYear, Reason
from ..read.growth import reasons
from ..rules.growth import Earned, Growth, earned
from .cells import UNIT, Table, Together, in_unit, unit_column, whole

MOST = 9_000_000_000_000_000
PARTS = ("base", "retained", "earned_new", "bought_new", "unknown_new")


def earned_of(row: GrowthYear) -> Earned:
    return earned(Growth(*(float(getattr(row, name)) for name in PARTS)))


class GrowthTransfer(Together):
    kind = "growth"
    model = GrowthYear
    key = "pk"
    together = ("unit", "year")
    fields = (
        UNIT,
        Field(key="year", label=_("year"), parse=whole(2200, 1990), required=True),
        *(
            Field(
                key=name,
                label=GrowthYear._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
                parse=whole(MOST, 1 if name == "base" else 0),
                required=name != "unknown_new",
            )
            for name in PARTS
        ),
        Field(key="source", label=_("source"), parse=text(120), required=True),
    )


class GrowthListing(Table):
    model = GrowthYear
    title = _("Earned growth")
    url_name = "loyalty:growth"
    page = ("loyalty:growth-year", "pk")
    new = (_("New year"), "loyalty:growth-year-new", "edit")
    related = ("unit",)
    transfer = GrowthTransfer
    template = "loyalty/growth.html"
    order = ("-year", "unit__path")
    columns = (
        unit_column(fluid=True, width=24),
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
            for field in GrowthTransfer.fields[2:-1]
        ),
        Column(key="source", label=_("source"), sort=("source",), hidden=True),
    )
    filters = (
        Text(key="q", label=_("unit or source"), over=("unit__name", "source")),
        in_unit(),
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
