"""States and histories of the instruments of one batch, from their rows, in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from bihuan.kernel.models import Person as PersonRow

from .. import models
from ..rules import photos
from ..rules.facts import Person
from ..rules.state import Alarm, History, Photo, Role, Session, State, Swipe, Verb

LATE = timedelta(seconds=600) + photos.AFTER
"""An ended alarm matters to late swipes and photos for this long."""


class World:
    """Rules' objects by row: each row becomes one object, shared by state and history."""

    def __init__(self, instruments: Iterable[models.Instrument]) -> None:
        self.rows = {row.pk: row for row in instruments}
        self.swipes: dict[int, Swipe] = {}
        self.sessions: dict[int, Session] = {}
        self.alarms: dict[int, Alarm] = {}
        self.states: dict[int, State] = {}

    def load_states(self, at: datetime) -> None:
        """What the fast path needs: open sessions and alarms, the newest ended alarm, loose photos."""
        keys = list(self.rows)
        alarms = models.Alarm.objects.filter(instrument__in=keys).filter(
            Q(ended_at=None) | Q(ended_at__gte=at - LATE)
        )
        for alarm in _alarms(alarms):
            self.alarm(alarm)
        open_sessions = models.Session.objects.filter(instrument__in=keys, ended_at=None)
        for session in open_sessions.select_related("person", "opening__person"):
            self.session(session)
        loose = self._loose(keys, at)
        for key, row in self.rows.items():
            self.states[key] = self._state(row, loose[key])

    def _loose(self, keys: list[int], at: datetime) -> dict[int, list[Photo]]:
        found: dict[int, list[Photo]] = defaultdict(list)
        rows = models.Photo.objects.filter(
            instrument__in=keys, alarm=None, received_at__gte=at - photos.BEFORE * 2
        )
        for row in rows.select_related("evidence").order_by("received_at"):
            code = self.rows[row.instrument_id].code
            found[row.instrument_id].append(
                Photo(code, row.received_at, row.sha256, row.evidence.size, row.truncated, None, row.pk)
            )
        return found

    def settle(self, key: int) -> None:
        """Point the state at the objects that a loaded history has added."""
        self.states[key] = self._state(self.rows[key], self.states[key].loose)

    def _state(self, row: models.Instrument, loose: list[Photo]) -> State:
        mine = [alarm for alarm in self.alarms.values() if alarm.instrument == row.code]
        ended = [alarm for alarm in mine if alarm.ended_at]
        return State(
            row.code,
            session=next(
                (s for s in self.sessions.values() if s.instrument == row.code and not s.ended_at), None
            ),
            alarm=next((alarm for alarm in mine if not alarm.ended_at), None),
            last_alarm=max(ended, key=lambda alarm: alarm.ended_at or alarm.began_at, default=None),
            idle_since=row.idle_since,
            logged_off_at=row.logged_off_at,
            noted_to=row.noted_to,
            seen_at=row.outage_since,
            silent=row.outage_since is not None,
            roster_delivered=row.roster_delivered,
            loose=loose,
        )

    def history(self, key: int, since: datetime) -> History:
        """The past of one instrument from an instant on, as `rules.state.History` asks for it."""
        swipes = models.Swipe.objects.filter(instrument=key, at__gte=since).order_by("at", "pk")
        sessions = models.Session.objects.filter(instrument=key)
        near = sessions.filter(Q(ended_at__gte=since) | Q(ended_at=None) | Q(opening__at__gte=since))
        before = sessions.filter(started_at__lt=since).order_by("-started_at")[:1]
        alarms = models.Alarm.objects.filter(instrument=key)
        recent = alarms.filter(Q(ended_at__gte=since) | Q(ended_at=None))
        earlier = alarms.filter(began_at__lt=since).order_by("-began_at")[:1]
        told = [self.alarm(row) for row in _once([*_alarms(recent), *_alarms(earlier)])]
        loaded = [self.swipe(row) for row in swipes.select_related("person")]
        used = [
            self.session(row)
            for rows in (near, before)
            for row in rows.select_related("person", "opening__person")
        ]
        return History(
            since=since,
            swipes=loaded,
            sessions=sorted(dict.fromkeys(used), key=lambda session: (session.started_at, session.key or 0)),
            alarms=sorted(told, key=lambda alarm: (alarm.began_at, alarm.key or 0)),
        )

    def swipe(self, row: models.Swipe) -> Swipe:
        if row.pk not in self.swipes:
            self.swipes[row.pk] = Swipe(
                self.rows[row.instrument_id].code,
                row.card,
                person(row.person),
                _verb(row.verb),
                row.at,
                row.received_at,
                row.noted_at,
                _role(row.role),
                None,
                row.pk,
            )
        return self.swipes[row.pk]

    def session(self, row: models.Session) -> Session:
        if row.pk not in self.sessions:
            opening = self.swipe(row.opening)
            found = Session(
                self.rows[row.instrument_id].code,
                row.card,
                person(row.person),
                row.started_at,
                opening,
                row.ended_at,
                set(row.flags),
                self.alarms.get(row.alarm_id) if row.alarm_id else None,
                set(row.flags),
                row.pk,
            )
            opening.opened = found
            self.sessions[row.pk] = found
        return self.sessions[row.pk]

    def alarm(self, row: models.Alarm) -> Alarm:
        if row.pk not in self.alarms:
            self.alarms[row.pk] = Alarm(
                self.rows[row.instrument_id].code,
                row.began_at,
                row.ended_at,
                row.reason,
                row.card,
                person(row.person),
                row.shutdown_at,
                getattr(row, "pictures", 0),
                row.noted,
                row.pk,
            )
        return self.alarms[row.pk]


def person(row: PersonRow | None) -> Person | None:
    return Person(row.pk, row.name) if row else None


def _alarms(rows: QuerySet[models.Alarm]) -> list[models.Alarm]:
    return list(rows.select_related("person").annotate(pictures=Count("photos")))


def _once(rows: Sequence[models.Alarm]) -> list[models.Alarm]:
    return list({row.pk: row for row in rows}.values())


def _verb(text: str) -> Verb:
    return "open" if text == "open" else "close"


def _role(text: str) -> Role:
    roles: tuple[Role, ...] = ("", "opened", "repeat", "closed", "orphan")
    return next(role for role in roles if role == text)
