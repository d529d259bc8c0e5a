"""Stages and touchpoints of the journey as tables and files."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit
from bihuan.web.listing import Choice, Column, InUnit, Primary, Text
from bihuan.web.listing.transfer.fields import Field, flag, text
from bihuan.web.listing.transfer.transfer import Transfer

from ..models import JourneyStage, Touchpoint
from .cells import Table, keys, looked_up, whole


class StagesTransfer(Transfer):
    kind = "journey-stages"
    model = JourneyStage
    key = "code"
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True),
        Field(key="name", label=_("name"), parse=text(80), required=True),
        Field(key="place", label=_("place in the journey"), parse=whole(1000), required=True),
    )


class StagesListing(Table):
    """The whole house's: who may set standards changes them."""

    model = JourneyStage
    title = _("Stages of the journey")
    url_name = "loyalty:stages"
    transfer = StagesTransfer
    import_verb = edit_verb = "standards"
    order = ("place", "code")
    columns = (
        Column(key="place", label=_("place in the journey"), sort=("place",), numeric=True),
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(key="name", label=_("name"), sort=("name",), fluid=True, width=24),
    )
    filters = (Text(key="q", label=_("code or name"), over=("code", "name")),)

    def row_url(self, row: JourneyStage) -> str:
        return reverse("loyalty:stage", args=[row.pk])

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("New stage"), url=reverse("loyalty:stage-new"), kbd="c")
            if self.may("standards")
            else None
        )


class TouchpointsTransfer(Transfer):
    kind = "touchpoints"
    model = Touchpoint
    key = "code"
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True, aliases=("代码",)),
        Field(key="name", label=_("name"), parse=text(80), required=True, aliases=("触点",)),
        Field(
            key="stage", label=_("stage"), attr="stage_id", required=True, help=_("code"), aliases=("阶段",)
        ),
        Field(
            key="unit",
            label=_("department in charge"),
            attr="unit_id",
            required=True,
            help=_("code"),
            aliases=("主管部门",),
        ),
        Field(key="active", label=_("active"), parse=flag),
    )

    def start(self) -> None:
        self.stages = keys(None, JourneyStage.objects.all(), "code")
        self.units = keys(self.user, Unit.objects.all(), "code")

    def parse_stage(self, raw: Any) -> int:
        return looked_up(self.stages, raw, gettext("no such stage of the journey"))

    def parse_unit(self, raw: Any) -> int:
        return looked_up(self.units, raw, gettext("no such unit in your units"))


class TouchpointsListing(Table):
    model = Touchpoint
    title = _("Touchpoints")
    url_name = "loyalty:touchpoints"
    related = ("stage", "unit")
    transfer = TouchpointsTransfer
    order = ("stage__place", "code")
    columns = (
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(key="name", label=_("name"), sort=("name",), fluid=True, width=24),
        Column(
            key="stage",
            label=_("stage"),
            value=lambda row: row.stage.name,
            export=lambda row: row.stage.code,
            sort=("stage__place",),
        ),
        Column(
            key="unit",
            label=_("department in charge"),
            value=lambda row: row.unit.name,
            export=lambda row: row.unit.code,
            sort=("unit__path",),
            width=24,
        ),
        Column(key="active", label=_("active"), sort=("active",)),
    )
    filters = (
        Text(key="q", label=_("code or name"), over=("code", "name")),
        Choice(
            key="stage",
            label=_("stage"),
            choices=lambda user: [(s.pk, s.name) for s in JourneyStage.objects.all()],
            field="stage_id",
        ),
        InUnit(key="unit", label=_("department in charge"), field="unit__path"),
    )

    def row_url(self, row: Touchpoint) -> str:
        return reverse("loyalty:touchpoint", args=[row.pk])

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("New touchpoint"), url=reverse("loyalty:touchpoint-new"), kbd="c")
            if self.may("edit")
            else None
        )
