"""Two numbers for the desk and the cockpit: what is due today, and which improvements are overdue."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.models import User
from bihuan.kernel.read import improvements
from bihuan.kernel.read.obligations import figures
from bihuan.kernel.registry import obligation_specs
from bihuan.kernel.tiles import Tile


def tiles(user: User, now: datetime) -> list[Tile]:
    """Of a house without recurring duties or improvements nothing is shown."""
    return [*_due(user, now), *_improvements(user, now)]


def _due(user: User, now: datetime) -> list[Tile]:
    if not obligation_specs():
        return []
    found = figures(user, now)
    said = {"missed": found.missed, "all": found.missed + found.met}
    return [
        Tile(
            label=_("Obligations due today"),
            value=found.due_today,
            url=reverse("obligations"),
            base=_("missed in 30 days: %(missed)s of %(all)s") % said,
        )
    ]


def _improvements(user: User, now: datetime) -> list[Tile]:
    found = improvements.figures(user, now)
    if not (found.live or found.overdue or found.to_conclude):
        return []
    base = _("%(live)s under way") % {"live": found.live}
    if found.to_conclude:
        base += " · " + _("%(n)s wait for your conclusion") % {"n": found.to_conclude}
    return [
        Tile(
            label=_("Improvements overdue"),
            value=found.overdue,
            url=reverse("improvements"),
            tone="red" if found.overdue else "",
            base=base,
        )
    ]
