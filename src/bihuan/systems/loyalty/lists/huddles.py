"""Huddles and what they decided."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Action, Column, Dates, Facts, Text, View

from ..act import finish, take_back
from ..models import Decision, Huddle
from .cells import Table, column, in_unit, unit_column


class HuddlesListing(Table):
    model = Huddle
    title = _("Huddles")
    url_name = "loyalty:huddles"
    page = ("loyalty:huddle", "pk")
    new = (_("Begin a huddle"), "loyalty:huddle-new", "handle")
    related = ("unit", "programme", "led_by")
    order = ("-held_at", "-pk")
    columns = (
        column("held_at", _("held"), width=20),
        unit_column(fluid=True, width=24),
        Column(key="led_by", label=_("led by"), value=lambda row: str(row.led_by), sort=("led_by__name",)),
        column("people", _("present"), value=lambda row: row.people, numeric=True),
        Column(
            key="decided",
            label=_("decisions"),
            value=lambda row: row.decided,
            sort=("decided",),
            numeric=True,
        ),
        column("closed_at", _("minutes closed"), width=20),
    )
    filters = (
        Text(key="q", label=_("code or name"), over=("unit__name", "unit__code")),
        in_unit(),
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


class DecisionsListing(Table):
    model = Decision
    title = _("Decisions of huddles")
    url_name = "loyalty:decisions"
    page = ("loyalty:huddle", "huddle_id")
    related = ("huddle__unit", "owner", "improvement", "done_by")
    order = ("due_on", "pk")
    columns = (
        column("text", _("what is done"), fluid=True, width=48),
        unit_column("huddle__unit"),
        Column(key="owner", label=_("owner"), value=lambda row: str(row.owner or ""), sort=("owner__name",)),
        Column(
            key="improvement",
            label=_("improvement"),
            value=lambda row: row.improvement.number if row.improvement else "",
            sort=("improvement__number",),
            quiet=True,
        ),
        column("due_on", _("due")),
        column("done_at", _("done"), width=20),
    )
    filters = (
        Text(key="q", label=_("words or owner"), over=("text", "owner__name")),
        in_unit("huddle__unit__path"),
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

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(Decision.objects.filter(done_at=None, improvement=None).order_by())
        return Facts(number=rows.filter(due_on__lt=timezone.localdate()).count(), words=gettext("overdue"))
