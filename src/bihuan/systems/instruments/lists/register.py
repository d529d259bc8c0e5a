"""The register of instruments, and who may use which."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_network
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Place, User
from bihuan.kernel.scope import visible
from bihuan.web.listing import Action, Choice, Column, Facts, InUnit, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, flag, one_of, text
from bihuan.web.listing.transfer.transfer import Transfer, Values
from bihuan.web.lists.cells import person_cell, unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..act import archive, arm, publish, set_maintenance, unarchive
from ..models import Instrument
from ..rules.codes import speakable, takes_a_page
from .cells import Options, Table

ENCODINGS = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))


def whole(most: int) -> Any:
    """A parser of whole numbers from 0 to `most`."""

    def parse(raw: Any) -> int:
        found = as_text(raw)
        if not (found.isascii() and found.isdigit()) or int(found) > most:
            raise Wrong(gettext("not a whole number up to %(n)d") % {"n": most})
        return int(found)

    return parse


def networks(raw: Any) -> list[str]:
    """Addresses and networks, separated by blanks or commas, in CIDR form."""
    try:
        return [str(ip_network(part, strict=False)) for part in as_text(raw).replace(",", " ").split()]
    except ValueError:
        raise Wrong(gettext("not a network such as 10.1.2.0/24")) from None


class InstrumentsTransfer(UnitCells, Transfer):
    """An ID that exists, in whatever case, is that instrument; nothing is ever archived by a file."""

    kind = "instruments"
    model = Instrument
    key = "code"
    most = 20_000
    fields = (
        Field(key="code", label=_("instrument ID"), required=True, aliases=("ID", "仪器编号")),
        Field(
            key="name", label=_("instrument name"), parse=text(80), required=True, aliases=("name", "名称")
        ),
        Field(
            key="place",
            label=_("floor and place"),
            attr="place_id",
            help=_("code of a place"),
            aliases=("位置",),
        ),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="owner", label=_("case owner"), attr="owner_id", help=_("user name")),
        Field(key="rest_minutes", label=_("rest in minutes"), parse=whole(10_000)),
        Field(key="silence_s", label=_("offline case after seconds"), parse=whole(604_800)),
        Field(key="overlong_h", label=_("overlong after hours"), parse=whole(10_000)),
        Field(key="card_format", label=_("card format"), parse=one_of(Instrument.CardFormat.choices)),
        Field(key="encoding", label=_("roster encoding"), parse=one_of(ENCODINGS)),
        Field(
            key="addresses",
            label=_("allowed addresses"),
            parse=networks,
            help=_("networks, separated by blanks"),
        ),
        Field(key="service_hours", label=_("service after running hours"), parse=whole(100_000)),
        Field(key="service_days", label=_("service after days"), parse=whole(10_000)),
        Field(key="maintenance", label=_("under maintenance"), parse=flag, help=_("yes or no")),
    )

    def start(self) -> None:
        super().start()
        self.known = dict(Instrument.objects.values_list("folded", "code"))
        self.places = _keys(self.user, Place.objects.all(), "code")
        self.owners = _keys(self.user, User.objects.filter(is_active=True), "username")
        self.spelled: dict[str, str] = {}

    def parse_code(self, raw: Any) -> str:
        code = as_text(raw)
        known = self.known.get(code.casefold())
        if known is None and not speakable(code):
            raise Wrong(gettext("no terminal could speak this ID: letters, digits, Han and _ . - only"))
        if known is None and takes_a_page(code):
            raise Wrong(gettext("the address of another page"))
        earlier = self.spelled.setdefault(code.casefold(), code)
        if known is None and earlier != code:
            raise Wrong(gettext("the same as %(code)s") % {"code": earlier})
        return known or code

    def parse_place(self, raw: Any) -> int:
        return _looked_up(self.places, raw, gettext("no such place in your units"))

    def parse_owner(self, raw: Any) -> int:
        return _looked_up(self.owners, raw, gettext("no such account in your units"))

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        given = {field.key: self.attr(field) for field in self.fields if field.key in rows[0]}
        if new:
            made = [Instrument(**{given[key]: row[key] for key in given}) for row in rows]
            for row in made:
                row.folded = row.code.casefold()
                arm(row)
            Instrument.objects.bulk_create(made)
            return
        stored = Instrument.objects.in_bulk([row["code"] for row in rows], field_name="code")
        for values in rows:
            for key, attr in given.items():
                setattr(stored[values["code"]], attr, values[key])
        names = [attr.removesuffix("_id") for attr in given.values() if attr != "code"]
        Instrument.objects.bulk_update(stored.values(), names)

    def done(self, rows: Iterable[Values]) -> None:
        publish(Instrument.objects.filter(code__in=[row["code"] for row in rows]))


def _keys(user: User | None, rows: QuerySet[Any], name: str) -> dict[str, int]:
    found = rows if user is None else visible(user, rows)
    return {key.casefold(): pk for key, pk in found.values_list(name, "pk")}


def _looked_up(known: dict[str, int], raw: Any, why: str) -> int:
    found = known.get(as_text(raw).casefold())
    if found is None:
        raise Wrong(why)
    return found


def roster_cell(row: Instrument) -> SafeString:
    """Delivered only when the terminal has proven it."""
    if row.roster_delivered >= row.roster_version:
        return format_html("v{}", row.roster_version)
    return format_html('<span class="bh-text-2">v{} → v{}</span>', row.roster_delivered, row.roster_version)


def place_choices(user: User | None) -> Options:
    rows = Place.objects.exclude(floor="").order_by("floor")
    found = rows if user is None else visible(user, rows)
    return [(floor, floor) for floor in found.values_list("floor", flat=True).distinct()]


def restore_maintenance(*, row: Instrument, user: User, before: bool) -> None:
    set_maintenance(row=row, user=user, on=before)


def restore_archived(*, row: Instrument, user: User, before: bool) -> None:
    (archive if before else unarchive)(row=row, user=user)


class InstrumentsListing(Table):
    model = Instrument
    title = _("Register of instruments")
    url_name = "instruments:list"
    related = ("place", "unit", "owner")
    transfer = InstrumentsTransfer
    order = ("code",)
    columns = (
        Column(key="code", label=_("instrument ID"), sort=("code",), quiet=True),
        Column(key="name", label=_("instrument name"), sort=("name",), fluid=True, width=24),
        Column(
            key="place",
            label=_("floor and place"),
            value=lambda row: row.place.code if row.place else None,
            sort=("place__code",),
        ),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(
            key="owner",
            label=_("case owner"),
            cell=lambda row: person_cell(row.owner),
            export=lambda row: row.owner.username if row.owner else None,
            sort=("owner__name",),
        ),
        Column(key="rest_minutes", label=_("rest in minutes"), sort=("rest_minutes",), numeric=True),
        Column(
            key="service_hours", label=_("service after running hours"), sort=("service_hours",), numeric=True
        ),
        Column(key="service_days", label=_("service after days"), sort=("service_days",), numeric=True),
        Column(key="serviced_at", label=_("last serviced"), sort=("serviced_at",), hidden=True, width=20),
        Column(key="roster", label=_("roster"), value=lambda row: row.roster_version, cell=roster_cell),
        Column(
            key="silence_s",
            label=_("offline case after seconds"),
            sort=("silence_s",),
            numeric=True,
            hidden=True,
        ),
        Column(
            key="overlong_h", label=_("overlong after hours"), sort=("overlong_h",), numeric=True, hidden=True
        ),
        Column(
            key="card_format",
            label=_("card format"),
            export=lambda row: row.card_format or None,
            sort=("card_format",),
            hidden=True,
        ),
        Column(key="encoding", label=_("roster encoding"), sort=("encoding",), hidden=True),
        Column(
            key="addresses",
            label=_("allowed addresses"),
            value=lambda row: " ".join(row.addresses),
            hidden=True,
        ),
        Column(key="maintenance", label=_("under maintenance"), sort=("maintenance",)),
        Column(key="archived_at", label=_("archived"), sort=("archived_at",), hidden=True, width=20),
    )
    filters = (
        Text(key="q", label=_("ID, name or place"), over=("code", "name", "place__code", "place__name")),
        Choice(key="floor", label=_("floor"), choices=place_choices, field="place__floor"),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )
    views = (
        View(
            key="active",
            label=pgettext_lazy("view", "In the register"),
            where=lambda user: Q(archived_at=None),
        ),
        View(
            key="maintenance",
            label=pgettext_lazy("view", "Under maintenance"),
            where=lambda user: Q(archived_at=None, maintenance=True),
        ),
        View(
            key="archived", label=pgettext_lazy("view", "Archived"), where=lambda user: ~Q(archived_at=None)
        ),
    )
    actions = (
        Action(
            key="repair",
            label=pgettext_lazy("act", "Begin maintenance"),
            run=lambda row, user: set_maintenance(row=row, user=user, on=True),
            undo=restore_maintenance,
            before=lambda row: row.maintenance,
            verb="edit",
            icon="tool",
        ),
        Action(
            key="repaired",
            label=pgettext_lazy("act", "End maintenance"),
            run=lambda row, user: set_maintenance(row=row, user=user, on=False),
            undo=restore_maintenance,
            before=lambda row: row.maintenance,
            verb="edit",
            icon="check",
        ),
        Action(
            key="archive",
            label=pgettext_lazy("act", "Archive"),
            run=archive,
            verb="edit",
            icon="archive",
            undo=restore_archived,
            before=lambda row: row.archived_at is not None,
        ),
        Action(
            key="unarchive",
            label=pgettext_lazy("act", "Take back"),
            run=unarchive,
            verb="edit",
            icon="refresh",
            undo=restore_archived,
            before=lambda row: row.archived_at is not None,
        ),
    )

    def row_url(self, row: Instrument) -> str:
        return reverse("instruments:instrument", args=[row.code])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New instrument"), url=reverse("instruments:new"), kbd="c")

    def facts(self) -> Facts | None:
        rows = self.scope(Instrument.objects.filter(archived_at=None))
        return Facts(number=rows.count(), words=gettext("instruments"), tone="text")
