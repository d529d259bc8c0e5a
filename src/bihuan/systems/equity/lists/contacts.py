"""Which executive keeps in touch with which key customer, and the log of their contacts."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Customer, ObligationState, User
from bihuan.kernel.rules.permissions import ROLES, may
from bihuan.kernel.scope import visible
from bihuan.web.components.figures import NOTHING, day
from bihuan.web.listing import Action, Choice, Column, Dates, Facts, Flag, InUnit, Person, Primary, Text, View
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, one_of
from bihuan.web.listing.transfer.fields import day as parse_day
from bihuan.web.listing.transfer.transfer import Values
from bihuan.web.lists.cells import customer_cell, person_cell

from ..act.contacts import end_care, withdraw_contact
from ..models import Care, Contact, ContactWay, Tier
from ..read.contacts import overdue, with_state
from .cells import Table
from .money import Together

EXECUTIVES = [role for role in ROLES if may(role, "handle")]
STATES = {
    ObligationState.DUE: pgettext_lazy("contact owed", "due"),
    ObligationState.DONE: _("done in this period"),
    ObligationState.MISSED: pgettext_lazy("contact owed", "missed"),
    ObligationState.WAIVED: _("nothing is owed"),
    ObligationState.CANCELLED: _("nothing is owed"),
}


class CaresTransfer(Together):
    """Pairs of a key customer and an executive; customer and user name find a row again."""

    kind = "key-customers"
    model = Care
    key = "customer"
    together = ("customer", "executive")
    most = 20_000
    fields = (
        Field(
            key="customer",
            label=_("customer number"),
            attr="customer_id",
            required=True,
            aliases=("客户编号",),
        ),
        Field(
            key="executive",
            label=_("executive"),
            attr="executive_id",
            required=True,
            help=_("user name of the account"),
            aliases=("高管", "负责人"),
        ),
        Field(key="tier", label=_("tier"), parse=one_of(Tier.choices), aliases=("级别",)),
        Field(key="since", label=_("since"), parse=parse_day, required=True, aliases=("起始日期",)),
        Field(key="ended_on", label=_("ended"), parse=parse_day, aliases=("结束日期",)),
    )

    def start(self) -> None:
        rows = Customer.objects.filter(erased_at=None)
        mine = rows if self.user is None else visible(self.user, rows)
        self.customers = {
            number: (key, path) for number, key, path in mine.values_list("number", "pk", "unit__path")
        }
        people = User.objects.filter(is_active=True, role__in=EXECUTIVES)
        self.people = {
            name.casefold(): (key, path)
            for name, key, path in people.values_list("username", "pk", "unit__path")
        }
        self.paths = {key: path for key, path in self.customers.values()}
        self.units = {key: path for key, path in self.people.values()}

    def parse_customer(self, raw: Any) -> int:
        found = self.customers.get(as_text(raw))
        if found is None:
            raise Wrong(gettext("no such customer in your units"))
        return found[0]

    def parse_executive(self, raw: Any) -> int:
        found = self.people.get(as_text(raw).casefold())
        if found is None:
            raise Wrong(gettext("no active account of this user name that handles cases"))
        return found[0]

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        """Who does not see a customer cannot log a contact with it: that duty could never be met."""
        if not self.paths[row["customer"]].startswith(self.units[row["executive"]]):
            yield "executive", gettext("this customer lies outside the units of this account")
        ended = row.get("ended_on")
        if ended is not None and ended < row["since"]:
            yield "ended_on", gettext("ends before it begins")


def owed(row: Care) -> str:
    """The running period in words, with what is done of what is needed."""
    if row.ended_on is not None:
        return gettext("ended")
    state = getattr(row, "owed_state", None)
    if not state:
        return gettext("begins with the next day of the clock")
    words = str(STATES[state])
    if state == ObligationState.DUE:
        due = day(getattr(row, "owed_due", None), weekday=False)
        return f"{words} {due} ({getattr(row, 'owed_done', 0)}/{getattr(row, 'owed_needed', 0)})"
    return words


def last_cell(row: Any) -> str:
    return day(row.last_on) if row.last_on else NOTHING


class CaresListing(Table):
    model = Care
    title = _("Key customers and executives")
    of_customers = True
    url_name = "equity:cares"
    transfer = CaresTransfer
    related = ("customer", "customer__unit", "executive")
    order = ("customer__number", "executive__username")
    columns = (
        Column(
            key="customer",
            label=_("customer"),
            value=lambda row: row.customer.number,
            cell=lambda row: customer_cell(row.customer),
            sort=("customer__name",),
            fluid=True,
            width=24,
        ),
        Column(
            key="executive",
            label=_("executive"),
            value=lambda row: row.executive.username,
            cell=lambda row: person_cell(row.executive),
            sort=("executive__name",),
        ),
        Column(key="tier", label=_("tier"), value=lambda row: row.get_tier_display(), sort=("tier",)),
        Column(key="last_on", label=_("last contact"), cell=last_cell, sort=("last_on",)),
        Column(key="owed", label=_("this period"), value=owed, width=24),
        Column(
            key="missed_on",
            label=_("last missed period until"),
            value=lambda row: row.missed_on,
            sort=("missed_on",),
            hidden=True,
        ),
        Column(key="since", label=_("since"), sort=("since",), quiet=True, hidden=True),
        Column(key="ended_on", label=_("ended"), sort=("ended_on",), hidden=True),
    )
    views = (
        View(
            key="mine",
            label=pgettext_lazy("view", "My customers"),
            where=lambda user: Q(executive=user, ended_on=None),
            yields=True,
        ),
        View(
            key="running",
            label=pgettext_lazy("view", "All running"),
            where=lambda user: Q(ended_on=None),
            counted=False,
        ),
        View(
            key="late",
            label=pgettext_lazy("view", "Overdue"),
            where=lambda user: overdue() & Q(ended_on=None),
            counted=False,
        ),
        View(key="all", label=pgettext_lazy("view", "Ended too"), counted=False),
    )
    filters = (
        Text(key="q", label=_("customer number or name"), over=("customer__number", "customer__name")),
        Person(key="executive", label=_("executive"), field="executive_id"),
        Choice(key="tier", label=_("tier"), choices=Tier.choices),
        InUnit(key="unit", label=_("unit"), field="customer__unit__path"),
    )
    actions = (
        Action(
            key="end",
            label=pgettext_lazy("act", "End"),
            run=lambda row, user: end_care(row=row, user=user),
            verb="edit",
            icon="x",
        ),
    )

    def base(self) -> QuerySet[Any]:
        return with_state(super().base().filter(customer__erased_at=None))

    def row_url(self, row: Care) -> str:
        return reverse("customer", args=[row.customer_id])

    def facts(self) -> Facts | None:
        rows = self.scope(self.base()).filter(ended_on=None)
        return Facts(
            number=rows.filter(overdue()).count(),
            words=pgettext("contact owed", "pairs overdue"),
            more=(gettext("%(n)d pairs") % {"n": self.scope(Care.objects.filter(ended_on=None)).count()},),
        )

    def primary(self) -> Primary | None:
        if not self.may("handle"):
            return None
        return Primary(label=gettext("Log a contact"), url=reverse("equity:contact-new"), kbd="c")


def note_cell(row: Contact) -> SafeString | str:
    return NOTHING if row.withdrawn_at else row.note


class ContactsListing(Table):
    """The log; what was said only for roles that may read what customers say of themselves."""

    model = Contact
    title = _("Contacts with customers")
    of_customers = True
    url_name = "equity:contacts"
    related = ("customer", "customer__unit", "by")
    order = ("-on", "-pk")
    verb = "personal"
    columns = (
        Column(key="on", label=_("day"), sort=("on",), quiet=True),
        Column(
            key="customer",
            label=_("customer"),
            value=lambda row: row.customer.number,
            cell=lambda row: customer_cell(row.customer),
            sort=("customer__name",),
            width=20,
        ),
        Column(
            key="by",
            label=pgettext_lazy("contact", "who"),
            value=lambda row: row.by.username,
            cell=lambda row: person_cell(row.by),
            sort=("by__name",),
        ),
        Column(key="way", label=_("way"), value=lambda row: row.get_way_display(), sort=("way",)),
        Column(
            key="note", label=pgettext_lazy("contact", "what was said"), value=note_cell, fluid=True, width=60
        ),
        Column(key="next_step", label=_("next step"), width=30),
        Column(key="next_on", label=_("next step until"), sort=("next_on",)),
        Column(
            key="withdrawn_at",
            label=pgettext_lazy("contact", "withdrawn"),
            sort=("withdrawn_at",),
            hidden=True,
        ),
        Column(key="logged_at", label=_("logged"), sort=("logged_at",), hidden=True, width=20),
    )
    views = (
        View(
            key="mine",
            label=pgettext_lazy("view", "My contacts"),
            where=lambda user: Q(by=user),
            yields=True,
        ),
        View(key="all", label=pgettext_lazy("view", "All"), counted=False),
    )
    filters = (
        Text(key="q", label=_("customer number or name"), over=("customer__number", "customer__name")),
        Choice(key="way", label=_("way"), choices=ContactWay.choices),
        Flag(key="next", label=_("with a next step"), where=lambda: ~Q(next_step="") & Q(withdrawn_at=None)),
        Dates(key="day", label=_("day"), field="on", instants=False),
        InUnit(key="unit", label=_("unit"), field="customer__unit__path"),
    )
    actions = (
        Action(
            key="withdraw",
            label=pgettext_lazy("act", "Withdraw"),
            run=lambda row, user: withdraw_contact(row=row, user=user),
            verb="handle",
            icon="x",
        ),
    )

    def row_url(self, row: Contact) -> str:
        return reverse("customer", args=[row.customer_id])

    def primary(self) -> Primary | None:
        if not self.may("handle"):
            return None
        return Primary(label=gettext("Log a contact"), url=reverse("equity:contact-new"), kbd="c")
