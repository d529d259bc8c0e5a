"""Halls and sessions of the quarterly surveys as one table: the three counts apart, and what is short."""

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Reply, Sheet, Wave
from bihuan.web.components.marks import status_icon
from bihuan.web.components.words import STATUS
from bihuan.web.listing import Choice, Column, Facts, InUnit, Text, View
from bihuan.web.lists.cells import count_of

from ..models import DrawKind, Fieldwork
from ..rules.fieldwork import state
from ..words import ARMS, STATES
from .cells import Table


def short() -> Q:
    """Too few issued, and nothing explains it."""
    issued = count_of(Sheet.objects.filter(withdrawn_at=None), "wave")
    waves = Wave.objects.annotate(n=issued).filter(n__lt=F("wanted")).order_by()
    return Q(gone_at=None, census=False, wave__in=waves.values("pk"))


def state_of(row: Any) -> str:
    return state(row.issued, row.wave.wanted, census=row.census, gone=row.gone_at is not None)


def state_words(key: str, short: int) -> str:
    return str(STATES[key][1]) % {"n": short} if key == "short" else str(STATES[key][1])


def state_mark(key: str, short: int) -> SafeString:
    shape = STATES[key][0]
    return format_html(
        '<span class="bh-mark bh-tone-{}">{}<span>{}</span></span>',
        STATUS[shape].tone,
        status_icon(shape),
        state_words(key, short),
    )


def arm_of(row: Fieldwork) -> str:
    """How a session was drawn; halls have no arms."""
    return str(ARMS[row.label.rpartition("|")[2]]) if row.area_id else ""


def _short(row: Any) -> int:
    return max(int(row.wave.wanted) - int(row.issued), 0)


def _counted(rows: QuerySet[Any]) -> Coalesce:
    mine = rows.filter(wave=OuterRef("wave")).order_by().values("wave")
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)


class FieldworkListing(Table):
    model = Fieldwork
    title = _("Questionnaires in the field")
    url_name = "service:fieldwork"
    nothing = _("Commit to a draw of halls or areas and open it: each one drawn gets its wave.")
    related = ("draw", "wave__unit", "hall__place", "area", "reader__person")
    order = ("-draw__year", "-draw__quarter", "held_on", "drawn")
    columns = (
        Column(
            key="period",
            label=_("quarter"),
            value=lambda row: row.draw.period,
            sort=("draw__year", "draw__quarter"),
        ),
        Column(key="drawn", label=_("as drawn"), sort=("drawn",), quiet=True),
        Column(
            key="name",
            label=_("hall or area"),
            value=lambda row: row.wave.subject_name,
            sort=("wave__subject_name",),
            fluid=True,
            width=32,
        ),
        Column(
            key="state",
            label=_("state"),
            value=lambda row: state_words(state_of(row), _short(row)),
            cell=lambda row: state_mark(state_of(row), _short(row)),
            sort=("issued",),
            width=24,
        ),
        Column(key="issued", label=pgettext_lazy("sheets", "issued"), sort=("issued",), numeric=True),
        Column(key="returned", label=_("returned"), sort=("returned",), numeric=True),
        Column(key="valid", label=_("valid"), sort=("valid",), numeric=True),
        Column(key="refused", label=_("refused"), sort=("refused",), numeric=True),
        Column(key="held_on", label=_("day of the session"), sort=("held_on",)),
        Column(
            key="reader",
            label=_("meter reader"),
            value=lambda row: str(row.reader) if row.reader else "",
            sort=("reader__person__name",),
        ),
        Column(key="arm", label=_("how drawn"), value=arm_of, sort=("label",), hidden=True, width=28),
        Column(
            key="every", label=_("ask every so many-eth customer"), sort=("every",), numeric=True, hidden=True
        ),
        Column(
            key="unit",
            label=_("unit"),
            value=lambda row: row.wave.unit.name,
            sort=("wave__unit__path",),
            hidden=True,
            width=24,
        ),
        Column(
            key="closed_at",
            label=_("closed"),
            value=lambda row: row.wave.closed_at,
            sort=("wave__closed_at",),
            hidden=True,
            width=20,
        ),
    )
    filters = (
        Text(key="q", label=_("hall or area"), over=("wave__subject_name", "drawn")),
        Choice(
            key="kind",
            label=_("what is drawn"),
            choices=[(key, label) for key, label in DrawKind.choices if key != DrawKind.VOICE],
            field="draw__kind",
        ),
        Text(key="period", label=_("quarter"), over=("wave__period",)),
        InUnit(key="unit", label=_("unit"), field="wave__unit__path"),
    )
    views = (
        View(
            key="open",
            label=pgettext_lazy("waves", "Open"),
            where=lambda user: Q(wave__closed_at=None, gone_at=None),
        ),
        View(key="short", label=pgettext_lazy("fieldwork", "Too few issued"), where=lambda user: short()),
        View(
            key="kept",
            label=pgettext_lazy("fieldwork", "Without what fell away"),
            where=lambda user: Q(gone_at=None),
        ),
        View(key="all", label=pgettext_lazy("view", "All")),
    )

    def base(self) -> QuerySet[Any]:
        told = Fieldwork.objects.filter(pk=OuterRef("pk")).order_by()
        rows: QuerySet[Any] = (
            super()
            .base()
            .annotate(
                issued=_counted(Sheet.objects.filter(withdrawn_at=None)),
                returned=_counted(Reply.objects.all()),
                valid=_counted(Reply.objects.filter(valid=True)),
                refused=Coalesce(Subquery(told.annotate(n=Sum("refusals__count")).values("n")), 0),
            )
        )
        return rows

    def row_url(self, row: Fieldwork) -> str:
        return reverse("service:fieldwork-one", args=[row.pk])

    def facts(self) -> Facts | None:
        rows = self.scope(self.base().filter(wave__closed_at=None)).order_by()
        return Facts(
            number=rows.filter(short()).count(),
            words=gettext("halls and sessions with too few issued"),
            tone="orange",
            more=(gettext("%(n)d not closed yet") % {"n": rows.filter(gone_at=None).count()},),
        )
