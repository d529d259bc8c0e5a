"""Programmes, their arms, classes of customers, and what was borrowed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit
from bihuan.web.listing import Choice, Text
from bihuan.web.listing.transfer.fields import Field, day, one_of, text
from bihuan.web.listing.transfer.transfer import Values

from ..act import join
from ..models import Arm, Borrowed, Frame, Member, Programme, Step
from .cells import (
    PROGRAMME,
    UNIT,
    Named,
    Table,
    Together,
    column,
    in_unit,
    keys,
    looked_up,
    named_by,
    programme_column,
    unit_column,
    whole,
)

CODE = Field(key="code", label=_("code"), parse=text(32), required=True, aliases=("代码",))
NAME = Field(key="name", label=_("name"), parse=text(80), required=True, aliases=("名称",))
NUMBER = Field(key="number", label=_("number"), parse=text(32), required=True, aliases=("编号",))


class ProgrammesTransfer(Named):
    """New programmes; one that is there already keeps its stage, which only steps change."""

    kind = "programmes"
    model = Programme
    key = "code"
    fields = (
        CODE,
        NAME,
        UNIT,
        Field(key="starts_on", label=_("loop starts on"), parse=day, required=True),
        Field(key="note", label=_("note"), parse=text(2000)),
    )

    def start(self) -> None:
        super().start()
        running = Programme.objects.exclude(stage=Step.PREPARED)
        self.begun = {str(code): on for code, on in running.values_list("code", "starts_on")}

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        begun = self.begun.get(row["code"])
        if begun and begun != row["starts_on"]:
            yield "starts_on", gettext("The loop has started: its start cannot be moved.")


class ProgrammesListing(Table):
    model = Programme
    title = _("Programmes")
    url_name = "loyalty:programmes"
    page = ("loyalty:programme", "pk")
    new = (_("New programme"), "loyalty:programme-new", "edit")
    related = ("unit", "leader")
    transfer = ProgrammesTransfer
    order = ("code",)
    columns = (
        column("code", _("code"), quiet=True),
        column("name", _("name"), fluid=True, width=24),
        unit_column(),
        column("stage", _("stage")),
        column("starts_on", _("loop starts on")),
        column("rolled_out_on", _("rolled out on")),
        column("paused_at", _("asking is paused since"), width=20),
        column("units", _("units"), value=lambda row: row.units, numeric=True),
        named_by("leader", _("leader"), "leader", code="name", sort=("leader__name",)),
        column("note", _("note"), sort=(), hidden=True, width=40),
    )
    filters = (
        Text(key="q", label=_("code or name"), over=("code", "name")),
        Choice(key="stage", label=_("stage"), choices=Step.choices),
        in_unit(),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base().annotate(units=Count("members"))
        return rows


class MembersTransfer(Together):
    kind = "arms"
    model = Member
    key = "pk"
    together = ("programme", "unit")
    place = "programme__unit__path"
    fields = (
        PROGRAMME,
        UNIT,
        Field(key="arm", label=_("arm"), parse=one_of(Arm.choices), required=True),
    )

    def start(self) -> None:
        super().start()
        rows = Member.objects.exclude(programme__stage=Step.PREPARED)
        self.fixed = {
            (programme, unit): arm for programme, unit, arm in rows.values_list("programme", "unit", "arm")
        }

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        """What was compared stays compared: no unit changes sides once the loop runs."""
        if self.fixed.get((row["programme"], row["unit"]), row["arm"]) != row["arm"]:
            yield "arm", gettext("The loop has started: its arms are what they are.")

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        """A new unit joins by the act, which knows what lies within what; an arm may be changed before."""
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
    page = ("loyalty:programme", "programme_id")
    related = ("programme", "unit")
    transfer = MembersTransfer
    order = ("programme__code", "-arm", "unit__path")
    columns = (programme_column(), unit_column(fluid=True, width=24), column("arm", _("arm")))
    filters = (
        Text(key="q", label=_("code or name"), over=("unit__code", "unit__name")),
        Choice(key="arm", label=_("arm"), choices=Arm.choices),
    )


class FramesTransfer(Together):
    kind = "customer-classes"
    model = Frame
    key = "pk"
    together = ("programme", "dimension", "key")
    place = "programme__unit__path"
    fields = (
        PROGRAMME,
        Field(key="dimension", label=_("dimension"), parse=one_of(Frame.Dimension.choices), required=True),
        Field(key="key", label=_("class"), parse=text(48), required=True, help=_("for a unit its code")),
        Field(key="size", label=_("customers"), parse=whole(2_000_000_000), required=True),
    )


class FramesListing(Table):
    model = Frame
    title = _("Classes of customers")
    url_name = "loyalty:frames"
    page = ("loyalty:programme", "programme_id")
    related = ("programme", "programme__unit")
    transfer = FramesTransfer
    order = ("programme__code", "dimension", "key")
    columns = (
        programme_column(),
        column("dimension", _("dimension")),
        column("key", _("class"), fluid=True),
        column("size", _("customers"), numeric=True),
    )
    filters = (
        Text(key="q", label=_("class"), over=("key",)),
        Choice(key="dimension", label=_("dimension"), choices=Frame.Dimension.choices),
    )


class BorrowedTransfer(Named):
    kind = "borrowed"
    model = Borrowed
    key = "number"
    fields = (
        NUMBER,
        PROGRAMME,
        Field(key="lender", label=_("lent by"), attr="lender_id", required=True, help=_("code of the unit")),
        Field(key="kind", label=_("kind"), parse=one_of(Borrowed.Kind.choices), required=True),
        Field(key="what", label=_("what"), parse=text(120), required=True),
        Field(key="since_on", label=_("since"), parse=day, required=True),
        Field(key="until_on", label=_("until"), parse=day),
    )

    def start(self) -> None:
        super().start()
        self.lenders = keys(None, Unit.objects.all(), "code")

    def parse_lender(self, raw: Any) -> int:
        """Anybody may lend, outside of the account's units too."""
        return looked_up(self.lenders, raw, gettext("no such unit"))

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        if row.get("until_on") and row["until_on"] < row["since_on"]:
            yield "until_on", gettext("It ends before it begins.")


class BorrowedListing(Table):
    model = Borrowed
    title = _("Borrowed resources")
    url_name = "loyalty:borrowed"
    page = ("loyalty:loan", "pk")
    new = (_("New entry"), "loyalty:loan-new", "edit")
    related = ("programme", "lender")
    transfer = BorrowedTransfer
    order = ("-since_on", "number")
    columns = (
        column("number", _("number"), quiet=True),
        column("what", _("what"), fluid=True, width=32),
        column("kind", _("kind")),
        unit_column("lender", _("lent by")),
        programme_column(),
        column("since_on", _("since")),
        column("until_on", _("until")),
    )
    filters = (
        Text(key="q", label=_("what or number"), over=("number", "what", "lender__name")),
        Choice(key="kind", label=_("kind"), choices=Borrowed.Kind.choices),
    )
