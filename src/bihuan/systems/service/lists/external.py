"""Satisfaction indices that third parties have published."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.web.listing import Choice, Column, Facts, InUnit, Primary, Text
from bihuan.web.listing.transfer.fields import Field, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..models import ExternalIndex
from .cells import Table, whole
from .numbers import points

TOLD = ("unit_id", "value", "rank", "n", "sd", "low", "high", "note")
UNKNOWN = Q(n=None) | Q(sd=None), Q(low=None) | Q(high=None)


class IndicesTransfer(UnitCells, Transfer):
    """Provider, subject and year find a row again."""

    kind = "indices"
    model = ExternalIndex
    key = "subject"
    together = ("provider", "subject", "year")
    most = 10_000
    fields = (
        Field(
            key="provider", label=_("provider"), parse=text(80), required=True, aliases=("评价机构", "机构")
        ),
        Field(key="subject", label=_("of whom"), parse=text(80), required=True, aliases=("被评价单位",)),
        Field(key="year", label=_("year"), parse=whole(2100, 1990), required=True, aliases=("年度",)),
        Field(
            key="unit", label=_("kept by"), required=True, attr="unit_id", help=_("code or name of the unit")
        ),
        Field(key="value", label=_("index"), parse=points, required=True, aliases=("满意度指数", "CSI")),
        Field(key="rank", label=_("published rank"), parse=whole(9_999, 1), aliases=("名次", "排名")),
        Field(key="n", label=_("sample size"), parse=whole(10_000_000, 1), aliases=("样本量",)),
        Field(key="sd", label=_("standard deviation"), parse=points, aliases=("标准差",)),
        Field(key="low", label=_("interval from"), parse=points),
        Field(key="high", label=_("interval to"), parse=points),
        Field(key="note", label=_("what the source says"), parse=text(400), aliases=("来源说明",)),
    )

    def check(self, row: Values) -> Any:
        low, high = row.get("low"), row.get("high")
        if low is not None and high is not None and not low <= row["value"] <= high:
            yield "value", gettext("does not lie in its interval")

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        rows = ExternalIndex.objects.filter(subject__in={key[1] for key in keys}).select_related("unit")
        found = {}
        for row in rows:
            told = {name.removesuffix("_id"): getattr(row, name) for name in TOLD}
            found[row.provider, row.subject, row.year] = Stored(row.pk, row.unit.path, told)
        return found

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        for row in rows:
            told = {name: row[key] for name in TOLD if (key := name.removesuffix("_id")) in row}
            provider, subject, year = self.identity(row)
            ExternalIndex.objects.update_or_create(
                provider=provider, subject=subject, year=year, defaults=told
            )


class IndicesListing(Table):
    model = ExternalIndex
    title = _("Third-party index")
    url_name = "service:indices"
    nothing = _("Indices of third parties are entered with their source, and with n where it says so.")
    template = "service/indices.html"
    related = ("unit",)
    transfer = IndicesTransfer
    order = ("-year", "-value")
    columns = (
        Column(key="year", label=_("year"), value=lambda row: str(row.year), sort=("year",), quiet=True),
        Column(key="subject", label=_("of whom"), sort=("subject",), fluid=True, width=28),
        Column(key="provider", label=_("provider"), sort=("provider",), width=24),
        Column(key="value", label=_("index"), sort=("value",), numeric=True),
        Column(key="rank", label=_("published rank"), sort=("rank",), numeric=True),
        Column(key="n", label=_("sample size"), sort=("n",), numeric=True),
        Column(key="sd", label=_("standard deviation"), sort=("sd",), numeric=True),
        Column(key="low", label=_("interval from"), sort=("low",), numeric=True, hidden=True),
        Column(key="high", label=_("interval to"), sort=("high",), numeric=True, hidden=True),
        Column(key="note", label=_("what the source says"), sort=("note",), hidden=True, width=60),
        Column(
            key="unit",
            label=_("kept by"),
            value=unit_name,
            export=unit_code,
            sort=("unit__path",),
            hidden=True,
        ),
    )
    filters = (
        Text(key="q", label=_("provider or whom"), over=("provider", "subject", "note")),
        Choice(
            key="sample",
            label=_("sample"),
            choices=[("known", _("can be judged")), ("unknown", _("no sample given"))],
            where=lambda value: ~(UNKNOWN[0] & UNKNOWN[1]) if value == "known" else UNKNOWN[0] & UNKNOWN[1],
        ),
        InUnit(key="unit", label=_("kept by"), field="unit__path"),
    )

    def row_url(self, row: ExternalIndex) -> str:
        return reverse("service:index", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("edit"):
            return None
        return Primary(label=gettext("New index"), url=reverse("service:index-new"), kbd="c")

    def facts(self) -> Facts | None:
        rows: QuerySet[ExternalIndex] = self.scope(ExternalIndex.objects.order_by())
        silent = rows.filter(UNKNOWN[0] & UNKNOWN[1]).count()
        more = (gettext("%(n)d give no sample") % {"n": silent},) if silent else ()
        return Facts(number=rows.count(), words=gettext("published figures"), more=more, tone="text")
