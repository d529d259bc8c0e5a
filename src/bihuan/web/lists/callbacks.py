"""Open verifications and call-backs: mine first, overdue first; apart, those whose time has not come."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import Case as When_
from django.db.models import F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Severity, Task, TaskState, User
from bihuan.kernel.notice.words import task_title
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.tasks import going_on, is_callback, possible
from bihuan.kernel.registry import case_kinds
from bihuan.web.casework import duties
from bihuan.web.casework.words import system_title, title
from bihuan.web.components import state
from bihuan.web.listing import Choice, Column, Dates, Facts, InUnit, Listing, Person, Text, View
from bihuan.web.lists.cases import system_choices
from bihuan.web.lists.cells import customer_cell, person_cell


def waits() -> Q:
    return Q(state=TaskState.OPEN) & possible(timezone.now())


def kind_choices(user: User | None) -> list[tuple[str, StrOrPromise]]:
    declared = {task.key: task.title for _system, kind in case_kinds().values() for task in kind.tasks}
    return [(Task.VERIFY, task_title("", Task.VERIFY)), *declared.items()]


def in_hand(row: Task) -> str:
    """Tries so far, of the three that “unreachable” needs."""
    n = len(row.attempts.all())
    return gettext("%(n)s of 3") % {"n": n} if n else ""


class CallbacksListing(Listing):
    model = Task
    title = _("Call-backs")
    url_name = "callbacks"
    related = ("case__unit", "case__place", "case__owner", "case__customer", "owner")
    views = (
        View(
            key="mine",
            label=pgettext_lazy("view", "Mine"),
            where=lambda user: waits() & Q(owner=user),
            yields=True,
        ),
        View(key="all", label=pgettext_lazy("view", "All that wait"), where=lambda user: waits()),
        View(
            key="handling",
            label=pgettext_lazy("view", "Handling goes on"),
            where=lambda user: Q(state=TaskState.OPEN) & going_on(timezone.now()),
        ),
        View(
            key="window",
            label=pgettext_lazy("view", "Window not open yet"),
            where=lambda user: is_callback() & Q(state=TaskState.OPEN, opens_at__gt=timezone.now()),
        ),
        View(
            key="open",
            label=pgettext_lazy("view", "All open"),
            where=lambda user: is_callback() & Q(state=TaskState.OPEN),
        ),
    )
    filters = (
        Text(
            key="q",
            label=_("number or subject"),
            over=("case__number", "case__subject", "case__subject_name", "case__customer__name"),
        ),
        Choice(key="kind", label=pgettext_lazy("task", "duty"), choices=kind_choices),
        Person(key="owner", label=_("caller"), field="owner_id"),
        Choice(key="system", label=_("system"), choices=system_choices, field="case__system"),
        InUnit(key="unit", label=_("unit"), field="case__unit__path"),
        Dates(key="due", label=_("due"), field="due_at"),
    )
    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            key="number",
            label=_("number"),
            value=lambda row: row.case.number,
            sort=("case__number",),
            quiet=True,
            width=16,
        ),
        Column(
            key="subject",
            label=pgettext_lazy("case", "subject"),
            value=lambda row: title(row.case),
            sort=("case__subject_name", "case__subject"),
            fluid=True,
            width=40,
        ),
        Column(
            key="kind",
            label=pgettext_lazy("task", "duty"),
            value=lambda row: capfirst(task_title(row.case.kind, row.kind)),
            sort=("kind",),
            width=20,
        ),
        Column(
            key="system",
            label=_("system"),
            value=lambda row: capfirst(system_title(row.case)),
            sort=("case__system",),
            hidden=True,
        ),
        Column(
            key="severity",
            label=_("severity"),
            value=lambda row: row.case.get_severity_display(),
            cell=lambda row: state.severity(Severity(row.case.severity).name.lower()),
            sort=("case__severity",),
        ),
        Column(
            key="handler",
            label=_("handled by"),
            value=lambda row: str(row.case.owner) if row.case.owner else None,
            sort=("case__owner__name",),
        ),
        Column(
            key="customer",
            label=_("customer"),
            value=lambda row: row.case.customer.name if row.case.customer else None,
            cell=lambda row: customer_cell(row.case.customer),
            sort=("case__customer__name",),
            hidden=True,
        ),
        Column(
            key="owner",
            label=_("caller"),
            value=lambda row: str(row.owner) if row.owner else None,
            cell=lambda row: person_cell(row.owner),
            sort=("owner__name",),
        ),
        Column(key="tries", label=_("tries"), value=in_hand),
        Column(key="opens_at", label=_("not before"), sort=("opens_at",), hidden=True, width=20),
        Column(key="due_at", label=_("due"), cell=lambda row: row.due_chip, sort=("due_at",), width=20),
    )

    def base(self) -> QuerySet[Any]:
        return super().base().filter(is_callback(), state=TaskState.OPEN).prefetch_related("attempts")

    def default_order(self) -> Sequence[str | OrderBy]:
        due = F("due_at").asc(nulls_last=True)
        if self.user is None:
            return [due]
        mine = When_(
            When(owner=self.user, then=Value(0)), default=Value(1), output_field=IntegerField()
        ).asc()
        return [mine, due]

    def row_url(self, row: Task) -> str:
        return f"{reverse('case', args=[row.case.number])}#callback"

    def prepare(self, rows: Iterable[Any]) -> list[Any]:
        found, now, calendar = list(rows), timezone.now(), working_calendar()
        for row in found:
            row.due_chip = duties.chip(row, now, calendar)
        return found

    def facts(self) -> Facts | None:
        rows = self.scope(self.base()).filter(waits())
        mine = rows.filter(owner=self.user) if self.user else rows
        late = mine.filter(due_at__lt=timezone.now()).count()
        more = [gettext("%(n)d wait for you") % {"n": mine.count()}]
        if free := rows.filter(owner=None).count():
            more.append(gettext("%(n)d belong to nobody") % {"n": free})
        return Facts(number=late, words=gettext("overdue"), more=tuple(more))
