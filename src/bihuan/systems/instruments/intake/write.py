"""Effects of the rules as rows: every object once, in its last form, in the order of its keys."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bihuan.kernel.act.live import touch
from bihuan.kernel.bulk import Table
from bihuan.kernel.intake.log import IntakeRow

from .. import models
from ..rules import effects as fx
from ..rules import timers
from ..rules.state import Alarm, Photo, Session, State, Swipe, flag_names
from . import rare
from .load import World
from .rows import ALARM_COLUMNS, SESSION_COLUMNS, STATE, SWIPE_COLUMNS, Slot

SWIPES = Table(models.Swipe, *SWIPE_COLUMNS)
SESSIONS = Table(models.Session, *SESSION_COLUMNS)
ALARMS = Table(models.Alarm, *ALARM_COLUMNS)
INSTRUMENTS = Table(models.Instrument, *STATE)
TRUST = "low"
"""What protocol v1 can promise of identity and time."""
NO_ROW = IntakeRow(0, "", 0, 0, "", 0, "", "", b"", "", 0, False)


class Writer:
    """Collects what a batch says, then writes it in a fixed order of tables."""

    def __init__(self, world: World) -> None:
        self.slots = {slot.code: slot for slot in world.slots.values()}
        self.stood = {code: slot.written for code, slot in self.slots.items()}
        self.before = world.before
        self.swipes: dict[Swipe, None] = {}
        self.sessions: dict[Session, None] = {}
        self.voided: dict[Session, None] = {}
        self.alarms: dict[Alarm, None] = {}
        self.photos: list[tuple[Photo, IntakeRow]] = []
        self.attached: list[Photo] = []
        self.journals: list[tuple[fx.JournalFiled, IntakeRow]] = []
        self.cases: list[fx.CaseOpened] = []
        self.notes: list[fx.AlarmUnpictured] = []
        self.states: dict[str, State] = {}

    def take(self, effects: Iterable[fx.Effect], row: IntakeRow) -> None:
        for effect in effects:
            match effect:
                case fx.SwipeFiled() | fx.SwipeChanged() | fx.OrphanNoted():
                    self.swipes[effect.swipe] = None
                case fx.SessionOpened() | fx.SessionChanged() | fx.SessionClosed():
                    self._session(effect.session)
                case fx.SessionVoided():
                    self.voided[effect.session] = None
                case fx.AlarmBegan() | fx.AlarmChanged() | fx.AlarmEnded():
                    self.alarms[effect.alarm] = None
                case _:
                    self._take_rare(effect, row)

    def take_due(self, effects: Iterable[fx.Effect]) -> None:
        """What time alone has brought: no row stands behind it, and no photo or journal is among it."""
        self.take(effects, NO_ROW)

    def _take_rare(self, effect: fx.Effect, row: IntakeRow) -> None:
        match effect:
            case fx.PhotoKept(photo):
                self.photos.append((photo, row))
            case fx.PhotoAttached(photo):
                self.attached.append(photo)
            case fx.JournalFiled():
                self.journals.append((effect, row))
            case fx.CaseOpened():
                self.cases.append(effect)
            case fx.AlarmUnpictured(alarm, _at):
                self.alarms[alarm] = None
                self.notes.append(effect)
            case _:
                return

    def _session(self, session: Session) -> None:
        """A session's opening swipe and its alarm have changed with it."""
        self.sessions[session] = None
        self.swipes[session.opening] = None
        if session.alarm is not None:
            self.alarms[session.alarm] = None

    def remember(self, code: str, state: State) -> None:
        self.states[code] = state

    def write(self) -> None:
        self._swipes()
        self._alarms()
        self._sessions()
        self._instruments()
        keys = {code: slot.key for code, slot in self.slots.items()}
        rare.write_photos(keys, self.photos, self.attached)
        rare.write_journals(keys, self.journals)
        rare.open_cases(self.cases)
        rare.write_notes(self.notes)
        touch("instruments.board", self.states)

    def _key(self, code: str) -> int:
        return self.slots[code].key

    def _swipes(self) -> None:
        known = ((swipe.key, self.before[swipe], self._swipe(swipe)) for swipe in self.swipes if swipe.key)
        SWIPES.change(known)
        fresh = [swipe for swipe in self.swipes if not swipe.key]
        for swipe, key in zip(fresh, SWIPES.insert([self._swipe(each) for each in fresh]), strict=True):
            swipe.key = key

    def _swipe(self, swipe: Swipe) -> tuple[object, ...]:
        person = swipe.person.key if swipe.person else None
        own = (self._key(swipe.instrument), swipe.card, person, swipe.verb)
        return (*own, swipe.at, swipe.received_at, swipe.noted_at, swipe.role)

    def _alarms(self) -> None:
        known = ((alarm.key, self.before[alarm], self._alarm(alarm)) for alarm in self.alarms if alarm.key)
        ALARMS.change(known)
        fresh = [alarm for alarm in self.alarms if not alarm.key]
        for alarm, key in zip(fresh, ALARMS.insert([self._alarm(each) for each in fresh]), strict=True):
            alarm.key = key

    def _alarm(self, alarm: Alarm) -> tuple[object, ...]:
        person = alarm.person.key if alarm.person else None
        span = (self._key(alarm.instrument), alarm.began_at, alarm.ended_at)
        return (*span, alarm.reason, alarm.card, person, alarm.shutdown_at, alarm.noted)

    def _sessions(self) -> None:
        """Ended ones first: an instrument has one open session at any moment."""
        gone = [session.key for session in self.voided if session.key]
        if gone:
            models.Session.objects.filter(pk__in=gone).delete()
        kept = [session for session in self.sessions if session not in self.voided]
        known = [(session.key, self.before[session], self._row(session)) for session in kept if session.key]
        SESSIONS.change([one for one in known if one[2][4]])
        SESSIONS.change([one for one in known if not one[2][4]])
        fresh = [session for session in kept if not session.key]
        for session, key in zip(fresh, SESSIONS.insert([self._row(each) for each in fresh]), strict=True):
            session.key = key

    def _row(self, session: Session) -> tuple[object, ...]:
        person = session.person.key if session.person else None
        alarm = session.alarm.key if session.alarm else None
        span = (self._key(session.instrument), session.card, person, session.started_at, session.ended_at)
        return (*span, session.opening.key, alarm, flag_names(session.flags), session.source, TRUST)

    def _instruments(self) -> None:
        for code, state in self.states.items():
            slot = self.slots[code]
            slot.idle_since, slot.logged_off_at = state.idle_since, state.logged_off_at
            slot.noted_to = state.noted_to
            if not state.silent:
                slot.outage_since = None
            if state.roster_delivered is not None:
                slot.roster_delivered = max(slot.roster_delivered, state.roster_delivered)
            slot.next_at = _next_at(slot, state)
        INSTRUMENTS.change((slot.key, self.stood[code], slot.written) for code, slot in self.slots.items())


def _next_at(slot: Slot, state: State) -> datetime | None:
    """Sooner when the new state asks for it; never later than what the row waits for already."""
    waits = [timers.picture_due(state), slot.next_at]
    if state.session is not None and slot.next_at is None:
        waits.append(state.session.started_at + timedelta(hours=slot.overlong_h or 24))
    return min((at for at in waits if at is not None), default=None)
