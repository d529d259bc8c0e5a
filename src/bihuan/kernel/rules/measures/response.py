"""Who answered, who was asked, and whether they are like those whom the figure is about. Ratios are 0–1."""

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from bihuan.kernel.rules.measures.distributions import chi_square_tail


class Outcomes(NamedTuple):
    """What became of the addresses of a survey, in AAPOR's classes."""

    complete: int
    partial: int = 0
    refused: int = 0
    not_reached: int = 0
    other: int = 0
    unknown: int = 0


def response_rate(outcomes: Outcomes) -> float:
    """AAPOR RR1: complete answers ÷ all that were or may have been eligible; the most modest of the rates.

    Raises ValueError for negative counts or when nobody was asked.
    """
    if min(outcomes) < 0 or sum(outcomes) == 0:
        raise ValueError("nobody was asked")
    return outcomes.complete / sum(outcomes)


class Fit(NamedTuple):
    """χ², its degrees of freedom and the chance of as much by chance."""

    statistic: float
    df: int
    p: float


def mix(observed: Mapping[str, int], expected: Mapping[str, float]) -> Fit:
    """Pearson's χ² of counts against the shares of a known frame, such as invitations against transactions.

    `expected` may be counts or shares; only their proportions matter. Raises ValueError when somebody was
    observed of whom the frame knows nothing, or below two classes.
    """
    frame = {key: share for key, share in expected.items() if share > 0}
    n, total = sum(observed.values()), fsum(frame.values())
    if len(frame) < 2 or n == 0 or any(count and key not in frame for key, count in observed.items()):
        raise ValueError("at least two classes, and none outside the frame")
    hoped = {key: n * share / total for key, share in frame.items()}
    statistic = fsum((observed.get(key, 0) - each) ** 2 / each for key, each in hoped.items())
    return Fit(statistic, len(frame) - 1, chi_square_tail(statistic, len(frame) - 1))


def raked(
    rows: Sequence[Sequence[str]],
    frames: Sequence[Mapping[str, float]],
    *,
    rounds: int = 200,
    tolerance: float = 1e-9,
) -> list[float]:
    """A weight for each answer, so that each margin fits its frame (Deming & Stephan 1940); their mean is 1.

    rows[i][d] is the class of answer i in dimension d (segment, branch), frames[d] the known size of each
    class, in any unit. Raises ValueError when a class of the frame has no answer or an answer no class, or
    when the margins contradict each other.
    """
    if not rows or any(len(row) != len(frames) for row in rows):
        raise ValueError("every answer has a class in every dimension")
    targets = [_shares(frame, {row[d] for row in rows}) for d, frame in enumerate(frames)]
    weights = [1 / len(rows)] * len(rows)
    for _ in range(rounds):
        worst = 0.0
        for d, target in enumerate(targets):
            held = dict.fromkeys(target, 0.0)
            for row, weight in zip(rows, weights, strict=True):
                held[row[d]] += weight
            worst = max([worst, *(abs(held[key] - share) for key, share in target.items())])
            weights = [w * target[row[d]] / held[row[d]] for row, w in zip(rows, weights, strict=True)]
        if worst < tolerance:
            return [weight * len(rows) for weight in weights]
    raise ValueError("the margins contradict each other")


def _shares(frame: Mapping[str, float], seen: set[str]) -> dict[str, float]:
    sized = {key: size for key, size in frame.items() if size > 0}
    if set(sized) != seen:
        raise ValueError(f"frame and answers differ in {sorted(set(sized) ^ seen)}")
    total = fsum(sized.values())
    return {key: size / total for key, size in sized.items()}
