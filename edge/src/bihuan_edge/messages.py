"""What a terminal can say, as the parser hands it on: one shape for every kind.

One flat tuple rather than a class a kind, because a gateway makes a hundred thousand of
them a second and writes each as one row.
"""

from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """The number is what the intake log stores: never renumber."""

    HEARTBEAT = 1
    OPEN = 2
    CLOSE = 3
    WARNING_BEGIN = 4
    WARNING_SHUTDOWN = 5
    UPDATE = 6
    REQUEST = 7
    PHOTO = 8
    SHUTDOWN = 9
    DELIVERED = 10
    """A roster that was sent on this connection has reached the terminal (not on the wire)."""
    REJECTED = 11
    """Bytes that are no message (not on the wire)."""


class Message(NamedTuple):
    """One message, or one refusal, in the order of the wire."""

    kind: Kind
    terminal: str = ""
    """Instrument identifier as it was sent, decoded, outer blanks removed; case is kept."""
    text: str = ""
    """OPEN, CLOSE: the card as it was sent (blanks and a trailing comma removed).
    PHOTO: `jpeg`, `png` or `bmp`. DELIVERED: the roster version. REJECTED: the reason."""
    raw: bytes = b""
    """The bytes of the wire without `body`: raw + body replays to the same message.
    REJECTED: the refused bytes, at most 256 of them."""
    body: bytes = b""
    """PHOTO: the picture. UPDATE: the journal text. Otherwise empty."""
    size: int = 0
    """Bytes of the wire that the message took; REJECTED: how many were refused."""
    truncated: bool = False
    """PHOTO: the picture ended before its own end mark."""
