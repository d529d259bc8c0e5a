"""Evaluation items, and figures that are entered or imported."""

from collections.abc import Sequence
from typing import Any

from django.core.validators import validate_slug
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Choice, Column, InUnit, Primary, Text
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, heading, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..models import Hall, Item, Reading
from .cells import Table, keys, looked_up, whole
from .numbers import items_by_name, points, quarter


def slug(raw: Any) -> str:
    found = text(24)(raw)
    try:
        validate_slug(found)
    except Exception:
        raise Wrong(gettext("only letters, digits, hyphens and underscores")) from None
    return str(found)


class ItemsTransfer(Transfer):
    kind = "items"
    model = Item
    key = "key"
    most = 200
    fields = (
        Field(key="key", label=_("key"), parse=slug, required=True, aliases=("代码",)),
        Field(key="name", label=_("name"), parse=text(60), aliases=("名称",)),
        Field(key="position", label=_("position"), parse=whole(999)),
    )


class ItemsListing(Table):
    """Who may set standards adds an item; what it weighs is said in the scheme."""

    model = Item
    title = _("Evaluation items")
    url_name = "service:items"
    transfer = ItemsTransfer
    import_verb = "standards"
    edit_verb = "standards"
    order = ("position", "key")
    columns = (
        Column(key="key", label=_("key"), sort=("key",), quiet=True),
        Column(key="shown", label=_("evaluation item"), value=str, fluid=True, width=28),
        Column(key="name", label=_("name"), sort=("name",), hidden=True),
        Column(key="position", label=_("position"), sort=("position",), numeric=True),
    )
    filters = (Text(key="q", label=_("key or name"), over=("key", "name")),)

    def row_url(self, row: Item) -> str:
        return reverse("service:item", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("standards"):
            return None
        return Primary(label=pgettext("evaluation", "New item"), url=reverse("service:item-new"), kbd="c")


class ReadingsTransfer(UnitCells, Transfer):
    """A row is the figure of an item, a unit or hall, and a quarter; the same three find it again."""

    kind = "readings"
    model = Reading
    key = "item"
    together = ("item", "unit", "hall", "quarter")
    most = 50_000
    fields = (
        Field(key="item", label=_("evaluation item"), required=True, attr="item_id", aliases=("评价项目",)),
        Field(key="unit", label=_("unit"), required=True, attr="unit_id", help=_("code or name of the unit")),
        Field(key="hall", label=_("hall"), attr="hall_id", help=_("code of the hall"), aliases=("营业厅",)),
        Field(key="quarter", label=_("quarter"), parse=quarter, required=True, help="2026-Q3"),
        Field(
            key="value", label=_("points, 0 to 100"), parse=points, required=True, aliases=("得分", "分值")
        ),
        Field(key="n", label=_("sample size"), parse=whole(10_000_000, 1), aliases=("样本量",)),
        Field(key="sd", label=_("standard deviation"), parse=points, aliases=("标准差",)),
        Field(key="source", label=_("source"), parse=text(200), required=True, aliases=("来源",)),
    )

    def start(self) -> None:
        super().start()
        self.items = items_by_name()
        self.halls = keys(self.user, Hall.objects.all(), "place__code")
        self.units = dict(Hall.objects.values_list("pk", "place__unit"))

    def parse_item(self, raw: Any) -> int:
        found = self.items.get(heading(as_text(raw)))
        if found is None:
            raise Wrong(gettext("there is no evaluation item of this name"))
        return found

    def parse_hall(self, raw: Any) -> int:
        return looked_up(self.halls, raw, gettext("no such hall in your units"))

    def check(self, row: Values) -> Any:
        hall = row.get("hall")
        if hall and self.units[hall] != row["unit"]:
            yield "hall", gettext("belongs to another unit")

    def identity(self, row: Values) -> Any:
        return row["item"], row["unit"], row.get("hall"), row["quarter"]

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        rows = Reading.objects.filter(item__in={key[0] for key in keys}, quarter__in={key[3] for key in keys})
        return {
            (row.item_id, row.unit_id, row.hall_id, row.quarter): Stored(
                row.pk, row.unit.path, {"value": row.value, "n": row.n, "sd": row.sd, "source": row.source}
            )
            for row in rows.select_related("unit")
        }

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            told = {key: row[key] for key in ("value", "n", "sd", "source") if key in row}
            item, unit, hall, when = self.identity(row)
            Reading.objects.update_or_create(
                item_id=item, unit_id=unit, hall_id=hall, quarter=when, defaults=told
            )


def item_choices(user: Any) -> list[tuple[int, str]]:
    return [(item.pk, str(item)) for item in Item.objects.all()]


class ReadingsListing(Table):
    model = Reading
    title = _("Entered figures")
    url_name = "service:readings"
    related = ("item", "unit", "hall", "hall__place")
    transfer = ReadingsTransfer
    order = ("-quarter", "item__position", "unit__path", "hall__place__code")
    columns = (
        Column(key="quarter", label=_("quarter"), sort=("quarter",), quiet=True),
        Column(
            key="item", label=_("evaluation item"), value=lambda row: str(row.item), sort=("item__position",)
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=unit_name,
            export=unit_code,
            sort=("unit__path",),
            fluid=True,
            width=24,
        ),
        Column(
            key="hall",
            label=_("hall"),
            value=lambda row: row.hall.place.code if row.hall else None,
            sort=("hall__place__code",),
        ),
        Column(key="value", label=_("points, 0 to 100"), sort=("value",), numeric=True),
        Column(key="n", label=_("sample size"), sort=("n",), numeric=True),
        Column(key="sd", label=_("standard deviation"), sort=("sd",), numeric=True),
        Column(key="source", label=_("source"), sort=("source",), width=40),
    )
    filters = (
        Text(key="q", label=_("source, unit or hall"), over=("source", "unit__name", "hall__place__name")),
        Choice(key="item", label=_("evaluation item"), choices=item_choices),
        Text(key="quarter", label=_("quarter"), over=("quarter",)),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Choice(
            key="sample",
            label=_("sample"),
            choices=[("known", _("sample size and spread given")), ("unknown", _("something is missing"))],
            where=lambda value: (
                Q(n__isnull=False, sd__isnull=False) if value == "known" else Q(n=None) | Q(sd=None)
            ),
        ),
    )

    def row_url(self, row: Reading) -> str:
        return reverse("service:reading", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New figure"), url=reverse("service:reading-new"), kbd="c")
