"""Programmes, their arms, classes of customers, and what was borrowed."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit
from bihuan.web.listing import Choice, Column, InUnit, Primary, Text
from bihuan.web.listing.transfer.fields import Field, day, one_of, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values

from ..act import join
from ..models import Arm, Borrowed, Frame, Member, Programme, Step
from .cells import Table, keys, looked_up, whole


class ProgrammesTransfer(Transfer):
    """New programmes; one that is there already keeps its stage, which only steps change."""

    kind = "programmes"
    model = Programme
    key = "code"
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True, aliases=("代码",)),
        Field(key="name", label=_("name"), parse=text(80), required=True, aliases=("名称",)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code")),
        Field(key="starts_on", label=_("loop starts on"), parse=day, required=True),
        Field(key="note", label=_("note"), parse=text(2000)),
    )

    def start(self) -> None:
        self.units = keys(self.user, Unit.objects.all(), "code")

    def parse_unit(self, raw: Any) -> int:
        return looked_up(self.units, raw, gettext("no such unit in your units"))


class ProgrammesListing(Table):
    model = Programme
    title = _("Programmes")
    url_name = "loyalty:programmes"
    related = ("unit", "leader")
    transfer = ProgrammesTransfer
    order = ("code",)
    columns = (
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(key="name", label=_("name"), sort=("name",), fluid=True, width=24),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.unit.name,
            export=lambda row: row.unit.code,
            sort=("unit__path",),
            width=20,
        ),
        Column(key="stage", label=_("stage"), sort=("stage",)),
        Column(key="starts_on", label=_("loop starts on"), sort=("starts_on",)),
        Column(key="rolled_out_on", label=_("rolled out on"), sort=("rolled_out_on",)),
        Column(key="units", label=_("units"), value=lambda row: row.units, sort=("units",), numeric=True),
        Column(
            key="leader", label=_("leader"), value=lambda row: str(row.leader or ""), sort=("leader__name",)
        ),
        Column(key="note", label=_("note"), hidden=True, width=40),
    )
    filters = (
        Text(key="q", label=_("code or name"), over=("code", "name")),
        Choice(key="stage", label=_("stage"), choices=Step.choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base().annotate(units=Count("members"))
        return rows

    def row_url(self, row: Programme) -> str:
        return reverse("loyalty:programme", args=[row.pk])

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("New programme"), url=reverse("loyalty:programme-new"), kbd="c")
            if self.may("edit")
            else None
        )


class _OfProgramme(Transfer):
    """Rows that a programme and something of their own name together."""

    own = ""

    def start(self) -> None:
        self.programmes = keys(self.user, Programme.objects.all(), "code")
        self.units = keys(self.user, Unit.objects.all(), "code")

    def parse_programme(self, raw: Any) -> int:
        return looked_up(self.programmes, raw, gettext("no such programme in your units"))

    def parse_unit(self, raw: Any) -> int:
        return looked_up(self.units, raw, gettext("no such unit in your units"))

    def stored(self, found: Sequence[Any]) -> dict[Any, Stored]:
        names = [self.reads.get(name, self.attr(field)) for name, field in self._named()]
        attrs = {field.key: self.attr(field) for field in self.fields}
        rows = self.existing().filter(programme__in={each[0] for each in found})
        wanted = set(found)
        made = {}
        for row in rows.values("pk", "programme__unit__path", *names, *attrs.values()):
            key = tuple(row[name] for name in names)
            if key in wanted:
                values = {name: row[attr] for name, attr in attrs.items()}
                made[key] = Stored(row["pk"], row["programme__unit__path"], values)
        return made

    def _named(self) -> list[tuple[str, Field]]:
        by_key = {field.key: field for field in self.fields}
        return [(name, by_key[name]) for name in self.together]

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            values = {self.attr(field): row[field.key] for field in self.fields if field.key in row}
            named = {self.attr(field): values.pop(self.attr(field)) for _name, field in self._named()}
            self.model._default_manager.update_or_create(**named, defaults=values)


class MembersTransfer(_OfProgramme):
    kind = "arms"
    model = Member
    key = "pk"
    together = ("programme", "unit")
    fields = (
        Field(key="programme", label=_("programme"), attr="programme_id", required=True, help=_("code")),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code")),
        Field(key="arm", label=_("arm"), parse=one_of(Arm.choices), required=True),
    )

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        """A new unit joins by the act, which knows what lies within what; an arm may be changed."""
        if not new:
            super().write(rows, new=False)
            return
        programmes = Programme.objects.select_related("unit").in_bulk({row["programme"] for row in rows})
        units = Unit.objects.in_bulk({row["unit"] for row in rows})
        for row in rows:
            join(
                programme=programmes[row["programme"]],
                unit=units[row["unit"]],
                arm=row["arm"],
                user=self.user,
            )


class MembersListing(Table):
    model = Member
    title = _("Arms")
    url_name = "loyalty:members"
    related = ("programme", "unit")
    transfer = MembersTransfer
    order = ("programme__code", "-arm", "unit__path")
    columns = (
        Column(
            key="programme",
            label=_("programme"),
            value=lambda row: row.programme.name,
            export=lambda row: row.programme.code,
            sort=("programme__code",),
            width=24,
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.unit.name,
            export=lambda row: row.unit.code,
            sort=("unit__path",),
            fluid=True,
            width=24,
        ),
        Column(key="arm", label=_("arm"), sort=("arm",)),
    )
    filters = (
        Text(key="q", label=_("unit"), over=("unit__code", "unit__name")),
        Choice(key="arm", label=_("arm"), choices=Arm.choices),
    )

    def row_url(self, row: Member) -> str:
        return reverse("loyalty:programme", args=[row.programme_id])


class FramesTransfer(_OfProgramme):
    kind = "customer-classes"
    model = Frame
    key = "pk"
    together = ("programme", "dimension", "key")
    fields = (
        Field(key="programme", label=_("programme"), attr="programme_id", required=True, help=_("code")),
        Field(key="dimension", label=_("dimension"), parse=one_of(Frame.Dimension.choices), required=True),
        Field(key="key", label=_("class"), parse=text(48), required=True, help=_("for a unit its code")),
        Field(key="size", label=_("customers"), parse=whole(2_000_000_000), required=True),
    )


class FramesListing(Table):
    model = Frame
    title = _("Classes of customers")
    url_name = "loyalty:frames"
    related = ("programme", "programme__unit")
    transfer = FramesTransfer
    order = ("programme__code", "dimension", "key")
    columns = (
        Column(
            key="programme",
            label=_("programme"),
            value=lambda row: row.programme.name,
            export=lambda row: row.programme.code,
            sort=("programme__code",),
            width=24,
        ),
        Column(key="dimension", label=_("dimension"), sort=("dimension",)),
        Column(key="key", label=_("class"), sort=("key",), fluid=True),
        Column(key="size", label=_("customers"), sort=("size",), numeric=True),
    )
    filters = (
        Text(key="q", label=_("class"), over=("key",)),
        Choice(key="dimension", label=_("dimension"), choices=Frame.Dimension.choices),
    )

    def row_url(self, row: Frame) -> str:
        return reverse("loyalty:programme", args=[row.programme_id])


class BorrowedTransfer(Transfer):
    kind = "borrowed"
    model = Borrowed
    key = "number"
    fields = (
        Field(key="number", label=_("number"), parse=text(32), required=True, aliases=("编号",)),
        Field(key="programme", label=_("programme"), attr="programme_id", required=True, help=_("code")),
        Field(key="lender", label=_("lent by"), attr="lender_id", required=True, help=_("code of the unit")),
        Field(key="kind", label=_("kind"), parse=one_of(Borrowed.Kind.choices), required=True),
        Field(key="what", label=_("what"), parse=text(120), required=True),
        Field(key="since_on", label=_("since"), parse=day, required=True),
        Field(key="until_on", label=_("until"), parse=day),
    )

    def start(self) -> None:
        self.programmes = keys(self.user, Programme.objects.all(), "code")
        self.units = keys(None, Unit.objects.all(), "code")

    def parse_programme(self, raw: Any) -> int:
        return looked_up(self.programmes, raw, gettext("no such programme in your units"))

    def parse_lender(self, raw: Any) -> int:
        return looked_up(self.units, raw, gettext("no such unit"))


class BorrowedListing(Table):
    model = Borrowed
    title = _("Borrowed resources")
    url_name = "loyalty:borrowed"
    related = ("programme", "lender")
    transfer = BorrowedTransfer
    order = ("-since_on", "number")
    columns = (
        Column(key="number", label=_("number"), sort=("number",), quiet=True),
        Column(key="what", label=_("what"), sort=("what",), fluid=True, width=32),
        Column(key="kind", label=_("kind"), sort=("kind",)),
        Column(
            key="lender",
            label=_("lent by"),
            value=lambda row: row.lender.name,
            export=lambda row: row.lender.code,
            sort=("lender__path",),
            width=20,
        ),
        Column(
            key="programme",
            label=_("programme"),
            value=lambda row: row.programme.name,
            export=lambda row: row.programme.code,
            sort=("programme__code",),
            width=24,
        ),
        Column(key="since_on", label=_("since"), sort=("since_on",)),
        Column(key="until_on", label=_("until"), sort=("until_on",)),
    )
    filters = (
        Text(key="q", label=_("what or number"), over=("number", "what", "lender__name")),
        Choice(key="kind", label=_("kind"), choices=Borrowed.Kind.choices),
    )

    def row_url(self, row: Borrowed) -> str:
        return reverse("loyalty:loan", args=[row.pk])

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("New entry"), url=reverse("loyalty:loan-new"), kbd="c")
            if self.may("edit")
            else None
        )
