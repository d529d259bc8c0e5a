"""Units, regions and places."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person, Place, Region, Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.listing import Column, InUnit, Listing, Primary, Text
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, text
from bihuan.web.listing.transfer.transfer import Transfer
from bihuan.web.lists.cells import count_of, unit_code, unit_name
from bihuan.web.lists.trees import RegionsTransfer, UnitsTransfer
from bihuan.web.lists.units_of import UnitCells


def indented(row: Any) -> str:
    """By one Han character a step down."""
    return f"{'　' * (row.path.count('/') - 2)}{row.name}"


def parent_name(row: Any) -> str | None:
    return str(row.parent.name) if row.parent else None


def parent_code(row: Any) -> str | None:
    return f"{row.parent.code} {row.parent.name}" if row.parent else None


class UnitsListing(Listing):
    model = Unit
    title = _("Units")
    url_name = "units"
    related = ("parent",)
    transfer = UnitsTransfer
    template = "web/lists/organisation.html"
    order = ("path",)
    columns = (
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(
            key="name",
            label=_("name"),
            sort=("name",),
            fluid=True,
            width=24,
            cell=indented,
        ),
        Column(
            key="parent",
            label=_("parent unit"),
            value=parent_name,
            export=parent_code,
            sort=("parent__name",),
            width=24,
        ),
        Column(key="accounts", label=_("accounts"), sort=("accounts",), numeric=True),
        Column(key="people", label=_("people"), value=lambda row: row.staff, sort=("staff",), numeric=True),
    )
    filters = (Text(key="q", label=_("code or name"), over=("code", "name")),)

    def base(self) -> QuerySet[Any]:
        return Unit.objects.select_related("parent").annotate(
            accounts=count_of(User.objects.filter(is_active=True), "unit"),
            staff=count_of(Person.objects.filter(erased_at=None), "unit"),
        )

    def row_url(self, row: Unit) -> str:
        return reverse("unit", args=[row.pk])

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("New unit"), url=reverse("unit-new"), kbd="c") if self.may("edit") else None
        )


class RegionsListing(Listing):
    """Areas belong to the whole house: everybody sees them, who sets standards changes them."""

    model = Region
    title = _("Regions")
    url_name = "regions"
    related = ("parent",)
    import_verb = edit_verb = "standards"
    transfer = RegionsTransfer
    template = "web/lists/organisation.html"
    order = ("path",)
    columns = (
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(key="name", label=_("name"), sort=("name",), fluid=True, width=24, cell=indented),
        Column(
            key="parent",
            label=_("parent region"),
            value=parent_name,
            export=parent_code,
            sort=("parent__name",),
            width=24,
        ),
        Column(key="places", label=_("places"), value=lambda row: row.sites, sort=("sites",), numeric=True),
    )
    filters = (Text(key="q", label=_("code or name"), over=("code", "name")),)

    def base(self) -> QuerySet[Any]:
        places = Place.objects.all() if self.user is None else visible(self.user, Place.objects.all())
        return Region.objects.select_related("parent").annotate(sites=count_of(places, "region"))

    def row_url(self, row: Region) -> str:
        return reverse("region", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may(self.edit_verb):
            return None
        return Primary(label=gettext("New region"), url=reverse("region-new"), kbd="c")


class PlacesTransfer(UnitCells, Transfer):
    kind = "places"
    model = Place
    key = "code"

    def start(self) -> None:
        super().start()
        self.regions = {code.casefold(): key for key, code in Region.objects.values_list("pk", "code")}

    def parse_region(self, raw: Any) -> int | None:
        code = as_text(raw).casefold().split(" ")[0]
        if not code:
            return None
        if code not in self.regions:
            raise Wrong(gettext("no such region"))
        return self.regions[code]

    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True),
        Field(key="name", label=_("name"), parse=text(80), required=True),
        Field(key="floor", label=_("floor"), parse=text(16)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="region", label=_("region"), attr="region_id", help=_("code of the region")),
    )


class PlacesListing(Listing):
    model = Place
    title = _("Places")
    url_name = "places"
    related = ("unit", "region")
    transfer = PlacesTransfer
    template = "web/lists/organisation.html"
    order = ("code",)
    columns = (
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(key="name", label=_("name"), sort=("name",), fluid=True, width=24),
        Column(key="floor", label=_("floor"), sort=("floor",)),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(
            key="region",
            label=_("region"),
            value=lambda row: row.region.name if row.region else None,
            export=lambda row: f"{row.region.code} {row.region.name}" if row.region else None,
            sort=("region__path",),
            width=24,
        ),
    )
    filters = (
        Text(key="q", label=_("code or name"), over=("code", "name")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def row_url(self, row: Place) -> str:
        return reverse("place", args=[row.pk])

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("New place"), url=reverse("place-new"), kbd="c")
            if self.may("edit")
            else None
        )
