"""The live channel's loss: swipes that a journal tells of and that were never received."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from bihuan.kernel.models import User
from bihuan.kernel.read.loop import Rate
from bihuan.kernel.scope import visible

from ..models import Instrument, Swipe
from .period import Period

RECENT_DAYS = 14
BEARABLE = 0.01
"""Loss that is no worse than this is not worth a mark."""


@dataclass(frozen=True, slots=True)
class Loss:
    """`rate.hits` of `rate.n` noted swipes were not received."""

    rate: Rate

    @property
    def state(self) -> str:
        """`none` without data; `abnormal` when even the lower bound is past what is bearable."""
        if not self.rate.n:
            return "none"
        if self.rate.interval[0] > BEARABLE:
            return "abnormal"
        return "warning" if (self.rate.share or 0) > BEARABLE else "normal"


@dataclass(slots=True)
class LossRow:
    code: str
    name: str
    days: list[Loss | None] = field(default_factory=list)
    """One a day of the period; None where no journal tells of that day."""
    total: Loss = field(default_factory=lambda: Loss(Rate(0, 0)))


@dataclass(frozen=True, slots=True)
class LossTable:
    days: list[date]
    rows: list[LossRow]
    total: Loss


def losses(rows: QuerySet[Instrument], period: Period) -> LossTable:
    """Per instrument and local day; instruments without a journal in the period are left out."""
    begin, end = period.span
    noted = Swipe.objects.filter(instrument__in=rows, noted_at__isnull=False, at__gte=begin, at__lt=end)
    told = (
        noted.order_by()
        .annotate(on=TruncDate("at"))
        .values("instrument__code", "instrument__name", "on")
        .annotate(n=Count("pk"), lost=Count("pk", filter=Q(received_at=None)))
        .order_by("instrument__code")
    )
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    found: dict[str, LossRow] = {}
    cells: dict[tuple[str, date], Rate] = {}
    for each in told:
        code = each["instrument__code"]
        found.setdefault(code, LossRow(code, each["instrument__name"]))
        cells[code, each["on"]] = Rate(each["lost"], each["n"])
    for row in found.values():
        mine = [cells.get((row.code, on)) for on in days]
        row.days = [Loss(rate) if rate else None for rate in mine]
        row.total = _sum(rate for rate in mine if rate)
    ordered = sorted(found.values(), key=lambda row: (-(row.total.rate.share or 0), row.code))
    return LossTable(days, ordered, _sum(cells.values()))


def recent(user: User) -> LossTable:
    """Of the last fourteen days, within the user's units."""
    today = timezone.localdate()
    period = Period("custom", today - timedelta(days=RECENT_DAYS - 1), today)
    return losses(visible(user, Instrument.objects.filter(archived_at=None)), period)


def _sum(rates: Iterable[Rate]) -> Loss:
    known = list(rates)
    return Loss(Rate(sum(rate.hits for rate in known), sum(rate.n for rate in known)))
