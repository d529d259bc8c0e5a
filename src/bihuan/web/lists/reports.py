"""Reports that units owe, late ones first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case as When_
from django.db.models import F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import OrderBy
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Publication, Report, ReportState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.registry import report_specs
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.remaining import working_days_left
from bihuan.web.components.due import due
from bihuan.web.components.marks import status_icon
from bihuan.web.listing import Choice, Column, Dates, Facts, InUnit, Listing, Primary, View
from bihuan.web.reports.words import period_text, title_of

KINDS = (("month", _("month")), ("quarter", _("quarter")))
MARKS = {
    ReportState.DUE: ("grey", "in_progress"),
    ReportState.ASSEMBLED: ("blue", "in_progress"),
    ReportState.PUBLISHED: ("green", "normal"),
}


def is_late() -> Q:
    """Past its day and not published."""
    return ~Q(state=ReportState.PUBLISHED) & Q(due_at__lt=timezone.now(), owed=True)


def titles(user: User | None) -> list[tuple[str, StrOrPromise]]:
    return [(key, spec.title) for key, (_system, spec) in report_specs().items()]


def state_cell(row: Report) -> SafeString:
    """Shape and word."""
    tone, shape = MARKS[ReportState(row.state)]
    return format_html(
        '<span class="bh-mark bh-tone-{}">{}<span>{}</span></span>',
        tone,
        status_icon(shape),
        capfirst(row.get_state_display()),
    )


def chip(row: Report, published_at: datetime | None, now: datetime, calendar: Calendar) -> SafeString:
    """Until when it is to be published; afterwards whether it was in time."""
    if published_at is not None:
        return due(row.due_at, now, row.opens_at, "met" if published_at <= row.due_at else "missed")
    if not row.owed:
        return due(None)
    left = working_days_left(calendar, now, row.due_at)
    return due(row.due_at, now, row.opens_at, "running", row.due_provisional, left)


class ReportsListing(Listing):
    model = Report
    title = _("Reports")
    url_name = "reports"
    nothing = _(
        "Papers are made on the first working day after their period; one of an earlier period is made here."
    )
    related = ("unit",)
    columns = (
        Column(key="title", label=_("report"), value=title_of, sort=("key",), fluid=True, width=36),
        Column(
            key="period",
            label=_("period"),
            value=lambda row: period_text(row.kind, row.first_on),
            sort=("first_on",),
            width=18,
        ),
        Column(key="unit", label=_("unit"), value=lambda row: row.unit.name, sort=("unit__path",), width=24),
        Column(key="state", label=_("state"), cell=state_cell, sort=("state",)),
        Column(key="due_at", label=_("due"), cell=lambda row: row.due_chip, sort=("due_at",), width=20),
        Column(key="version", label=_("version"), sort=("version",), numeric=True),
        Column(key="made_at", label=_("made"), sort=("made_at",), width=20),
        Column(key="published_at", label=_("published"), sort=("published_at",), width=20),
    )
    filters = (
        Choice(key="report", label=_("report"), choices=titles, field="key"),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Choice(key="state", label=_("state"), choices=ReportState.choices),
        Choice(key="kind", label=_("period"), choices=KINDS),
        Dates(key="last", label=_("end of the period"), field="last_on", instants=False),
    )
    views = (
        View(
            key="over",
            label=pgettext_lazy("view", "Period over"),
            where=lambda user: Q(opens_at__lte=timezone.now()),
        ),
        View(key="late", label=pgettext_lazy("view", "Late"), where=lambda user: is_late()),
        View(
            key="coming",
            label=pgettext_lazy("view", "Period runs"),
            where=lambda user: Q(opens_at__gt=timezone.now()),
        ),
        View(key="all", label=pgettext_lazy("view", "All reports"), counted=False),
    )

    def base(self) -> QuerySet[Any]:
        first = Publication.objects.filter(version__report=OuterRef("pk")).order_by("pk")
        rows: QuerySet[Any] = (
            super()
            .base()
            .annotate(
                version=Max("versions__number"),
                made_at=Max("versions__made_at"),
                published_at=Subquery(first.values("published_at")[:1]),
            )
        )
        return rows

    def default_order(self) -> Sequence[str | OrderBy]:
        late = When_(When(is_late(), then=Value(0)), default=Value(1), output_field=IntegerField())
        return [late.asc(), F("last_on").desc(), F("key").asc(), F("unit__path").asc()]

    def row_url(self, row: Report) -> str:
        return reverse("report", args=[row.pk])

    def prepare(self, rows: Iterable[Any]) -> list[Any]:
        found, now, calendar = list(rows), timezone.now(), working_calendar()
        for row in found:
            row.due_chip = chip(row, row.published_at, now, calendar)
        return found

    def primary(self) -> Primary | None:
        if not self.may("report"):
            return None
        return Primary(label=gettext("Make a report"), url=reverse("report-new"), kbd="c")

    def facts(self) -> Facts | None:
        rows = self.scope(Report.objects.order_by())
        waiting = rows.filter(state=ReportState.ASSEMBLED).count()
        more = (gettext("%(n)d assembled, not published") % {"n": waiting},)
        return Facts(number=rows.filter(is_late()).count(), words=pgettext("report", "late"), more=more)
