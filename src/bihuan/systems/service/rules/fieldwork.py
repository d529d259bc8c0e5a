"""Whether a hall or session was asked as the rule says, and what its answers amount to together."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Literal

from bihuan.kernel.rules.measures.index import to_hundred
from bihuan.kernel.rules.measures.means import Sample
from bihuan.kernel.rules.measures.stratified import Intraclass, design_effect, intraclass_of

from .evaluation import Indicator, pooled

State = Literal["gone", "met", "census", "short"]
LEAST = 2
"""Answers from which on a spread is known."""


def state(issued: int, wanted: int, *, census: bool = False, gone: bool = False) -> State:
    """The rule is judged on what was issued; where fewer customers came than are wanted, all were asked."""
    if gone:
        return "gone"
    if issued >= wanted:
        return "met"
    return "census" if census else "short"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one hall or session stands for (its customers), and what was answered there."""

    customers: int
    sample: Sample | None

    @property
    def indicator(self) -> Indicator | None:
        if self.sample is None or self.sample.n < LEAST:
            return None
        return Indicator(self.sample.mean, self.sample.n, self.sample.sd)


def index_of_halls(halls: Sequence[Asked]) -> Indicator | None:
    """Halls as strata weighed by their visitors, with finite-population correction (c4).

    Halls with fewer than two answers are left out: who shows the index names them.
    """
    return pooled([(each.customers, found) for each in halls if (found := each.indicator)])


def index_of_sessions(sessions: Sequence[Asked], icc: float) -> Indicator | None:
    """Sessions as clusters weighed by the customers of their areas; areas of unknown size weigh the same.

    The sd is that of all answers, widened by the root of the design effect, so that sd ÷ √n is the standard
    error of answers that resemble each other within a session. None below two answers.
    """
    found = [(each.customers, each.sample) for each in sessions if each.sample]
    n = sum(sample.n for _size, sample in found)
    if n < LEAST:
        return None
    known = all(size > 0 for size, _sample in found)
    weights = [float(size) if known else 1.0 for size, _sample in found]
    pairs = zip(weights, found, strict=True)
    mean = fsum(weight * sample.mean for weight, (_size, sample) in pairs) / fsum(weights)
    spread = fsum((s.n - 1) * s.sd**2 + s.n * (s.mean - mean) ** 2 for _size, s in found)
    effect = design_effect([sample.n for _size, sample in found], icc)
    return Indicator(min(max(mean, 0.0), 100.0), n, sqrt(spread / (n - 1) * effect))


def likeness_within(sessions: Sequence[Asked], least: int) -> Intraclass | None:
    """How alike answers of one session are, from the answers; None below `least` sessions with a spread.

    Few clusters say next to nothing of it: with fifteen of 20 and 0.05 the interval still reaches from 0 to
    about 0.15.
    """
    samples = [each.sample for each in sessions if each.sample and each.sample.n >= LEAST]
    return intraclass_of(samples) if len(samples) >= max(least, 2) else None


def is_low(value: int, low: int, high: int, limit: float) -> bool:
    """Whether an answer lies at or below so many points of 0 … 100 on its own scale."""
    return to_hundred(value, low, high) <= limit
