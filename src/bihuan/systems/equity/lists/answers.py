"""Answers of brand surveys: a row a respondent and brand."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.bulk import Table as Bulk
from bihuan.web.listing import Column, Flag, Text
from bihuan.web.listing.transfer.fields import Field, Wrong, as_text, flag, text
from bihuan.web.listing.transfer.transfer import Stored, Transfer, Values

from ..models import Brand, BrandAnswer
from .cells import Table, whole
from .market import SurveyCells, survey_code

OWN = ("survey_id", "respondent", "brand_id", "last", "next", "for_value", "for_brand", "for_relation")


class AnswersTransfer(SurveyCells, Transfer):
    """Who bought which brand last, will buy which next, and rates which. One last and one next each."""

    kind = "brand-answers"
    model = BrandAnswer
    key = "respondent"
    together = ("survey", "respondent", "brand")
    fields = (
        Field(key="survey", label=_("survey"), attr="survey_id", required=True, help=_("code of the survey")),
        Field(key="respondent", label=_("respondent"), parse=text(40), required=True, aliases=("受访者",)),
        Field(key="brand", label=_("brand"), attr="brand_id", required=True, aliases=("品牌",)),
        Field(key="last", label=_("bought last"), parse=flag, required=True, aliases=("上次购买",)),
        Field(key="next", label=_("will buy next"), parse=flag, required=True, aliases=("下次购买",)),
        Field(key="for_value", label=_("value driver"), parse=whole(10, 1), help=_("1 to 10")),
        Field(key="for_brand", label=_("brand driver"), parse=whole(10, 1), help=_("1 to 10")),
        Field(key="for_relation", label=_("relationship driver"), parse=whole(10, 1), help=_("1 to 10")),
    )

    def start(self) -> None:
        super().start()
        rows = Brand.objects.filter(survey__in=self.surveys.values())
        self.brands = {
            (survey, name.casefold()): key for survey, name, key in rows.values_list("survey", "name", "pk")
        }
        self.named = {name for _survey, name in self.brands}
        self.said: dict[tuple[int, str, str], int] = {}
        self.rows = 1

    def parse_brand(self, raw: Any) -> str:
        found = as_text(raw).casefold()
        if found not in self.named:
            raise Wrong(gettext("no such brand in a survey of yours: import the brands first"))
        return found

    def identity(self, row: Values) -> Any:
        return row["survey"], row["respondent"], row["brand"]

    def check(self, row: Values) -> Iterator[tuple[str, str]]:
        self.rows += 1
        if (row["survey"], row["brand"]) not in self.brands:
            yield "brand", gettext("not a brand of this survey")
        for name in ("last", "next"):
            key = (row["survey"], row["respondent"], name)
            if row[name] and self.said.setdefault(key, self.rows) != self.rows:
                yield (
                    name,
                    gettext("this respondent has named another brand in row %(n)d") % {"n": self.said[key]},
                )

    def stored(self, keys: Sequence[Any]) -> dict[Any, Stored]:
        rows = BrandAnswer.objects.filter(respondent__in={key[1] for key in keys})
        found = {}
        for row in rows.select_related("brand", "survey__unit"):
            told = {name: getattr(row, name) for name in OWN[3:]}
            key = (row.survey_id, row.respondent, row.brand.name.casefold())
            found[key] = Stored(row.pk, row.survey.unit.path, told)
        return found

    def write(self, rows: Sequence[Values], *, new: bool) -> None:
        told = [
            (
                row["survey"],
                row["respondent"],
                self.brands[row["survey"], row["brand"]],
                *(row.get(name) for name in OWN[3:]),
            )
            for row in rows
        ]
        if new:
            Bulk(BrandAnswer, *OWN).insert(told)
            return
        there = self.stored([self.identity(row) for row in rows])
        changed = [(there[self.identity(row)].pk, each) for row, each in zip(rows, told, strict=True)]
        Bulk(BrandAnswer, *OWN).update(changed)


class AnswersListing(Table):
    model = BrandAnswer
    title = _("Answers of the brand surveys")
    url_name = "equity:answers"
    transfer = AnswersTransfer
    related = ("survey", "brand")
    order = ("-survey__on", "respondent", "brand__name")
    columns = (
        Column(key="survey", label=_("survey"), value=survey_code, sort=("survey__code",)),
        Column(key="respondent", label=_("respondent"), sort=("respondent",), fluid=True),
        Column(key="brand", label=_("brand"), value=lambda row: row.brand.name, sort=("brand__name",)),
        Column(key="last", label=_("bought last"), sort=("last",)),
        Column(key="next", label=_("will buy next"), sort=("next",)),
        Column(key="for_value", label=_("value driver"), numeric=True),
        Column(key="for_brand", label=_("brand driver"), numeric=True),
        Column(key="for_relation", label=_("relationship driver"), numeric=True),
    )
    filters = (
        Text(key="q", label=_("respondent or brand"), over=("respondent", "brand__name", "survey__code")),
        Flag(key="next", label=_("will buy next"), where=lambda: Q(next=True)),
    )

    def row_url(self, row: BrandAnswer) -> str:
        return reverse("equity:survey", args=[row.survey_id])
