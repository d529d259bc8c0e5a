"""Alarms: use without a swipe."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.web.components.figures import elapsed, number
from bihuan.web.components.state import status
from bihuan.web.listing import Choice, Column, Dates, Facts, Flag, InUnit, Text, View
from bihuan.web.listing.columns import shown

from ..models import Alarm
from .cells import CARD, CODE, NAME, PLACE, USER, Table, by_instrument, case_cell, lasted

LASTING = pgettext_lazy("alarm", "lasts")


def reason(row: Alarm) -> str:
    return row.get_reason_display() if row.ended_at else str(LASTING)


def by_reason(key: str) -> Q:
    return Q(ended_at=None) if key == "lasting" else Q(reason=key)


class AlarmsListing(Table):
    model = Alarm
    title = _("Alarms of the instruments")
    url_name = "instruments:alarms"
    related = ("instrument__place", "person", "case")
    columns = (
        CODE,
        NAME,
        PLACE,
        Column(key="began_at", label=_("began"), sort=("began_at",), width=20),
        Column(key="ended_at", label=_("ended"), sort=("ended_at",), width=20),
        Column(
            key="lasted",
            label=_("lasted"),
            value=lambda row: (span := lasted(row.began_at, row.ended_at)) and elapsed(span.total_seconds()),
            numeric=True,
        ),
        Column(
            key="reason",
            label=_("ended by"),
            value=reason,
            cell=lambda row: shown(reason(row)) if row.ended_at else status("abnormal"),
            sort=("reason",),
        ),
        CARD,
        USER,
        Column(
            key="case",
            label=_("case"),
            value=lambda row: row.case.number if row.case else None,
            cell=case_cell,
            sort=("case__number",),
            width=16,
        ),
        Column(key="pictures", label=_("photos"), cell=lambda row: number(row.pictures), numeric=True),
    )
    filters = (
        Text(
            key="q",
            label=_("instrument, user, card or case"),
            over=("instrument__code", "instrument__name", "person__name", "card", "case__number"),
        ),
        by_instrument(),
        InUnit(key="unit", label=_("unit"), field="instrument__unit__path"),
        Dates(key="began", label=_("began"), field="began_at"),
        Choice(
            key="reason",
            label=_("ended by"),
            choices=[("lasting", LASTING), *Alarm.Reason.choices],
            where=by_reason,
        ),
        Flag(key="unseen", label=_("without a photo"), where=lambda: Q(photos=None)),
    )
    views = (
        View(key="all", label=pgettext_lazy("view", "All alarms")),
        View(
            key="open", label=pgettext_lazy("view", "Case open"), where=lambda user: Q(case__state__in=OPEN)
        ),
        View(key="lasting", label=pgettext_lazy("view", "Lasting"), where=lambda user: Q(ended_at=None)),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base().annotate(pictures=Count("photos"))
        return rows

    def default_order(self) -> Any:
        return [F("ended_at").desc(nulls_first=True), F("began_at").desc()]

    def row_url(self, row: Alarm) -> str:
        if row.case:
            return reverse("case", args=[row.case.number])
        return super().row_url(row)

    def facts(self) -> Facts | None:
        rows = self.scope(Alarm.objects.order_by())
        told = rows.aggregate(
            lasting=Count("pk", filter=Q(ended_at=None)), open=Count("pk", filter=Q(case__state__in=OPEN))
        )
        more = gettext("%(n)d with an open case") % {"n": told["open"]}
        return Facts(number=told["lasting"], words=gettext("lasting now"), more=(more,))
