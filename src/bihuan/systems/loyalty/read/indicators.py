"""Figures of the loyalty system that an aim of the strategy record can be bound to."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.models import Unit
from bihuan.kernel.report import Figure, phrase
from bihuan.kernel.rules.intervals import wilson
from bihuan.kernel.rules.measures.standing import Standing
from bihuan.kernel.rules.periods import Period

from ..words import change_words
from .adoption import closing
from .scores import score

LEAST = 10
"""Answers or calls below which nothing is said."""


def nps(unit: Unit) -> Figure:
    """Of the running quarter, with its change against the one before; withheld below the smallest sample."""
    found = score(None, unit, Period.around(timezone.localdate(), "quarter"))
    n, label, link = found.answers.n, _("net promoter score, this quarter"), reverse("loyalty:score")
    if found.reading.standing is Standing.WITHHELD or found.reading.interval is None:
        text = _("%(n)d answers: below %(least)d there is no score.")
        return Figure(
            key="loyalty.nps",
            label=label,
            value=None,
            n=n,
            withheld=phrase(text, n=n, least=LEAST),
            link=link,
        )
    change = found.change
    return Figure(
        key="loyalty.nps",
        label=label,
        value=found.reading.score,
        unit=pgettext_lazy("unit", "points"),
        n=n,
        interval=found.reading.interval,
        link=link,
        note=phrase(
            _("against the quarter before %(points)s (95 %% interval %(low)s to %(high)s): %(words)s"),
            points=signed(change.points),
            low=signed(change.test.interval.low),
            high=signed(change.test.interval.high),
            words=_Change(change),
        )
        if change
        else _("no change is shown: the quarter before has too few answers"),
    )


def signed(points: float) -> str:
    """A true minus sign, as every number of a page has it."""
    return f"{points:+.0f}".replace("-", "\u2212")


class _Change:
    """Words of a change, in the reader's language."""

    def __init__(self, change: object) -> None:
        self.change = change

    def __str__(self) -> str:
        return str(change_words(self.change))  # type: ignore[arg-type]


def called_in_time(unit: Unit) -> Figure:
    """Of the calls to detractors due in thirty days, the share that came within the deadline."""
    today = timezone.localdate()
    rate = closing(unit, today - timedelta(days=29), today, timezone.now())
    few = rate.n < LEAST
    text = _("%(n)d calls due in 30 days: below %(least)d there is no rate.")
    return Figure(
        key="loyalty.called",
        label=_("detractors called in time, 30 days"),
        value=None if few else rate.hits / rate.n,
        share=True,
        n=rate.n,
        interval=None if few else wilson(rate.hits, rate.n),
        withheld=phrase(text, n=rate.n, least=LEAST) if few else "",
        link=reverse("loyalty:adoption"),
    )
