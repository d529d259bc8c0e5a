"""The pilot against its comparison: same length before and after, the first weeks left out."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from bihuan.kernel.models import Unit
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.measures.nps import Answers

from ..models import Arm, ArmDraw, Member, Programme
from ..rules.arms import MOST_REDRAWN, Redrawn, redrawn
from ..rules.pilot import Cluster, Estimate, Verdict, did, judged, pooled
from .scores import NONE, by, counting, total, within

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Spans:
    """`earlier` lies before `before` and serves to see whether the arms went apart already."""

    earlier: Days
    before: Days
    after: Days


@dataclass(frozen=True, slots=True)
class Row:
    unit: Unit
    arm: str
    before: Answers
    after: Answers


@dataclass(frozen=True, slots=True)
class Judgement:
    spans: Spans
    rows: list[Row]
    estimate: Estimate | None
    placebo: Estimate | None
    verdict: Verdict
    running: bool
    """The span after the start is not over: more answers come."""
    redrawn: Redrawn | None = None
    """Where chance chose the arms: how many other draws would differ as much."""


def spans_of(programme: Programme, today: date) -> Spans:
    """After ends with the roll-out, when the comparison stops being one, or after so many days."""
    start = programme.starts_on
    length = timedelta(days=int(value("loyalty.span", start)))
    day = timedelta(days=1)
    begin = start + timedelta(days=int(value("loyalty.settle", start)))
    end = min(begin + length - day, programme.rolled_out_on - day if programme.rolled_out_on else today)
    return Spans(
        earlier=(start - 2 * length, start - length - day),
        before=(start - length, start - day),
        after=(begin, max(begin, end)),
    )


def judge(programme: Programme, today: date | None = None) -> Judgement:
    """Each unit of an arm is a cluster: its own customers before and after."""
    today = today or timezone.localdate()
    spans = spans_of(programme, today)
    members = list(Member.objects.filter(programme=programme).select_related("unit"))
    cells = [_cells(programme, days, members) for days in (spans.earlier, spans.before, spans.after)]
    rows = [
        Row(member.unit, member.arm, cells[1].get(member.pk, NONE), cells[2].get(member.pk, NONE))
        for member in members
    ]
    estimate = _estimate(members, cells[1], cells[2])
    placebo = _estimate(members, cells[0], cells[1])
    verdict = judged(estimate, placebo) if estimate else Verdict.TOO_LITTLE
    length = timedelta(days=int(value("loyalty.span", programme.starts_on)))
    ends = spans.after[0] + length - timedelta(days=1)
    return Judgement(
        spans,
        rows,
        estimate,
        placebo,
        verdict,
        running=not programme.rolled_out_on and today < ends,
        redrawn=_redrawn(programme, rows, estimate),
    )


def _redrawn(programme: Programme, rows: list[Row], estimate: Estimate | None) -> Redrawn | None:
    """Only of arms as they were drawn: a unit that was added or has gone makes it another experiment."""
    draw = ArmDraw.objects.filter(programme=programme, withdrawn_at=None, opened_at__isnull=False).first()
    cells = {row.unit.code: Cluster(row.before, row.after) for row in rows}
    if draw is None or estimate is None or len(draw.frame) > MOST_REDRAWN:
        return None
    if set(cells) != {line["id"] for line in draw.frame}:
        return None
    pilot = {row.unit.code for row in rows if row.arm == Arm.PILOT}
    if pilot != set(draw.pilot):
        return None

    def difference(chosen: frozenset[str]) -> float | None:
        one = pooled([cell for code, cell in cells.items() if code in chosen])
        two = pooled([cell for code, cell in cells.items() if code not in chosen])
        if not min(one.before.n, one.after.n, two.before.n, two.after.n):
            return None
        return one.change - two.change

    return redrawn(estimate.points, difference, draw.frame, len(draw.pilot))


def _cells(programme: Programme, days: Days, members: list[Member]) -> dict[int, Answers]:
    """Answers by the member within whose unit they were given; the longest path is the nearest."""
    counts = by(within(counting(programme, programme.unit), *days), "unit_id", "unit__path")
    paths = {member.unit.path: member.pk for member in members}
    parts: dict[int, list[Answers]] = {}
    for (_unit, path), answers in counts.items():
        member = _nearest(str(path), paths)
        if member:
            parts.setdefault(member, []).append(answers)
    return {member: total(found) for member, found in parts.items()}


def _nearest(path: str, paths: dict[str, int]) -> int | None:
    keys = path.strip("/").split("/")
    for length in range(len(keys), 0, -1):
        found = paths.get(f"/{'/'.join(keys[:length])}/")
        if found:
            return found
    return None


def _estimate(
    members: list[Member], before: dict[int, Answers], after: dict[int, Answers]
) -> Estimate | None:
    pilot, comparison = (
        [Cluster(before.get(m.pk, NONE), after.get(m.pk, NONE)) for m in members if m.arm == arm]
        for arm in (Arm.PILOT, Arm.COMPARISON)
    )
    try:
        return did(pilot, comparison)
    except ValueError:
        return None
