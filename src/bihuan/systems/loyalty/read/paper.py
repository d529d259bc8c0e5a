"""The quarterly paper of a programme, what customers said: score, classes, units and drivers.

No words of customers stand in it: a paper is kept for ever, and words are forgotten by their standard.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Unit
from bihuan.kernel.report import Cell, Chart, Column, Figure, Row, Section, Series, Table, phrase
from bihuan.kernel.rules.measures.nps import Answers, Change, Reading, needed_to_compare
from bihuan.kernel.rules.measures.nps import reading as reading_of
from bihuan.kernel.rules.measures.standing import LEAST
from bihuan.kernel.rules.periods import Period

from ..models import Programme, Step
from ..words import AGE_WORDS
from .branches import branches
from .classes import OfClass, by_age, by_segment
from .drivers import drivers as drivers_of
from .scores import score as score_of
from .scores import trend

POINTS = pgettext_lazy("unit", "points")
FEW = phrase(_("fewer than %(n)d answers"), n=LEAST)
NO_CHANGE = phrase(_("fewer than %(n)d answers in one of the two quarters"), n=LEAST)
GROUPS: Sequence[tuple[str, str, StrOrPromise]] = (
    ("promoters", "1", _("Promoters, 9 and 10")),
    ("passives", "0", _("Passives, 7 and 8")),
    ("detractors", "-1", _("Detractors, 0 to 6")),
)
NPS_COLUMNS = (
    Column(key="n", label=pgettext_lazy("counted", "answers")),
    Column(key="nps", label="NPS", unit=POINTS),
)
P = Column(key="p", label=_("p, against others"), decimals=3)
DRAWN = Column(key="drawn", label=_("drawn to the common mean"), unit=POINTS, decimals=1)
QUARTERS = 8


def reporting() -> QuerySet[Unit]:
    """Units that have a programme which has not ended."""
    running = Programme.objects.exclude(stage=Step.ENDED).values("unit")
    return Unit.objects.filter(pk__in=running)


def answers_link(unit: Unit, period: Period, **more: object) -> str:
    asked = {"view": "counting", "unit": unit.path, **period.pairs("answered"), **more}
    return f"{reverse('loyalty:answers')}?{urlencode(asked)}"


def written(points: float, decimals: int = 0, *, signed: bool = False) -> str:
    """In a sentence: with a true minus sign, and a plus where it is a change."""
    return f"{points:{'+' if signed else ''}.{decimals}f}".replace("-", "\u2212")


def nps_cell(found: Reading, link: str = "") -> Cell:
    """Raw score with the adjusted interval; withheld below ten answers."""
    if found.score is None or found.interval is None:
        return Cell(n=found.n, withheld=FEW, link=link)
    return Cell(value=found.score, n=found.n, interval=found.interval, link=link)


def score(unit: Unit, period: Period, programme: Programme | None = None) -> Section:
    """The score, its change in words, its groups and the quarters before."""
    found = score_of(programme, unit, period)
    link, shown = answers_link(unit, period), found.reading
    span = shown.interval
    nps = Figure(
        key="nps",
        label=_("Net promoter score"),
        value=shown.score,
        unit=POINTS,
        n=shown.n,
        interval=span,
        withheld="" if span else FEW,
        link=link,
    )
    groups = [
        Row(
            key=key,
            cells={
                "group": Cell(value=words),
                "count": Cell(value=count, link=f"{link}&group={group}"),
                "share": Cell(
                    value=count / shown.n if shown.n >= LEAST else None,
                    withheld="" if shown.n >= LEAST else FEW,
                    n=shown.n,
                    link=link,
                ),
            },
        )
        for (key, group, words), count in zip(GROUPS, found.answers, strict=True)
    ]
    columns = (
        Column(key="group", label=pgettext_lazy("of answers", "Group"), numeric=False),
        Column(key="count", label=pgettext_lazy("counted", "answers")),
        Column(key="share", label=_("Share"), share=True),
    )
    table = Table(key="groups", title=_("Groups"), columns=columns, rows=groups, public=True)
    return Section(
        figures=[nps, _change(found.change), *_dirichlet(found)],
        tables=[table],
        charts=[_trend(unit, period, programme)],
        notes=[_said(found.answers, found.before, found.change)],
    )


def _change(found: Change | None) -> Figure:
    return Figure(
        key="change",
        label=_("Change against the quarter before"),
        value=found.points if found else None,
        unit=POINTS,
        interval=found.test.interval if found else None,
        withheld="" if found else NO_CHANGE,
        note=_significance(found) if found else _("raw score less raw score"),
    )


def _significance(found: Change) -> StrOrPromise:
    words = _("significant, p = %(p)s") if found.detected else _("not significant, p = %(p)s")
    return phrase(words, p=f"{found.test.p:.3f}")


def _dirichlet(found: Any) -> list[Figure]:
    if found.bayes is None:
        return []
    return [
        Figure(
            key="bayes",
            label=_("Dirichlet view"),
            value=found.bayes.value,
            unit=POINTS,
            decimals=1,
            n=found.answers.n,
            interval=found.bayes.interval,
            note=_("after the answers, with a third of an answer in each group before them"),
        )
    ]


def _trend(unit: Unit, period: Period, programme: Programme | None) -> Chart:
    rows = trend(programme, unit, period, QUARTERS)
    last = [f"{at} {written(each.score)}" for at, each in rows if each.score is not None]
    summary = phrase(_("Quarters with a score: %(rows)s."), rows=", ".join(last)) if last else FEW
    return Chart(
        key="trend",
        title=_("Quarter by quarter"),
        x=[str(at) for at, _each in rows],
        x_name=_("quarter"),
        series=[
            Series(name="NPS", values=[each.score for _at, each in rows]),
            *(
                Series(
                    name=name,
                    values=[each.interval[end] if each.interval else None for _at, each in rows],
                    neutral=True,
                )
                for end, name in enumerate((_("lower end, 95 %"), _("upper end, 95 %")))
            ),
        ],
        summary=summary,
        unit=POINTS,
    )


def _said(now: Answers, before: Answers, found: Change | None) -> StrOrPromise:
    if found is None:
        return phrase(
            _("%(now)d answers now, %(before)d before: whether the score changed is not known."),
            now=now.n,
            before=before.n,
        )
    if found.detected:
        return phrase(
            _("The score changed by %(points)s points, beyond chance."),
            points=written(found.points, signed=True),
        )
    return phrase(
        _(
            "The score moved by %(points)s points, which chance explains. To see a change of 10 points it "
            "takes up to %(n)d answers in each quarter."
        ),
        points=written(found.points, signed=True),
        n=needed_to_compare(10),
    )


def classes(
    unit: Unit, period: Period, programme: Programme | None = None, *, further: bool = False
) -> Section:
    """By age band and by segment, small ones withheld; `further` columns are for a screen, not for paper."""
    ages, segments = by_age(programme, unit, period), by_segment(programme, unit, period)
    notes = []
    if segments.more:
        notes.append(phrase(_("%(n)d further segments, the smallest, are not shown."), n=segments.more))
    return Section(
        tables=[
            _classes("ages", _("By age band"), _("age band"), "age", ages.rows, unit, period, further),
            _classes(
                "segments", _("By segment"), _("segment"), "segment", segments.rows, unit, period, further
            ),
        ],
        notes=[
            _("“Differs” compares a class with all other known ones, after all were judged together."),
            *notes,
        ],
    )


def _classes(
    key: str,
    title: StrOrPromise,
    name: StrOrPromise,
    field: str,
    found: Iterable[OfClass],
    unit: Unit,
    period: Period,
    further: bool,
) -> Table:
    rows = []
    for each in found:
        link = answers_link(unit, period, **{field: each.key or "-"})
        words = AGE_WORDS.get(each.key, each.key) if each.key else _("not known")
        cells = {
            "class": Cell(value=words),
            "n": Cell(value=each.answers.n, link=link),
            "nps": nps_cell(each.reading, link),
            "before": nps_cell(reading_of(each.before)),
            "differs": Cell(value=_("differs") if each.differs else ""),
        }
        if further:
            cells |= {"bayes": _bayes_cell(each), "p": Cell(value=each.p)}
        rows.append(Row(key=each.key or "-", cells=cells))
    columns = (
        Column(key="class", label=name, numeric=False),
        *NPS_COLUMNS,
        Column(key="before", label=_("quarter before"), unit=POINTS, decimals=1),
        Column(key="differs", label=_("against the others"), numeric=False),
        *((Column(key="bayes", label=_("Dirichlet view"), unit=POINTS, decimals=1), P) if further else ()),
    )
    return Table(key=key, title=title, columns=columns, rows=rows, public=True, empty=_("Nobody answered."))


def _bayes_cell(each: OfClass) -> Cell:
    found = each.bayes
    return Cell(value=found.value, interval=found.interval) if found else Cell(withheld=FEW)


def units(
    unit: Unit, period: Period, programme: Programme | None = None, *, further: bool = False
) -> Section:
    """The units directly below with answers: bands, never a bare rank; `further` columns are for a screen."""
    rows = []
    for each in branches(programme, unit, period):
        if not each.answers.n:
            continue
        place = each.place
        band = f"{place.rank} ({place.best}–{place.worst})" if place and place.rank else ""
        link = answers_link(each.unit, period)
        moved = each.moved
        cells = {
            "unit": Cell(value=each.unit.name),
            "rank": Cell(value=band, withheld="" if band else _("fewer than 30 answers")),
            "n": Cell(value=each.answers.n, link=link),
            "nps": nps_cell(each.reading, link),
            "change": Cell(
                value=moved.points if moved else None,
                interval=moved.test.interval if moved else None,
                withheld="" if moved else NO_CHANGE,
            ),
            "said": Cell(value=_SAID[each.differs, each.changed]),
        }
        if further:
            drawn = place if place and each.reading.score is not None else None
            cells["drawn"] = Cell(value=drawn.shrunk) if drawn else Cell(withheld=FEW)
            cells |= {"p": Cell(value=each.p), "p_change": Cell(value=each.p_change)}
        rows.append(Row(key=each.unit.code, cells=cells))
    columns = (
        Column(key="unit", label=_("unit"), numeric=False),
        Column(key="rank", label=_("rank and band"), numeric=False),
        *NPS_COLUMNS,
        Column(key="change", label=_("change"), unit=POINTS, decimals=1),
        Column(key="said", label=_("beyond chance"), numeric=False),
        *((DRAWN, P, Column(key="p_change", label=_("p, change"), decimals=3)) if further else ()),
    )
    table = Table(
        key="units",
        title=_("Units directly below"),
        columns=columns,
        rows=rows,
        public=True,
        empty=_("No unit below has an answer in this quarter."),
    )
    return Section(tables=[table], notes=[_("Where bands overlap, do not call one better.")] if rows else [])


_SAID: dict[tuple[bool, bool], StrOrPromise] = {
    (True, True): _("differs, and has changed"),
    (True, False): _("differs"),
    (False, True): _("has changed"),
    (False, False): "",
}


def drivers(unit: Unit, period: Period, programme: Programme | None = None) -> Section:
    """What goes with the score: shares of R², which are association."""
    found = drivers_of(programme, unit, period)
    if found is None:
        return Section(notes=[_("Too few answers of this quarter give every rating, or one never varies.")])
    rows = [
        Row(
            key=each.question.key,
            cells={
                "rating": Cell(value=_both(each.question.text_zh, each.question.text_en, each.question.key)),
                "share": Cell(value=each.share, n=found.n, interval=each.interval),
                "mean": Cell(value=each.mean, n=found.n),
            },
        )
        for each in found.drivers
    ]
    columns = (
        Column(key="rating", label=_("rating"), numeric=False),
        Column(key="share", label=_("share of R²"), decimals=3),
        Column(key="mean", label=_("mean rating"), decimals=2),
    )
    table = Table(key="drivers", title=_("What goes with the score"), columns=columns, rows=rows, public=True)
    r_squared = Figure(key="r2", label=_("R² of all ratings"), value=found.r_squared, decimals=3, n=found.n)
    return Section(
        figures=[r_squared],
        tables=[table],
        notes=[_("Association: what is rated low where the score is low need not be why.")],
    )


def _both(zh: str, en: str, key: str) -> StrOrPromise:
    """What questions keep in two languages, chosen when it is frozen."""

    def chosen() -> str:
        chinese = (get_language() or "").startswith("zh")
        return (zh or en or key) if chinese else (en or zh or key)

    text: StrOrPromise = lazy(chosen, str)()
    return text
