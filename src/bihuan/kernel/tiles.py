"""A tile: one number with its base, as data. Systems make them, the pages show them (ui §10)."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from bihuan.kernel.lazy import StrOrPromise

Face = Literal["good", "withheld", "empty", "stale", "error"]


class TileLink(NamedTuple):
    """A word in the last line of a tile that leads somewhere."""

    label: StrOrPromise
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One of five faces; which fields a face shows:

    good: `value`, `unit`, `base`. withheld, empty: `sentence`, `base`. stale: `value`, `age`, and in
    `base` who has stopped sending. error: `sentence`, `base`. `links` stand in empty, stale and error tiles.
    """

    label: StrOrPromise
    face: Face = "good"
    url: str = ""
    value: float | str | None = None
    unit: StrOrPromise = ""
    base: StrOrPromise = ""
    sentence: StrOrPromise = ""
    age: str = ""
    tone: str = ""
    decimals: int = 0
    links: tuple[TileLink, ...] = ()
    live: str = ""
