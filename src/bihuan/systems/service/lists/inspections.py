"""The log of video checks, visits and scored inspections; a row of a file is a signed record."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit, User
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import number
from bihuan.web.listing import Choice, Column, Dates, Facts, Flag, InUnit, Person, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, instant, one_of, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import count_of, person_cell, unit_code, unit_name

from ..act.inspections import Filled, fault_words, inspect, may_inspect, works_there
from ..models import Hall, Inspection, InspectionKind, InspectionPhoto, InspectionRemark, Scorecard
from ..read.duties import centres
from ..read.inspections import card_for
from ..read.scorecards import items_of
from ..rules.inspection import faults, marks_text, read_findings, read_marks
from ..rules.scorecard import Item, total
from .cells import Table, keys, looked_up

VALID = Q(voided_at=None)


class InspectionsTransfer(Transfer):
    """Records come in once, signed by who made them: a number that is known changes nothing.

    Where the code is none of a hall it may be that of a team of the customer-service centre.
    """

    kind = "inspections"
    model = Inspection
    key = "number"
    most = 20_000
    fields = (
        Field(key="number", label=_("number"), parse=text(40), required=True, aliases=("编号", "记录编号")),
        Field(
            key="kind",
            label=_("kind"),
            parse=one_of(InspectionKind.choices),
            required=True,
            aliases=("检查类型",),
        ),
        Field(
            key="hall",
            label=_("hall"),
            required=True,
            help=_("code of the hall, or of a team of the customer-service centre"),
            aliases=("营业厅编号", "单位编号"),
        ),
        Field(key="at", label=_("time"), required=True, aliases=("检查时间",)),
        Field(
            key="by",
            label=pgettext_lazy("inspection", "by"),
            required=True,
            help=_("user name of who inspected"),
            aliases=("检查人",),
        ),
        Field(
            key="marks",
            label=_("marks"),
            parse=text(400),
            required=True,
            help=_("one for each item of the scorecard, in its order: 10 8 - 5; “-” does not apply"),
            aliases=("各项得分",),
        ),
        Field(
            key="findings",
            label=_("findings"),
            parse=text(4000),
            help=_("number of the item, “!” where serious, then what was found; several parted by “;”"),
            aliases=("发现问题",),
        ),
        Field(key="note", label=_("note"), parse=text(400), aliases=("备注",)),
    )
    reads = dict.fromkeys(("kind", "hall", "at", "by", "marks", "findings", "note"), "")

    def start(self) -> None:
        self.halls = keys(self.user, Hall.objects.all(), "place__code")
        self.people = keys(self.user, User.objects.filter(is_active=True), "username")
        self.users = User.objects.select_related("unit").in_bulk(self.people.values())
        self.centres = keys(self.user, centres(), "code")
        self.rows = Hall.objects.select_related("place__unit").in_bulk(self.halls.values())
        self.teams = Unit.objects.in_bulk(self.centres.values())
        self.cards: dict[tuple[str, bool, Any], tuple[Scorecard | None, list[Item]]] = {}

    def parse_hall(self, raw: Any) -> tuple[int, int]:
        """Keys of the hall and of the team; one of them is 0."""
        team = self.centres.get(as_text(raw).casefold(), 0)
        if team and as_text(raw).casefold() not in self.halls:
            return 0, team
        return looked_up(self.halls, raw, gettext("no such hall in your units")), 0

    def looked_at(self, row: Values) -> tuple[Hall | None, Unit]:
        hall = self.rows.get(row["hall"][0])
        return hall, hall.place.unit if hall else self.teams[row["hall"][1]]

    def parse_by(self, raw: Any) -> int:
        return looked_up(self.people, raw, gettext("nobody of your units has this user name"))

    def parse_at(self, raw: Any) -> Any:
        found = instant(raw)
        if found > timezone.now():
            raise Wrong(gettext("What has not happened yet cannot be recorded."))
        return found

    def blank(self, field: Field) -> Any:
        return ""

    def differs(self, stored: Stored, row: Values) -> bool:
        return False

    def card(self, row: Values) -> tuple[Scorecard | None, list[Item]]:
        where = (row["kind"], not row["hall"][0], timezone.localdate(row["at"]))
        if where not in self.cards:
            found = card_for(row["kind"], self.looked_at(row)[0], where[2])
            self.cards[where] = (found, items_of(found) if found else [])
        return self.cards[where]

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        """Everything that signing would refuse, row by row, before the first is written."""
        if not {"kind", "hall", "at", "marks"} <= row.keys():
            return
        hall, unit = self.looked_at(row)
        if hall is None and row["kind"] != InspectionKind.SCORED:
            yield "kind", gettext("The customer-service centre has scored inspections only.")
            return
        card, items = self.card(row)
        if card is None:
            yield "kind", gettext("Put a scorecard for this kind of check in force first.")
            return
        if why := self.refused_to(row, hall, unit):
            yield "by", why
        try:
            marks = read_marks(row["marks"], items)
            total(items, marks)
        except ValueError:
            yield (
                "marks",
                gettext("%(n)d marks in the order of the scorecard, each within its points")
                % {"n": len(items)},
            )
            return
        try:
            said = read_findings(row.get("findings", ""), items)
        except ValueError:
            yield (
                "findings",
                gettext("Begin each finding with the number of its item, 1 to %(n)d.") % {"n": len(items)},
            )
            return
        for fault in faults(items, marks, said)[:1]:
            yield "findings", fault_words(fault.why)

    def refused_to(self, row: Values, hall: Hall | None, unit: Unit) -> str:
        user = self.users.get(row.get("by", 0))
        if user and not may_inspect(user, row["kind"], hall, unit):
            return gettext("May not inspect this hall.")
        if user and works_there(user, hall, unit):
            return gettext("Nobody inspects where they work. Leave it to somebody else.")
        return ""

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            card, items = self.card(row)
            hall, unit = self.looked_at(row)
            filled = Filled(
                number=row["number"],
                kind=row["kind"],
                hall=hall,
                unit=unit,
                at=row["at"],
                marks=read_marks(row["marks"], items),
                said=read_findings(row.get("findings", ""), items),
                note=row.get("note", ""),
                card=card,
            )
            inspect(filled=filled, by=self.users[row["by"]])


def _marks(row: Inspection) -> str:
    return marks_text(items_of(row.card), {int(key): mark for key, mark in row.marks.items()})


def halls_of(user: User | None) -> list[tuple[Any, Any]]:
    rows = Hall.objects.select_related("place").order_by("place__code")
    return [
        (hall.pk, f"{hall.code} {hall}") for hall in (rows if user is None else visible(user, rows))[:500]
    ]


class InspectionsListing(Table):
    model = Inspection
    title = _("Log of checks and visits")
    url_name = "service:inspections"
    nothing = _("Records are signed on the sheet of a hall, from what is due.")
    related = ("hall__place", "unit", "by", "card", "correction")
    transfer = InspectionsTransfer
    order = ("-at", "-pk")
    columns = (
        Column(key="number", label=_("number"), sort=("number",), quiet=True, width=22),
        Column(key="kind", label=_("kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column(
            key="hall",
            label=_("hall"),
            value=lambda row: row.subject_name,
            export=lambda row: row.subject,
            sort=("hall__place__name", "unit__name"),
            fluid=True,
            width=24,
        ),
        Column(
            key="level",
            label=_("level"),
            value=lambda row: row.hall.level if row.hall else None,
            sort=("hall__level",),
            numeric=True,
        ),
        Column(key="at", label=_("time"), sort=("at",), width=20),
        Column(
            key="by",
            label=pgettext_lazy("inspection", "by"),
            cell=lambda row: person_cell(row.by),
            export=lambda row: row.by.username,
            sort=("by__name",),
        ),
        Column(
            key="score",
            label=_("score"),
            cell=lambda row: conditional_escape(number(row.score, 1)),
            sort=("score",),
            numeric=True,
        ),
        Column(key="vetoed", label=_("veto"), sort=("vetoed",), hidden=True),
        Column(
            key="n_findings", label=pgettext_lazy("inspection", "found"), sort=("n_findings",), numeric=True
        ),
        Column(key="n_photos", label=_("photos"), sort=("n_photos",), numeric=True),
        Column(key="state", label=_("state"), value=lambda row: state_words(row), sort=("voided_at",)),
        Column(key="outside", label=_("outside opening hours"), sort=("outside",), hidden=True),
        Column(
            key="unit",
            label=_("team"),
            value=unit_name,
            export=unit_code,
            sort=("unit__path",),
            hidden=True,
            width=24,
        ),
        Column(key="card", label=_("scorecard"), value=lambda row: str(row.card), hidden=True, width=28),
        Column(key="marks", label=_("marks"), value=_marks, hidden=True, width=30),
        Column(key="found", label=_("findings"), sort=("found",), hidden=True, width=60),
        Column(key="note", label=_("note"), hidden=True, width=40),
        Column(key="recorded_at", label=_("recorded"), sort=("recorded_at",), hidden=True, width=20),
    )
    filters = (
        Text(
            key="q",
            label=_("number, hall or what was found"),
            over=("number", "hall__place__code", "hall__place__name", "found", "note"),
        ),
        Choice(key="kind", label=_("kind"), choices=InspectionKind.choices),
        Choice(
            key="level",
            label=_("level"),
            field="hall__level",
            choices=[(level, f"{level}") for level in (1, 2, 3)],
        ),
        Choice(key="hall", label=_("hall"), field="hall_id", choices=halls_of),
        InUnit(key="unit", label=_("team"), field="unit__path"),
        Person(key="by", label=pgettext_lazy("inspection", "by"), field="by_id"),
        Dates(key="at", label=_("time"), field="at"),
        Flag(key="found", label=_("with findings only"), where=lambda: Q(n_findings__gt=0)),
        Flag(key="outside", label=_("outside opening hours only"), where=lambda: Q(outside=True)),
    )
    views = (
        View(key="valid", label=pgettext_lazy("view", "Valid"), where=lambda user: VALID),
        View(key="mine", label=pgettext_lazy("view", "Mine"), where=lambda user: Q(by=user)),
        View(key="void", label=pgettext_lazy("view", "Corrected or void"), where=lambda user: ~VALID),
        View(key="all", label=pgettext_lazy("view", "All")),
    )

    def base(self) -> QuerySet[Any]:
        findings = InspectionRemark.objects.filter(finding=True)
        counts = {
            "n_findings": count_of(findings, "inspection"),
            "n_photos": count_of(InspectionPhoto.objects.all(), "inspection"),
        }
        rows: QuerySet[Any] = super().base().annotate(**counts).prefetch_related("card__items")
        return rows

    def row_url(self, row: Inspection) -> str:
        return reverse("service:inspection", args=[row.pk])

    def primary(self) -> Primary | None:
        return Primary(label=gettext("What is due"), url=reverse("service:due"), icon="clock", kbd="c")

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(Inspection.objects.order_by())
        today = rows.filter(VALID, at__date=timezone.localdate()).count()
        return Facts(number=today, words=gettext("today"), tone="text")


def state_words(row: Inspection) -> str:
    if row.valid:
        return gettext("valid") if row.corrects_id is None else gettext("correction")
    return gettext("corrected") if getattr(row, "correction", None) else gettext("void")
