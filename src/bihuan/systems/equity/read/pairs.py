"""The four pairs on the director's first screen: the old number, and the new one that takes its place."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import User
from bihuan.kernel.slots import Pair

from . import board as reading
from .indicators import as_figure

PEOPLE = pgettext_lazy("counted", "customers")
LINES = pgettext_lazy("counted", "order lines")
ASKED = pgettext_lazy("counted", "respondents")
SAYS = {
    "margin": _("What products bring, and what is left when serving and winning their buyers is paid."),
    "sales": _("What was sold, and what the average customer is still expected to bring."),
    "brand": _("What people say of the brand, and the sum of all lifetime values."),
    "share": _("A share of this year's sales, and a share of what all customers of the market are worth."),
}


def pairs(user: User) -> list[Pair]:
    return pairs_of(reading.board(user))


def pairs_of(found: reading.Board) -> list[Pair]:
    return [
        Pair(
            as_figure("product", _("product margin"), found.product, money=False, n_words=LINES),
            as_figure(
                "contribution",
                _("customer profit contribution"),
                found.contribution,
                money=False,
                n_words=PEOPLE,
            ),
            SAYS["margin"],
        ),
        Pair(
            as_figure("sales", _("sales of twelve months"), found.sales, money=True, n_words=PEOPLE),
            as_figure("clv", _("lifetime value of a customer"), found.clv, money=True, n_words=PEOPLE),
            SAYS["sales"],
        ),
        Pair(
            as_figure("brand", _("brand: bought last"), found.brand, money=False, n_words=ASKED),
            as_figure("equity", _("customer equity"), found.equity, money=True, n_words=PEOPLE),
            SAYS["brand"],
        ),
        Pair(
            as_figure("market", _("market share"), found.market, money=False),
            as_figure("share", _("customer equity share"), found.equity_share, money=False),
            SAYS["share"],
        ),
    ]
