"""The ranking: a page that says how sure it is, and the same as an Excel file."""

import io
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from bihuan.web.listing.export import FORMATS, sheet_name
from bihuan.web.listing.workbook import workbook
from bihuan.web.views.signed_in import need

from ..models import Item
from ..read.league import GROUPS, HALLS, OVERALL, TEAMS, League, league
from ..read.ranking_paper import GROUP_WORDS, INDEX
from .asked import Asked, quarter_choices, read_asked, unit_choices, words
from .evaluation import crumbs
from .league_rows import Row, change_rows, funnel_chart, funnel_rows, rows_of

FIRST_LOOKS = ((TEAMS, "fault"), *((group, "hall") for group in HALLS), (TEAMS, "expansion"))


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    user = need(request, "see")
    asked = read_asked(request, user)
    found = league(asked.unit, asked.quarter, asked.group, asked.item)
    if not {"group", "item"} & request.GET.keys() and not _ranks(found):
        asked, found = _first_that_ranks(asked, found)
    context: dict[str, Any] = {
        "asked": asked,
        "found": found,
        "quarter_words": words(asked.quarter),
        "before_words": words(asked.quarter.previous),
        "quarters": quarter_choices(asked.quarter),
        "units": unit_choices(user, asked.unit),
        "groups": _groups(asked),
        "group_title": group_words(asked.group),
        "crumbs": crumbs(_("Ranking")),
    }
    if found:
        context |= _tables(found, asked)
    return render(request, "service/ranking.html", context)


def _ranks(found: League | None) -> bool:
    return found is not None and sum(bool(each.ranked and each.ranked.rank) for each in found.entries) > 1


def _first_that_ranks(asked: Asked, usual: League | None) -> tuple[Asked, League | None]:
    """Who has no branches below begins with the first ranking that says something: teams, then halls."""
    for group, item in FIRST_LOOKS:
        found = league(asked.unit, asked.quarter, group, item)
        if _ranks(found):
            return replace(asked, group=group, item=item), found
    return asked, usual


def _groups(asked: Asked) -> list[dict[str, Any]]:
    return [{"key": key, "words": group_words(key), "chosen": key == asked.group} for key in GROUPS]


def group_words(group: str) -> str:
    return str(GROUP_WORDS[group])


def title(found: League) -> str:
    return str(found.item) if found.item else str(INDEX)


def _tables(found: League, asked: Asked) -> dict[str, Any]:
    names = {str(entry.subject.pk): str(entry.subject) for entry in found.entries}
    rows = rows_of(found, {item.key: item for item in Item.objects.all()})
    moved = change_rows(found)
    chosen = found.item.key if found.item else OVERALL
    intervals = [row.interval for row in rows if row.interval]
    return {
        "rows": [row for row in rows if not row.silent],
        "silent": [row.name for row in rows if row.silent],
        "ranked": sum(row.rank is not None for row in rows),
        "axis": (min(each.low for each in intervals), max(each.high for each in intervals))
        if intervals
        else (0, 100),
        "title": title(found),
        "changes": moved,
        "sure": sum(row["sure"] for row in moved),
        "items": [{"key": OVERALL, "words": str(INDEX), "chosen": not chosen}]
        + [{"key": item.key, "words": str(item), "chosen": item.key == chosen} for item in found.items],
        "funnel": found.funnel,
        "funnel_rows": funnel_rows(found.funnel, names) if found.funnel else [],
        "chart": funnel_chart(found.funnel, names) if found.funnel else None,
        "export_url": f"{reverse('service:ranking-export')}{asked.query()}",
    }


def headings() -> list[str]:
    return [
        pgettext("ranking", "Rank"),
        _("Best rank of the band"),
        _("Worst rank of the band"),
        _("Code"),
        _("Unit or hall"),
        _("Points"),
        _("Interval from"),
        _("Interval to"),
        _("Drawn to the common mean"),
        _("Observations"),
        _("Why without rank"),
        _("Remark"),
    ]


def cells(row: Row) -> list[Any]:
    low, high = row.interval or (None, None)
    return [
        *(row.rank, row.best, row.worst, row.code, row.name),
        float(row.value) if row.value else None,
        *(low, high, row.shrunk, row.n, row.reason, row.remark),
    ]


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Three sheets: the ranking, what changed, and what was asked for."""
    user = need(request, "see")
    asked = read_asked(request, user)
    found = league(asked.unit, asked.quarter, asked.group, asked.item)
    out = io.BytesIO()
    with workbook(out, nan_inf_to_errors=True) as book:
        rows = rows_of(found, {item.key: item for item in Item.objects.all()}) if found else []
        _sheet(book, _("Ranking"), headings(), [cells(row) for row in rows])
        moved = change_rows(found) if found else []
        keys = ("name", "value", "low", "high", "p", "verdict")
        change_head = [_("Unit or hall"), _("Change in points"), _("Interval from"), _("Interval to")]
        change_head += [_("p among all changes"), _("Judgement")]
        _sheet(book, _("What changed"), change_head, [[row.get(key) for key in keys] for row in moved])
        told: list[list[Any]] = [
            [_("Unit"), asked.unit.name],
            [_("Quarter"), words(asked.quarter)],
            [_("Compared"), group_words(asked.group)],
            [_("By"), title(found) if found else ""],
            [_("Smallest sample with a rank"), found.least if found else None],
        ]
        _sheet(book, _("Filter and scope"), [_("What"), _("Value")], told)
    answer = HttpResponse(out.getvalue(), content_type=FORMATS["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="ranking-{asked.quarter}.xlsx"'
    return answer


def _sheet(book: Any, name: str, head: list[str], rows: list[list[Any]]) -> None:
    sheet = book.add_worksheet(sheet_name(name))
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(head) - 1, 16)
    for column, text in enumerate(head):
        sheet.write_string(0, column, text, bold)
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, str) and value:
                sheet.write_string(at, column, value)
            elif value is not None and value != "":
                sheet.write_number(at, column, value)
