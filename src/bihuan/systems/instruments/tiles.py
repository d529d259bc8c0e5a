"""The numbers of this system on cockpit and desk, each with its base."""

from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import User
from bihuan.kernel.read.loop import FEWEST, Rate
from bihuan.kernel.scope import visible
from bihuan.kernel.tiles import Tile, TileLink
from bihuan.web.components.figures import number, percent

from .models import Instrument
from .read import board as read
from .read.loss import losses
from .read.period import read_period
from .read.runs import compliance, precision

LINKED = ("online", "stale")


def tiles(user: User) -> list[Tile]:
    rows = visible(user, Instrument.objects.filter(archived_at=None))
    states = read.board(rows, last=False)
    if not states:
        return [_nothing()]
    period = read_period({"period": "30d"})
    return [
        _abnormal(read.counts(states)),
        _linked(states),
        _rate(_("Swiped before use, 30 days"), compliance(rows, period), _("runs"), "instruments:sessions"),
        _rate(
            _("Alarm precision, 30 days"),
            precision(rows, period),
            _("alarms with a verdict"),
            "instruments:alarms",
        ),
        _lost(losses(rows, period).total.rate),
    ]


def _nothing() -> Tile:
    link = TileLink(_("Register the first"), reverse("instruments:new"))
    return Tile(
        label=_("Instruments"),
        face="empty",
        sentence=_("Who uses which instrument, and who did not swipe"),
        links=(link,),
    )


def _abnormal(counts: dict[str, int]) -> Tile:
    board = reverse("instruments:board")
    words = _("%(warning)s with a warning, %(use)s in use, %(all)s altogether") % {
        "warning": counts["warning"],
        "use": counts["in_use"],
        "all": counts["all"],
    }
    return Tile(
        label=_("Instruments in abnormal use"),
        url=f"{board}?{urlencode({'state': 'abnormal'})}" if counts["abnormal"] else board,
        value=counts["abnormal"],
        base=words,
        tone="red" if counts["abnormal"] else "",
        live="instruments.abnormal",
    )


def _linked(rows: list[read.BoardRow]) -> Tile:
    """Stale when nothing is heard at all: then the gateway, not the terminals, is silent."""
    linked = sum(row.shown.link in LINKED for row in rows)
    url = f"{reverse('instruments:board')}?{urlencode({'state': 'offline'})}"
    heard = [row.heard.at for row in rows if row.heard.at]
    label = _("Terminals heard")
    if not linked and heard and timezone.now() - max(heard) > timedelta(minutes=5):
        age = _("%(n)s min") % {"n": number((timezone.now() - max(heard)) // timedelta(minutes=1))}
        return Tile(
            label=label, face="stale", value=len(rows), age=age, base=_("no terminal is heard"), url=url
        )
    return Tile(
        label=label,
        value=linked,
        unit=_("of %(n)s") % {"n": number(len(rows))},
        base=_("a word within 150 s"),
        url=url,
    )


def _rate(label: StrOrPromise, rate: Rate, what: str, url: str) -> Tile:
    if rate.withheld:
        return Tile(
            label=label,
            face="withheld",
            sentence=_("Too few for a rate"),
            base=_("n = %(n)s %(what)s, at least %(least)s") % {"n": rate.n, "what": what, "least": FEWEST},
            url=reverse(url),
        )
    low, high = rate.interval
    base = _("95 %% interval %(low)s–%(high)s · n = %(n)s") % {
        "low": number(low * 100, 1),
        "high": number(high * 100, 1),
        "n": number(rate.n),
    }
    return Tile(label=label, value=percent(rate.share), base=base, url=reverse(url))


def _lost(rate: Rate) -> Tile:
    return _rate(_("Loss of the live channel, 30 days"), rate, _("noted swipes"), "instruments:journals")
