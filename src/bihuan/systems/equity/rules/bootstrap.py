"""Intervals by drawing customers again: on grouped rows that is one multinomial draw of their numbers."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .fitting import Fit
from .purchases import Floats, Purchases, Unfit

Bools = NDArray[np.bool_]


def intervals(
    data: Purchases,
    fit: Callable[[Purchases], Fit],
    figures: Callable[[Fit, Purchases, Bools], Sequence[float]],
    *,
    draws: int = 200,
    seed: int = 1,
    confidence: float = 0.95,
) -> tuple[Floats, int]:
    """Percentile intervals [2, figures] of what a fit says, and how many of the draws could be fitted.

    `figures(fit, drawn, keep)`: `keep` marks the rows of `data` that are in this draw.
    Raises Unfit when fewer than half could: an interval of the lucky ones would be too narrow.
    """
    rng = np.random.default_rng(seed)
    chances = data.count / data.count.sum()
    found: list[Sequence[float]] = []
    for _ in range(draws):
        count = rng.multinomial(int(data.count.sum()), chances).astype(np.float64)
        keep = count > 0
        again = replace(data, x=data.x[keep], last=data.last[keep], age=data.age[keep], count=count[keep])
        try:
            one = fit(again)
        except Unfit:
            continue
        if one.converged:
            found.append(figures(one, again, keep))
    if len(found) * 2 < draws:
        raise Unfit("most repetitions have no estimate: the data do not carry an interval")
    tail = 100 * (1 - confidence) / 2
    return np.percentile(np.array(found), [tail, 100 - tail], axis=0), len(found)
