"""The score by age band and segment."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.rules.measures.nps import change
from bihuan.kernel.rules.measures.nps import reading as reading_of
from bihuan.kernel.rules.measures.standing import Standing
from bihuan.web.views.signed_in import need

from ..lists.cells import UNKNOWN
from ..read.classes import Classes, OfClass, by_age, by_segment, young
from ..words import ages, p_words
from .asked import Asked, read_asked
from .scores import axis_of, change_row, points, reading_row, span


@require_GET
def by_class(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request, need(request, "see"))
    bands = ages()
    below, others = young(asked.programme, asked.unit, asked.period)
    firm = Standing.WITHHELD not in (reading_of(below).standing, reading_of(others).standing)
    tables = [
        (
            _("By age band"),
            _("age band"),
            *_table(
                asked,
                "age",
                by_age(asked.programme, asked.unit, asked.period),
                lambda key: bands.get(key, key),
            ),
        ),
        (
            _("By segment"),
            _("segment"),
            *_table(asked, "segment", by_segment(asked.programme, asked.unit, asked.period), lambda key: key),
        ),
    ]
    context = {
        **asked.context(_("Age and segment"), "by-class"),
        "tables": tables,
        "young": reading_row(reading_of(below)),
        "others": reading_row(reading_of(others)),
        "young_share": below.n / (below.n + others.n) if below.n + others.n >= 10 else None,
        "apart": change_row(change(others, below)) if firm else None,
        "axis": axis_of(row for _title, _name, rows, *_more in tables for row in rows),
    }
    return render(request, "loyalty/by_class.html", context)


def _table(
    asked: Asked, name: str, found: Classes, words: Callable[[str], str]
) -> tuple[list[dict[str, Any]], int, int]:
    rows = [_row(asked, name, each, words(each.key) if each.key else _("not known")) for each in found.rows]
    return rows, found.more, found.known


def _row(asked: Asked, name: str, each: OfClass, words: str) -> dict[str, Any]:
    query: dict[str, Any] = {
        "view": "counting",
        "unit": asked.unit.path,
        name: each.key or UNKNOWN,
        **asked.period.pairs("answered"),
    }
    if asked.programme:
        query["programme"] = asked.programme.pk
    return {
        "words": words,
        "link": f"{reverse('loyalty:answers')}?{urlencode(query)}",
        **reading_row(each.reading),
        "bayes": f"{points(each.bayes.value, 1)} ({span(each.bayes.interval)})" if each.bayes else "",
        "before": reading_row(reading_of(each.before)),
        "p": p_words(each.p).removeprefix("= ") if each.p is not None else "",
        "differs": each.differs,
        "better": bool(each.against and each.against.test.value > 0),
    }
