"""The yearly plan, trainings and who took part."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Cause, User
from bihuan.web.listing import Action, Choice, Column, Dates, Facts, InUnit, Person, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, day, one_of, text
from bihuan.web.listing.transfer.transfer import Transfer, Values
from bihuan.web.lists.cells import person_cell, unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..act.plans import finish_item, first_look, reopen_item
from ..forms import DoneForm
from ..models import Attendance, PlanItem, Staff, Training
from .cells import Table, keys, looked_up, whole

RELATIONS = {"unit": "unit_id", "owner": "owner_id", "cause": "cause_id"}


def figure(most: int) -> Any:
    """A parser of numbers from 0 to `most` with one decimal."""

    def parse(raw: Any) -> Decimal:
        try:
            found = Decimal(as_text(raw)).quantize(Decimal("0.1"))
        except InvalidOperation:
            found = Decimal(-1)
        if not 0 <= found <= most:
            raise Wrong(gettext("not a number from 0 to %(b)d") % {"b": most})
        return found

    return parse


class PlanTransfer(UnitCells, Transfer):
    kind = "plan"
    model = PlanItem
    key = "code"
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True, aliases=("编号",)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="year", label=_("year"), parse=whole(2100, 2000), required=True, aliases=("年度",)),
        Field(key="kind", label=_("kind"), parse=one_of(PlanItem.Kind.choices), required=True),
        Field(key="title", label=_("what is planned"), parse=text(120), required=True, aliases=("项目",)),
        Field(key="due_on", label=_("planned for"), parse=day, required=True, aliases=("计划日期",)),
        Field(key="owner", label=_("owner"), attr="owner_id", help=_("user name"), aliases=("负责人",)),
        Field(key="done_on", label=_("done on"), parse=day),
        Field(key="result", label=_("what came of it"), parse=text(2000)),
    )

    def start(self) -> None:
        super().start()
        self.users = keys(self.user, User.objects.filter(is_active=True), "username")

    def parse_owner(self, raw: Any) -> int:
        return looked_up(self.users, raw, gettext("no such account in your units"))

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        found = PlanItem.objects.in_bulk([row["code"] for row in rows], field_name="code")
        for values in rows:
            row = found.get(values["code"]) or PlanItem(code=values["code"])
            for key, value in values.items():
                setattr(row, RELATIONS.get(key, key), value)
            row.next_at = first_look(row.due_on, row.done_on)
            row.save()


class PlanListing(Table):
    model = PlanItem
    title = _("Yearly plan of surveys and evaluations")
    url_name = "service:plan"
    nothing = _("Enter what is planned for the year: surveys, self-checks, trainings, appraisals.")
    related = ("unit", "owner")
    transfer = PlanTransfer
    order = ("due_on", "code")
    columns = (
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(key="title", label=_("what is planned"), sort=("title",), fluid=True, width=36),
        Column(key="kind", label=_("kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(
            key="year",
            label=_("year"),
            value=lambda row: str(row.year),
            export=lambda row: row.year,
            sort=("year",),
            numeric=True,
        ),
        Column(key="due_on", label=_("planned for"), sort=("due_on",)),
        Column(
            key="owner",
            label=_("owner"),
            cell=lambda row: person_cell(row.owner),
            export=lambda row: row.owner.username if row.owner else None,
            sort=("owner__name",),
        ),
        Column(key="done_on", label=_("done on"), sort=("done_on",)),
        Column(key="result", label=_("what came of it"), hidden=True, width=40),
    )
    filters = (
        Text(key="q", label=_("code or what is planned"), over=("code", "title")),
        Choice(
            key="year",
            label=_("year"),
            choices=lambda user: [
                (year, str(year))
                for year in PlanItem.objects.order_by("-year").values_list("year", flat=True).distinct()
            ],
        ),
        Choice(key="kind", label=_("kind"), choices=PlanItem.Kind.choices),
        Person(key="owner", label=_("owner"), field="owner_id"),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Dates(key="due", label=_("planned for"), field="due_on", instants=False),
    )
    views = (
        View(key="open", label=pgettext_lazy("view", "To be done"), where=lambda user: Q(done_on=None)),
        View(
            key="late",
            label=pgettext_lazy("view", "Overdue"),
            where=lambda user: Q(done_on=None, due_on__lt=timezone.localdate()),
        ),
        View(key="all", label=pgettext_lazy("view", "Done too")),
    )
    actions = (
        Action(
            key="done",
            label=pgettext_lazy("act", "Done"),
            run=finish_item,
            verb="handle",
            icon="check",
            form=DoneForm,
            undo=reopen_item,
        ),
    )

    def row_url(self, row: PlanItem) -> str:
        return reverse("service:plan-item", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New item"), url=reverse("service:plan-item-new"), kbd="c")

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(PlanItem.objects.order_by())
        today = timezone.localdate()
        late = rows.filter(done_on=None, due_on__lt=today).count()
        year = rows.filter(year=today.year)
        done = year.exclude(done_on=None).count()
        more = gettext("%(year)s: %(n)d of %(all)d done") % {
            "year": today.year,
            "n": done,
            "all": year.count(),
        }
        return Facts(number=late, words=gettext("overdue"), more=(more,))


class TrainingsTransfer(UnitCells, Transfer):
    kind = "trainings"
    model = Training
    key = "code"
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True, aliases=("编号",)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="held_on", label=_("held on"), parse=day, required=True, aliases=("培训日期",)),
        Field(key="topic", label=_("topic"), parse=text(120), required=True, aliases=("主题",)),
        Field(key="cause", label=_("cause"), attr="cause_id", help=_("code of the cause"), aliases=("原因",)),
        Field(
            key="hours",
            label=pgettext_lazy("training", "hours"),
            parse=figure(999),
            required=True,
            aliases=("学时",),
        ),
    )

    def start(self) -> None:
        super().start()
        self.causes = {code.casefold(): pk for code, pk in Cause.objects.values_list("code", "pk")}

    def parse_cause(self, raw: Any) -> int:
        return looked_up(self.causes, str(raw).split(" ")[0], gettext("no such cause"))


def cause_choices(user: User | None) -> list[tuple[Any, Any]]:
    rows = Cause.objects.order_by("path").values_list("path", "name")
    return [(path, "　" * (path.count("/") - 2) + name) for path, name in rows]


class TrainingsListing(Table):
    model = Training
    title = _("Trainings")
    url_name = "service:trainings"
    nothing = _("Trainings are entered with who attended and the causes that they are to remedy.")
    related = ("unit", "cause")
    transfer = TrainingsTransfer
    template = "service/trainings.html"
    order = ("-held_on", "code")
    columns = (
        Column(key="code", label=_("code"), sort=("code",), quiet=True),
        Column(key="topic", label=_("topic"), sort=("topic",), fluid=True, width=36),
        Column(key="held_on", label=_("held on"), sort=("held_on",)),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(
            key="cause",
            label=_("cause"),
            value=lambda row: row.cause.name if row.cause else None,
            export=lambda row: f"{row.cause.code} {row.cause.name}" if row.cause else None,
            sort=("cause__path",),
            width=24,
        ),
        Column(key="hours", label=pgettext_lazy("training", "hours"), sort=("hours",), numeric=True),
        Column(key="people", label=_("attendees"), sort=("people",), numeric=True),
        Column(
            key="score",
            label=_("mean score"),
            value=lambda row: None if row.score is None else Decimal(str(round(row.score, 1))),
            sort=("score",),
            numeric=True,
        ),
        Column(key="scored", label=_("with a score"), sort=("scored",), numeric=True, hidden=True),
    )
    filters = (
        Text(key="q", label=_("code or topic"), over=("code", "topic")),
        Choice(
            key="cause",
            label=_("cause"),
            choices=cause_choices,
            where=lambda path: Q(cause__path__startswith=path),
        ),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Dates(key="held", label=_("held on"), field="held_on", instants=False),
    )

    def base(self) -> QuerySet[Any]:
        counts = {
            "people": Count("attendances"),
            "score": Avg("attendances__score"),
            "scored": Count("attendances__score"),
        }
        rows: QuerySet[Any] = super().base().annotate(**counts)
        return rows

    def row_url(self, row: Training) -> str:
        return reverse("service:training", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New training"), url=reverse("service:training-new"), kbd="c")


class AttendancesTransfer(Transfer):
    """One row a person and training; both must be there already."""

    kind = "attendances"
    model = Attendance
    key = "training__code"
    together = ("training__code", "staff")
    fields = (
        Field(key="training__code", label=_("training"), required=True, help=_("code of the training")),
        Field(key="staff", label=_("staff number"), required=True, aliases=("工号",)),
        Field(key="score", label=_("score, 0 to 100"), parse=figure(100), aliases=("成绩",)),
    )

    def start(self) -> None:
        self.trainings = keys(self.user, Training.objects.all(), "code")
        self.people = keys(self.user, Staff.objects.all(), "person__number")

    def parse_training__code(self, raw: Any) -> int:
        return looked_up(self.trainings, str(raw).split(" ")[0], gettext("no such training in your units"))

    def parse_staff(self, raw: Any) -> int:
        return looked_up(self.people, raw, gettext("nobody of your teams has this number"))

    def stored(self, keys: Sequence[Any]) -> dict[Any, Any]:
        """Every row is applied: the score of a pair that is known already is replaced."""
        return {}

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            Attendance.objects.update_or_create(
                training_id=row["training__code"],
                staff_id=row["staff"],
                defaults={"score": row["score"]} if "score" in row else {},
            )


class AttendancesListing(Table):
    model = Attendance
    title = _("Who took part in trainings")
    url_name = "service:attendances"
    related = ("training", "training__unit", "training__cause", "staff", "staff__person", "staff__team")
    transfer = AttendancesTransfer
    order = ("-training__held_on", "training__code", "staff__person__number")
    columns = (
        Column(
            key="training__code",
            label=_("training"),
            value=lambda row: str(row.training),
            sort=("training__code",),
            fluid=True,
            width=36,
        ),
        Column(
            key="held_on",
            label=_("held on"),
            value=lambda row: row.training.held_on,
            sort=("training__held_on",),
        ),
        Column(
            key="staff",
            label=_("staff number"),
            value=lambda row: row.staff.person.number,
            sort=("staff__person__number",),
            quiet=True,
        ),
        Column(
            key="name",
            label=pgettext_lazy("person", "name"),
            value=lambda row: row.staff.person.name,
            sort=("staff__person__name",),
        ),
        Column(
            key="team", label=_("team"), value=lambda row: row.staff.team.name, sort=("staff__team__path",)
        ),
        Column(
            key="hours",
            label=pgettext_lazy("training", "hours"),
            value=lambda row: row.training.hours,
            sort=("training__hours",),
            numeric=True,
        ),
        Column(key="score", label=_("score, 0 to 100"), sort=("score",), numeric=True),
    )
    filters = (
        Text(
            key="q",
            label=_("training, number or name"),
            over=("training__code", "training__topic", "staff__person__number", "staff__person__name"),
        ),
        InUnit(key="unit", label=_("team"), field="staff__team__path"),
        Dates(key="held", label=_("held on"), field="training__held_on", instants=False),
    )

    def row_url(self, row: Attendance) -> str:
        return reverse("service:training", args=[row.training_id])
