"""Community supervisors, and what they told."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Severity
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.web.components.figures import percent
from bihuan.web.listing import Action, Column, Dates, Facts, Flag, InUnit, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, day, flag, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import count_of, person_cell

from ..act.supervision import file_with_centre, take_back_filing, take_tip
from ..forms import FILED
from ..models import Area, Supervisor, Tip
from ..read.supervision import Coverage, coverage, serving
from .calls import moment
from .cells import Table, first_note, keys, looked_up, said_cell

TOLD_ATTRS = {"area": "area_id"}


class SupervisorsTransfer(Transfer):
    """The register of an area's supervisors; a change of what was filed must be filed again."""

    kind = "supervisors"
    model = Supervisor
    key = "number"
    fields = (
        Field(key="number", label=_("register number"), parse=text(32), required=True, aliases=("编号",)),
        Field(
            key="area",
            label=_("area"),
            attr="area_id",
            required=True,
            help=_("code of the area"),
            aliases=("抄表区域",),
        ),
        Field(
            key="name",
            label=pgettext_lazy("person", "name"),
            parse=text(80),
            required=True,
            aliases=("监督员",),
        ),
        Field(key="phone", label=_("phone"), parse=text(32), required=True, aliases=("联系电话",)),
        Field(key="since_on", label=_("supervisor since"), parse=day, required=True, aliases=("聘请日期",)),
        Field(key="until_on", label=_("supervisor until"), parse=day),
        Field(
            key="consent",
            label=_("consent"),
            parse=text(200),
            required=True,
            help=_("when and how they agreed that name and phone are kept and passed on"),
            aliases=("同意",),
        ),
    )

    def start(self) -> None:
        self.areas = keys(self.user, Area.objects.all(), "code")

    def parse_area(self, raw: Any) -> int:
        return looked_up(self.areas, str(raw).split(" ")[0], gettext("no such area in your units"))

    def existing(self) -> QuerySet[Any]:
        return Supervisor.objects.filter(erased_at=None).order_by()

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        found = self.existing().in_bulk([row["number"] for row in rows], field_name="number")
        for values in rows:
            row = found.get(values["number"]) or Supervisor(number=values["number"])
            for key, value in values.items():
                attr = TOLD_ATTRS.get(key, key)
                if key in FILED and getattr(row, attr) != value:
                    row.filed_at = None
                setattr(row, attr, value)
            row.save()


class SupervisorsListing(Table):
    """The file of this table is what the customer-service centre receives."""

    model = Supervisor
    title = _("Community supervisors")
    url_name = "service:supervisors"
    nothing = _("Hire a community supervisor for each meter-reading area, key areas first.")
    related = ("area", "area__unit")
    transfer = SupervisorsTransfer
    template = "service/supervisors.html"
    order = ("area__code", "number")
    columns = (
        Column(key="number", label=_("register number"), sort=("number",), quiet=True),
        Column(key="area", label=_("area"), value=lambda row: str(row.area), sort=("area__code",), width=28),
        Column(key="key", label=_("key area"), value=lambda row: row.area.key_area, sort=("area__key_area",)),
        Column(key="name", label=pgettext_lazy("person", "name"), sort=("name",), fluid=True, width=16),
        Column(key="phone", label=_("phone"), sort=("phone",), width=16),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.area.unit.name,
            sort=("area__unit__path",),
            width=24,
        ),
        Column(key="since_on", label=_("supervisor since"), sort=("since_on",)),
        Column(key="until_on", label=_("supervisor until"), sort=("until_on",), hidden=True),
        Column(
            key="tips", label=_("tips"), value=lambda row: row.told, sort=("told",), numeric=True, width=8
        ),
        Column(key="filed_at", label=_("filed with the service centre"), sort=("filed_at",), width=20),
        Column(key="consent", label=_("consent"), hidden=True, width=40),
    )
    filters = (
        Text(key="q", label=_("area, number or name"), over=("area__code", "area__name", "number", "name")),
        Flag(key="key", label=_("key areas only"), where=lambda: Q(area__key_area=True)),
        InUnit(key="unit", label=_("unit"), field="area__unit__path"),
    )
    views = (
        View(
            key="here",
            label=pgettext_lazy("view", "In service"),
            where=lambda user: serving(timezone.localdate()),
        ),
        View(
            key="unfiled",
            label=pgettext_lazy("view", "Not filed yet"),
            where=lambda user: serving(timezone.localdate()) & Q(filed_at=None),
        ),
        View(key="all", label=pgettext_lazy("view", "Former ones too"), where=lambda user: Q(erased_at=None)),
    )
    actions = (
        Action(
            key="file",
            label=pgettext_lazy("act", "Filed with the service centre"),
            run=file_with_centre,
            verb="edit",
            icon="send",
            undo=take_back_filing,
            before=lambda row: row.filed_at.isoformat() if row.filed_at else None,
        ),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = (
            super().base().filter(erased_at=None).annotate(told=count_of(Tip.objects.all(), "supervisor"))
        )
        return rows

    def row_url(self, row: Supervisor) -> str:
        return reverse("service:supervisor", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New supervisor"), url=reverse("service:supervisor-new"), kbd="c")

    def facts(self) -> Facts | None:
        found = coverage(self.scope(Area.objects.all()), timezone.localdate())
        return Facts(
            number=found.areas - found.covered, words=gettext("areas without a supervisor"), more=said(found)
        )


def said(found: Coverage) -> tuple[str, ...]:
    """All areas and the key areas apart, each with its base."""
    pairs = (
        (gettext("%(n)d of %(all)d areas: %(share)s"), found.covered, found.areas, found.share),
        (
            gettext("%(n)d of %(all)d key areas: %(share)s"),
            found.key_covered,
            found.key_areas,
            found.key_share,
        ),
    )
    return tuple(words % {"n": n, "all": whole, "share": percent(share)} for words, n, whole, share in pairs)


class TipsTransfer(Transfer):
    """Tips come in once: a number that is known already changes nothing."""

    kind = "tips"
    model = Tip
    key = "number"
    fields = (
        Field(key="number", label=_("number"), parse=text(40), required=True, aliases=("编号",)),
        Field(
            key="supervisor",
            label=_("supervisor"),
            required=True,
            help=_("register number"),
            aliases=("监督员编号",),
        ),
        Field(key="tipped_at", label=_("told on"), required=True, aliases=("反映时间",)),
        Field(
            key="text",
            label=_("what the supervisor says"),
            parse=text(4000),
            required=True,
            aliases=("内容",),
        ),
        Field(key="serious", label=_("serious: report at once"), parse=flag, help=_("yes or no")),
    )
    reads = {"supervisor": "", "tipped_at": "", "text": "", "serious": ""}

    def start(self) -> None:
        self.supervisors = keys(self.user, Supervisor.objects.filter(erased_at=None), "number")

    def parse_supervisor(self, raw: Any) -> int:
        return looked_up(self.supervisors, raw, gettext("no such supervisor in your units"))

    def parse_tipped_at(self, raw: Any) -> Any:
        found = moment(raw)
        if found > timezone.now():
            raise Wrong(gettext("A tip cannot come from the future."))
        return found

    def blank(self, field: Field) -> Any:
        return False

    def differs(self, stored: Stored, row: Values) -> bool:
        return False

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        people = Supervisor.objects.select_related("area__unit").in_bulk([row["supervisor"] for row in rows])
        for row in rows:
            take_tip(
                user=self.user,
                number=row["number"],
                supervisor=people[row["supervisor"]],
                text=row["text"],
                tipped_at=row["tipped_at"],
                serious=row.get("serious", False),
            )


class TipsListing(Table):
    model = Tip
    title = _("Tips of supervisors")
    of_customers = True
    url_name = "service:tips"
    nothing = _("What supervisors tell is entered here and becomes a case.")
    related = ("case", "case__unit", "case__owner", "supervisor", "supervisor__area", "told_by")
    transfer = TipsTransfer
    order = ("-case__opened_at", "-pk")
    columns = (
        Column(key="number", label=_("number"), sort=("number",), quiet=True),
        Column(
            key="case", label=_("case"), value=lambda row: row.case.number, sort=("case__number",), quiet=True
        ),
        Column(
            key="area",
            label=_("area"),
            value=lambda row: str(row.supervisor.area),
            sort=("supervisor__area__code",),
            fluid=True,
            width=24,
        ),
        Column(
            key="supervisor",
            label=_("supervisor"),
            value=lambda row: row.supervisor.name,
            export=lambda row: row.supervisor.number,
            sort=("supervisor__name",),
        ),
        Column(
            key="owner",
            label=_("owner"),
            cell=lambda row: person_cell(row.case.owner),
            export=lambda row: str(row.case.owner or ""),
            sort=("case__owner__name",),
        ),
        Column(
            key="state",
            label=_("stage"),
            value=lambda row: row.case.get_state_display(),
            sort=("case__state",),
        ),
        Column(
            key="tipped_at",
            label=_("told on"),
            value=lambda row: row.case.opened_at,
            sort=("case__opened_at",),
            width=20,
        ),
        Column(key="ended_at", label=_("looked into"), sort=("ended_at",), hidden=True, width=20),
        Column(key="due_at", label=_("tell by"), sort=("due_at",), width=20),
        Column(key="told_at", label=_("told"), sort=("told_at",), width=20),
        Column(
            key="serious",
            label=_("serious: report at once"),
            value=lambda row: row.case.severity >= Severity.SERIOUS,
            sort=("case__severity",),
            hidden=True,
        ),
        Column(key="text", label=_("words, numbers removed"), value=said_cell, hidden=True, width=60),
    )
    filters = (
        Text(
            key="q",
            label=_("number, area or supervisor"),
            over=(
                "number",
                "case__number",
                "supervisor__area__code",
                "supervisor__area__name",
                "supervisor__name",
            ),
        ),
        InUnit(key="unit", label=_("unit"), field="case__unit__path"),
        Dates(key="told", label=_("told on"), field="case__opened_at"),
    )
    views = (
        View(
            key="open",
            label=pgettext_lazy("view", "Being looked into"),
            where=lambda user: Q(told_at=None, case__state__in=OPEN),
        ),
        View(
            key="tell",
            label=pgettext_lazy("view", "Supervisor to be told"),
            where=lambda user: Q(told_at=None) & ~Q(case__state__in=OPEN),
        ),
        View(key="all", label=pgettext_lazy("view", "All")),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base().annotate(said=first_note("case"))
        return rows

    def row_url(self, row: Tip) -> str:
        return reverse("case", args=[row.case.number])

    def primary(self) -> Primary | None:
        if not self.may("handle"):
            return None
        return Primary(label=gettext("New tip"), url=reverse("service:tip-new"), kbd="c")

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(Tip.objects.filter(told_at=None).order_by())
        late = rows.filter(due_at__lt=timezone.now()).count()
        return Facts(number=late, words=gettext("not told in time"))
