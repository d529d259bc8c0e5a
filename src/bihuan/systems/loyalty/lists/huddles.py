"""Huddles and what they decided."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Action, Column, Dates, Facts, InUnit, Primary, Text, View

from ..act import finish, take_back
from ..models import Decision, Huddle
from .cells import Table


class HuddlesListing(Table):
    model = Huddle
    title = _("Huddles")
    url_name = "loyalty:huddles"
    related = ("unit", "programme", "led_by")
    order = ("-held_at", "-pk")
    columns = (
        Column(key="held_at", label=_("held"), sort=("held_at",), width=20),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.unit.name,
            sort=("unit__path",),
            fluid=True,
            width=24,
        ),
        Column(key="led_by", label=_("led by"), value=lambda row: str(row.led_by), sort=("led_by__name",)),
        Column(
            key="people", label=_("present"), value=lambda row: row.people, sort=("people",), numeric=True
        ),
        Column(
            key="decided",
            label=_("decisions"),
            value=lambda row: row.decided,
            sort=("decided",),
            numeric=True,
        ),
        Column(key="closed_at", label=_("minutes closed"), sort=("closed_at",), width=20),
    )
    filters = (
        Text(key="q", label=_("unit"), over=("unit__name", "unit__code")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Dates(key="held", label=_("held"), field="held_at"),
    )
    views = (
        View(key="open", label=pgettext_lazy("view", "Minutes open"), where=lambda user: Q(closed_at=None)),
        View(key="all", label=pgettext_lazy("view", "All")),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base()
        found: QuerySet[Any] = rows.annotate(
            people=Count("attendances", filter=Q(attendances__present=True), distinct=True),
            decided=Count("decisions", distinct=True),
        )
        return found

    def row_url(self, row: Huddle) -> str:
        return reverse("loyalty:huddle", args=[row.pk])

    def primary(self) -> Primary | None:
        return (
            Primary(label=gettext("Begin a huddle"), url=reverse("loyalty:huddle-new"), kbd="c")
            if self.may("handle")
            else None
        )


class DecisionsListing(Table):
    model = Decision
    title = _("Decisions of huddles")
    url_name = "loyalty:decisions"
    related = ("huddle__unit", "owner", "improvement", "done_by")
    order = ("due_on", "pk")
    columns = (
        Column(key="text", label=_("what is done"), sort=("text",), fluid=True, width=48),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.huddle.unit.name,
            sort=("huddle__unit__path",),
            width=20,
        ),
        Column(key="owner", label=_("owner"), value=lambda row: str(row.owner or ""), sort=("owner__name",)),
        Column(
            key="improvement",
            label=_("improvement"),
            value=lambda row: row.improvement.number if row.improvement else "",
            sort=("improvement__number",),
            quiet=True,
        ),
        Column(key="due_on", label=_("due"), sort=("due_on",)),
        Column(key="done_at", label=_("done"), sort=("done_at",), width=20),
    )
    filters = (
        Text(key="q", label=_("words or owner"), over=("text", "owner__name")),
        InUnit(key="unit", label=_("unit"), field="huddle__unit__path"),
    )
    views = (
        View(
            key="open",
            label=pgettext_lazy("view", "To do"),
            where=lambda user: Q(done_at=None, improvement=None),
        ),
        View(
            key="handed",
            label=pgettext_lazy("view", "Handed on"),
            where=lambda user: Q(improvement__isnull=False),
        ),
        View(key="all", label=pgettext_lazy("view", "All")),
    )
    actions = (
        Action(
            key="finish",
            label=pgettext_lazy("act", "Done"),
            run=finish,
            verb="handle",
            icon="check",
            undo=take_back,
            before=lambda row: None,
        ),
    )

    def row_url(self, row: Decision) -> str:
        return reverse("loyalty:huddle", args=[row.huddle_id])

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(Decision.objects.filter(done_at=None, improvement=None).order_by())
        return Facts(number=rows.filter(due_on__lt=timezone.localdate()).count(), words=gettext("overdue"))
