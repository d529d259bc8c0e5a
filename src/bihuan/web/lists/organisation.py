"""Units and places."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person, Place, Unit, User
from bihuan.web.listing import Column, InUnit, Listing, Primary, Text
from bihuan.web.listing.transfer.fields import Field, as_text, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import count_of, unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells


class UnitsTransfer(UnitCells, Transfer):
    """A parent may stand in the same file, above or below its children."""

    kind = "units"
    model = Unit
    key = "code"
    most = 5_000
    reads = {"parent": "parent__code"}
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True),
        Field(key="name", label=_("name"), parse=text(80), required=True),
        Field(key="parent", label=_("parent unit"), help=_("code of the unit above; empty: the top")),
    )

    def start(self) -> None:
        super().start()
        rows = Unit.objects.exclude(parent=None).values_list("code", "parent__code")
        self.stored_parents: dict[str, str] = dict(rows)
        self.told: dict[str, tuple[int, str]] = {}

    def parse_parent(self, raw: Any) -> str:
        """The code as written: it may be a unit of this file, which is known only when all rows are read."""
        return as_text(raw).split(" ")[0]

    def blank(self, field: Field) -> Any:
        return "" if field.key == "parent" else super().blank(field)

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        if "parent" in row:
            self.told[row["code"]] = (row["#"], row["parent"])
        elif row["code"].casefold() not in self.codes and self.user is not None:
            yield "code", gettext("new units go below one of yours: the column of the parent is missing")

    def finish(self) -> Iterator[tuple[int, str, str, str]]:
        above = {**self.stored_parents, **{code: parent for code, (_row, parent) in self.told.items()}}
        known = {*self.codes, *(code.casefold() for code in self.told)}
        for code, (row, parent) in self.told.items():
            if self.stored_parents.get(code, "") == parent and code.casefold() in self.codes:
                continue
            if parent.casefold() not in known and (parent or self.user is not None):
                yield row, "parent", parent, gettext("no such unit among yours")
            elif ring(above, code):
                yield row, "parent", parent, gettext("a unit cannot lie below itself")

    def differs(self, stored: Stored, row: Values) -> bool:
        above = stored.values["parent"] or ""
        return stored.values["name"] != row["name"] or ("parent" in row and above != row["parent"])

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        """First without their place in the tree, so that the order of the file does not matter."""
        for row in rows:
            Unit.objects.update_or_create(code=row["code"], defaults={"name": row["name"]})

    def done(self, rows: Iterable[Values]) -> None:
        """Now every unit exists: hang each below its parent, then write the paths from the top down."""
        keys = dict(Unit.objects.values_list("code", "pk"))
        for row in rows:
            if "parent" in row:
                Unit.objects.filter(code=row["code"]).update(parent=keys.get(row["parent"]))
        self._refresh(None)

    def _refresh(self, parent: Unit | None) -> None:
        for unit in Unit.objects.filter(parent=parent):
            unit.save()
            self._refresh(unit)


def ring(above: dict[str, str], code: str) -> bool:
    """Does the way up from this unit come back to a unit that it has passed?"""
    passed, at = {code}, above.get(code, "")
    while at and at not in passed:
        passed.add(at)
        at = above.get(at, "")
    return bool(at)


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
            cell=lambda row: "　" * (row.path.count("/") - 2) + row.name,
        ),
        Column(
            key="parent",
            label=_("parent unit"),
            value=lambda row: row.parent.name if row.parent else None,
            export=lambda row: f"{row.parent.code} {row.parent.name}" if row.parent else None,
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


class PlacesTransfer(UnitCells, Transfer):
    kind = "places"
    model = Place
    key = "code"
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True),
        Field(key="name", label=_("name"), parse=text(80), required=True),
        Field(key="floor", label=_("floor"), parse=text(16)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
    )


class PlacesListing(Listing):
    model = Place
    title = _("Places")
    url_name = "places"
    related = ("unit",)
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
