"""A figure of the board."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`missing` is a key of `words.MISSING` where there is no value; money in minor units."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    missing: str = ""
    note: str = ""
    on: date | None = None
    names: tuple[str, ...] = ()
