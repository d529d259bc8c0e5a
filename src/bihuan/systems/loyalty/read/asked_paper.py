"""The quarterly paper of a programme, who was asked and who answered; the score as it would be weighted."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Unit
from bihuan.kernel.report import Figure, Section, phrase
from bihuan.kernel.rules.measures.standing import LEAST
from bihuan.kernel.rules.periods import Period

from .ledger import beside, ledger
from .paper import POINTS
from .programmes import programme_for


def response(unit: Unit, period: Period) -> Section:
    """The ledger of invitations, and the score beside the weighted one."""
    book = ledger(None, unit, period.first, period.last)
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
    return Section(figures=[*figures, *_weighted(unit, period)], notes=_ledger_notes(book.uninvited))


def _ledger_notes(uninvited: int) -> list[StrOrPromise]:
    if not uninvited:
        return []
    words = _("%(n)d answers came without an invitation that is known: in the score, and not in this rate.")
    return [phrase(words, n=uninvited)]


def _weighted(unit: Unit, period: Period) -> list[Figure]:
    """Beside the raw score, where the programme knows how many customers there are of each class."""
    programme = programme_for(unit)
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
