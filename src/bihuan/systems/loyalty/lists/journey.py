"""Stages and touchpoints of the journey as tables and files."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Choice, Text
from bihuan.web.listing.transfer.fields import Field, flag, text
from bihuan.web.listing.transfer.transfer import Transfer

from ..models import JourneyStage, Touchpoint
from .cells import UNIT, Named, Table, column, in_unit, keys, looked_up, named_by, unit_column, whole
from .programmes import CODE, NAME

IN_CHARGE = _("department in charge")
SEARCH = Text(key="q", label=_("code or name"), over=("code", "name"))


class StagesTransfer(Transfer):
    kind = "journey-stages"
    model = JourneyStage
    key = "code"
    fields = (
        CODE,
        NAME,
        Field(key="place", label=_("place in the journey"), parse=whole(1000), required=True),
    )


class StagesListing(Table):
    """The whole house's: who may set standards changes them."""

    model = JourneyStage
    title = _("Stages of the journey")
    url_name = "loyalty:stages"
    page = ("loyalty:stage", "pk")
    new = (_("New stage"), "loyalty:stage-new", "standards")
    transfer = StagesTransfer
    import_verb = edit_verb = "standards"
    order = ("place", "code")
    columns = (
        column("place", _("place in the journey"), numeric=True),
        column("code", _("code"), quiet=True),
        column("name", _("name"), fluid=True, width=24),
    )
    filters = (SEARCH,)


class TouchpointsTransfer(Named):
    kind = "touchpoints"
    model = Touchpoint
    key = "code"
    fields = (
        CODE,
        Field(key="name", label=_("name"), parse=text(80), required=True, aliases=("触点",)),
        Field(
            key="stage", label=_("stage"), attr="stage_id", required=True, help=_("code"), aliases=("阶段",)
        ),
        Field(
            key="unit", label=IN_CHARGE, attr="unit_id", required=True, help=UNIT.help, aliases=("主管部门",)
        ),
        Field(key="active", label=_("active"), parse=flag),
    )

    def start(self) -> None:
        super().start()
        self.stages = keys(None, JourneyStage.objects.all(), "code")

    def parse_stage(self, raw: Any) -> int:
        return looked_up(self.stages, raw, gettext("no such stage of the journey"))


class TouchpointsListing(Table):
    model = Touchpoint
    title = _("Touchpoints")
    url_name = "loyalty:touchpoints"
    page = ("loyalty:touchpoint", "pk")
    new = (_("New touchpoint"), "loyalty:touchpoint-new", "edit")
    related = ("stage", "unit")
    transfer = TouchpointsTransfer
    order = ("stage__place", "code")
    columns = (
        column("code", _("code"), quiet=True),
        column("name", _("name"), fluid=True, width=24),
        named_by("stage", _("stage"), "stage", sort=("stage__place",)),
        unit_column(label=IN_CHARGE, width=24),
        column("active", _("active")),
    )
    filters = (
        SEARCH,
        Choice(
            key="stage",
            label=_("stage"),
            choices=lambda user: [(s.pk, s.name) for s in JourneyStage.objects.all()],
            field="stage_id",
        ),
        in_unit(label=IN_CHARGE),
    )
