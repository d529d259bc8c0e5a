"""States and histories of the instruments of one batch, from their rows, in a few queries.

Rows come as tuples and become the rules' objects directly: a model object for each would cost
more than the rules themselves.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from .. import models
from ..rules import photos
from ..rules.facts import Person
from ..rules.state import Alarm, History, Photo, Role, Session, State, Swipe, Verb

LATE = timedelta(seconds=600) + photos.AFTER
"""An ended alarm matters to late swipes and photos for this long."""

STATE = ("idle_since", "logged_off_at", "noted_to", "outage_since", "roster_delivered", "next_at")
"""The columns of an instrument that the projector writes, in the order of `Slot.written`."""

SWIPE = (
    "pk",
    "instrument_id",
    "card",
    "person_id",
    "person__name",
    "verb",
    "at",
    "received_at",
    "noted_at",
    "role",
)
SESSION = ("pk", "card", "person_id", "person__name", "started_at", "ended_at", "alarm_id", "flags")
OPENING = tuple(f"opening__{name}" for name in SWIPE)
ALARM = (
    *("pk", "instrument_id", "began_at", "ended_at", "reason", "card", "person_id", "person__name"),
    *("shutdown_at", "noted"),
)


class SwipeRow(NamedTuple):
    key: int
    instrument: int
    card: str
    person: int | None
    name: str | None
    verb: Verb
    at: datetime
    received_at: datetime | None
    noted_at: datetime | None
    role: Role


class SessionRow(NamedTuple):
    key: int
    card: str
    person: int | None
    name: str | None
    started_at: datetime
    ended_at: datetime | None
    alarm: int | None
    flags: list[str]


class AlarmRow(NamedTuple):
    key: int
    instrument: int
    began_at: datetime
    ended_at: datetime | None
    reason: str
    card: str
    person: int | None
    name: str | None
    shutdown_at: datetime | None
    noted: bool
    pictures: int


@dataclass(slots=True)
class Slot:
    """What an instrument's row says of its state."""

    key: int
    code: str
    overlong_h: int | None
    idle_since: datetime | None
    logged_off_at: datetime | None
    noted_to: datetime | None
    outage_since: datetime | None
    roster_delivered: int
    next_at: datetime | None

    @property
    def written(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in STATE)


def slots(rows: "QuerySet[models.Instrument]") -> dict[str, Slot]:
    """Lock and read the instruments, always in the same order."""
    names = ("pk", "code", "overlong_h", *STATE)
    found = rows.select_for_update().order_by("pk").values_list(*names)
    return {row[1]: Slot(*row) for row in found}


class World:
    """Rules' objects by row: each row becomes one object, shared by state and history."""

    def __init__(self, instruments: Iterable[Slot]) -> None:
        self.slots = {slot.key: slot for slot in instruments}
        self.swipes: dict[int, Swipe] = {}
        self.sessions: dict[int, Session] = {}
        self.alarms: dict[int, Alarm] = {}
        self.states: dict[int, State] = {}

    def load_states(self, at: datetime) -> None:
        """What the fast path needs: open sessions and alarms, the newest ended alarm, loose photos."""
        keys = list(self.slots)
        alarms = models.Alarm.objects.filter(instrument__in=keys)
        self._alarms(alarms.filter(Q(ended_at=None) | Q(ended_at__gte=at - LATE)))
        self._sessions(models.Session.objects.filter(instrument__in=keys, ended_at=None))
        loose = self._loose(keys, at)
        current = {session.instrument: session for session in self.sessions.values()}
        told: dict[str, list[Alarm]] = defaultdict(list)
        for alarm in self.alarms.values():
            told[alarm.instrument].append(alarm)
        for key, slot in self.slots.items():
            self.states[key] = _state(slot, current.get(slot.code), told[slot.code], loose[key])

    def _loose(self, keys: list[int], at: datetime) -> dict[int, list[Photo]]:
        found: dict[int, list[Photo]] = defaultdict(list)
        rows = models.Photo.objects.filter(
            instrument__in=keys, alarm=None, received_at__gte=at - photos.BEFORE * 2
        )
        for row in rows.select_related("evidence").order_by("received_at"):
            code = self.slots[row.instrument_id].code
            found[row.instrument_id].append(
                Photo(code, row.received_at, row.sha256, row.evidence.size, row.truncated, None, row.pk)
            )
        return found

    def history(self, key: int, since: datetime) -> History:
        """The past of one instrument from an instant on, as `rules.state.History` asks for it.

        The state already points at the same objects: each row is one.
        """
        alarms = models.Alarm.objects.filter(instrument=key)
        told = self._alarms(alarms.filter(Q(ended_at__gte=since) | Q(ended_at=None)))
        told += self._alarms(alarms.filter(began_at__lt=since).order_by("-began_at")[:1])
        swipes = models.Swipe.objects.filter(instrument=key, at__gte=since).order_by("at", "pk")
        loaded = [self._swipe(SwipeRow._make(row)) for row in swipes.values_list(*SWIPE)]
        sessions = models.Session.objects.filter(instrument=key)
        near = Q(ended_at__gte=since) | Q(ended_at=None) | Q(opening__at__gte=since)
        used = self._sessions(sessions.filter(near))
        used += self._sessions(sessions.filter(started_at__lt=since).order_by("-started_at")[:1])
        return History(
            since=since,
            swipes=loaded,
            sessions=sorted(dict.fromkeys(used), key=lambda session: (session.started_at, session.key or 0)),
            alarms=sorted(dict.fromkeys(told), key=lambda alarm: (alarm.began_at, alarm.key or 0)),
        )

    def _alarms(self, rows: "QuerySet[models.Alarm]") -> list[Alarm]:
        found = rows.annotate(pictures=Count("photos")).values_list(*ALARM, "pictures")
        return [self._alarm(AlarmRow._make(row)) for row in found]

    def _alarm(self, row: AlarmRow) -> Alarm:
        if row.key not in self.alarms:
            self.alarms[row.key] = Alarm(
                self.slots[row.instrument].code,
                row.began_at,
                row.ended_at,
                row.reason,
                row.card,
                _person(row.person, row.name),
                row.shutdown_at,
                row.pictures,
                row.noted,
                row.key,
            )
        return self.alarms[row.key]

    def _sessions(self, rows: "QuerySet[models.Session]") -> list[Session]:
        width = len(SESSION)
        return [
            self._session(SessionRow._make(row[:width]), self._swipe(SwipeRow._make(row[width:])))
            for row in rows.values_list(*SESSION, *OPENING)
        ]

    def _session(self, row: SessionRow, opening: Swipe) -> Session:
        if row.key not in self.sessions:
            opening.opened = self.sessions[row.key] = Session(
                opening.instrument,
                row.card,
                _person(row.person, row.name),
                row.started_at,
                opening,
                row.ended_at,
                set(row.flags),
                self.alarms.get(row.alarm) if row.alarm else None,
                set(row.flags),
                row.key,
            )
        return self.sessions[row.key]

    def _swipe(self, row: SwipeRow) -> Swipe:
        if row.key not in self.swipes:
            self.swipes[row.key] = Swipe(
                self.slots[row.instrument].code,
                row.card,
                _person(row.person, row.name),
                row.verb,
                row.at,
                row.received_at,
                row.noted_at,
                row.role,
                None,
                row.key,
            )
        return self.swipes[row.key]


def _state(slot: Slot, session: Session | None, alarms: list[Alarm], loose: list[Photo]) -> State:
    ended = [alarm for alarm in alarms if alarm.ended_at]
    return State(
        slot.code,
        session=session,
        alarm=next((alarm for alarm in alarms if not alarm.ended_at), None),
        last_alarm=max(ended, key=lambda alarm: alarm.ended_at or alarm.began_at, default=None),
        idle_since=slot.idle_since,
        logged_off_at=slot.logged_off_at,
        noted_to=slot.noted_to,
        seen_at=slot.outage_since,
        silent=slot.outage_since is not None,
        roster_delivered=slot.roster_delivered,
        loose=loose,
    )


def _person(key: int | None, name: str | None) -> Person | None:
    return None if key is None else Person(key, name or "")
