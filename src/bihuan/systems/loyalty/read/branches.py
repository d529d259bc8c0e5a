"""Units side by side: each with interval, band of ranks, and whether it changed beyond chance."""

from dataclasses import dataclass

from bihuan.kernel.models import Unit
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.measures.comparisons import adjusted_p
from bihuan.kernel.rules.measures.nps import Answers, Change, Reading, adjusted, change, reading
from bihuan.kernel.rules.measures.ranking import Ranked
from bihuan.kernel.rules.measures.shrinkage import Level
from bihuan.kernel.rules.measures.standing import Standing
from bihuan.kernel.rules.periods import Period

from ..models import Programme
from ..rules.bands import ranked
from .scores import NONE, by, counting, total, within


@dataclass(frozen=True, slots=True)
class Branch:
    """`against`: its score against all others together; `p` and `p_change` adjusted for all of the list."""

    unit: Unit
    answers: Answers
    reading: Reading
    place: Ranked | None
    against: Change | None
    p: float | None
    differs: bool
    before: Answers
    moved: Change | None
    p_change: float | None
    changed: bool


def branches(programme: Programme | None, unit: Unit, period: Period) -> list[Branch]:
    """The units directly below, with all below them; best rank first, those without a rank last."""
    below = list(Unit.objects.filter(parent=unit).order_by("path"))
    rows = counting(programme, unit)
    now = _grouped(by(within(rows, period.first, period.last), "unit__path"), below)
    before = _grouped(by(within(rows, period.previous.first, period.previous.last), "unit__path"), below)
    everything = total(now.values())
    against = {pk: _against(answers, everything) for pk, answers in now.items()}
    moved = {pk: _moved(before.get(pk, NONE), answers) for pk, answers in now.items()}
    rate = float(value("loyalty.discoveries", period.first))
    p, p_change = _adjusted(against), _adjusted(moved)
    levels = [
        Level(str(pk), found.value, found.se, answers.n)
        for pk, answers in now.items()
        if answers.n
        for found in [adjusted(answers)]
    ]
    places = {int(each.key): each for each in ranked(levels)} if levels else {}
    found = [
        Branch(
            each,
            now.get(each.pk, NONE),
            reading(now.get(each.pk, NONE)),
            places.get(each.pk),
            against.get(each.pk),
            p.get(each.pk),
            p.get(each.pk, 1.0) <= rate,
            before.get(each.pk, NONE),
            moved.get(each.pk),
            p_change.get(each.pk),
            p_change.get(each.pk, 1.0) <= rate,
        )
        for each in below
    ]
    return sorted(found, key=_order)


def _order(branch: Branch) -> tuple[int, int]:
    rank = branch.place.rank if branch.place else None
    return (10**6 - branch.answers.n, branch.unit.pk) if rank is None else (rank, branch.unit.pk)


def _grouped(counts: dict[tuple[object, ...], Answers], below: list[Unit]) -> dict[int, Answers]:
    keys = {unit.path: unit.pk for unit in below}
    depth = below[0].path.count("/") if below else 0
    parts: dict[int, list[Answers]] = {}
    for (path,), answers in counts.items():
        top = "/".join(str(path).split("/")[:depth]) + "/"
        if top in keys:
            parts.setdefault(keys[top], []).append(answers)
    return {pk: total(found) for pk, found in parts.items()}


def _against(answers: Answers, everything: Answers) -> Change | None:
    """Against the others, not against a whole that it is part of; of too few answers nothing is tested."""
    others = Answers(*(a - b for a, b in zip(everything, answers, strict=True)))
    if reading(answers).standing is not Standing.FIRM or reading(others).standing is not Standing.FIRM:
        return None
    return change(others, answers)


def _moved(before: Answers, now: Answers) -> Change | None:
    if Standing.WITHHELD in (reading(before).standing, reading(now).standing):
        return None
    return change(before, now)


def _adjusted(tested: dict[int, Change | None]) -> dict[int, float]:
    pairs = [(pk, each.test.p) for pk, each in tested.items() if each]
    return dict(zip([pk for pk, _p in pairs], adjusted_p([p for _pk, p in pairs]), strict=True))
