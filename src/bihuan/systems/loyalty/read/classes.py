"""The score by age band and by segment: n, interval and Dirichlet view, withheld where few."""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.kernel.models import Unit
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.measures.comparisons import adjusted_p
from bihuan.kernel.rules.measures.interval import Estimate
from bihuan.kernel.rules.measures.nps import Answers, Change, Reading, change, reading
from bihuan.kernel.rules.measures.posterior import posterior
from bihuan.kernel.rules.measures.standing import Standing
from bihuan.kernel.rules.periods import Period

from ..models import Programme
from ..words import AGES, YOUNG
from .scores import NONE, by, counting, total, within

MOST = 60
"""Classes that are shown; segments come from files and may be any number."""


@dataclass(frozen=True, slots=True)
class OfClass:
    """`key` "" are answers whose class nobody knows. `against`: its score against all other known classes
    together; `p` adjusted for all that were tested; None of too few answers."""

    key: str
    answers: Answers
    reading: Reading
    bayes: Estimate | None
    before: Answers
    against: Change | None
    p: float | None
    differs: bool


@dataclass(frozen=True, slots=True)
class Classes:
    rows: list[OfClass]
    more: int
    """Further classes, the smallest, that are not shown."""
    known: int
    """Answers whose class is known."""


def by_age(programme: Programme | None, unit: Unit, period: Period) -> Classes:
    """In the order of age, every band, the unknown last."""
    found = _counts(programme, unit, period, "age")
    order = [*AGES, *sorted(set(found) - {*AGES, ""}), *([""] if "" in found else [])]
    return _classes(order, found, _counts(programme, unit, period.previous, "age"), period)


def by_segment(programme: Programme | None, unit: Unit, period: Period) -> Classes:
    """The largest first, the unknown last."""
    found = _counts(programme, unit, period, "segment")
    order = sorted(found, key=lambda key: (key == "", -found[key].n, key))
    return _classes(order, found, _counts(programme, unit, period.previous, "segment"), period)


def young(programme: Programme | None, unit: Unit, period: Period) -> tuple[Answers, Answers]:
    """Of those whose age is known: under 25, and the others."""
    found = _counts(programme, unit, period, "age")
    below = total(answers for key, answers in found.items() if key in YOUNG)
    return below, total(answers for key, answers in found.items() if key and key not in YOUNG)


def _counts(programme: Programme | None, unit: Unit, period: Period, field: str) -> dict[str, Answers]:
    rows = within(counting(programme, unit), period.first, period.last)
    return {str(key): answers for (key,), answers in by(rows, field).items()}


def _classes(
    order: list[str], now: Mapping[str, Answers], before: Mapping[str, Answers], period: Period
) -> Classes:
    whole = total(answers for key, answers in now.items() if key)
    tested = {key: _against(now[key], whole) for key in order if key and key in now}
    pairs = [(key, each.test.p) for key, each in tested.items() if each]
    p = dict(zip([key for key, _p in pairs], adjusted_p([p for _key, p in pairs]), strict=True))
    rate = float(value("loyalty.discoveries", period.first))
    rows = []
    for key in order[:MOST]:
        answers = now.get(key, NONE)
        shown = reading(answers)
        rows.append(
            OfClass(
                key,
                answers,
                shown,
                posterior(answers) if shown.standing is not Standing.WITHHELD else None,
                before.get(key, NONE),
                tested.get(key),
                p.get(key),
                p.get(key, 1.0) <= rate,
            )
        )
    return Classes(rows, max(0, len(order) - MOST), whole.n)


def _against(answers: Answers, whole: Answers) -> Change | None:
    others = Answers(*(a - b for a, b in zip(whole, answers, strict=True)))
    if reading(answers).standing is not Standing.FIRM or reading(others).standing is not Standing.FIRM:
        return None
    return change(others, answers)
