"""Invited, delivered, opened, answered; who answered against who there is; signs of made-up scores."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from bihuan.kernel.models import Unit
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.nps import Answers
from bihuan.kernel.rules.measures.nps import counted as sorted_in
from bihuan.kernel.rules.measures.proportions import share
from bihuan.kernel.rules.measures.response import Fit, Outcomes, response_rate
from bihuan.kernel.rules.periods import Period

from ..models import Answer, Frame, Invitation, Programme
from ..rules.gaming import Given, Limits, Sign, selective, signs
from ..rules.weighted import Weighted, weighted
from .scores import by, counted, counting, midnight, within

MOST_ROWS = 50_000
OPENED = Q(opened_at__isnull=False) | Q(sheet__opened_at__isnull=False) | Q(sheet__used_at__isnull=False)
UNSEEN = Q(opened_at=None) & Q(sheet__opened_at=None) & Q(sheet__used_at=None)
NOT_REACHED, CAME_BACK = ~Q(failed="") & UNSEEN, Q(bounced_at__isnull=False) & UNSEEN


@dataclass(frozen=True, slots=True)
class Ledger:
    invited: int
    delivered: int
    """What was opened was delivered, whether or not anybody told us."""
    failed: int
    bounced: int
    """Of `failed`: taken by the mail server and sent back later."""
    opened: int
    answered: int
    rate: float | None
    """AAPOR RR1: who was invited and never reached counts as one who might have answered."""
    interval: Interval | None
    unasked: int
    uninvited: int
    """Answers from files and programs whose invitations nobody has brought: how many were asked is not
    known."""


def ledger(programme: Programme | None, unit: Unit, first: date, last: date) -> Ledger:
    rows = _invited(programme, unit, first, last)
    found = rows.aggregate(
        invited=Count("pk"),
        delivered=Count("pk", filter=Q(delivered_at__isnull=False) | OPENED),
        failed=Count("pk", filter=NOT_REACHED),
        bounced=Count("pk", filter=CAME_BACK),
        opened=Count("pk", filter=OPENED),
        answered=Count("pk", filter=Q(sheet__reply__valid=True)),
    )
    answers = Answer.objects.filter(unit__path__startswith=unit.path)
    answers = within(answers.filter(programme=programme) if programme else answers, first, last)
    more = answers.aggregate(
        unasked=Count("pk", filter=Q(unsolicited=True)),
        uninvited=Count("pk", filter=Q(unsolicited=False, reply__sheet__invitation=None)),
    )
    n, hits = found["invited"], found["answered"]
    unknown = n - hits - found["failed"]
    rate = response_rate(Outcomes(hits, not_reached=found["failed"], unknown=unknown)) if n else None
    return Ledger(**found, rate=rate, interval=share(hits, n).interval if n else None, **more)


def _invited(programme: Programme | None, unit: Unit, first: date, last: date) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(unit__path__startswith=unit.path, invited_at__gte=midnight(first))
    rows = rows.filter(invited_at__lt=_after(last)).order_by()
    return rows.filter(programme=programme) if programme else rows


def _after(last: date) -> datetime:
    return midnight(date.fromordinal(last.toordinal() + 1))


def by_channel(programme: Programme | None, unit: Unit, period: Period) -> list[tuple[str, int, int]]:
    """Way, invited, answered."""
    rows = _invited(programme, unit, period.first, period.last).values("channel")
    found = rows.annotate(n=Count("pk"), hits=Count("pk", filter=Q(sheet__reply__valid=True)))
    return [(row["channel"], row["n"], row["hits"]) for row in found.order_by("channel")]


@dataclass(frozen=True, slots=True)
class Wavelike:
    """Early and late halves of who answered: the late ones are nearest to those who never did."""

    early: Answers
    late: Answers


def waves_of(programme: Programme | None, unit: Unit, period: Period) -> Wavelike | None:
    rows = within(counting(programme, unit), period.first, period.last)
    rows = rows.filter(reply__sheet__invitation__isnull=False).order_by("-pk")
    took = [
        ((answered - invited).total_seconds(), score)
        for answered, invited, score in rows.values_list(
            "answered_at", "reply__sheet__invitation__invited_at", "score"
        )[:MOST_ROWS]
    ]
    if len(took) < 20:
        return None
    took.sort(key=lambda each: each[0])
    half = len(took) // 2
    return Wavelike(*(sorted_in(score for _t, score in part) for part in (took[:half], took[half:])))


def signs_of(programme: Programme, unit: Unit, period: Period) -> list[Sign]:
    """By unit; of the invitations too, where the classes of customers are known."""
    rows = within(counting(programme, unit), period.first, period.last).order_by("-pk")
    given = [
        Given(pk, at, score, took, device)
        for pk, at, score, took, device in rows.values_list(
            "unit_id", "answered_at", "score", "reply__took_s", "reply__device"
        )[:MOST_ROWS]
    ]
    limits = Limits(
        least=int(value("loyalty.gaming.least", period.first)),
        burst_share=float(value("loyalty.gaming.burst", period.first)),
        device_share=float(value("loyalty.gaming.device", period.first)),
        streak=int(value("loyalty.gaming.streak", period.first)),
    )
    found = signs(given, limits)
    fit = chosen(programme, unit, period)
    if fit and fit.p < limits.p:
        n = _invited(programme, unit, period.first, period.last).exclude(segment="").count()
        found.append(Sign("selective", unit.pk, fit.p, limits.p, n))
    return found


def chosen(programme: Programme, unit: Unit, period: Period) -> Fit | None:
    """χ² of the segments invited against all customers'."""
    rows = _invited(programme, unit, period.first, period.last).exclude(segment="").values("segment")
    invited = {row["segment"]: row["n"] for row in rows.annotate(n=Count("pk"))}
    return selective(invited, frame_of(programme, Frame.Dimension.SEGMENT)) if invited else None


def frame_of(programme: Programme, dimension: str) -> dict[str, float]:
    rows = Frame.objects.filter(programme=programme, dimension=dimension)
    return {key: float(size) for key, size in rows.values_list("key", "size")}


FIELDS = (
    ("segment", Frame.Dimension.SEGMENT),
    ("unit__code", Frame.Dimension.UNIT),
    ("age", Frame.Dimension.AGE),
)


@dataclass(frozen=True, slots=True)
class Beside:
    """Raw beside weighted; `why` says what stands in the way."""

    raw: Answers
    weighted: Weighted | None
    by: tuple[str, ...]
    why: str = ""
    missing: tuple[str, ...] = ()


def beside(programme: Programme, unit: Unit, period: Period) -> Beside:
    """Raked to every dimension that has classes; answers outside the classes cannot be weighted."""
    rows = within(counting(programme, unit), period.first, period.last)
    frames = [(field, dimension, frame_of(programme, dimension)) for field, dimension in FIELDS]
    frames = [each for each in frames if each[2]]
    raw = counted(rows)
    if not frames:
        return Beside(raw, None, (), "frame")
    names = tuple(str(dimension) for _f, dimension, _frame in frames)
    counts = by(rows, *(field for field, _d, _f in frames))
    sorted_rows: list[tuple[int, tuple[str, ...]]] = []
    outside = 0
    for classes, answers in counts.items():
        keys = tuple(str(each) for each in classes)
        if any(key not in frame for key, (_f, _d, frame) in zip(keys, frames, strict=True)):
            outside += answers.n
            continue
        for group, count in zip((1, 0, -1), answers, strict=True):
            sorted_rows += [(group, keys)] * count
    silent = tuple(
        sorted(
            key
            for at, (_f, _d, frame) in enumerate(frames)
            for key, size in frame.items()
            if size and key not in {row[1][at] for row in sorted_rows}
        )
    )
    if outside:
        return Beside(raw, None, names, "outside", (str(outside),))
    if silent or len(sorted_rows) < 30:
        return Beside(raw, None, names, "silent" if silent else "few", silent)
    try:
        return Beside(raw, weighted(sorted_rows, [frame for _f, _d, frame in frames]), names)
    except ValueError:
        return Beside(raw, None, names, "margins")
