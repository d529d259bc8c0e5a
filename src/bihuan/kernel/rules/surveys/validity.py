"""Which answers count. A reply that does not count is kept, with the reason beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Reason = Literal[
    "required_missing", "before_window", "after_window", "after_closing", "duplicate", "excluded"
]
EXCLUDED: Reason = "excluded"
"""Said by a person after field control; everything else is judged when the reply comes in."""
REASONS: tuple[Reason, ...] = (
    "required_missing",
    "before_window",
    "after_window",
    "after_closing",
    "duplicate",
    EXCLUDED,
)
Standing = Literal["open", "early", "expired", "used", "closed", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Window:
    """When a wave may be answered; `closed_at` is the instant at which somebody closed it for good."""

    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None


def standing(
    window: Window,
    now: datetime,
    expires_at: datetime,
    used_at: datetime | None,
    withdrawn_at: datetime | None,
) -> Standing:
    """What the holder of a code is told. A used code says so, whatever came later."""
    if used_at is not None:
        return "used"
    if withdrawn_at is not None:
        return "withdrawn"
    if window.closed_at is not None or now > window.closes_at:
        return "closed"
    if now > expires_at:
        return "expired"
    return "early" if now < window.opens_at else "open"


def answered_at(opened_at: datetime | None, took_s: float | None, received_at: datetime) -> datetime:
    """When the button was pressed: a phone without network sends later.

    Our own clock gives the opening and the receipt; the phone says only how long lay between, and a figure
    that does not fit in between counts as none.
    """
    if opened_at is None or took_s is None or took_s < 0:
        return received_at
    pressed = opened_at + timedelta(seconds=min(took_s, 10**9))
    return min(pressed, received_at)


def judged(
    *, missing: bool, duplicate: bool, answered: datetime, received: datetime, window: Window
) -> tuple[Reason, ...]:
    """Every reason why a reply does not count; none when it does.

    What arrives after somebody has closed the wave does not count, whenever it was answered: its figures are
    already in use.
    """
    found: list[Reason] = []
    if missing:
        found.append("required_missing")
    if answered < window.opens_at:
        found.append("before_window")
    if answered > window.closes_at:
        found.append("after_window")
    if window.closed_at is not None and received > window.closed_at:
        found.append("after_closing")
    if duplicate:
        found.append("duplicate")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Counts:
    """Always shown together: the rule of a survey is judged on issued, its figures on valid."""

    wanted: int
    issued: int
    returned: int
    valid: int

    def __post_init__(self) -> None:
        if not 0 <= self.valid <= self.returned <= self.issued:
            raise ValueError(f"{self.valid} valid of {self.returned} returned of {self.issued} issued")

    @property
    def short(self) -> int:
        """Questionnaires still to be issued; 0 when the rule is met."""
        return max(self.wanted - self.issued, 0)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.wanted + other.wanted,
            self.issued + other.issued,
            self.returned + other.returned,
            self.valid + other.valid,
        )
