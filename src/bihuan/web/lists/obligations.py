"""Recurring duties: what is due today, by unit and person, and what came of the rest."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.expressions import OrderBy
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Obligation, ObligationState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.obligations import due_today
from bihuan.web.duties import words
from bihuan.web.listing import Choice, Column, Dates, Facts, InUnit, Listing, Person, Text, View
from bihuan.web.lists.cells import person_cell, unit_name


def is_due_today(user: User) -> Q:
    return due_today(timezone.now())


class ObligationsListing(Listing):
    model = Obligation
    title = _("Obligations")
    url_name = "obligations"
    related = ("owner", "unit", "place", "case")
    template = "web/lists/obligations.html"
    views = (
        View(key="today", label=pgettext_lazy("view", "Due today"), where=is_due_today),
        View(
            key="mine",
            label=pgettext_lazy("view", "Mine to do"),
            where=lambda user: Q(state=ObligationState.DUE, owner=user),
        ),
        View(
            key="open", label=pgettext_lazy("view", "To do"), where=lambda user: Q(state=ObligationState.DUE)
        ),
        View(
            key="missed",
            label=pgettext_lazy("view", "Missed"),
            where=lambda user: Q(state=ObligationState.MISSED),
        ),
        View(key="all", label=pgettext_lazy("view", "All")),
    )
    filters = (
        Text(key="q", label=_("subject"), over=("subject", "subject_name")),
        Choice(key="obligation", label=_("obligation"), field="key", choices=words.choices),
        Choice(key="state", label=_("state"), choices=ObligationState.choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Person(key="owner", label=_("owner"), field="owner_id"),
        Dates(key="begins", label=_("period from"), field="begins_on", instants=False),
    )
    columns = (
        Column(key="subject", label=_("subject"), sort=("subject",), quiet=True, hidden=True),
        Column(
            key="subject_name",
            label=_("subject"),
            sort=("subject_name", "subject"),
            fluid=True,
            width=28,
        ),
        Column(
            key="obligation",
            label=_("obligation"),
            value=lambda row: capfirst(words.title(row.key)),
            sort=("key",),
            width=24,
        ),
        Column(
            key="period",
            label=_("period"),
            value=lambda row: words.period_words(row.key, row.begins_on, row.ends_on),
            sort=("begins_on",),
            width=20,
        ),
        Column(
            key="done",
            label=_("done / needed"),
            value=lambda row: f"{row.done} / {row.needed}",
            cell=words.count_cell,
            sort=("done",),
            numeric=True,
        ),
        Column(
            key="state", label=_("state"), value=words.state_words, cell=words.state_cell, sort=("state",)
        ),
        Column(key="reason", label=_("reason"), sort=("reason",), hidden=True, width=24),
        Column(key="due_at", label=_("due"), cell=lambda row: row.due_chip, sort=("due_at",), width=20),
        Column(key="owner", label=_("owner"), cell=lambda row: person_cell(row.owner), sort=("owner__name",)),
        Column(key="unit", label=_("unit"), value=unit_name, sort=("unit__path",), width=24),
        Column(key="place", label=_("place"), sort=("place__code",), hidden=True),
        Column(
            key="case",
            label=_("case"),
            value=lambda row: row.case.number if row.case else None,
            sort=("case__number",),
            hidden=True,
        ),
    )

    def default_order(self) -> Sequence[str | OrderBy]:
        return [F("due_at").asc(), F("subject_name").asc()]

    def prepare(self, rows: Iterable[Any]) -> list[Any]:
        found, now, calendar = list(rows), timezone.now(), working_calendar()
        for row in found:
            row.due_chip = words.due_cell(row, now, calendar)
        return found

    def row_url(self, row: Obligation) -> str:
        """A missed one leads to the case that it opened."""
        return reverse("case", args=[row.case.number]) if row.case else ""

    def facts(self) -> Facts | None:
        rows = self.scope(Obligation.objects.order_by())
        told = rows.aggregate(
            today=Count("pk", filter=due_today(timezone.now())),
            open=Count("pk", filter=Q(state=ObligationState.DUE)),
        )
        more = (gettext("%(n)d to do") % {"n": told["open"]},)
        return Facts(number=told["today"], words=gettext("due today"), tone="text", more=more)
