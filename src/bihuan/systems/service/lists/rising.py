"""Causes that became more frequent, week by week, with the numbers that say so."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.scope import visible
from bihuan.web.components.figures import number
from bihuan.web.listing import Choice, Column, Dates, Facts, InUnit, View
from bihuan.web.lists.cells import unit_code, unit_name

from ..models import CauseAlarm, Training
from ..read.rising import last_week
from .cells import Table
from .plans import cause_choices


def how(row: CauseAlarm) -> str:
    """A jump, a slow rise, or both."""
    words = [(row.jumped, gettext("jumped")), (row.rising, gettext("rising for weeks"))]
    return gettext(", ").join(word for on, word in words if on)


class RisingListing(Table):
    model = CauseAlarm
    title = _("Rising causes")
    url_name = "service:rising-causes"
    nothing = _(
        "Every morning causes of cases are counted; one that became more frequent than chance stands here."
    )
    related = ("unit", "cause")
    order = ("-week_on", "p")
    columns = (
        Column(key="week_on", label=_("week from"), sort=("week_on",)),
        Column(
            key="cause",
            label=_("cause"),
            value=lambda row: row.cause.name,
            export=lambda row: f"{row.cause.code} {row.cause.name}",
            sort=("cause__path",),
            fluid=True,
            width=28,
        ),
        Column(
            key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",), width=24
        ),
        Column(key="cases", label=_("cases in the week"), sort=("cases",), numeric=True),
        Column(
            key="expected",
            label=_("usual a week"),
            value=lambda row: number(row.expected, 1),
            export=lambda row: row.expected,
            sort=("expected",),
            numeric=True,
        ),
        Column(
            key="p",
            label=_("chance of so many"),
            value=lambda row: number(row.p, 4) if row.p >= 0.0001 else "< 0.0001",
            export=lambda row: row.p,
            sort=("p",),
            numeric=True,
        ),
        Column(key="how", label=_("why it stands here"), value=how),
        Column(key="trainings", label=_("trainings for it"), sort=("trainings",), numeric=True),
    )
    filters = (
        Choice(
            key="cause",
            label=_("cause"),
            choices=cause_choices,
            where=lambda path: Q(cause__path__startswith=path),
        ),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
        Dates(key="week", label=_("week from"), field="week_on", instants=False),
    )
    views = (
        View(
            key="now",
            label=pgettext_lazy("view", "Last week"),
            where=lambda user: Q(week_on=last_week(timezone.now()).first_on),
        ),
        View(key="all", label=pgettext_lazy("view", "Earlier weeks too")),
    )

    def base(self) -> QuerySet[Any]:
        trainings = (
            Training.objects.all() if self.user is None else visible(self.user, Training.objects.all())
        )
        mine = trainings.filter(cause=OuterRef("cause")).order_by().values("cause")
        counted = Subquery(mine.annotate(n=Count("pk")).values("n"))
        rows: QuerySet[Any] = super().base().annotate(trainings=Coalesce(counted, 0))
        return rows

    def row_url(self, row: CauseAlarm) -> str:
        return reverse("service:rising-cause", args=[row.pk])

    def facts(self) -> Facts | None:
        rows: QuerySet[Any] = self.scope(CauseAlarm.objects.order_by())
        last = rows.filter(week_on=last_week(timezone.now()).first_on).count()
        return Facts(number=last, words=gettext("rose last week"), tone="orange")
