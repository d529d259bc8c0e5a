"""Single days of halls: closed for a repair, open on a holiday."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Column, Dates, InUnit, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, day, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values

from ..models import Hall, HallDay
from ..rules.opening import USUAL, read_day
from .cells import Table, keys, looked_up
from .halls import read_hours


class HallDaysTransfer(Transfer):
    """A row is one day of one hall; told again it takes the place of what was known."""

    kind = "hall-days"
    model = HallDay
    key = "hall__place__code"
    together = ("hall__place__code", "on")
    most = 50_000
    fields = (
        Field(
            key="hall__place__code",
            label=_("hall"),
            required=True,
            help=_("code of the hall"),
            aliases=("营业厅编号",),
        ),
        Field(key="on", label=_("date"), parse=day, required=True, aliases=("日期",)),
        Field(
            key="hours",
            label=_("opening hours of the day"),
            help=_("such as 9:00-12:00; empty: the hall is closed"),
            aliases=("营业时间",),
        ),
        Field(key="note", label=_("reason"), parse=text(120), aliases=("原因", "备注")),
    )

    def start(self) -> None:
        self.halls = keys(self.user, Hall.objects.all(), "place__code")
        self.codes = {pk: code for code, pk in self.halls.items()}

    def parse_hall__place__code(self, raw: Any) -> str:
        return self.codes[looked_up(self.halls, raw, gettext("no such hall in your units"))]

    def parse_hours(self, raw: Any) -> str:
        return read_hours(raw, read_day, 80)

    def blank(self, field: Field) -> Any:
        return ""

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        halls = [self.halls[code] for code, _on in keys]
        rows = HallDay.objects.filter(hall__in=halls, on__in={on for _code, on in keys})
        return {
            (self.codes[hall], on): Stored(pk, path, {"hours": hours, "note": note})
            for pk, hall, on, hours, note, path in rows.order_by().values_list(
                "pk", "hall_id", "on", "hours", "note", "hall__place__unit__path"
            )
            if hall in self.codes
        }

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            values = {key: row[key] for key in ("hours", "note") if key in row}
            where = {"hall_id": self.halls[row["hall__place__code"]], "on": row["on"]}
            HallDay.objects.update_or_create(defaults=values, **where)


def hours_words(row: HallDay) -> str:
    if row.hours == USUAL:
        return gettext("as usual")
    return row.hours or pgettext("hours", "closed")


class HallDaysListing(Table):
    model = HallDay
    title = _("Special days of halls")
    url_name = "service:hall-days"
    related = ("hall__place",)
    transfer = HallDaysTransfer
    order = ("-on", "hall__place__code")
    columns = (
        Column(key="on", label=_("date"), sort=("on",), quiet=True, width=14),
        Column(
            key="hall__place__code",
            label=_("hall"),
            value=lambda row: f"{row.hall.code} {row.hall}",
            export=lambda row: row.hall.code,
            sort=("hall__place__code",),
            fluid=True,
            width=28,
        ),
        Column(
            key="hours",
            label=_("opening hours of the day"),
            value=hours_words,
            sort=("hours",),
            width=28,
        ),
        Column(key="note", label=_("reason"), sort=("note",), width=32),
    )
    filters = (
        Text(key="q", label=_("hall or reason"), over=("hall__place__code", "hall__place__name", "note")),
        InUnit(key="unit", label=_("unit"), field="hall__place__unit__path"),
        Dates(key="on", label=_("date"), field="on", instants=False),
    )
    views = (
        View(
            key="coming",
            label=pgettext_lazy("view", "From today on"),
            where=lambda user: Q(on__gte=timezone.localdate()),
            yields=True,
        ),
        View(key="all", label=pgettext_lazy("view", "All")),
    )

    def row_url(self, row: HallDay) -> str:
        return reverse("service:hall-day", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New special day"), url=reverse("service:hall-day-new"), kbd="c")
