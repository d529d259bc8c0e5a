"""What respondents of a brand survey say beyond the two questions, each figure with its n and interval."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.measures.interval import Estimate
from bihuan.kernel.rules.measures.means import interval, summed
from bihuan.kernel.rules.measures.proportions import share

from ..models import BrandAnswer, BrandRespondent, BrandSurvey, Income, Why

MOST = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `estimate` None where too few answered."""

    key: str
    label: str
    n: int
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Respondents:
    n: int
    set_size: Row
    considered: list[Row]
    feelings: list[Row]
    why: list[Row]
    income: list[Row]
    least: int


def respondents(survey: BrandSurvey) -> Respondents | None:
    """None where nobody was asked by questionnaire."""
    rows = BrandRespondent.objects.filter(survey=survey)
    n = rows.count()
    if not n:
        return None
    least = int(value("equity.campaign.least"))
    sizes = rows.exclude(considered=None).values_list("considered", flat=True)[:MOST]
    return Respondents(
        n=n,
        set_size=_mean("size", "", list(sizes), least),
        considered=_considered(survey, least),
        feelings=[
            _mean(name, "", list(rows.exclude(**{name: None}).values_list(name, flat=True)[:MOST]), least)
            for name in ("good", "special", "apart")
        ],
        why=_shares(rows, "why", Why, least),
        income=_shares(rows, "income", Income, least),
        least=least,
    )


def _mean(key: str, label: str, values: list[Any], least: int) -> Row:
    enough = len(values) >= max(least, 2)
    return Row(key, label, len(values), interval(summed(values)) if enough else None)


def _considered(survey: BrandSurvey, least: int) -> list[Row]:
    found = BrandAnswer.objects.filter(survey=survey).exclude(considered=None).order_by()
    n = found.values("respondent").distinct().count()
    named = found.filter(considered=True).values("brand__name").annotate(n=Count("pk"))
    ranked = sorted(named, key=lambda row: -row["n"])
    return [
        Row(row["brand__name"], row["brand__name"], n, share(row["n"], n) if n >= least else None)
        for row in ranked
    ]


def _shares(rows: Any, name: str, choices: Any, least: int) -> list[Row]:
    counted = rows.exclude(**{name: ""}).order_by().values(name).annotate(n=Count("pk"))
    counts = {row[name]: row["n"] for row in counted}
    n = sum(counts.values())
    return [
        Row(key, str(label), n, share(counts.get(key, 0), n) if n >= least else None)
        for key, label in choices.choices
        if n
    ]
