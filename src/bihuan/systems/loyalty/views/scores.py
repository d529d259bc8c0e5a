"""The score of a programme, unit and period; units side by side; drivers; response."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.nps import Change, Reading, margin, needed_to_compare
from bihuan.kernel.rules.measures.nps import reading as reading_of
from bihuan.web.components.figures import MINUS, number
from bihuan.web.views.signed_in import need

from ..models import Channel
from ..read.branches import Branch, branches
from ..read.drivers import drivers as drivers_of
from ..read.ledger import beside, by_channel, chosen, ledger, signs_of, waves_of
from ..read.scores import score as score_of
from ..read.scores import trend
from ..rules.gaming import Sign
from ..words import SIGNS, change_words, p_words
from .asked import period_words, read_asked


def points(value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
    text = number(value, decimals)
    return f"+{text}" if signed and value is not None and value > 0 else text


def span(interval: Interval | None, decimals: int = 1) -> str:
    if interval is None:
        return ""
    dash = " … " if MINUS in number(interval.low) + number(interval.high) else "–"
    return f"{number(interval.low, decimals)}{dash}{number(interval.high, decimals)}"


def reading_row(found: Reading) -> dict[str, Any]:
    return {
        "n": found.n,
        "score": None if found.score is None else points(found.score),
        "interval": span(found.interval),
        "raw": found.interval,
        "value": found.score,
        "state": found.standing.value,
    }


def axis_of(rows: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Ends of a common axis of whiskers in steps of twenty points; zero lies on it."""
    found = [each["raw"] for each in rows if each["raw"]]
    low = min([0.0, *(each.low for each in found)])
    high = max([0.0, *(each.high for each in found)])
    return int(low // 20 * 20), max(20, int(-(-high // 20) * 20))


def change_row(found: Change | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "points": points(found.points, signed=True),
        "interval": span(found.test.interval),
        "words": change_words(found),
        "sure": found.detected,
    }


@require_GET
def score(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request, need(request, "see"))
    found = score_of(asked.programme, asked.unit, asked.period)
    rows = [
        {"period": period_words(period), **reading_row(each)}
        for period, each in trend(asked.programme, asked.unit, asked.period)
    ]
    book = ledger(asked.programme, asked.unit, asked.period.first, asked.period.last)
    context = {
        **asked.context(_("Net promoter score"), "score"),
        "found": found,
        "now": reading_row(found.reading),
        "before": reading_row(reading_of(found.before)),
        "change": change_row(found.change),
        "bayes": {"mean": points(found.bayes.value, 1), "interval": span(found.bayes.interval)}
        if found.bayes
        else None,
        "shares": _shares(found.answers),
        "margin": margin(found.answers.n) if found.answers.n else None,
        "needed": needed_to_compare(10),
        "axis": axis_of(rows),
        "rows": rows,
        "book": book,
    }
    return render(request, "loyalty/score.html", context)


def _shares(answers: Any) -> list[dict[str, Any]]:
    words = (_("Promoters, 9 and 10"), _("Passives, 7 and 8"), _("Detractors, 0 to 6"))
    return [
        {"words": each, "count": count, "share": count / answers.n if answers.n else None}
        for each, count in zip(words, answers, strict=True)
    ]


@require_GET
def branch_table(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request, need(request, "see"))
    found = branches(asked.programme, asked.unit, asked.period)
    with_answers = [each for each in found if each.answers.n]
    context = {
        **asked.context(_("Branches"), "branches"),
        "rows": [_branch(each) for each in with_answers],
        "silent": len(found) - len(with_answers),
        "ranked": sum(1 for each in found if each.place and each.place.rank),
        "differ": sum(each.differs for each in found),
        "changed": sum(each.changed for each in found),
    }
    return render(request, "loyalty/branches.html", context)


def _branch(branch: Branch) -> dict[str, Any]:
    place = branch.place
    return {
        "unit": branch.unit,
        **reading_row(branch.reading),
        "rank": place.rank if place else None,
        "band": f"{place.best}–{place.worst}" if place and place.rank else "",
        "shrunk": points(place.shrunk, 1) if place and branch.reading.score is not None else "",
        "differs": branch.differs,
        "better": bool(branch.against and branch.against.test.value > 0),
        "p": p_words(branch.p).removeprefix("= ") if branch.p is not None else "",
        "moved": points(branch.moved.points, signed=True) if branch.moved else "",
        "p_change": p_words(branch.p_change).removeprefix("= ") if branch.p_change is not None else "",
        "changed": branch.changed,
    }


@require_GET
def drivers(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request, need(request, "see"))
    found = drivers_of(asked.programme, asked.unit, asked.period)
    whole = found.r_squared if found else 0.0
    language = request.LANGUAGE_CODE
    rows = [
        {
            "name": (each.question.text_zh if language.startswith("zh") else each.question.text_en)
            or each.question.key,
            "share": each.share,
            "part": each.share / whole if whole else 0,
            "low": each.interval.low,
            "high": each.interval.high,
            "mean": number(each.mean, 2),
        }
        for each in (found.drivers if found else [])
    ]
    top = max((row["high"] for row in rows), default=0.0)
    context = {**asked.context(_("Drivers"), "drivers"), "found": found, "rows": rows, "axis": (0, top or 1)}
    return render(request, "loyalty/drivers.html", context)


@require_GET
def response(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request, need(request, "see"))
    period, programme = asked.period, asked.programme
    ways = dict(Channel.choices)
    context = {
        **asked.context(_("Response"), "response"),
        "book": ledger(programme, asked.unit, period.first, period.last),
        "ways": [
            (ways[key], n, hits, hits / n) for key, n, hits in by_channel(programme, asked.unit, period)
        ],
    }
    if programme:
        weighed = beside(programme, asked.unit, period)
        fit = chosen(programme, asked.unit, period)
        signs = signs_of(programme, asked.unit, period)
        names = dict(
            type(asked.unit).objects.filter(pk__in={s.unit for s in signs}).values_list("pk", "name")
        )
        halves = waves_of(programme, asked.unit, period)
        context |= {
            "beside": weighed,
            "raw": reading_row(reading_of(weighed.raw)),
            "weighted": _weighted(weighed),
            "fit": fit,
            "fit_p": p_words(fit.p) if fit else "",
            "signs": [
                (names.get(s.unit, ""), SIGNS[s.rule], _seen(s), number(s.limit, 2), s.n) for s in signs
            ],
            "halves": [reading_row(reading_of(each)) for each in (halves.early, halves.late)]
            if halves
            else None,
        }
    return render(request, "loyalty/response.html", context)


def _seen(sign: Sign) -> str:
    return p_words(sign.seen) if sign.rule == "selective" else number(sign.seen, 2)


def _weighted(found: Any) -> dict[str, Any] | None:
    each = found.weighted
    if each is None:
        return None
    return {
        "score": points(each.score, 1),
        "interval": span(each.interval),
        "effective": number(each.effective),
        "heaviest": number(each.heaviest, 2),
    }
