"""Figures of the systems, written out for a page."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Aim, User
from bihuan.kernel.read import strategy
from bihuan.kernel.registry import collect, indicator_specs
from bihuan.kernel.report import Figure, freeze
from bihuan.kernel.slots import Pair
from bihuan.kernel.tiles import Tile
from bihuan.web.pages import home_of
from bihuan.web.reports.show import Number, figure_shown

log = logging.getLogger(__name__)
NEXT = 5
"""Reviews that stand on the first screen."""


@dataclass(frozen=True, slots=True)
class PairShown:
    old: Number
    new: Number
    says: StrOrPromise


@dataclass(frozen=True, slots=True)
class PairsShown:
    """Of one system; `failed` where it could not answer."""

    title: StrOrPromise
    url: str
    rows: list[PairShown]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class ReviewShown:
    aim: Aim
    late: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    pairs: list[PairsShown]
    tiles: list[Tile]
    reviews: list[ReviewShown]
    aims: int


def figure(found: Figure) -> Number:
    frozen: dict[str, Any] = freeze(found)
    return figure_shown(frozen, link=found.link)


def as_tile(one: Number) -> Tile:
    """With what it rests on below it."""
    base = " · ".join(part for part in (one.base, one.note) if part)
    if one.withheld:
        return Tile(label=one.label, face="withheld", url=one.link, sentence=one.withheld, base=one.note)
    return Tile(label=one.label, url=one.link, value=one.text, unit=one.unit, base=base)


def written(pairs: Iterable[Pair]) -> list[PairShown]:
    return [PairShown(figure(one.old), figure(one.new), one.says) for one in pairs]


def outlook(user: User, today: date) -> Outlook:
    """A system that fails shows that it did, and takes no other with it."""
    specs = [spec for _system, spec in indicator_specs().values() if spec.first_screen]
    running = strategy.running(user)
    reviews = [ReviewShown(aim, strategy.overdue(aim, today)) for aim in running[:NEXT]]
    return Outlook(
        pairs=_pairs(user),
        tiles=[as_tile(figure(strategy.reading(spec, user.unit))) for spec in specs],
        reviews=reviews,
        aims=len(reviews) if len(reviews) < NEXT else running.count(),
    )


def _pairs(user: User) -> list[PairsShown]:
    found = []
    for system, read in collect(lambda each: each.pairs):
        try:
            found.append(PairsShown(system.title, home_of(system), written(read(user))))
        except Exception:
            log.exception("pairs of %s failed", system.name)
            found.append(PairsShown(system.title, home_of(system), [], failed=True))
    return found
