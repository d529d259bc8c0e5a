"""Invitations: ours, and those of other systems that a file brings; who wants no more of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Customer
from bihuan.web.listing import Action, Choice, Column, Dates, Exact, Facts, Text, View
from bihuan.web.listing.transfer.fields import Field, as_text, instant, one_of, text
from bihuan.web.listing.transfer.transfer import Values

from ..act import AskedElsewhere, allow, asked_elsewhere, decline
from ..act.asked import fault
from ..models import Channel, Declined, Invitation
from ..read.ledger import CAME_BACK, NOT_REACHED, OPENED
from .cells import (
    ANSWERED,
    CUSTOMER,
    PROGRAMME,
    SEGMENT,
    TOUCHPOINT,
    UNIT,
    WAY,
    Named,
    Table,
    Told,
    column,
    customer_column,
    in_unit,
    of_programme,
    programme_column,
    touchpoint_column,
    unit_column,
)

INVITED = pgettext_lazy("ledger", "invited")
DELIVERED = pgettext_lazy("ledger", "delivered")
OPENED_AT = pgettext_lazy("ledger", "opened")
FAILED = pgettext_lazy("ledger", "could not be delivered")


def moment(raw: Any) -> Any:
    return instant(raw) if as_text(raw) else None


class InvitationsTransfer(Told):
    """What another system asked. A number that is known is brought up to date: delivered, opened, failed."""

    kind = "invitations"
    model = Invitation
    key = "key"
    fields = (
        Field(
            key="key",
            label=_("number of the invitation"),
            parse=text(48),
            required=True,
            aliases=("编号", "邀请编号"),
        ),
        PROGRAMME,
        UNIT,
        Field(key="invited_at", label=INVITED, parse=instant, required=True, aliases=("邀请时间",)),
        Field(key="channel", label=_("way"), parse=one_of(Channel.choices)),
        CUSTOMER,
        TOUCHPOINT,
        SEGMENT,
        Field(key="delivered_at", label=DELIVERED, parse=moment, aliases=("送达时间",)),
        Field(key="opened_at", label=OPENED_AT, parse=moment, aliases=("打开时间",)),
        Field(key="failed", label=FAILED, parse=text(80), help=_("why; empty when it arrived")),
    )
    reads = {
        field.key: ""
        for field in fields
        if field.key not in ("key", "programme", "delivered_at", "opened_at", "failed")
    }

    def start(self) -> None:
        super().start()
        self.now = timezone.now()

    def blank(self, field: Field) -> Any:
        return {"channel": Channel.FILE.value, "segment": "", "failed": ""}.get(field.key)

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        told = AskedElsewhere(
            key=row["key"],
            unit=None,  # type: ignore[arg-type]
            invited_at=row["invited_at"],
            delivered_at=row.get("delivered_at"),
            opened_at=row.get("opened_at"),
        )
        if why := fault(told, self.now):
            yield "invited_at", why

    def differs(self, stored: Any, row: Values) -> bool:
        """Only what has become known since; an empty cell takes nothing back."""
        names = ("delivered_at", "opened_at", "failed")
        return any(row.get(name) and row[name] != stored.values[name] for name in names)

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        found = self.related(rows)
        for programme, own in self.by_programme(rows):
            told = [
                AskedElsewhere(
                    key=row["key"],
                    unit=found["unit"][row["unit"]],
                    invited_at=row["invited_at"],
                    channel=row.get("channel") or Channel.FILE,
                    customer=found["customer"].get(row.get("customer") or 0),
                    touchpoint=found["touchpoint"].get(row.get("touchpoint") or 0),
                    segment=row.get("segment") or "",
                    delivered_at=row.get("delivered_at"),
                    opened_at=row.get("opened_at"),
                    failed=row.get("failed") or "",
                )
                for row in own
            ]
            asked_elsewhere(programme=programme, told=told, user=None, now=self.now)


class InvitationsListing(Table):
    model = Invitation
    title = _("Invitations")
    of_customers = True
    url_name = "loyalty:invitations"
    template = "loyalty/invitations.html"
    new = (_("Invite"), "loyalty:invite", "handle")
    related = ("programme", "customer", "unit", "touchpoint", "sheet")
    transfer = InvitationsTransfer
    order = ("-invited_at", "-pk")
    columns = (
        programme_column(),
        unit_column(fluid=True),
        customer_column(),
        touchpoint_column(hidden=True),
        column("channel", _("way")),
        column("segment", _("segment")),
        column("invited_at", INVITED, width=20),
        column("delivered_at", DELIVERED, width=20),
        Column(
            key="opened_at",
            label=OPENED_AT,
            value=lambda row: row.opened_at or (row.sheet.opened_at if row.sheet else None),
            sort=("opened_at", "sheet__opened_at"),
            width=20,
        ),
        Column(
            key="used_at",
            label=ANSWERED,
            value=lambda row: row.sheet.used_at if row.sheet else None,
            sort=("sheet__used_at",),
            width=20,
        ),
        column("failed", FAILED, quiet=True),
        column("bounced_at", pgettext_lazy("ledger", "came back"), hidden=True, width=20),
        column("key", _("number of the invitation"), hidden=True),
    )
    filters = (
        Text(key="q", label=_("customer, unit or number"), over=("customer__number", "unit__name", "key")),
        in_unit(),
        of_programme(),
        WAY,
        Dates(key="invited", label=INVITED, field="invited_at"),
        Exact(key="segment", label=_("segment"), field="segment"),
    )
    views = (
        View(
            key="waiting",
            label=pgettext_lazy("view", "To be sent"),
            where=lambda user: Q(next_at__isnull=False),
        ),
        View(key="failed", label=pgettext_lazy("view", "Not delivered"), where=lambda user: NOT_REACHED),
        View(key="bounced", label=pgettext_lazy("view", "Came back"), where=lambda user: CAME_BACK),
        View(
            key="answered",
            label=pgettext_lazy("view", "Answered"),
            where=lambda user: Q(sheet__reply__valid=True),
        ),
        View(
            key="delivered",
            label=pgettext_lazy("view", "Delivered"),
            where=lambda user: Q(delivered_at__isnull=False) | OPENED,
            counted=False,
        ),
        View(key="opened", label=pgettext_lazy("view", "Opened"), where=lambda user: OPENED, counted=False),
        View(key="all", label=pgettext_lazy("view", "All"), counted=False),
    )

    def facts(self) -> Facts | None:
        waiting: Any = self.scope(Invitation.objects.filter(next_at__isnull=False).order_by())
        paused = waiting.filter(programme__paused_at__isnull=False).count()
        more = (gettext("%(n)d wait because asking is paused") % {"n": paused},) if paused else ()
        return Facts(number=waiting.count(), words=gettext("letters to be sent"), tone="text", more=more)


class DeclinedTransfer(Named):
    """Who wants no more questions; who is named already stays as entered."""

    kind = "not-asked"
    model = Declined
    key = "customer"
    fields = (
        Field(
            key="customer",
            label=_("customer number"),
            attr="customer_id",
            required=True,
            aliases=("客户编号",),
        ),
    )

    def differs(self, stored: Any, row: Values) -> bool:
        return False

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        if new:
            people = list(Customer.objects.filter(pk__in=[row["customer"] for row in rows]))
            decline(customers=people, how=Declined.How.FILE, user=self.user)


class DeclinedListing(Table):
    model = Declined
    title = _("Not to be asked")
    of_customers = True
    url_name = "loyalty:not-asked"
    new = (_("Enter a customer"), "loyalty:not-asked-new", "handle")
    import_verb = "handle"
    related = ("customer", "customer__unit", "by")
    transfer = DeclinedTransfer
    order = ("-at",)
    columns = (
        customer_column(fluid=True),
        unit_column("customer__unit"),
        column("how", pgettext_lazy("declined", "how")),
        column("at", _("since"), width=20),
        Column(key="by", label=_("entered by"), value=lambda row: str(row.by or ""), sort=("by__name",)),
    )
    filters = (
        Text(key="q", label=_("customer"), over=("customer__number", "customer__name")),
        in_unit("customer__unit__path"),
        Choice(key="how", label=pgettext_lazy("declined", "how"), choices=Declined.How.choices),
    )
    actions = (
        Action(
            key="allow",
            label=pgettext_lazy("act", "May be asked again"),
            run=allow,
            verb="handle",
            icon="arrow-back-up",
        ),
    )
