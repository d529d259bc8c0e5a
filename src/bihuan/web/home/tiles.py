"""The tiles of what runs; a system that fails to answer shows that it did, and stops nobody else."""

import logging
from dataclasses import dataclass
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import System
from bihuan.kernel.models import User
from bihuan.kernel.registry import load, systems
from bihuan.kernel.tiles import Tile
from bihuan.web.context import GROUPS
from bihuan.web.pages import home_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Board:
    """One system with its tiles."""

    name: str
    title: StrOrPromise
    icon: str
    url: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class BoardGroup:
    title: StrOrPromise
    boards: tuple[Board, ...]


EMPTY = pgettext_lazy("tile", "Nothing to show yet")


def boards(user: User) -> list[Board]:
    return [_board(system, user) for system in systems()]


def groups(user: User) -> list[BoardGroup]:
    """The menu's groups with what runs in them."""
    found = {system.name: system.group for system in systems()}
    shown = boards(user)
    grouped = [(title, tuple(one for one in shown if found[one.name] == key)) for key, title in GROUPS]
    return [BoardGroup(title, inside) for title, inside in grouped if inside]


def _board(system: System, user: User) -> Board:
    return Board(system.name, system.title, system.icon, home_of(system), tuple(_tiles(system, user)))


def _tiles(system: System, user: User) -> list[Tile]:
    if not system.tiles:
        return [Tile(label=system.title, face="empty", sentence=EMPTY)]
    try:
        found: list[Tile] = load(system.tiles)(user)
    except Exception:
        number = uuid4().hex[:8]
        log.exception("tiles of %s failed, error %s", system.name, number)
        base = _("error %(number)s, see the log") % {"number": number}
        return [
            Tile(label=system.title, face="error", sentence=_("Its numbers could not be read."), base=base)
        ]
    return found or [Tile(label=system.title, face="empty", sentence=EMPTY)]
