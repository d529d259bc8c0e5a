"""Orders, the call-backs that follow them, and complaints."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Customer, TaskState
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.remaining import working_days_left
from bihuan.web.components.due import DueState, due
from bihuan.web.listing import Choice, Column, Dates, Facts, InUnit, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, one_of, text
from bihuan.web.listing.transfer.transfer import Transfer, Values
from bihuan.web.lists.cells import customer_cell, person_cell
from bihuan.web.lists.units_of import UnitCells

from ..act.calls import end_stage
from ..models import Call, Complaint, Order, Staff, Stage
from ..read.calls import not_due
from ..system.kinds import ANSWERS
from .cells import Table, first_note, keys, looked_up, said_cell

REACHED = tuple(key for key, _words, means in ANSWERS if means in {"good", "bad"})
CAME_OF = {
    "counted": lambda: ~Q(answer="declined"),
    "judged": lambda: ~Q(answer="declined") & ~not_due(timezone.now()),
    "waiting": lambda: ~Q(answer="declined") & not_due(timezone.now()),
    "made": lambda: Q(state=TaskState.DONE) & ~Q(answer="declined"),
    "reached": lambda: Q(answer__in=REACHED),
    "declined": lambda: Q(answer="declined"),
}
"""The denominators of the rates, so that a number in a paper can show its rows."""
CAME_OF_WORDS = (
    ("counted", _("all but who wants no call")),
    ("judged", _("made, or beyond their limit")),
    ("waiting", _("not made, limit still to come")),
    ("made", _("calls made")),
    ("reached", _("customers reached")),
    ("declined", _("customers who want no call")),
)
ANSWER_WORDS = [(key, words) for key, words, _means in ANSWERS]


def moment(raw: Any) -> datetime:
    """An instant of the house's time zone, from a cell or a text."""
    found = raw if isinstance(raw, datetime) else None
    if isinstance(raw, float) and 20_000 < raw < 80_000:  # a cell without the format of a time
        found = datetime(1899, 12, 30) + timedelta(minutes=round(raw * 24 * 60))
    try:
        found = found or parse_datetime(as_text(raw).replace("/", "-").replace(" ", "T"))
    except ValueError:
        found = None
    if found is None:
        raise Wrong(gettext("not a time such as 2026-09-30 14:05"))
    return found if found.tzinfo else timezone.make_aware(found)


class StagesTransfer(UnitCells, Transfer):
    """A row is a stage that has ended: the order is made where it is new, and its call-back becomes due."""

    kind = "stages"
    model = Call
    key = "order__number"
    together = ("order__number", "stage")
    fields = (
        Field(
            key="order__number",
            label=_("number"),
            parse=text(40),
            required=True,
            aliases=("工单号", "申请编号"),
        ),
        Field(key="stage", label=_("after"), parse=one_of(Stage.choices), required=True, aliases=("环节",)),
        Field(key="ended_at", label=_("work ended"), parse=moment, required=True, aliases=("结束时间",)),
        Field(
            key="unit", label=_("team"), required=True, help=_("code or name of the unit"), aliases=("班组",)
        ),
        Field(key="customer", label=_("customer number"), aliases=("户号",)),
        Field(key="worker", label=_("work done by"), help=_("staff number"), aliases=("经办人",)),
    )
    reads = {"unit": "", "customer": "", "worker": "", "stage": "", "ended_at": ""}

    def start(self) -> None:
        super().start()
        self.customers = keys(self.user, Customer.objects.filter(erased_at=None), "number")
        self.workers = keys(self.user, Staff.objects.all(), "person__number")

    def blank(self, field: Field) -> Any:
        return None

    def parse_customer(self, raw: Any) -> int:
        return looked_up(self.customers, raw, gettext("no such customer in your units"))

    def parse_worker(self, raw: Any) -> int:
        return looked_up(self.workers, raw, gettext("nobody of your teams has this number"))

    def stored(self, keys: Sequence[Any]) -> dict[Any, Any]:
        """Every row is applied: a stage that is known already changes nothing."""
        return {}

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            faults = row["stage"] in {Stage.FAULT_1, Stage.FAULT_2}
            order, _fresh = Order.objects.get_or_create(
                number=row["order__number"],
                defaults={
                    "kind": Order.Kind.FAULT if faults else Order.Kind.EXPANSION,
                    "unit_id": row["unit"],
                    "customer_id": row.get("customer"),
                    "opened_at": row["ended_at"],
                },
            )
            worker = Staff.objects.filter(pk=row.get("worker") or 0).first()
            end_stage(order=order, stage=row["stage"], at=row["ended_at"], worker=worker, actor=self.user)


def clock_state(row: Call) -> DueState:
    """Running until the call is made, then met or missed."""
    if row.state == TaskState.OPEN:
        return "running"
    return "missed" if row.done_at and row.done_at > row.due_at else "met"


def due_cell(row: Call) -> Any:
    return row.due_chip  # type: ignore[attr-defined]


class CallsListing(Table):
    """Call-backs after connections and repairs: what is due first."""

    model = Call
    title = _("Call-backs after work")
    of_customers = True
    url_name = "service:calls"
    nothing = _(
        "Call-backs become due when a stage of a connection or a repair has ended: import the stages."
    )
    related = ("order", "order__unit", "order__customer", "worker", "worker__person", "owner", "done_by")
    transfer: ClassVar[type[Transfer] | None] = StagesTransfer
    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            key="order__number",
            label=_("number"),
            value=lambda row: row.order.number,
            sort=("order__number",),
            quiet=True,
        ),
        Column(key="stage", label=_("after"), value=lambda row: row.get_stage_display(), sort=("stage",)),
        Column(
            key="customer",
            label=_("customer number"),
            value=lambda row: (
                f"{row.order.customer.name} {row.order.customer.number}" if row.order.customer else None
            ),
            export=lambda row: row.order.customer.number if row.order.customer else None,
            cell=lambda row: customer_cell(
                row.order.customer, row.order.customer.number if row.order.customer else ""
            ),
            sort=("order__customer__number",),
            fluid=True,
            width=24,
        ),
        Column(
            key="unit", label=_("team"), value=lambda row: row.order.unit.name, sort=("order__unit__path",)
        ),
        Column(
            key="worker",
            label=_("work done by"),
            value=lambda row: row.worker.person.name if row.worker else None,
            sort=("worker__person__name",),
        ),
        Column(key="owner", label=_("owner"), cell=lambda row: person_cell(row.owner), sort=("owner__name",)),
        Column(key="ended_at", label=_("work ended"), sort=("ended_at",), width=20),
        Column(key="due_at", label=_("due"), cell=due_cell, sort=("due_at",), width=20),
        Column(
            key="answer",
            label=_("answer"),
            value=lambda row: dict(ANSWER_WORDS).get(row.answer),
            sort=("answer",),
        ),
        Column(key="rating", label=_("rating, 1 to 5"), sort=("rating",), numeric=True, hidden=True),
        Column(key="done_at", label=_("called"), sort=("done_at",), hidden=True, width=20),
        Column(
            key="done_by",
            label=_("called by"),
            cell=lambda row: person_cell(row.done_by),
            sort=("done_by__name",),
            hidden=True,
        ),
        Column(key="said", label=_("words, numbers removed"), value=said_cell, hidden=True, width=60),
    )
    filters = (
        Text(
            key="q",
            label=_("number or customer"),
            over=("order__number", "order__customer__name", "order__customer__number"),
        ),
        Choice(key="stage", label=_("after"), choices=Stage.choices),
        Choice(key="answer", label=_("answer"), choices=ANSWER_WORDS),
        Choice(key="came_of", label=_("came of it"), choices=CAME_OF_WORDS, where=lambda key: CAME_OF[key]()),
        InUnit(key="unit", label=_("team"), field="order__unit__path"),
        Dates(key="ended", label=_("work ended"), field="ended_at"),
    )
    views: ClassVar[tuple[View, ...]] = (
        View(
            key="mine",
            label=pgettext_lazy("view", "Mine"),
            where=lambda user: Q(state=TaskState.OPEN, owner=user),
            yields=True,
        ),
        View(
            key="open",
            label=pgettext_lazy("view", "All that are due"),
            where=lambda user: Q(state=TaskState.OPEN),
        ),
        View(
            key="late",
            label=pgettext_lazy("view", "Overdue"),
            where=lambda user: Q(state=TaskState.OPEN, due_at__lt=timezone.now()),
        ),
        View(key="all", label=pgettext_lazy("view", "Made too")),
    )

    def row_url(self, row: Call) -> str:
        return reverse("service:call", args=[row.pk])

    def default_order(self) -> Sequence[str | OrderBy]:
        return [F("done_at").desc(nulls_first=True), F("due_at").asc()]

    def prepare(self, rows: Iterable[Any]) -> list[Any]:
        found, now, calendar = list(rows), timezone.now(), working_calendar()
        for row in found:
            state = clock_state(row)
            left = None
            if state == "running":
                left = working_days_left(calendar, now, row.due_at, opened_at=row.ended_at)
            row.due_chip = due(row.due_at, now, row.ended_at, state, row.due_provisional, left)
        return found

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(Call.objects.filter(state=TaskState.OPEN).order_by())
        late = rows.filter(due_at__lt=timezone.now()).count()
        more = gettext("%(n)d are due") % {"n": rows.count()}
        return Facts(number=late, words=gettext("overdue"), more=(more,))


class ComplaintsListing(Table):
    model = Complaint
    title = _("Complaints")
    of_customers = True
    url_name = "service:complaints"
    nothing = _("Complaints are entered here as they come in; their clocks count from when they were made.")
    related = ("case", "case__unit", "case__owner", "case__customer")
    order = ("-case__opened_at", "-pk")
    columns = (
        Column(key="number", label=_("number"), sort=("number",), quiet=True),
        Column(
            key="case", label=_("case"), value=lambda row: row.case.number, sort=("case__number",), quiet=True
        ),
        Column(
            key="customer",
            label=_("customer"),
            value=lambda row: row.case.customer.name if row.case.customer else None,
            cell=lambda row: customer_cell(row.case.customer),
            sort=("case__customer__name",),
            fluid=True,
            width=24,
        ),
        Column(
            key="channel", label=_("channel"), value=lambda row: row.get_channel_display(), sort=("channel",)
        ),
        Column(key="unit", label=_("unit"), value=lambda row: row.case.unit.name, sort=("case__unit__path",)),
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
            key="opened_at",
            label=_("complained"),
            value=lambda row: row.case.opened_at,
            sort=("case__opened_at",),
            width=20,
        ),
        Column(key="said", label=_("words, numbers removed"), value=said_cell, hidden=True, width=60),
    )
    filters = (
        Text(key="q", label=_("number or customer"), over=("number", "case__number", "case__customer__name")),
        Choice(key="channel", label=_("channel"), choices=Complaint.Channel.choices),
        InUnit(key="unit", label=_("unit"), field="case__unit__path"),
        Dates(key="opened", label=_("complained"), field="case__opened_at"),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base().annotate(said=first_note("case"))
        return rows

    def row_url(self, row: Complaint) -> str:
        return reverse("case", args=[row.case.number])

    def primary(self) -> Primary | None:
        if not self.may("handle"):
            return None
        return Primary(label=gettext("New complaint"), url=reverse("service:complaint-new"), kbd="c")
