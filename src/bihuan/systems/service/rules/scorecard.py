"""What a filled scorecard comes to: weights, items that do not apply, and items that decide alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum


class MarkError(ValueError):
    """A mark that the item does not allow; `item` is its key."""

    def __init__(self, item: int, message: str) -> None:
        super().__init__(message)
        self.item = item


@dataclass(frozen=True, slots=True)
class Item:
    key: int
    points: int
    """Most that can be given: the item's weight."""
    veto: bool = False
    """Failing it makes the whole score 0, whatever the rest."""


@dataclass(frozen=True, slots=True)
class Total:
    score: float | None
    """0–100; None when nothing on the card applies."""
    vetoed: tuple[int, ...]
    """Items that decided alone."""


def total(items: Sequence[Item], marks: dict[int, float | None]) -> Total:
    """100 · Σ given ÷ Σ points over the items that apply (mark not None); 0 when a veto item got 0.

    Ours. MarkError for an item without a mark or with one outside of 0 … points.
    """
    given: list[tuple[Item, float]] = []
    for item in items:
        if item.key not in marks:
            raise MarkError(item.key, "no mark")
        mark = marks[item.key]
        if mark is None:
            continue
        if not 0 <= mark <= item.points:
            raise MarkError(item.key, f"{mark:g} is not within 0 … {item.points}")
        given.append((item, mark))
    vetoed = tuple(item.key for item, mark in given if item.veto and mark == 0)
    weight = sum(item.points for item, _ in given)
    if not weight:
        return Total(0.0 if vetoed else None, vetoed)
    return Total(0.0 if vetoed else 100 * fsum(mark for _, mark in given) / weight, vetoed)


def faults(items: Iterable[Item]) -> list[str]:
    """Why a card cannot be put in force yet: `empty`, or `points` when an item weighs nothing."""
    found = list(items)
    if not found:
        return ["empty"]
    return ["points"] if any(item.points < 1 for item in found) else []
