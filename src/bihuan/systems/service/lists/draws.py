"""Committed draws and scorecards as tables."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Choice, Column, InUnit, Primary, Text, View

from ..models import CardSubject, Draw, DrawKind, Scorecard
from ..words import stage_of
from .cells import Table

HEAVY = ("frame", "result", "drawn", "params")


class DrawsListing(Table):
    model = Draw
    title = _("Committed draws")
    url_name = "service:draws"
    nothing = _(
        "Before the quarter two parties commit to a draw, so that nobody can know or choose who is drawn."
    )
    related = ("unit", "called_by")
    order = ("-year", "-quarter")
    columns = (
        Column(key="period", label=_("quarter"), sort=("year", "quarter")),
        Column(key="kind", label=_("what is drawn"), sort=("kind",), fluid=True, width=28),
        Column(key="unit", label=_("unit"), value=lambda row: row.unit.name, sort=("unit__path",), width=24),
        Column(
            key="stage", label=_("stage"), value=stage_of, sort=("published_at", "opened_at", "committed_at")
        ),
        Column(
            key="commitment",
            label=_("commitment"),
            cell=lambda row: f"{row.commitment[:12]}…" if row.commitment else "",
            export=lambda row: row.commitment,
            quiet=True,
            width=66,
        ),
        Column(key="committed_at", label=_("committed"), sort=("committed_at",), width=20),
        Column(key="opened_at", label=_("drawn"), sort=("opened_at",), width=20),
        Column(
            key="published_at", label=pgettext_lazy("draw", "published"), sort=("published_at",), width=20
        ),
        Column(
            key="called_by",
            label=pgettext_lazy("draw", "called by"),
            value=lambda row: str(row.called_by),
            sort=("called_by__name",),
            hidden=True,
        ),
    )
    filters = (
        Text(key="q", label=_("commitment or unit"), over=("commitment", "unit__name")),
        Choice(key="kind", label=_("what is drawn"), choices=DrawKind.choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )
    views = (
        View(key="valid", label=pgettext_lazy("view", "Valid"), where=lambda user: Q(withdrawn_at=None)),
        View(key="all", label=pgettext_lazy("view", "Withdrawn too")),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base()
        return rows.defer(*HEAVY)

    def row_url(self, row: Draw) -> str:
        return reverse("service:draw", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("Call a draw"), url=reverse("service:draw-new"), icon="lock", kbd="c")


class ScorecardsListing(Table):
    """One card of each kind holds for the whole house."""

    model = Scorecard
    title = _("Scorecards")
    url_name = "service:scorecards"
    related = ("made_by",)
    order = ("subject", "-version")
    edit_verb = "standards"
    columns = (
        Column(key="title", label=_("title"), sort=("title",), fluid=True, width=32),
        Column(key="subject", label=_("for"), sort=("subject",)),
        Column(key="version", label=_("version"), sort=("version",), numeric=True),
        Column(key="n_items", label=_("items"), sort=("n_items",), numeric=True),
        Column(key="n_points", label=pgettext_lazy("scorecard", "points"), sort=("n_points",), numeric=True),
        Column(key="valid_from", label=_("valid from"), sort=("valid_from",)),
        Column(key="made_at", label=pgettext_lazy("scorecard", "made"), sort=("made_at",), width=20),
        Column(
            key="made_by",
            label=_("made by"),
            value=lambda row: str(row.made_by),
            sort=("made_by__name",),
            hidden=True,
        ),
    )
    filters = (
        Text(key="q", label=_("title"), over=("title",)),
        Choice(key="subject", label=_("for"), choices=CardSubject.choices),
    )
    views = (View(key="all", label=pgettext_lazy("view", "All versions"), where=lambda user: Q()),)

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base()
        found: QuerySet[Any] = rows.annotate(n_items=Count("items"), n_points=Sum("items__points"))
        return found

    def row_url(self, row: Scorecard) -> str:
        return reverse("service:scorecard", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("standards"):
            return None
        return Primary(label=gettext("Draft a version"), url=reverse("service:scorecard-new"), kbd="c")
