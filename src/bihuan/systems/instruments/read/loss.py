"""The live channel's loss: swipes that a journal tells of and that were never received."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from bihuan.kernel.models import User
from bihuan.kernel.read.loop import Rate
from bihuan.kernel.scope import visible

from ..models import Instrument, Swipe
from .heard import intake_log
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
    """Per instrument and local day, from the first word of each terminal on.

    Before that there was no live channel that could have lost anything; instruments without a
    journal line since are left out.
    """
    begin, end = period.span
    noted = Swipe.objects.filter(instrument__in=rows, noted_at__isnull=False, at__gte=begin, at__lt=end)
    told = (
        noted.order_by()
        .annotate(on=TruncDate("at"))
        .values("instrument__code", "instrument__name", "on")
        .annotate(n=Count("pk"), lost=Count("pk", filter=Q(received_at=None)))
    )
    names = {each["instrument__code"]: each["instrument__name"] for each in told}
    cells = {(each["instrument__code"], each["on"]): Rate(each["lost"], each["n"]) for each in told}
    _forget_before(cells, noted, _first_words(names, begin))
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    made = [_row(code, names[code], days, cells) for code in sorted({code for code, _on in cells})]
    return LossTable(days, sorted(made, key=lambda row: -(row.total.rate.share or 0)), _sum(cells.values()))


def _row(code: str, name: str, days: list[date], cells: dict[tuple[str, date], Rate]) -> LossRow:
    mine = [cells.get((code, on)) for on in days]
    return LossRow(
        code, name, [Loss(rate) if rate else None for rate in mine], _sum(rate for rate in mine if rate)
    )


def _first_words(codes: Iterable[str], begin: datetime) -> dict[str, datetime]:
    """When each terminal was first heard, for those that were first heard in the period."""
    firsts = {row.terminal: datetime.fromtimestamp(row.first_us / 1e6, UTC) for row in intake_log().seen()}
    found = {code: firsts.get(code.casefold()) for code in codes}
    return {code: at for code, at in found.items() if at and at > begin}


def _forget_before(
    cells: dict[tuple[str, date], Rate], noted: QuerySet[Swipe], firsts: dict[str, datetime]
) -> None:
    """Drop the days before a terminal's first word, and of its first day what came before it."""
    starts = {code: timezone.localdate(at) for code, at in firsts.items()}
    for code, on in list(cells):
        if code in starts and on <= starts[code]:
            del cells[code, on]
    for day in set(starts.values()):
        new = [code for code, on in starts.items() if on == day]
        rows = noted.filter(instrument__code__in=new, at__date=day).values_list(
            "instrument__code", "at", "received_at"
        )
        for code, at, received_at in rows:
            if at >= firsts[code]:
                rate = cells.get((code, day), Rate(0, 0))
                cells[code, day] = Rate(rate.hits + (received_at is None), rate.n + 1)


def recent(user: User) -> LossTable:
    """Of the last fourteen days, within the user's units."""
    today = timezone.localdate()
    period = Period("custom", today - timedelta(days=RECENT_DAYS - 1), today)
    return losses(visible(user, Instrument.objects.filter(archived_at=None)), period)


def _sum(rates: Iterable[Rate]) -> Loss:
    known = list(rates)
    return Loss(Rate(sum(rate.hits for rate in known), sum(rate.n for rate in known)))
