"""Figures of customer equity that an aim of the strategy record can be bound to, and that pages compose."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Unit
from bihuan.kernel.report import Figure, phrase

from ..rules.money import to_major
from ..words import MISSING, NOTES
from . import board as reading
from . import figures
from .runs import latest_of

YUAN = pgettext_lazy("unit", "yuan")


def equity(unit: Unit) -> Figure:
    return as_figure("equity.equity", _("customer equity"), reading.board_of(unit).equity, money=True)


def clv(unit: Unit) -> Figure:
    found = reading.board_of(unit).clv
    return as_figure("equity.clv", _("lifetime value of a customer"), found, money=True)


def contribution(unit: Unit) -> Figure:
    found = reading.board_of(unit).contribution
    return as_figure("equity.contribution", _("customer profit contribution"), found, money=False)


def share(unit: Unit) -> Figure:
    found = reading.board_of(unit).equity_share
    return as_figure("equity.share", _("customer equity share"), found, money=False)


def at_risk(unit: Unit) -> Figure:
    """What is lost with the valuable customers who are likely gone."""
    run = latest_of(unit)
    label, link = _("value at risk"), f"{reverse('equity:customers')}?view=risk"
    if run is None:
        return Figure(key="equity.at_risk", label=label, value=None, withheld=MISSING["run"])
    found = reading.leaving_of(unit, run)
    return Figure(
        key="equity.at_risk",
        label=label,
        value=float(to_major(found.top_lost)),
        unit=YUAN,
        n=found.top,
        link=link,
        note=phrase(_("valuable customers likely gone; observed until %(day)s"), day=run.end_on.isoformat()),
    )


def as_figure(
    key: str,
    label: StrOrPromise,
    found: figures.Figure,
    *,
    money: bool,
    n_words: StrOrPromise = "",
    link: str = "",
) -> Figure:
    """A figure of the board as the house writes it: money in yuan, anything else as a share."""
    write: Any = (lambda value: float(to_major(round(value)))) if money else float
    interval = None
    if found.value is not None and found.low is not None and found.high is not None:
        interval = (write(found.low), write(found.high))
    return Figure(
        key=key,
        label=label,
        value=None if found.value is None else write(found.value),
        unit=YUAN if money and found.value is not None else "",
        share=not money,
        n=found.n,
        interval=interval,
        withheld=MISSING[found.missing] if found.value is None else "",
        link=link or reverse("equity:board"),
        note=_note(found, n_words),
    )


def _note(found: figures.Figure, n_words: StrOrPromise) -> StrOrPromise:
    """Who is counted, as of when, and what it leaves out."""
    if found.value is None:
        return ""
    parts: list[StrOrPromise] = []
    if found.n is not None and n_words:
        parts.append(phrase(_("counted: %(what)s"), what=n_words))
    if found.on:
        parts.append(found.on.isoformat())
    if found.note:
        parts.append(NOTES[found.note])
    if found.names:
        parts.append(phrase(_("without: %(names)s"), names=", ".join(found.names)))
    return phrase("%(joined)s", joined=_Joined(parts))


class _Joined:
    """Texts joined when they are read, in the reader's language."""

    def __init__(self, parts: list[StrOrPromise]) -> None:
        self.parts = parts

    def __str__(self) -> str:
        return " · ".join(str(part) for part in self.parts)
