"""Many comparisons at once: of a hundred branches, five differ by chance."""

from collections.abc import Sequence


def adjusted_p(p_values: Sequence[float]) -> list[float]:
    """Benjamini & Hochberg 1995, step-up: p₍ᵢ₎·m/i, made monotone from above; in the order given.

    Raises ValueError for a p outside 0–1.
    """
    if any(not 0 <= p <= 1 for p in p_values):
        raise ValueError("a p value lies between 0 and 1")
    m, least = len(p_values), 1.0
    adjusted = [1.0] * m
    for rank, at in sorted(enumerate(sorted(range(m), key=lambda i: p_values[i]), 1), reverse=True):
        least = min(least, p_values[at] * (m / rank))
        adjusted[at] = least
    return adjusted


def discoveries(p_values: Sequence[float], rate: float = 0.05) -> list[bool]:
    """Which of them stand when at most this share of the findings may be false; in the order given."""
    return [p <= rate for p in adjusted_p(p_values)]
