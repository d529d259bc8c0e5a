"""Cases, worst first."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import Case as When_
from django.db.models import Count, F, IntegerField, Min, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.act import cases as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case, CaseState, Severity, User
from bihuan.kernel.models.cases import CASE_BY_END, CASE_OF_UNIT
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.cases import having
from bihuan.kernel.read.tasks import to_call_back
from bihuan.kernel.read.work import KEPT, late_at, open_at
from bihuan.kernel.registry import case_kinds, systems
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.remaining import working_days_left
from bihuan.kernel.scope import visible
from bihuan.web.casework.due import chip
from bihuan.web.casework.words import REASONS, kind_title, system_title, title
from bihuan.web.components import state
from bihuan.web.listing import (
    Action,
    Choice,
    Column,
    Dates,
    Exact,
    Facts,
    Flag,
    InUnit,
    LongListing,
    OnDay,
    Person,
    Text,
    View,
)
from bihuan.web.listing.state import State
from bihuan.web.lists.cells import customer_cell, person_cell

RUNNING = OPEN - {"waiting", "resolved", "verifying"}
"""Open, not paused and not yet put right: only these can be overdue."""


def is_overdue() -> Q:
    return Q(state__in=RUNNING, due_at__lt=timezone.now())


def is_my_verification(user: User) -> Q:
    """As a list of keys: a case with two call-backs is still one row."""
    return Q(pk__in=to_call_back(user, timezone.now()).order_by().values("case"))


def system_choices(user: User | None) -> list[tuple[str, StrOrPromise]]:
    return [(system.name, system.title) for system in systems()]


def kind_choices(user: User | None) -> list[tuple[str, StrOrPromise]]:
    return [(key, kind.title) for key, (_system, kind) in case_kinds().items()]


KEPT_CHOICES = (
    ("yes", _("put right in time")),
    ("no", _("put right late")),
    ("any", _("put right, has a deadline")),
)


def by_kept(key: str) -> Q:
    put_right = Q(resolved_at__isnull=False, due_at__isnull=False)
    return {"yes": KEPT, "no": Q(resolved_at__gt=F("due_at")), "any": put_right}[key]


def severity_cell(row: Case) -> Any:
    return state.severity(Severity(row.severity).name.lower())


class AssignForm(forms.Form):
    """To whom: people of the user's units who may handle cases, with the cases that they have now."""

    to = forms.ModelChoiceField(label=_("new owner"), queryset=User.objects.none())

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        able = [role for role in ("owner", "manager", "director") if may(role, "handle")]
        rows = visible(user, User.objects.filter(is_active=True, role__in=able))
        field: Any = self.fields["to"]
        field.queryset = rows.annotate(load=Count("cases", filter=Q(cases__state__in=OPEN))).order_by("load")
        field.label_from_instance = lambda each: (
            gettext("%(name)s, %(n)d open cases")
            % {
                "name": each,
                "n": each.load,
            }
        )


class WaitForm(forms.Form):
    reason = forms.ChoiceField(label=_("reason for waiting"), choices=lambda: REASONS.items())
    text = forms.CharField(label=_("explanation"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)


def assign(*, row: Case, user: User, to: User) -> None:
    act.assign(case=row, user=user, to=to)


def assign_back(*, row: Case, user: User, before: int | None) -> None:
    owner = User.objects.select_related("unit").filter(pk=before).first() if before else None
    if owner is None:
        raise Refused(_("It had no owner before."))
    act.assign(case=row, user=user, to=owner)


def wait(*, row: Case, user: User, reason: str, text: str) -> None:
    act.wait(case=row, user=user, reason=reason, text=text)


COLUMNS = (
    Column(key="number", label=_("number"), sort=("number",), quiet=True, width=16),
    Column(
        key="subject",
        label=pgettext_lazy("case", "subject"),
        value=title,
        sort=("subject_name", "subject"),
        fluid=True,
        width=40,
    ),
    Column(key="system", label=_("system"), value=lambda row: capfirst(system_title(row)), sort=("system",)),
    Column(
        key="kind",
        label=_("kind"),
        value=lambda row: capfirst(kind_title(row)),
        sort=("kind",),
        hidden=True,
        width=24,
    ),
    Column(key="severity", label=_("severity"), cell=severity_cell, sort=("severity",)),
    Column(key="state", label=_("stage"), cell=lambda row: state.stage(row.state), sort=("state",)),
    Column(key="owner", label=_("owner"), cell=lambda row: person_cell(row.owner), sort=("owner__name",)),
    Column(key="unit", label=_("unit"), value=lambda row: row.unit.name, sort=("unit__path",), hidden=True),
    Column(
        key="customer",
        label=_("customer"),
        value=lambda row: row.customer.name if row.customer else None,
        cell=lambda row: customer_cell(row.customer),
        sort=("customer__name",),
        hidden=True,
    ),
    Column(key="opened_at", label=_("opened"), sort=("opened_at",), width=20),
    Column(key="due_at", label=_("due"), cell=lambda row: row.due_chip, sort=("due_at",), width=20),
    Column(key="resolved_at", label=_("resolved"), sort=("resolved_at",), hidden=True, width=20),
    Column(key="closed_at", label=_("closed"), sort=("closed_at",), hidden=True, width=20),
    Column(key="signals", label=_("signals"), sort=("signals",), numeric=True),
)


class CaseTable(LongListing):
    """What every table of cases has in common."""

    model = Case
    related = ("owner", "unit", "place", "customer")
    columns: ClassVar[tuple[Column, ...]] = COLUMNS
    ties = ("opened_at",)
    part = CASE_OF_UNIT

    def row_url(self, row: Case) -> str:
        return reverse("case", args=[row.number])


class CasesListing(CaseTable):
    title = _("Cases")
    url_name = "cases"
    filters = (
        Text(
            key="q",
            label=_("number, subject or customer"),
            over=("number", "subject", "subject_name", "customer__name"),
            having=having,
        ),
        Choice(key="system", label=_("system"), choices=system_choices),
        Choice(key="state", label=_("stage"), choices=CaseState.choices),
        Person(key="owner", label=_("owner"), field="owner_id"),
        Choice(key="severity", label=_("severity"), choices=Severity.choices),
        Choice(key="kind", label=_("kind"), choices=kind_choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Dates(key="opened", label=_("opened"), field="opened_at"),
        Flag(key="overdue", label=_("overdue only"), where=is_overdue),
        Dates(key="resolved", label=_("resolved"), field="resolved_at"),
        Dates(key="closed", label=_("closed"), field="closed_at"),
        Choice(key="kept", label=_("deadline kept"), choices=KEPT_CHOICES, where=by_kept),
        OnDay(
            key="open_on",
            label=_("open at the end of"),
            where=open_at,
            began="opened_at",
            by_end=CASE_BY_END,
        ),
        OnDay(key="late_on", label=_("overdue at the end of"), where=late_at),
        Flag(key="sent_back", label=_("sent back at least once"), where=lambda: Q(reopened__gt=0)),
        Exact(key="subject", label=pgettext_lazy("case", "subject"), field="subject"),
        Exact(key="customer", label=_("customer number"), field="customer__number"),
    )
    views = (
        View(key="worst", label=pgettext_lazy("view", "Worst first"), where=lambda user: Q(state__in=OPEN)),
        View(
            key="unit",
            label=pgettext_lazy("view", "My unit"),
            where=lambda user: Q(state__in=OPEN, unit=user.unit),
        ),
        View(key="overdue", label=pgettext_lazy("view", "Overdue"), where=lambda user: is_overdue()),
        View(key="verify", label=pgettext_lazy("view", "To verify"), where=is_my_verification),
        View(
            key="reopened",
            label=pgettext_lazy("view", "Reopened"),
            where=lambda user: Q(state__in=OPEN, reopened__gt=0),
        ),
        View(key="all", label=pgettext_lazy("view", "Closed too")),
    )
    actions = (
        Action(
            key="assign",
            label=pgettext_lazy("act", "Assign"),
            run=assign,
            verb="assign",
            icon="user-check",
            kbd="a",
            form=AssignForm,
            undo=assign_back,
            before=lambda row: row.owner_id,
        ),
        Action(
            key="wait",
            label=pgettext_lazy("act", "Wait"),
            run=wait,
            verb="handle",
            icon="player-pause",
            form=WaitForm,
            undo=lambda row, user, before: act.resume(case=row, user=user),
        ),
    )

    def in_view(self, rows: QuerySet[Any], state: State) -> QuerySet[Any]:
        """A stage or an owner that was asked for by name is found among closed cases too."""
        asked = dict(state.filters)
        if not state.view and "state" in asked:
            return rows
        return super().in_view(rows, state)

    def order_of(self, state: State, *, few: bool) -> Sequence[str | OrderBy]:
        """Worst first is about what is open; among years of closed cases the newest come first."""
        if self.few(state) or self.column(state.sort_key) is not None:
            return super().order_of(state, few=few)
        return [Coalesce("opened_at", "opened_at").desc() if few else F("opened_at").desc(), "-pk"]

    def few(self, state: State) -> bool:
        """What is open is little, and the newest part of every order by time or number."""
        view, asked = self.view(state), dict(state.filters).get("state", "")
        return asked in OPEN if asked else view is None or view.key != "all"

    def default_order(self) -> Sequence[str | OrderBy]:
        late = When_(When(is_overdue(), then=Value(0)), default=Value(1), output_field=IntegerField())
        return [late.asc(), F("severity").desc(), F("due_at").asc(nulls_last=True)]

    def prepare(self, rows: Iterable[Any]) -> list[Any]:
        found, now, calendar = list(rows), timezone.now(), working_calendar()
        for row in found:
            row.due_chip = chip(row, now, calendar)
        return found

    def facts(self) -> Facts | None:
        now = timezone.now()
        midnight = timezone.make_aware(
            datetime.combine(timezone.localdate(now) + timedelta(days=1), time.min)
        )
        today = Q(state__in=RUNNING, due_at__gte=now, due_at__lt=midnight)
        rows = self.scope(Case.objects.filter(state__in=OPEN).order_by())
        told = rows.aggregate(
            late=Count("pk", filter=is_overdue()),
            today=Count("pk", filter=today),
            open=Count("pk"),
            oldest=Min("opened_at"),
        )
        more = [
            gettext("%(n)d due today") % {"n": told["today"]},
            gettext("%(n)d open") % {"n": told["open"]},
        ]
        if told["oldest"]:
            age = working_days_left(working_calendar(), told["oldest"], now)
            more.append(gettext("oldest %(n)s working days") % {"n": f"{age:g}"})
        return Facts(number=told["late"], words=gettext("overdue"), more=tuple(more))
