"""What promotion may hold, and how a coupon is judged."""

from datetime import date, datetime, timedelta
from typing import Final, Literal

from bihuan.kernel.rules.redact import redact
from bihuan.kernel.rules.surveys.codes import ALPHABET, LENGTH

Verdict = Literal["redeemed", "used", "expired"]
MARKS: Final = {"phone": "", "meter": "", "identity": "\0"}
LONGEST_VISIT_S: Final = 1800.0
"""A page that is left open is not looked at for hours: ours."""


def holds_identity(text: str) -> bool:
    """Whether a text has the number of an identity document in it: promotion has no use for one."""
    return "\0" in redact(text.replace("\0", ""), MARKS)


def code_of(mac: bytes) -> str:
    """The code that a coupon's key stands for under the house's secret: ten signs, 50 bits.

    Raises ValueError for fewer than ten bytes.
    """
    if len(mac) < LENGTH:
        raise ValueError("a code needs ten bytes")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in mac[:LENGTH])


def scanned_at(told: datetime | None, received: datetime, late: timedelta) -> datetime:
    """When a phone without network scanned: as it says, unless that is ahead or further back than `late`."""
    if told is None or told > received:
        return received
    return max(told, received - late)


def judged(*, redeemed: bool, valid_to: date, on: date) -> Verdict:
    """Of a scan on that day; a coupon is valid through its last day."""
    if redeemed:
        return "used"
    return "redeemed" if on <= valid_to else "expired"


def dwelt(seconds: float) -> float | None:
    """Seconds on a page as its script tells them; None for what cannot be one."""
    return min(seconds, LONGEST_VISIT_S) if 0 <= seconds < 86_400 else None
