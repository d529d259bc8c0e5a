"""States and histories of the instruments of one batch, from their rows, in a few queries.

Rows come as tuples and become the rules' objects directly: a model object for each would cost
more than the rules themselves.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from .. import models
from ..rules import photos
from ..rules.facts import Person
from ..rules.state import Alarm, History, Photo, Session, State, Swipe
from . import rows
from .rows import ALARM, SESSION, SWIPE, AlarmRow, Before, SessionRow, Slot, SwipeRow

LATE = timedelta(seconds=600) + photos.AFTER
"""An ended alarm matters to late swipes and photos for this long."""
OPENING = tuple(f"opening__{name}" for name in SWIPE)


class World:
    """Rules' objects by row: each row becomes one object, shared by state and history."""

    def __init__(self, instruments: Iterable[Slot]) -> None:
        self.slots = {slot.key: slot for slot in instruments}
        self.before: dict[Swipe | Session | Alarm, Before] = {}
        """What the row of each object says."""
        self.swipes: dict[int, Swipe] = {}
        self.sessions: dict[int, Session] = {}
        self.alarms: dict[int, Alarm] = {}
        self.states: dict[int, State] = {}

    def load_states(self, at: datetime) -> None:
        """What the fast path needs: open sessions and alarms, the newest ended alarm, loose photos."""
        keys = list(self.slots)
        for alarm in rows.alarms_since(keys, at - LATE):
            self._alarm(alarm)
        for session, opening in rows.open_sessions(keys):
            self._session(session, self._swipe(opening))
        loose = self._loose(keys, at)
        current = {session.instrument: session for session in self.sessions.values()}
        told: dict[str, list[Alarm]] = defaultdict(list)
        for one in self.alarms.values():
            told[one.instrument].append(one)
        for key, slot in self.slots.items():
            self.states[key] = _state(
                slot, current.get(slot.code), told.get(slot.code, []), loose.get(key, [])
            )

    def _loose(self, keys: list[int], at: datetime) -> dict[int, list[Photo]]:
        found: dict[int, list[Photo]] = defaultdict(list)
        for row in rows.loose_since(keys, at - photos.BEFORE * 2):
            code = self.slots[row.instrument].code
            found[row.instrument].append(
                Photo(code, row.received_at, row.sha256, row.size, row.truncated, None, row.key)
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

    def _alarms(self, found: "QuerySet[models.Alarm]") -> list[Alarm]:
        counted = found.annotate(pictures=Count("photos")).values_list(*ALARM, "pictures")
        return [self._alarm(AlarmRow._make(row)) for row in counted]

    def _alarm(self, row: AlarmRow) -> Alarm:
        found = self.alarms.get(row.key)
        if found is None:
            found = self.alarms[row.key] = Alarm(
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
            self.before[found] = row.before
        return found

    def _sessions(self, found: "QuerySet[models.Session]") -> list[Session]:
        width = len(SESSION)
        told: Iterable[tuple[Any, ...]] = found.values_list(*SESSION, *OPENING)
        return [
            self._session(SessionRow._make(row[:width]), self._swipe(SwipeRow._make(row[width:])))
            for row in told
        ]

    def _session(self, row: SessionRow, opening: Swipe) -> Session:
        found = self.sessions.get(row.key)
        if found is None:
            found = opening.opened = self.sessions[row.key] = Session(
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
            self.before[found] = row.before
        return found

    def _swipe(self, row: SwipeRow) -> Swipe:
        found = self.swipes.get(row.key)
        if found is None:
            found = self.swipes[row.key] = Swipe(
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
            self.before[found] = row.before
        return found


def _state(slot: Slot, session: Session | None, alarms: list[Alarm], loose: list[Photo]) -> State:
    ended = [alarm for alarm in alarms if alarm.ended_at]
    return State(
        slot.code,
        session=session,
        alarm=next((alarm for alarm in alarms if not alarm.ended_at), None),
        last_alarm=max(ended, key=lambda alarm: alarm.ended_at or alarm.began_at) if ended else None,
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
