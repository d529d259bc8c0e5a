"""The quarterly paper of a programme, who was asked and who answered; the score as it would be weighted."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Unit
from bihuan.kernel.report import Cell, Column, Figure, Row, Section, Table, phrase
from bihuan.kernel.rules.measures.nps import reading as reading_of
from bihuan.kernel.rules.measures.proportions import share as share_of
from bihuan.kernel.rules.measures.standing import LEAST
from bihuan.kernel.rules.periods import Period

from ..models import Channel, Programme
from ..words import SIGNS
from .ledger import beside, by_channel, ledger, signs_of, waves_of
from .paper import POINTS, nps_cell
from .programmes import programme_for

NPS = Column(key="nps", label="NPS", unit=POINTS)


def response(unit: Unit, period: Period, programme: Programme | None = None) -> Section:
    """The ledger of invitations, and the score beside the weighted one."""
    book = ledger(programme, unit, period.first, period.last)
    base = f"{reverse('loyalty:invitations')}?{urlencode({'unit': unit.path, **period.pairs('invited')})}"
    told: tuple[tuple[str, str, StrOrPromise, int], ...] = (
        ("invited", "all", pgettext_lazy("ledger", "invited"), book.invited),
        ("delivered", "delivered", pgettext_lazy("ledger", "delivered"), book.delivered),
        ("failed", "failed", pgettext_lazy("ledger", "could not be delivered"), book.failed),
        ("bounced", "bounced", pgettext_lazy("ledger", "came back"), book.bounced),
        ("opened", "opened", pgettext_lazy("ledger", "opened"), book.opened),
        ("answered", "answered", pgettext_lazy("ledger", "answered"), book.answered),
    )
    figures = [
        Figure(key=key, label=label, value=n, link=f"{base}&view={view}") for key, view, label, n in told
    ]
    asked = book.interval is not None and book.invited >= LEAST
    figures.append(
        Figure(
            key="rate",
            label=_("answered (AAPOR RR1)"),
            value=book.rate if asked else None,
            share=True,
            decimals=1,
            n=book.invited,
            interval=book.interval if asked and book.interval else None,
            withheld="" if asked else phrase(_("fewer than %(n)d invitations"), n=LEAST),
            link=f"{base}&view=all",
        )
    )
    unasked = f"{reverse('loyalty:answers')}?"
    unasked += urlencode({"view": "unasked", "unit": unit.path, **period.pairs("answered")})
    figures.append(
        Figure(key="unasked", label=_("Said unasked, in no score"), value=book.unasked, link=unasked)
    )
    return Section(
        figures=[*figures, *_weighted(unit, period, programme)], notes=_ledger_notes(book.uninvited)
    )


def _ledger_notes(uninvited: int) -> list[StrOrPromise]:
    if not uninvited:
        return []
    words = _("%(n)d answers came without an invitation that is known: in the score, and not in this rate.")
    return [phrase(words, n=uninvited)]


def _weighted(unit: Unit, period: Period, programme: Programme | None) -> list[Figure]:
    """Beside the raw score, where the programme knows how many customers there are of each class."""
    programme = programme or programme_for(unit)
    found = beside(programme, unit, period).weighted if programme else None
    if found is None:
        return []
    return [
        Figure(
            key="weighted",
            label=_("Score weighted to all customers"),
            value=found.score,
            unit=POINTS,
            decimals=1,
            interval=found.interval,
            note=phrase(
                _("worth %(n)s answers, heaviest weight %(w)s"),
                n=f"{found.effective:.0f}",
                w=f"{found.heaviest:.2f}",
            ),
        )
    ]


def asked_how(unit: Unit, period: Period, programme: Programme | None = None) -> Section:
    """What the page shows beyond the paper: ways of asking, signs of made-up scores, early and late."""
    told = response(unit, period, programme)
    tables = [_ways(unit, period, programme)]
    if programme:
        tables += [_signs(programme, unit, period), _halves(programme, unit, period)]
    return Section(figures=told.figures, tables=tables, notes=told.notes)


def _ways(unit: Unit, period: Period, programme: Programme | None) -> Table:
    names = dict(Channel.choices)
    rows = [
        Row(
            key=key,
            cells={
                "way": Cell(value=names[key]),
                "invited": Cell(value=n),
                "answered": Cell(value=hits),
                "share": Cell(value=hits / n, n=n, interval=share_of(hits, n).interval),
            },
        )
        for key, n, hits in by_channel(programme, unit, period)
    ]
    columns = (
        Column(key="way", label=_("way"), numeric=False),
        Column(key="invited", label=pgettext_lazy("ledger", "invited")),
        Column(key="answered", label=pgettext_lazy("ledger", "answered")),
        Column(key="share", label=_("Share"), share=True, decimals=1),
    )
    return Table(key="ways", title=_("Ways of asking"), columns=columns, rows=rows)


def _signs(programme: Programme, unit: Unit, period: Period) -> Table:
    found = signs_of(programme, unit, period)
    names = dict(Unit.objects.filter(pk__in={each.unit for each in found}).values_list("pk", "name"))
    rows = [
        Row(
            key=f"{each.unit}|{each.rule}|{at}",
            cells={
                "unit": Cell(value=names.get(each.unit, "")),
                "sign": Cell(value=SIGNS[each.rule]),
                "seen": Cell(value=each.seen),
                "limit": Cell(value=each.limit),
                "n": Cell(value=each.n),
            },
        )
        for at, each in enumerate(found)
    ]
    columns = (
        Column(key="unit", label=_("unit"), numeric=False),
        Column(key="sign", label=_("Sign"), numeric=False),
        Column(key="seen", label=_("Seen"), decimals=3),
        Column(key="limit", label=_("Limit"), decimals=3),
        Column(key="n", label="n"),
    )
    return Table(key="signs", title=_("Signs of made-up scores"), columns=columns, rows=rows)


def _halves(programme: Programme, unit: Unit, period: Period) -> Table:
    found = waves_of(programme, unit, period)
    names = (pgettext_lazy("ledger", "early half"), pgettext_lazy("ledger", "late half"))
    parts = zip(names, (found.early, found.late), strict=True) if found else ()
    rows = [
        Row(
            key=str(at),
            cells={"half": Cell(value=name), "n": Cell(value=each.n), "nps": nps_cell(reading_of(each))},
        )
        for at, (name, each) in enumerate(parts)
    ]
    columns = (
        Column(key="half", label=_("Early and late answers"), numeric=False),
        Column(key="n", label="n"),
        NPS,
    )
    return Table(key="halves", title=_("Early and late answers"), columns=columns, rows=rows)
