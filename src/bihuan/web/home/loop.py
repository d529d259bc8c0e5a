"""The loop strip: counts, ageing and pace of the last 30 days."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.models import Standard, User
from bihuan.kernel.read import loop
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.remaining import working_days_between
from bihuan.kernel.tiles import Tile
from bihuan.web.casework import words
from bihuan.web.components.figures import number, percent, working_days
from bihuan.web.components.parts import Stop


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the loop; strip, tiles, chart and wall show parts of it."""

    now: datetime
    look: loop.Look

    @property
    def counts(self) -> dict[str, int]:
        return self.look.counts

    @property
    def on_time(self) -> loop.Rate:
        return loop.Rate(self.counts["in_time"], self.counts["closed"])

    @property
    def open(self) -> int:
        return self.counts["opened"] + self.counts["fixing"] + self.counts["verifying"]


def read(user: User, now: datetime) -> Reading:
    return Reading(now, loop.look(user))


def strip(found: Reading) -> list[Stop]:
    """Found → opened → in progress → verifying → closed."""
    counts, pace, calendar = found.counts, found.look.pace, working_calendar()

    def age(stop: str, span: loop.Span) -> str:
        return _age(found.look.oldest[stop], found.now, span, calendar)

    return [
        Stop("signals", found.look.signals, _("of cases opened in 30 days")),
        Stop("judged", counts["found"], _("cases opened in 30 days"), "/cases/"),
        Stop("opened", counts["opened"], age("opened", pace.accept), "/cases/?state=notified"),
        Stop("in_progress", counts["fixing"], age("in_progress", pace.fix), "/cases/?state=in_progress"),
        Stop("verifying", counts["verifying"], age("verifying", pace.verify), "/callbacks/"),
        Stop("closed", counts["closed"], _rate(found.on_time), "/cases/?state=closed"),
    ]


def _age(oldest: datetime | None, now: datetime, span: loop.Span, calendar: Calendar) -> str:
    """The oldest while something waits here, else how fast it usually goes."""
    if oldest is None:
        return words.with_base(span.median, span.n)
    days = working_days_between(calendar, oldest, now)
    return _("oldest %(span)s") % {"span": working_days(days)}


def _rate(rate: loop.Rate) -> str:
    if rate.withheld:
        return _("in 30 days")
    return _("in 30 days, %(share)s on time") % {"share": percent(rate.share, 0)}


def back(now: datetime) -> str:
    """What call-backs have changed: versions of standards that came into force this month."""
    first = timezone.localdate(now).replace(day=1)
    revised = Standard.objects.filter(valid_from__gte=first, version__gt=1).count()
    return _("standards revised this month: %(n)s") % {"n": revised}


def on_time_tile(rate: loop.Rate) -> Tile:
    """The share closed on time, with its interval; withheld below ten cases."""
    label = _("Closed on time (30 days)")
    if rate.withheld:
        return Tile(
            label=label,
            face="withheld",
            sentence=_("Too few cases for a rate"),
            base=_("%(n)s closed, at least %(least)s needed") % {"n": rate.n, "least": loop.FEWEST},
            url="/cases/?state=closed",
        )
    low, high = rate.interval
    base = _("95 %% interval %(low)s–%(high)s · n = %(n)s")
    said = base % {"low": number(low * 100, 1), "high": number(high * 100, 1), "n": rate.n}
    value = (rate.share or 0) * 100
    return Tile(label=label, value=value, decimals=1, unit="%", base=said, url="/cases/?state=closed")


def accept_tile(span: loop.Span) -> Tile:
    label = _("From opening to acceptance, median")
    if not span.n:
        return Tile(label=label, face="withheld", sentence=_("No case accepted in 30 days"), base="n = 0")
    return Tile(
        label=label, value=words.span(span.median), base=_("limit 1 working day · n = %(n)s") % {"n": span.n}
    )
