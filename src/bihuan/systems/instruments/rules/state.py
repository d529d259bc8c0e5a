"""What an instrument is doing, as plain objects that rows load into and are written from.

Objects are shared by reference between state, history and effects, and are changed in place:
a caller that writes after a batch sees each object in its last form. `key` belongs to the
caller (None = no row yet); the rules carry it and never look at it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from .facts import Person

UNKNOWN_CARD: Final = "unknown_card"
NOT_AUTHORISED: Final = "not_authorised"
COOLDOWN: Final = "cooldown"
CLOSE_MISSING: Final = "close_missing"
SUPERSEDED: Final = "superseded"
LATE_SWIPE: Final = "late_swipe"
OVERLONG: Final = "overlong"

FLAGS: Final = (UNKNOWN_CARD, NOT_AUTHORISED, COOLDOWN, CLOSE_MISSING, SUPERSEDED, LATE_SWIPE, OVERLONG)
CASE_FLAGS: Final = frozenset({UNKNOWN_CARD, NOT_AUTHORISED, COOLDOWN, CLOSE_MISSING, OVERLONG})
"""Flags that open a case of the same kind."""

SHUTDOWN: Final = "shutdown"

Verb = Literal["open", "close"]
Role = Literal["", "opened", "repeat", "closed", "orphan"]
Activity = Literal["idle", "in_use", "alarm"]


@dataclass(slots=True, eq=False)
class Swipe:
    """One swipe, heard live, read from a journal, or both. The sessions follow from these."""

    instrument: str
    card: str
    person: Person | None
    verb: Verb
    at: datetime
    """The best estimate; the order of the swipes is by this."""
    received_at: datetime | None = None
    """When it came in live; None = only a journal tells of it."""
    noted_at: datetime | None = None
    """As the terminal's clock had it, uncorrected; None = no journal line yet."""
    role: Role = ""
    opened: "Session | None" = None
    """The session that this swipe began."""
    key: int | None = None


@dataclass(slots=True, eq=False)
class Alarm:
    """Use without a swipe."""

    instrument: str
    began_at: datetime
    ended_at: datetime | None = None
    reason: str = ""
    """"" while it lasts, `shutdown` or `late_swipe` after."""
    card: str = ""
    person: Person | None = None
    shutdown_at: datetime | None = None
    """The terminal's own `warningshutdown`, even where a late swipe had ended it before."""
    photos: int = 0
    noted: bool = False
    """The absence of a photo has been noted."""
    key: int | None = None


@dataclass(slots=True, eq=False)
class Session:
    """One use of an instrument by the holder of one card."""

    instrument: str
    card: str
    person: Person | None
    started_at: datetime
    opening: Swipe
    ended_at: datetime | None = None
    flags: set[str] = field(default_factory=set)
    alarm: Alarm | None = None
    reported: set[str] = field(default_factory=set)
    """Flags that have opened or joined a case; load it equal to `flags`."""
    key: int | None = None

    @property
    def source(self) -> Literal["live", "journal"]:
        return "journal" if self.opening.received_at is None else "live"


@dataclass(slots=True, eq=False)
class Photo:
    """A picture that arrived; `alarm` None = in the tray."""

    instrument: str
    received_at: datetime
    sha256: str
    size: int
    truncated: bool = False
    alarm: Alarm | None = None
    key: int | None = None


@dataclass(slots=True)
class State:
    """One instrument, now. The fast path needs nothing else."""

    instrument: str
    session: Session | None = None
    alarm: Alarm | None = None
    last_alarm: Alarm | None = None
    """The newest ended alarm: a late swipe or a photo may still belong to it."""
    idle_since: datetime | None = None
    logged_off_at: datetime | None = None
    """The last log-off that somebody is known to have made: rest counts from here. None
    where the last session ended by hand-over or by guess."""
    noted_to: datetime | None = None
    """Time of the newest swipe that only a journal tells of."""
    seen_at: datetime | None = None
    """The last word of any kind."""
    beats: bool = False
    """Has sent a heartbeat: only then is silence an outage."""
    silent: bool = False
    """The case of the present outage is opened."""
    roster_delivered: int | None = None
    loose: list[Photo] = field(default_factory=list)
    """Photos of the last minute without an alarm."""

    @property
    def activity(self) -> Activity:
        if self.alarm is not None:
            return "alarm"
        return "idle" if self.session is None else "in_use"

    @property
    def since(self) -> datetime | None:
        if self.alarm is not None:
            return self.alarm.began_at
        return self.idle_since if self.session is None else self.session.started_at


@dataclass(slots=True)
class History:
    """The past of one instrument as far as a batch needs it; the rules append what is new.

    Empty (`since` None) is enough for live messages in order. `window.since` tells when more is
    needed: then load, ordered by (at, key), the swipes at or after it, the sessions that ended
    at or after it or are open or whose opening swipe is loaded, the alarms likewise, and the
    newest session and alarm before it; `state` must point at these same objects.
    """

    since: datetime | None = None
    swipes: list[Swipe] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    photos: set[str] = field(default_factory=set)
    """sha256 of pictures already kept: at least those of the batch's own pictures."""
    journals: set[str] = field(default_factory=set)
    """sha256 of journals already filed: at least those of the batch's own journals."""
    cases: set[tuple[str, str]] = field(default_factory=set)
    """(kind, card) of the open cases of this instrument."""

    def unify(self, state: State) -> None:
        """Make a state that was loaded on its own point at this history's objects, by row key."""
        sessions: dict[int | None, Session] = {s.key: s for s in self.sessions if s.key is not None}
        alarms: dict[int | None, Alarm] = {a.key: a for a in self.alarms if a.key is not None}
        if state.session is not None:
            state.session = sessions.get(state.session.key, state.session)
        if state.alarm is not None:
            state.alarm = alarms.get(state.alarm.key, state.alarm)
        if state.last_alarm is not None:
            state.last_alarm = alarms.get(state.last_alarm.key, state.last_alarm)


def flag_names(flags: set[str]) -> list[str]:
    """Flags in their published order."""
    return [flag for flag in FLAGS if flag in flags]
