"""What a terminal does and when: the script is data, so that it can be read, compared and counted."""

from enum import StrEnum
from typing import NamedTuple

from bihuan.systems.instruments.fleet.laboratory import Device


class Deed(StrEnum):
    """The value is the word on the wire."""

    BEAT = "heartbeat"
    OPEN = "open"
    CLOSE = "close"
    WARN = "warningbegin"
    CALM = "warningshutdown"
    PHOTO = "photo"
    REQUEST = "request"
    JOURNAL = "update"


SWIPES = frozenset({Deed.OPEN, Deed.CLOSE})


class Fault(StrEnum):
    NONE = ""
    LOST = "lost"
    """Never leaves the terminal; a swipe stands in the journal."""
    TWICE = "twice"
    SPLIT = "split"
    """In pieces with pauses between them."""
    MERGED = "merged"
    """Behind a heartbeat in the same segment."""


FAULTS = ("loss", "duplicate", "late", "skew", "unswiped", "offline", "split", "mishap")
"""What may be switched on; `late`: a journal that misses its hour; `mishap`: people who break rules."""


class Act(NamedTuple):
    at_s: float
    """Seconds after the start."""
    device: Device
    deed: Deed
    card: str = ""
    fault: Fault = Fault.NONE
