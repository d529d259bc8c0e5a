"""The numbers of customer equity on cockpit and desk, each with its base."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.models import User
from bihuan.kernel.tiles import Tile, TileLink
from bihuan.web.components.figures import number, percent

from .read import board as reading
from .read.contacts import owed_by
from .read.figures import Figure
from .read.runs import latest
from .words import MISSING, yuan


def tiles(user: User) -> list[Tile]:
    run = latest(user)
    if run is None:
        return [_nothing(), *_contacts(user)]
    found = reading.board(user)
    leaving = reading.leaving(user, run)
    url = f"{reverse('equity:customers')}?{urlencode({'view': 'risk'})}"
    risk = Tile(
        label=_("Value at risk"),
        value=yuan(leaving.top_lost),
        unit=pgettext("unit", "yuan"),
        base=_("%(n)s valuable customers likely gone") % {"n": number(leaving.top)},
        url=url,
        tone="red" if leaving.top else "",
    )
    shown = [_money(_("Customer equity"), found.equity), risk, _share(found.equity_share)]
    return [*shown, *_contacts(user)]


def _contacts(user: User) -> list[Tile]:
    """What this executive owes; nothing for who has no key customer."""
    found = owed_by(user)
    if not found["pairs"]:
        return []
    base = _("%(late)s overdue · %(n)s key customers")
    return [
        Tile(
            label=_("Contacts you owe"),
            value=found["open"] + found["late"],
            base=base % {"late": found["late"], "n": found["pairs"]},
            url=f"{reverse('equity:cares')}?{urlencode({'view': 'mine'})}",
            tone="red" if found["late"] else "",
        )
    ]


def _nothing() -> Tile:
    return Tile(
        label=_("Customer equity"),
        face="empty",
        sentence=_("What customers are worth, who is about to leave, and what that costs"),
        links=(TileLink(_("Import orders"), reverse("equity:orders-import")),),
    )


def _money(label: str, figure: Figure) -> Tile:
    if figure.value is None:
        return Tile(label=label, face="withheld", sentence=MISSING[figure.missing])
    base = f"n = {number(figure.n)}"
    if figure.low is not None and figure.high is not None:
        base = f"{yuan(round(figure.low))} – {yuan(round(figure.high))} · {base}"
    return Tile(
        label=label,
        value=yuan(round(figure.value)),
        unit=pgettext("unit", "yuan"),
        base=base,
        url=reverse("equity:board"),
    )


def _share(figure: Figure) -> Tile:
    label = _("Customer equity share")
    if figure.value is None:
        return Tile(label=label, face="withheld", sentence=MISSING[figure.missing])
    base = f"n = {number(figure.n)}"
    if figure.low is not None and figure.high is not None:
        base = f"{percent(figure.low)} – {percent(figure.high)} · {base}"
    return Tile(label=label, value=percent(figure.value), base=base, url=reverse("equity:board"))
