"""What is known of the market: estimates, brand surveys and their brands."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.scope import visible
from bihuan.web.listing import Choice, Column, InUnit, Primary, Text
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, day, flag, one_of, text
from bihuan.web.listing.transfer.transfer import Transfer, Values
from bihuan.web.lists.cells import unit_code, unit_name
from bihuan.web.lists.units_of import UnitCells

from ..models import Brand, BrandSurvey, MarketEstimate
from .cells import Table, between, cents, money, whole
from .money import Together


class EstimatesTransfer(UnitCells, Together):
    kind = "market"
    model = MarketEstimate
    key = "source"
    together = ("source", "unit", "on")
    most = 5_000
    fields = (
        Field(key="source", label=_("source"), parse=text(200), required=True, aliases=("来源",)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="on", label=_("as of"), parse=day, required=True, aliases=("日期",)),
        Field(key="kind", label=_("kind"), parse=one_of(MarketEstimate.Kind.choices), required=True),
        Field(
            key="n", label=_("sample size"), parse=whole(10_000_000, 1), required=True, aliases=("样本量",)
        ),
        Field(key="sales", label=_("sales of the market a year"), parse=cents, help=_("yuan")),
        Field(key="equity", label=_("customer equity of the market"), parse=cents, help=_("yuan")),
        Field(key="equity_low", label=_("equity from"), parse=cents, help=_("yuan")),
        Field(key="equity_high", label=_("equity to"), parse=cents, help=_("yuan")),
    )

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        for name in ("sales", "equity"):
            if row.get(name) is not None and row[name] <= 0:
                yield name, gettext("must lie above 0; leave it empty where it is not known")
        low, middle, high = row.get("equity_low"), row.get("equity"), row.get("equity_high")
        if low is None or middle is None or high is None:
            return
        if not low <= middle <= high:
            yield "equity", gettext("does not lie in its interval")


class EstimatesListing(Table):
    model = MarketEstimate
    title = _("Market estimates")
    url_name = "equity:market"
    template = "equity/market.html"
    transfer = EstimatesTransfer
    related = ("unit",)
    order = ("-on",)
    columns = (
        Column(key="on", label=_("as of"), sort=("on",), quiet=True),
        Column(key="source", label=_("source"), sort=("source",), fluid=True, width=30),
        Column(key="kind", label=_("kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column(key="n", label=_("sample size"), sort=("n",), numeric=True),
        Column(key="sales", label=_("sales of the market a year"), sort=("sales",), **money("sales")),
        Column(key="equity", label=_("customer equity of the market"), sort=("equity",), **money("equity")),
        Column(key="equity_low", label=_("equity from"), **money("equity_low")),
        Column(key="equity_high", label=_("equity to"), **money("equity_high")),
        Column(key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",)),
    )
    filters = (
        Text(key="q", label=_("source"), over=("source",)),
        Choice(key="kind", label=_("kind"), choices=MarketEstimate.Kind.choices),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def primary(self) -> Primary | None:
        if not self.may("import"):
            return None
        return Primary(label=gettext("Import estimates"), url=reverse("equity:market-import"), icon="upload")


class SurveysTransfer(UnitCells, Together):
    kind = "brand-surveys"
    model = BrandSurvey
    key = "code"
    together = ("code",)
    most = 2_000
    fields = (
        Field(key="code", label=_("code"), parse=text(32), required=True, aliases=("编号",)),
        Field(key="title", label=_("title"), parse=text(120), required=True, aliases=("名称",)),
        Field(key="unit", label=_("unit"), attr="unit_id", required=True, help=_("code or name of the unit")),
        Field(key="on", label=_("asked on"), parse=day, required=True, aliases=("调查日期",)),
        Field(key="market", label=_("customers in the market"), parse=whole(2_000_000_000, 1), required=True),
        Field(
            key="discount",
            label=_("discount from one purchase to the next"),
            parse=between("0.0001", "1"),
            required=True,
        ),
    )


class SurveysListing(Table):
    model = BrandSurvey
    title = _("Brand surveys")
    url_name = "equity:surveys"
    template = "equity/surveys.html"
    transfer = SurveysTransfer
    related = ("unit",)
    order = ("-on",)
    columns = (
        Column(key="on", label=_("asked on"), sort=("on",), quiet=True),
        Column(key="code", label=_("code"), sort=("code",)),
        Column(key="title", label=_("title"), sort=("title",), fluid=True, width=30),
        Column(key="market", label=_("customers in the market"), sort=("market",), numeric=True),
        Column(key="discount", label=_("discount from one purchase to the next"), numeric=True),
        Column(key="unit", label=_("unit"), value=unit_name, export=unit_code, sort=("unit__path",)),
    )
    filters = (
        Text(key="q", label=_("code or title"), over=("code", "title")),
        InUnit(key="unit", label=_("unit"), field="unit__path"),
    )

    def row_url(self, row: BrandSurvey) -> str:
        return reverse("equity:survey", args=[row.pk])


class SurveyCells:
    """For transfers with a column `survey`: its code, among the user's."""

    user: Any

    def start(self) -> None:
        rows = BrandSurvey.objects.all()
        mine = rows if self.user is None else visible(self.user, rows)
        self.surveys = {code.casefold(): key for code, key in mine.values_list("code", "pk")}

    def parse_survey(self, raw: Any) -> int:
        found = self.surveys.get(as_text(raw).casefold())
        if found is None:
            raise Wrong(gettext("no brand survey with this code in your units"))
        return found


class BrandsTransfer(SurveyCells, Together, Transfer):
    kind = "brands"
    model = Brand
    key = "name"
    together = ("survey", "name")
    most = 5_000
    fields = (
        Field(key="survey", label=_("survey"), attr="survey_id", required=True, help=_("code of the survey")),
        Field(key="name", label=_("brand"), parse=text(60), required=True, aliases=("品牌",)),
        Field(key="margin", label=_("margin of a purchase"), parse=cents, required=True, help=_("yuan")),
        Field(key="own", label=_("own brand"), parse=flag, aliases=("本公司",)),
    )


def survey_code(row: Any) -> str:
    return str(row.survey.code)


class BrandsListing(Table):
    model = Brand
    title = _("Brands of the surveys")
    url_name = "equity:brands"
    transfer = BrandsTransfer
    related = ("survey",)
    order = ("-survey__on", "-own", "name")
    columns = (
        Column(key="survey", label=_("survey"), value=survey_code, sort=("survey__code",)),
        Column(key="name", label=_("brand"), sort=("name",), fluid=True),
        Column(key="margin", label=_("margin of a purchase"), sort=("margin",), **money("margin")),
        Column(key="own", label=_("own brand"), sort=("own",)),
    )
    filters = (Text(key="q", label=_("survey or brand"), over=("survey__code", "name")),)

    def row_url(self, row: Brand) -> str:
        return reverse("equity:survey", args=[row.survey_id])
