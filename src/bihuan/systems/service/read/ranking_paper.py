"""The index of a unit and the rankings below it as sections of a report."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Post, Unit
from bihuan.kernel.report import Cell, Column, Figure, Row, Section, Table, phrase
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.standing import LEAST
from bihuan.kernel.rules.periods import Period

from ..models import Hall
from ..rules.evaluation import Composite, Lack
from ..rules.quarters import Quarter
from .evaluation import Evaluation, Line, evaluate
from .league import GROUPS, HALLS, OVERALL, TEAMS, UNITS, Entry, League, figures, league_of, subjects_of

WHY: dict[Lack, StrOrPromise] = {
    Lack.METHOD: _("no method defined"),
    Lack.DATA: _("no figure in this quarter"),
    Lack.FEW: phrase(_("fewer than %(n)d observations"), n=LEAST),
}
GROUP_WORDS: dict[str, StrOrPromise] = {
    UNITS: pgettext_lazy("ranked", "Units one level below"),
    TEAMS: pgettext_lazy("ranked", "Teams"),
    **{key: phrase(pgettext_lazy("ranked", "Halls of level %(n)s"), n=level) for key, level in HALLS.items()},
}
INDEX = _("Overall index")
POINTS = pgettext_lazy("unit", "points")
FEWEST = 2
"""Figures that make a ranking."""


def comparing() -> QuerySet[Unit]:
    """Who hands in a ranking: branches, and what lies above several of them."""
    branches = Post.objects.filter(key="marketing_head").values("unit")
    above = Unit.objects.annotate(below=Count("children", filter=Q(children__in=branches)))
    return Unit.objects.filter(Q(pk__in=branches) | Q(pk__in=above.filter(below__gte=FEWEST).values("pk")))


def index(unit: Unit, period: Period) -> Section:
    """The index with its interval, and every item with its weight and figure."""
    found = evaluate(unit, Quarter.of(period.last))
    if found is None:
        return Section(notes=[_("There is no scheme yet.")])
    made, link = found.index, _link(unit, found.quarter)
    figure = Figure(
        key="index",
        label=INDEX,
        value=None if made.value is None else float(made.value),
        unit=POINTS,
        decimals=2,
        n=made.n,
        withheld=_("too much of the weight has no figure") if made.value is None else "",
        link=link,
        note=phrase(_("95 %% interval %(ends)s"), ends=between(made.interval)) if made.interval else "",
    )
    columns = (
        Column(key="item", label=_("evaluation item"), numeric=False),
        Column(key="weight", label=_("weight"), decimals=2),
        Column(key="points", label=_("Points"), decimals=2),
        Column(key="between", label=_("95 % interval"), numeric=False),
    )
    rows = [Row(line.item.key, _item(line, link)) for line in found.lines]
    table = Table(key="items", title=_("Items"), columns=columns, rows=rows, public=True)
    return Section(figures=[figure], tables=[table], notes=list(_missing(found)))


def _link(unit: Unit, quarter: Quarter) -> str:
    return f"{reverse('service:evaluation')}?{urlencode({'unit': unit.pk, 'quarter': str(quarter)})}"


def _item(line: Line, link: str) -> dict[str, Cell]:
    each, lack = line.indicator, line.part.lack
    shown = each if lack is None else None
    points = (
        Cell(value=shown.points, n=shown.n, link=link) if shown else Cell(withheld=WHY[lack or Lack.DATA])
    )
    return {
        "item": Cell(value=line.item.title),
        "weight": Cell(value=float(line.weight), link=reverse("service:scheme")),
        "points": points,
        "between": Cell(value=between(shown.interval if shown else None)),
    }


def between(interval: Interval | None) -> StrOrPromise:
    """In points, not in per cent."""
    return f"{interval.low:.1f}–{interval.high:.1f}" if interval else ""


def _missing(found: Evaluation) -> Iterator[StrOrPromise]:
    titles = {line.item.key: line.item.title for line in found.lines}
    for key, lack in found.index.missing.items():
        yield phrase(_("Not in the index: %(item)s (%(why)s)."), item=titles[key], why=WHY[lack])
    if found.index.value is not None and found.index.missing:
        yield _("The other weights were scaled up to one.")


def rankings(unit: Unit, period: Period) -> Section:
    """By the index and by every item, whoever can be compared: units, teams, halls of one level."""
    quarter = Quarter.of(period.last)
    tables = [_table(group, found) for group, found in _leagues(unit, quarter)]
    notes = [
        _("Each rank stands with its band: the ranks that it may hold in 95 of 100 cases."),
        _("Where bands overlap, do not call one better than the other."),
    ]
    return Section(tables=tables, notes=notes if tables else [_("Nothing can be compared in this quarter.")])


def _leagues(unit: Unit, quarter: Quarter) -> Iterator[tuple[str, League]]:
    below = subjects_of(unit, UNITS)
    for group in GROUPS:
        if group == TEAMS and subjects_of(unit, TEAMS) == below:
            continue
        known = figures(unit, quarter, group) if subjects_of(unit, group) else None
        keys = [OVERALL, *(row.item.key for row in known.weights if row.feed)] if known else []
        for found in (league_of(known, key) for key in keys if known):
            if sum(entry.ranked is not None for entry in found.entries) >= FEWEST:
                yield group, found


def _table(group: str, found: League) -> Table:
    key = found.item.key if found.item else "index"
    columns = (
        Column(key="rank", label=pgettext_lazy("ranking", "Rank"), numeric=False),
        Column(key="band", label=pgettext_lazy("ranking", "Band"), numeric=False),
        Column(key="name", label=_("Unit or hall"), numeric=False),
        Column(key="points", label=_("Points"), decimals=2),
        Column(key="between", label=_("95 % interval"), numeric=False),
    )
    rows = [Row(entry.subject.code, _entry(entry, found)) for entry in found.entries if entry.ranked]
    return Table(
        key=f"{group}_{key}",
        title=phrase(
            "%(item)s · %(group)s", item=found.item.title if found.item else INDEX, group=GROUP_WORDS[group]
        ),
        columns=columns,
        rows=rows,
        public=True,
    )


def _entry(entry: Entry, found: League) -> dict[str, Cell]:
    ranked, one = entry.ranked, entry.subject
    below: StrOrPromise = phrase(_("sample below %(n)d"), n=found.least)
    rank: StrOrPromise = str(ranked.rank) if ranked and ranked.rank else below
    band = f"{ranked.best}–{ranked.worst}" if ranked and ranked.rank else ""
    told = {"hall": one.code} if isinstance(one, Hall) else {"unit": one.pk}
    link = f"{reverse('service:evaluation')}?{urlencode({**told, 'quarter': str(found.quarter)})}"
    return {
        "rank": Cell(value=rank),
        "band": Cell(value=band),
        "name": Cell(value=str(one)),
        "points": _points(entry, link),
        "between": Cell(value=between(_interval(entry))),
    }


def _points(entry: Entry, link: str) -> Cell:
    made: Composite | None = entry.index
    if made:
        value = None if made.value is None else float(made.value)
        return Cell(value=value, n=made.n, link=link)
    each = entry.indicator
    if each is None or (each.n is not None and each.n < LEAST):
        return Cell(withheld=WHY[Lack.FEW], link=link)
    return Cell(value=each.points, n=each.n, link=link)


def _interval(entry: Entry) -> Interval | None:
    if entry.index:
        return entry.index.interval
    few = entry.indicator is None or (entry.indicator.n or LEAST) < LEAST
    return None if few or entry.indicator is None else entry.indicator.interval
