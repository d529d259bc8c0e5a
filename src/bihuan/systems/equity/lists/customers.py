"""Customers by what they are worth, model runs, and who was left out."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import User
from bihuan.kernel.read.standards import value
from bihuan.web.components.figures import number, percent
from bihuan.web.listing import Choice, Column, Facts, InUnit, Text, View
from bihuan.web.lists.cells import unit_code, unit_name

from ..models import Exclusion, ModelRun, Score
from ..read.runs import latest, listed, scores
from ..words import said, yuan
from .cells import CUSTOMER, Table, iso, money

ALIVE_DECIMALS = 2


def limit() -> float:
    return float(value("equity.alive"))


def gone() -> Q:
    return Q(alive__lt=limit())


def at_risk(user: User) -> Q:
    return gone() & Q(tenth=1)


def valuable_later(user: User) -> Q:
    """Contributes less than nothing now, and is worth more than that in the months to come."""
    return Q(profit__lt=0, clv__gt=0) & Q(alive__gte=limit()) & Q(clv__gt=-F("profit"))


class CustomersListing(Table):
    """The newest run; both ranks stand side by side, so that nobody is judged by one."""

    model = Score
    title = _("Customers by value")
    of_customers = True
    url_name = "equity:customers"
    template = "equity/customers.html"
    related = ("customer", "customer__unit")
    order = ("by_value",)
    columns = (
        Column(key="by_value", label=_("rank by value"), sort=("by_value",), numeric=True, quiet=True),
        Column(
            key="number",
            label=_("customer number"),
            value=lambda row: row.customer.number,
            sort=("customer__number",),
        ),
        Column(
            key="name",
            label=_("customer"),
            value=lambda row: row.customer.name,
            sort=("customer__name",),
            fluid=True,
            width=24,
        ),
        Column(
            key="alive",
            label=_("P(alive)"),
            cell=lambda row: number(row.alive, ALIVE_DECIMALS),
            sort=("alive",),
            numeric=True,
        ),
        Column(
            key="expected",
            label=_("purchases expected"),
            cell=lambda row: number(row.expected, 1),
            sort=("expected",),
            numeric=True,
            hidden=True,
        ),
        Column(
            key="each",
            label=_("value of one purchase"),
            cell=lambda row: yuan(round(row.each)),
            export=lambda row: round(row.each / 100, 2),
            sort=("each",),
            numeric=True,
            hidden=True,
        ),
        Column(key="clv", label=_("lifetime value"), sort=("clv",), **money("clv")),
        Column(key="lost", label=_("value at risk"), sort=("lost",), **money("lost")),
        Column(
            key="sales", label=_("sales of twelve months"), sort=("sales",), hidden=True, **money("sales")
        ),
        Column(key="cost", label=_("cost of twelve months"), sort=("cost",), hidden=True, **money("cost")),
        Column(key="profit", label=_("contribution of twelve months"), sort=("profit",), **money("profit")),
        Column(
            key="by_profit", label=_("rank by contribution"), sort=("by_profit",), numeric=True, quiet=True
        ),
        Column(
            key="last_on",
            label=_("last purchase"),
            value=lambda row: iso(row.last_on),
            sort=("last_on",),
            quiet=True,
        ),
        Column(key="category", label=_("last category"), sort=("category",), hidden=True),
        Column(
            key="segment",
            label=_("segment"),
            value=lambda row: row.customer.segment,
            sort=("customer__segment",),
            hidden=True,
        ),
        Column(key="x", label=_("purchases after the first"), sort=("x",), numeric=True, hidden=True),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: unit_name(row.customer),
            export=lambda row: unit_code(row.customer),
            sort=("customer__unit__path",),
            hidden=True,
        ),
    )
    # what takes a look at every customer to count is counted on the board, not beside a name on every page
    views = (
        View(key="all", label=pgettext_lazy("view", "All customers"), counted=False),
        View(key="risk", label=pgettext_lazy("view", "Value at risk"), where=at_risk),
        View(
            key="gone", label=pgettext_lazy("view", "Likely gone"), where=lambda user: gone(), counted=False
        ),
        View(
            key="later",
            label=pgettext_lazy("view", "Unprofitable now, valuable later"),
            where=valuable_later,
            counted=False,
        ),
    )
    filters = (
        Text(key="q", label=_("customer number or name"), over=("customer__number", "customer__name")),
        Text(key="category", label=_("last category"), over=("category",)),
        Text(key="segment", label=_("segment"), over=("customer__segment",)),
        Choice(
            key="tenth",
            label=_("tenth by value"),
            choices=[(str(n), str(n)) for n in range(1, 11)],
        ),
        InUnit(key="unit", label=_("unit"), field="customer__unit__path"),
    )

    def __init__(self, user: User | None) -> None:
        super().__init__(user)
        self.run = latest(user)

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return super().scope(rows.filter(run=self.run) if self.run else rows.none())

    def row_url(self, row: Score) -> str:
        return reverse("customer", args=[row.customer_id])

    def facts(self) -> Facts | None:
        if self.run is None or self.user is None:
            return None
        rows = scores(self.user, self.run).filter(at_risk(self.user))
        more = (
            gettext("%(model)s, observed until %(day)s")
            % {"model": self.run.get_model_display(), "day": self.run.end_on.isoformat()},
            gettext("value: %(n)d months, discounted by %(rate)s a month")
            % {"n": self.run.months, "rate": percent(float(self.run.rate))},
        )
        return Facts(number=rows.count(), words=gettext("valuable customers likely gone"), more=more)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "run": self.run}


class RunsListing(Table):
    model = ModelRun
    title = _("Model runs")
    url_name = "equity:runs"
    template = "equity/runs.html"
    related = ("unit", "made_by")
    order = ("-made_at",)
    columns = (
        Column(key="made_at", label=_("made at"), sort=("made_at",), quiet=True),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), fluid=True
        ),
        Column(key="model", label=_("model"), value=lambda row: row.get_model_display(), sort=("model",)),
        Column(key="state", label=_("state"), value=lambda row: row.get_state_display(), sort=("state",)),
        Column(key="message", label=_("what it says"), value=lambda row: said(row.message), width=40),
        Column(key="end_on", label=_("observed until"), sort=("end_on",), quiet=True),
        Column(key="customers", label=_("customers"), sort=("customers",), numeric=True),
        Column(key="repeaters", label=_("bought again"), sort=("repeaters",), numeric=True),
        Column(key="excluded", label=_("left out"), sort=("excluded",), numeric=True),
        Column(key="equity", label=_("customer equity"), sort=("equity",), **money("equity")),
    )
    filters = (
        Choice(key="model", label=_("model"), choices=ModelRun.Model.choices),
        Choice(key="state", label=_("state"), choices=ModelRun.State.choices),
    )

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Runs above the user's unit too: they hold the user's customers."""
        return rows if self.user is None else rows.filter(listed(self.user))

    def row_url(self, row: ModelRun) -> str:
        return reverse("equity:run", args=[row.pk])


class ExclusionsListing(Table):
    """Customers whom the newest run left out, with the reason."""

    model = Exclusion
    title = _("Left out")
    of_customers = True
    url_name = "equity:exclusions"
    related = ("customer", "customer__unit")
    order = ("customer__number",)
    columns = (
        *CUSTOMER,
        Column(key="reason", label=_("reason"), value=lambda row: row.get_reason_display(), sort=("reason",)),
    )
    filters = (
        Text(key="q", label=_("customer number or name"), over=("customer__number", "customer__name")),
        Choice(key="reason", label=_("reason"), choices=Exclusion.Reason.choices),
    )

    def __init__(self, user: User | None) -> None:
        super().__init__(user)
        self.run = latest(user, fitted=False)

    def scope(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return super().scope(rows.filter(run=self.run) if self.run else rows.none())

    def row_url(self, row: Exclusion) -> str:
        return reverse("customer", args=[row.customer_id])
