"""Staff of the teams, and meter-reading areas with their readers."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Person
from bihuan.web.listing import Choice, Column, Flag, InUnit, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, day, flag, one_of, text
from bihuan.web.listing.transfer.transfer import Transfer
from bihuan.web.lists.cells import unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..models import Area, Hall, Job, Staff
from ..read.supervision import watched
from .cells import Table, keys, looked_up, whole

CALLED: dict[str, Any] = {
    **dict.fromkeys(("营业", "窗口", "大厅"), Job.CLERK),
    **dict.fromkeys(("抄表", "抄表工"), Job.READER),
    **dict.fromkeys(("业扩", "业扩员", "报装"), Job.EXPANSION),
    **dict.fromkeys(("座席", "座席员", "坐席", "坐席员", "客服", "话务员"), Job.AGENT),
    **dict.fromkeys(("抢修", "抢修员", "检修"), Job.REPAIR),
}
"""What lists of staff call the jobs as well."""


class StaffTransfer(UnitCells, Transfer):
    """People must be there already (`people`); this says in which team they do what."""

    kind = "staff"
    model = Staff
    key = "person__number"
    fields = (
        Field(
            key="person__number",
            label=_("staff number"),
            required=True,
            attr="person_id",
            aliases=("工号",),
        ),
        Field(
            key="unit",
            label=_("team"),
            required=True,
            attr="team_id",
            help=_("code or name of the unit"),
            aliases=("班组",),
        ),
        Field(
            key="job",
            label=_("job"),
            parse=one_of(Job.choices, **CALLED),
            required=True,
            aliases=("岗位", "工种"),
        ),
        Field(key="hall", label=_("hall"), attr="hall_id", help=_("code of the hall"), aliases=("营业厅",)),
        Field(key="left_on", label=_("left on"), parse=day),
    )
    reads = {"person__number": "person__number"}

    def start(self) -> None:
        super().start()
        self.people = keys(self.user, Person.objects.filter(erased_at=None), "number")
        self.halls = keys(self.user, Hall.objects.all(), "place__code")

    def parse_person__number(self, raw: Any) -> str:
        found = as_text(raw)
        if found.casefold() not in self.people:
            raise Wrong(gettext("no such person in your units: import people first"))
        return found

    def parse_hall(self, raw: Any) -> int:
        return looked_up(self.halls, raw, gettext("no such hall in your units"))

    def write(self, rows: Any, *, new: bool) -> None:
        names = {"unit": "team_id", "job": "job", "hall": "hall_id", "left_on": "left_on"}
        found = {
            row.person_id: row
            for row in Staff.objects.filter(person__number__in=[row["person__number"] for row in rows])
        }
        for values in rows:
            key = self.people[values["person__number"].casefold()]
            row = found.get(key) or Staff(person_id=key)
            for name, attr in names.items():
                if name in values:
                    setattr(row, attr, values[name])
            row.save()


class StaffListing(Table):
    model = Staff
    title = _("Staff")
    url_name = "service:staff"
    nothing = _("Import people first, then who works in which team as what.")
    related = ("person", "team", "hall", "hall__place")
    transfer = StaffTransfer
    order = ("person__number",)
    columns = (
        Column(
            key="person__number",
            label=_("staff number"),
            value=lambda row: row.person.number,
            sort=("person__number",),
            quiet=True,
        ),
        Column(
            key="name",
            label=pgettext_lazy("person", "name"),
            value=lambda row: row.person.name,
            sort=("person__name",),
            fluid=True,
            width=16,
        ),
        Column(
            key="unit",
            label=_("team"),
            value=lambda row: row.team.name,
            export=lambda row: row.team.code,
            sort=("team__path",),
            width=24,
        ),
        Column(key="job", label=_("job"), value=lambda row: row.get_job_display(), sort=("job",)),
        Column(
            key="hall",
            label=_("hall"),
            value=lambda row: row.hall.place.code if row.hall else None,
            sort=("hall__place__code",),
        ),
        Column(key="left_on", label=_("left on"), sort=("left_on",), hidden=True),
    )
    filters = (
        Text(key="q", label=_("number or name"), over=("person__number", "person__name")),
        Choice(key="job", label=_("job"), choices=Job.choices),
        InUnit(key="unit", label=_("team"), field="team__path"),
    )
    views = (
        View(key="here", label=pgettext_lazy("view", "In service"), where=lambda user: Q(left_on=None)),
        View(key="all", label=pgettext_lazy("view", "Who left too")),
    )

    def row_url(self, row: Staff) -> str:
        return reverse("service:member", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New member of staff"), url=reverse("service:member-new"), kbd="c")


class AreasTransfer(UnitCells, Transfer):
    kind = "areas"
    model = Area
    key = "code"
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True, aliases=("编号",)),
        Field(key="name", label=_("name"), parse=text(80), required=True, aliases=("名称",)),
        Field(key="unit", label=_("unit"), required=True, attr="unit_id", help=_("code or name of the unit")),
        Field(
            key="reader",
            label=_("meter reader"),
            attr="reader_id",
            help=_("staff number"),
            aliases=("抄表员",),
        ),
        Field(
            key="customers",
            label=_("number of customers"),
            parse=whole(10_000_000),
            aliases=("户数", "用户数"),
        ),
        Field(key="key_area", label=_("key area"), parse=flag, help=_("yes or no")),
        Field(key="closed_on", label=_("given up on"), parse=day),
    )

    def start(self) -> None:
        super().start()
        self.readers = keys(self.user, Staff.objects.filter(job=Job.READER), "person__number")

    def parse_reader(self, raw: Any) -> int:
        return looked_up(self.readers, raw, gettext("no meter reader with this number in your units"))


class AreasListing(Table):
    model = Area
    title = _("Meter-reading areas")
    url_name = "service:areas"
    nothing = _("Import the areas with their readers and customers.")
    related = ("unit", "reader", "reader__person")
    transfer = AreasTransfer
    order = ("code",)
    columns = (
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(key="name", label=_("name"), sort=("name",), fluid=True, width=28),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(
            key="reader",
            label=_("meter reader"),
            value=lambda row: row.reader.person.name if row.reader else None,
            export=lambda row: row.reader.person.number if row.reader else None,
            sort=("reader__person__name",),
        ),
        Column(key="customers", label=_("number of customers"), sort=("customers",), numeric=True),
        Column(key="key_area", label=_("key area"), sort=("key_area",)),
        Column(key="closed_on", label=_("given up on"), sort=("closed_on",), hidden=True),
    )
    filters = (
        Text(key="q", label=_("code or name"), over=("code", "name")),
        Flag(key="key", label=_("key areas only"), where=lambda: Q(key_area=True)),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )
    views = (
        View(key="open", label=pgettext_lazy("view", "In service"), where=lambda user: Q(closed_on=None)),
        View(
            key="unwatched",
            label=pgettext_lazy("view", "Without a supervisor"),
            where=lambda user: Q(closed_on=None) & ~Q(watched(timezone.localdate())),
        ),
        View(key="all", label=pgettext_lazy("view", "Given up too")),
    )

    def row_url(self, row: Area) -> str:
        return reverse("service:area", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New area"), url=reverse("service:area-new"), kbd="c")
