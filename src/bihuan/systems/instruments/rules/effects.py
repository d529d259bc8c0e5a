"""What the rules ask the caller to do. They hold the changed objects themselves, by reference."""

from datetime import datetime
from typing import Literal, NamedTuple

from .state import Alarm, Photo, Session, Swipe


class SwipeFiled(NamedTuple):
    """A swipe to store."""

    swipe: Swipe


class SwipeChanged(NamedTuple):
    """A stored swipe was matched, corrected or judged anew."""

    swipe: Swipe


class OrphanNoted(NamedTuple):
    """A log-off to which no log-on is known."""

    swipe: Swipe


class SessionOpened(NamedTuple):
    """A session to store (one from a journal may have ended already)."""

    session: Session


class SessionChanged(NamedTuple):
    session: Session


class SessionClosed(NamedTuple):
    session: Session


class SessionVoided(NamedTuple):
    """A journal showed that this was part of another session."""

    session: Session


class AlarmBegan(NamedTuple):
    alarm: Alarm


class AlarmChanged(NamedTuple):
    alarm: Alarm


class AlarmEnded(NamedTuple):
    alarm: Alarm


class AlarmUnpictured(NamedTuple):
    """No photo a minute after the alarm began: a note for the case."""

    alarm: Alarm
    at: datetime


class PhotoKept(NamedTuple):
    photo: Photo


class PhotoAttached(NamedTuple):
    """A photo that came before its alarm."""

    photo: Photo


class PhotoRepeated(NamedTuple):
    """The same picture again: counted, not kept twice."""

    instrument: str
    sha256: str
    at: datetime


class LineOutcome(NamedTuple):
    """What became of one journal line; `reason` where it was rejected."""

    text: str
    outcome: Literal["matched", "inserted", "duplicate", "rejected"]
    reason: str = ""
    swipe: Swipe | None = None


class JournalFiled(NamedTuple):
    """One upload and its five figures: received = matched + inserted + duplicate + rejected."""

    instrument: str
    at: datetime
    sha256: str
    lines: tuple[LineOutcome, ...]
    skew_s: float | None
    """Terminal clock minus server clock, median of the matched pairs; None without a pair."""

    @property
    def received(self) -> int:
        return len(self.lines)

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)


class RosterDelivered(NamedTuple):
    instrument: str
    version: int
    at: datetime


class UnknownTerminal(NamedTuple):
    """Somebody spoke with an ID that nobody registered; nothing is created."""

    terminal: str
    kind: int
    at: datetime


class CaseOpened(NamedTuple):
    """A case to open; `episode` makes it idempotent for (kind, instrument, card)."""

    kind: str
    instrument: str
    opened_at: datetime
    episode: str
    card: str = ""
    session: Session | None = None
    alarm: Alarm | None = None
    detail: str = ""


Effect = (
    SwipeFiled
    | SwipeChanged
    | OrphanNoted
    | SessionOpened
    | SessionChanged
    | SessionClosed
    | SessionVoided
    | AlarmBegan
    | AlarmChanged
    | AlarmEnded
    | AlarmUnpictured
    | PhotoKept
    | PhotoAttached
    | PhotoRepeated
    | JournalFiled
    | RosterDelivered
    | UnknownTerminal
    | CaseOpened
)
