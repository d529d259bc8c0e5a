"""Uploads of the terminals' journals with their five published figures; log-offs without log-on."""

from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.web.components import marks
from bihuan.web.components.figures import number
from bihuan.web.listing import Action, Column, Dates, Facts, Flag, Text, View

from ..act import settle_orphan
from ..models import Journal, Swipe
from ..read.loss import recent
from ..words import VERB
from .cells import CARD, CODE, NAME, USER, Table, by_instrument


def figure(key: str, label: Any) -> Column:
    return Column(
        key=key, label=label, cell=lambda row: number(getattr(row, key)), sort=(key,), numeric=True, width=10
    )


def rejected_cell(row: Journal) -> SafeString | str:
    if not row.rejected:
        return number(0)
    return format_html(
        '<span class="bh-mark bh-tone-yellow">{}<span>{}</span></span>',
        marks.status_icon("warning"),
        number(row.rejected),
    )


class JournalsListing(Table):
    model = Journal
    title = _("Reconciliation of the journals")
    url_name = "instruments:journals"
    template = "instruments/journals.html"
    related = ("instrument",)
    order = ("-received_at",)
    columns = (
        Column(key="received_at", label=_("uploaded"), sort=("received_at",), width=20),
        CODE,
        NAME,
        figure("received", _("received")),
        figure("matched", _("matched")),
        figure("inserted", _("inserted")),
        figure("duplicate", _("duplicate")),
        Column(
            key="rejected",
            label=_("rejected"),
            cell=rejected_cell,
            sort=("rejected",),
            numeric=True,
            width=10,
        ),
        Column(
            key="skew_s",
            label=_("clock skew in seconds"),
            value=lambda row: None if row.skew_s is None else round(row.skew_s, 1),
            cell=lambda row: number(row.skew_s, 0),
            sort=("skew_s",),
            numeric=True,
        ),
        Column(key="sha256", label="SHA-256", quiet=True, hidden=True, width=66),
    )
    filters = (
        Text(key="q", label=_("instrument"), over=("instrument__code", "instrument__name")),
        by_instrument(),
        Dates(key="received", label=_("uploaded"), field="received_at"),
        Flag(key="bad", label=_("with rejected lines"), where=lambda: Q(rejected__gt=0)),
    )

    def row_url(self, row: Journal) -> str:
        return reverse("instruments:journal", args=[row.pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), **({"losses": recent(self.user)} if self.user else {})}


class OrphansListing(Table):
    """A close to which no open is known: lost at the terminal, or swiped by mistake."""

    model = Swipe
    title = _("Log-offs without log-on")
    url_name = "instruments:orphans"
    related = ("instrument", "person", "settled_by")
    order = ("-at",)
    columns = (
        Column(key="at", label=_("time"), sort=("at",), width=20),
        CODE,
        NAME,
        Column(key="verb", label=_("what"), value=lambda row: str(VERB[row.verb])),
        CARD,
        USER,
        Column(
            key="source",
            label=_("source"),
            value=lambda row: gettext("live") if row.received_at else gettext("journal"),
        ),
        Column(key="settled_at", label=_("settled"), sort=("settled_at",), width=20),
        Column(
            key="settled_by", label=_("settled by"), value=lambda row: str(row.settled_by or ""), width=12
        ),
    )
    filters = (
        Text(
            key="q",
            label=_("instrument, user or card"),
            over=("instrument__code", "instrument__name", "person__name", "card"),
        ),
        by_instrument(),
        Dates(key="at", label=_("time"), field="at"),
    )
    views = (
        View(key="open", label=pgettext_lazy("view", "To settle"), where=lambda user: Q(settled_at=None)),
        View(key="settled", label=pgettext_lazy("view", "Settled"), where=lambda user: ~Q(settled_at=None)),
    )
    actions = (
        Action(
            key="settle",
            label=pgettext_lazy("act", "Settled"),
            run=settle_orphan,
            verb="handle",
            icon="check",
            kbd="e",
        ),
    )

    def base(self) -> QuerySet[Any]:
        return super().base().filter(role=Swipe.Role.ORPHAN)

    @cached_property
    def view_counts(self) -> dict[str, int]:
        rows = self.scope(Swipe.objects.filter(role=Swipe.Role.ORPHAN).order_by())
        settled = Count("pk", filter=Q(settled_at__isnull=False))
        found = rows.aggregate(all=Count("pk"), settled=settled)
        return {"open": found["all"] - found["settled"], "settled": found["settled"]}

    def facts(self) -> Facts | None:
        rows = self.scope(Swipe.objects.filter(role=Swipe.Role.ORPHAN, settled_at=None))
        return Facts(number=rows.count(), words=gettext("to settle"), tone="yellow")
