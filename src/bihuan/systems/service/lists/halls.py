"""Halls: a row of the file is a place and what that place is for the evaluation."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Place
from bihuan.web.listing import Choice, Column, Facts, Flag, InUnit, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, day, flag, text
from bihuan.web.listing.transfer.transfer import Transfer, Values
from bihuan.web.lists.cells import unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..models import Hall
from ..read.opening import shown
from ..rules.opening import HoursError, read_week, week_text
from ..words import hours_fault
from .cells import Table, whole

OF_PLACE = {"name": "name", "unit": "unit_id"}
LEVELS = [(level, f"{level}") for level in (1, 2, 3)]


class HallsTransfer(UnitCells, Transfer):
    """A code that exists as a place becomes a hall; the place's name and unit follow the file."""

    kind = "halls"
    model = Hall
    key = "place__code"
    most = 20_000
    fields = (
        Field(
            key="place__code", label=_("code"), parse=text(32), required=True, aliases=("编号", "营业厅编号")
        ),
        Field(key="name", label=_("name"), parse=text(80), required=True, aliases=("名称", "营业厅")),
        Field(key="unit", label=_("unit"), required=True, help=_("code or name of the unit")),
        Field(key="level", label=_("level"), parse=whole(3, 1), required=True, aliases=("等级", "级")),
        Field(key="urban", label=_("urban"), parse=flag, help=_("yes or no"), aliases=("市区",)),
        Field(
            key="hours",
            label=_("opening hours"),
            help=_("such as Mon-Fri 8:30-11:30 13:30-17:00; Sat 9:00-12:00; PH closed (PH: public holidays)"),
            aliases=("营业时间", "开放时间"),
        ),
        Field(key="open_all_year", label=_("open on days of rest too"), parse=flag, help=_("yes or no")),
        Field(key="evaluator", label=_("has a satisfaction evaluator"), parse=flag, help=_("yes or no")),
        Field(key="footfall", label=_("visitors a quarter"), parse=whole(10_000_000)),
        Field(key="closed_on", label=_("closed for good on"), parse=day),
    )
    reads = {"name": "place__name", "unit": "place__unit_id"}

    def blank(self, field: Field) -> Any:
        own = {each.name: each for each in Hall._meta.concrete_fields}
        return own[field.key].get_default()

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        codes = [row["place__code"] for row in rows]
        places = Place.objects.in_bulk(codes, field_name="code")
        halls = {hall.place_id: hall for hall in Hall.objects.filter(place__code__in=codes)}
        for row in rows:
            place = places.get(row["place__code"]) or Place(code=row["place__code"])
            for key, attr in OF_PLACE.items():
                setattr(place, attr, row[key])
            place.save()
            hall = halls.get(place.pk) or Hall(place=place)
            for key in ("level", "urban", "hours", "open_all_year", "evaluator", "footfall", "closed_on"):
                if key in row:
                    setattr(hall, key, row[key])
            hall.save()

    def parse_place__code(self, raw: Any) -> str:
        return as_text(raw)

    def parse_hours(self, raw: Any) -> str:
        return read_hours(raw, lambda text: week_text(read_week(text)) if text else "", 240)


def read_hours(raw: Any, read: Callable[[str], str], most: int) -> str:
    """Hours as they are stored; Wrong names the piece that cannot be read."""
    try:
        return read(text(most)(raw))
    except HoursError as fault:
        raise Wrong(hours_fault(fault.part)) from None


class HallsListing(Table):
    model = Hall
    title = _("Halls")
    url_name = "service:halls"
    nothing = _("Import the list of halls: from the next day on the system says what is due in each.")
    related = ("place", "place__unit")
    transfer = HallsTransfer
    order = ("place__code",)
    columns = (
        Column(
            key="place__code",
            label=_("code"),
            value=lambda row: row.place.code,
            sort=("place__code",),
            quiet=True,
        ),
        Column(
            key="name",
            label=_("name"),
            value=lambda row: row.place.name,
            sort=("place__name",),
            fluid=True,
            width=28,
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: unit_name(row.place),
            export=lambda row: unit_code(row.place),
            sort=("place__unit__path",),
            width=24,
        ),
        Column(key="level", label=_("level"), sort=("level",), numeric=True),
        Column(key="urban", label=_("urban"), sort=("urban",)),
        Column(
            key="hours",
            label=_("opening hours"),
            value=lambda row: shown(row.hours) or None,
            sort=("hours",),
            hidden=True,
            width=48,
        ),
        Column(
            key="open_all_year", label=_("open on days of rest too"), sort=("open_all_year",), hidden=True
        ),
        Column(key="evaluator", label=_("has a satisfaction evaluator"), sort=("evaluator",)),
        Column(key="footfall", label=_("visitors a quarter"), sort=("footfall",), numeric=True),
        Column(key="closed_on", label=_("closed for good on"), sort=("closed_on",), hidden=True),
    )
    filters = (
        Text(key="q", label=_("code or name"), over=("place__code", "place__name")),
        Choice(key="level", label=_("level"), choices=LEVELS),
        Flag(key="urban", label=_("urban only"), where=lambda: Q(urban=True)),
        Flag(key="unknown", label=_("opening hours not known"), where=lambda: Q(hours="")),
        InUnit(key="unit", label=_("unit"), field="place__unit__path"),
    )
    views = (
        View(key="open", label=pgettext_lazy("view", "In service"), where=lambda user: Q(closed_on=None)),
        View(key="all", label=pgettext_lazy("view", "Closed too")),
    )

    def row_url(self, row: Hall) -> str:
        return reverse("service:hall", args=[row.place.code])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New hall"), url=reverse("service:hall-new"), kbd="c")

    def facts(self) -> Facts | None:
        rows: QuerySet[Hall] = self.scope(Hall.objects.filter(closed_on=None).order_by())
        by_level = [
            gettext("level %(n)d: %(count)d") % {"n": n, "count": rows.filter(level=n).count()}
            for n in (1, 2, 3)
        ]
        return Facts(number=rows.count(), words=gettext("halls"), more=tuple(by_level), tone="text")
