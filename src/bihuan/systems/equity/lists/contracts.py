"""Cohorts of contracts and of chances, and the tables that they are imported from."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.models import Unit
from bihuan.web.listing import Choice, Column, InUnit, Primary, Text
from bihuan.web.listing.columns import yes_no
from bihuan.web.listing.transfer.fields import Field, day, flag, one_of, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values
from bihuan.web.lists.cells import unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..models import Cohort, Occasion, Renewal
from ..models.contracts import MOST_CHANCES, MOST_MONTHS, MOST_PERIODS
from .cells import Table, cents, money, whole
from .money import Together

MOST_CUSTOMERS = 2_000_000_000


class CohortCells(UnitCells, Transfer):
    """Rows of a cohort, which is made with its first row."""

    kind_of: Cohort.Kind
    numbers: tuple[str, ...]
    """Fields that name a row within its cohort."""
    counted: str

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        rows = self.model._default_manager.filter(
            cohort__kind=self.kind_of, cohort__code__in={key[0] for key in keys}
        )
        names = ("cohort__code", "cohort__unit_id", *self.numbers, self.counted)
        found = {}
        for pk, path, *values in rows.values_list("pk", "cohort__unit__path", *names):
            told = dict(zip(("cohort", "unit", *self.numbers, self.counted), values, strict=True))
            found[tuple(told[name] for name in self.together)] = Stored(pk, str(path), told)
        return found

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        units = Unit.objects.in_bulk({row["unit"] for row in rows})
        cohorts: dict[tuple[int, str], Cohort] = {}
        for row in rows:
            where = (row["unit"], row["cohort"])
            if where not in cohorts:
                cohorts[where], _made = Cohort.objects.get_or_create(
                    unit=units[row["unit"]], code=row["cohort"], kind=self.kind_of
                )
            key = {name: row[name] for name in self.numbers}
            self.model._default_manager.update_or_create(
                cohort=cohorts[where], **key, defaults={self.counted: row[self.counted]}
            )


COHORT = Field(key="cohort", label=_("cohort"), parse=text(60), required=True, aliases=("批次", "队列"))
UNIT = Field(key="unit", label=_("unit"), required=True, help=_("code or name of the unit"))


class RenewalsTransfer(CohortCells):
    kind = "renewals"
    model = Renewal
    key = "cohort"
    together = ("cohort", "unit", "period")
    kind_of = Cohort.Kind.RENEWALS
    numbers = ("period",)
    counted = "retained"
    most = 20_000
    fields = (
        COHORT,
        UNIT,
        Field(
            key="period",
            label=pgettext_lazy("cohort", "period"),
            parse=whole(MOST_PERIODS),
            required=True,
            help=_("0 is the start of the cohort"),
            aliases=("期", "期次"),
        ),
        Field(
            key="retained",
            label=_("retained"),
            parse=whole(MOST_CUSTOMERS),
            required=True,
            aliases=("留存", "留存客户数"),
        ),
    )


class OccasionsTransfer(CohortCells):
    kind = "occasions"
    model = Occasion
    key = "cohort"
    together = ("cohort", "unit", "x", "last", "chances")
    kind_of = Cohort.Kind.CHANCES
    numbers = ("x", "last", "chances")
    counted = "customers"
    most = 50_000
    fields = (
        COHORT,
        UNIT,
        Field(key="x", label=_("purchases"), parse=whole(MOST_CHANCES), required=True, aliases=("购买次数",)),
        Field(
            key="last",
            label=_("last at chance"),
            parse=whole(MOST_CHANCES),
            required=True,
            help=_("0: never"),
            aliases=("末次机会",),
        ),
        Field(
            key="chances",
            label=_("chances"),
            parse=whole(MOST_CHANCES, 1),
            required=True,
            aliases=("机会数",),
        ),
        Field(
            key="customers",
            label=_("customers"),
            parse=whole(MOST_CUSTOMERS, 1),
            required=True,
            aliases=("客户数",),
        ),
    )

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        if row["last"] > row["chances"]:
            yield "last", gettext("lies after the last chance")
        if row["x"] > row["last"] or (row["x"] == 0) != (row["last"] == 0):
            yield "x", gettext("does not fit the chance at which the last purchase was")


class CohortsTransfer(UnitCells, Together):
    """What the payments of cohorts are; the cohorts themselves come with their counts."""

    kind = "cohorts"
    model = Cohort
    key = "code"
    together = ("code", "unit", "kind")
    most = 2_000
    fields = (
        Field(key="code", label=_("cohort"), parse=text(60), required=True, aliases=("批次", "队列")),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="kind", label=_("kind"), parse=one_of(Cohort.Kind.choices), required=True),
        Field(key="counted_on", label=pgettext_lazy("cohort", "counted on"), parse=day),
        Field(key="months", label=_("months of a period"), parse=whole(MOST_MONTHS, 1)),
        Field(key="payment", label=_("margin of a payment"), parse=cents, help=_("yuan")),
        Field(key="in_orders", label=_("payments are among the orders"), parse=flag),
    )

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        if row.get("payment") is not None and row["payment"] < 0:
            yield "payment", gettext("below 0")


class CohortsListing(Table):
    model = Cohort
    title = _("Contracts")
    url_name = "equity:cohorts"
    template = "equity/cohorts.html"
    transfer = CohortsTransfer
    related = ("unit",)
    order = ("code",)
    columns = (
        Column(key="code", label=_("cohort"), sort=("code",), fluid=True, width=30),
        Column(key="kind", label=_("kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column(key="periods", label=_("renewals seen"), value=lambda row: row.periods, numeric=True),
        Column(key="histories", label=_("histories"), value=lambda row: row.histories, numeric=True),
        Column(
            key="counted_on", label=pgettext_lazy("cohort", "counted on"), sort=("counted_on",), quiet=True
        ),
        Column(key="months", label=_("months of a period"), sort=("months",), numeric=True),
        Column(key="payment", label=_("margin of a payment"), sort=("payment",), **money("payment")),
        Column(
            key="in_orders",
            label=_("payments are among the orders"),
            value=lambda row: "" if row.in_orders is None else yes_no(row.in_orders),
            sort=("in_orders",),
        ),
        Column(key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",)),
    )
    filters = (
        Text(key="q", label=_("cohort"), over=("code",)),
        Choice(key="kind", label=_("kind"), choices=Cohort.Kind.choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def base(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().base()
        counts: Any = {"periods": Max("renewals__period"), "histories": Count("occasions", distinct=True)}
        found: QuerySet[Any] = rows.annotate(**counts)
        return found

    def row_url(self, row: Cohort) -> str:
        return reverse("equity:cohort", args=[row.pk])

    def primary(self) -> Primary | None:
        if not self.may("import"):
            return None
        return Primary(label=gettext("Import renewals"), url=reverse("equity:renewals-import"), icon="upload")


def _unit_of(row: Any) -> str:
    return unit_name(row.cohort)


def _code_of(row: Any) -> str:
    return unit_code(row.cohort)


CODE = Column(
    key="cohort", label=_("cohort"), value=lambda row: row.cohort.code, sort=("cohort__code",), fluid=True
)
OF_UNIT = Column(key="unit", label=_("unit"), value=_unit_of, export=_code_of, sort=("cohort__unit__path",))


class RenewalsListing(Table):
    model = Renewal
    title = _("Renewals of cohorts")
    url_name = "equity:renewals"
    transfer = RenewalsTransfer
    related = ("cohort", "cohort__unit")
    order = ("cohort__code", "period")
    columns = (
        CODE,
        Column(key="period", label=pgettext_lazy("cohort", "period"), sort=("period",), numeric=True),
        Column(key="retained", label=_("retained"), sort=("retained",), numeric=True),
        OF_UNIT,
    )
    filters = (
        Text(key="q", label=_("cohort"), over=("cohort__code",)),
        InUnit(key="unit", label=_("unit"), field="cohort__unit__path"),
    )

    def row_url(self, row: Renewal) -> str:
        return reverse("equity:cohort", args=[row.cohort_id])


class OccasionsListing(Table):
    model = Occasion
    title = _("Chances of cohorts")
    url_name = "equity:occasions"
    transfer = OccasionsTransfer
    related = ("cohort", "cohort__unit")
    order = ("cohort__code", "-x", "-last")
    columns = (
        CODE,
        Column(key="x", label=_("purchases"), sort=("x",), numeric=True),
        Column(key="last", label=_("last at chance"), sort=("last",), numeric=True),
        Column(key="chances", label=_("chances"), sort=("chances",), numeric=True),
        Column(key="customers", label=_("customers"), sort=("customers",), numeric=True),
        OF_UNIT,
    )
    filters = (
        Text(key="q", label=_("cohort"), over=("cohort__code",)),
        InUnit(key="unit", label=_("unit"), field="cohort__unit__path"),
    )

    def row_url(self, row: Occasion) -> str:
        return reverse("equity:cohort", args=[row.cohort_id])
