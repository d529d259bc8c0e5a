"""Spot checks by month. No column knows the day before it has come."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from bihuan.web.listing import Choice, Column, Facts, InUnit, View
from bihuan.web.lists.cells import person_cell, unit_code, unit_name

from ..models import SpotCheck, SpotState
from .cells import Table


class SpotChecksListing(Table):
    """`told_at`, `drawn_on`, owner and calls are empty in the table itself until the day."""

    model = SpotCheck
    title = _("Spot checks of second call-backs")
    url_name = "service:spot-checks"
    nothing = _("Each month a day is drawn on which second calls are listened to; it shows when it has come.")
    related = ("unit", "owner", "case")
    order = ("-month_on", "unit__path")
    columns = (
        Column(
            key="month_on",
            label=_("month"),
            value=lambda row: f"{row.month_on:%Y-%m}",
            sort=("month_on",),
            quiet=True,
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=unit_name,
            export=unit_code,
            sort=("unit__path",),
            fluid=True,
            width=24,
        ),
        Column(key="state", label=_("state"), value=lambda row: row.get_state_display(), sort=("state",)),
        Column(key="drawn_on", label=_("day drawn"), sort=("drawn_on",)),
        Column(key="told_at", label=_("told"), sort=("told_at",), hidden=True, width=20),
        Column(key="due_at", label=_("due"), sort=("due_at",), width=20),
        Column(key="owner", label=_("owner"), cell=lambda row: person_cell(row.owner), sort=("owner__name",)),
        Column(
            key="calls", label=_("calls"), value=lambda row: row.calls or None, sort=("calls",), numeric=True
        ),
        Column(
            key="differs",
            label=_("differ"),
            value=lambda row: row.differ if row.calls else None,
            sort=("differ",),
            numeric=True,
        ),
        Column(
            key="missing",
            label=_("without recording"),
            value=lambda row: row.missing if row.calls else None,
            sort=("missing",),
            numeric=True,
        ),
        Column(key="done_at", label=_("made"), sort=("done_at",), width=20),
        Column(key="seed_digest", label=_("SHA-256 of the seed"), hidden=True, width=66),
    )
    filters = (
        Choice(key="state", label=_("state"), choices=SpotState.choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )
    views = (
        View(
            key="open",
            label=pgettext_lazy("view", "To be made"),
            where=lambda user: Q(state__in=(SpotState.OPEN, SpotState.SEALED)),
        ),
        View(key="all", label=pgettext_lazy("view", "All")),
    )

    def base(self) -> QuerySet[Any]:
        counts = {
            "calls": Count("items"),
            "differ": Count("items", filter=Q(items__result="differs")),
            "missing": Count("items", filter=Q(items__result="missing")),
        }
        rows: QuerySet[Any] = super().base().annotate(**counts)
        return rows

    def row_url(self, row: SpotCheck) -> str:
        return reverse("service:spot-check", args=[row.pk])

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(SpotCheck.objects.order_by())
        return Facts(
            number=rows.filter(state=SpotState.MISSED).count(), words=pgettext("spot check", "missed")
        )
