"""What becomes due without a message."""

from datetime import datetime, timedelta
from typing import Final

from . import fold
from .cases import raise_outage, report
from .effects import AlarmUnpictured, Effect, SessionChanged
from .facts import InstrumentFacts
from .state import OVERLONG, Alarm, History, State

PICTURE: Final = timedelta(seconds=60)


def next_due(state: State, facts: InstrumentFacts) -> datetime | None:
    """The first instant at which `due` has something to say; None while nothing can fall due."""
    dues = (silence_due(state, facts), overlong_due(state, facts), picture_due(state))
    return min((instant for instant in dues if instant is not None), default=None)


def due(state: State, facts: InstrumentFacts, history: History, at: datetime) -> list[Effect]:
    """Say what has fallen due by `at`, each once: outage, overlong session, alarm without photo."""
    effects: list[Effect] = []
    silent_at = silence_due(state, facts)
    if silent_at is not None and silent_at <= at and state.seen_at is not None:
        state.silent = True
        raise_outage(effects, facts.code, state.seen_at, at)
    session = state.session
    if session is not None and fold.overlong(session, facts, at):
        effects.append(SessionChanged(session))
        report(history, effects, session, at)
    for alarm in _recent(state):
        if not alarm.noted and not alarm.photos and alarm.began_at + PICTURE <= at:
            alarm.noted = True
            effects.append(AlarmUnpictured(alarm, at))
    return effects


def silence_due(state: State, facts: InstrumentFacts) -> datetime | None:
    """When the silence becomes a case (A16); a terminal that never beat promised nothing."""
    if state.seen_at is None or state.silent or not state.beats:
        return None
    return state.seen_at + timedelta(seconds=facts.silence_s)


def overlong_due(state: State, facts: InstrumentFacts) -> datetime | None:
    """When the open session becomes overlong."""
    session = state.session
    if session is None or OVERLONG in session.flags:
        return None
    return session.started_at + timedelta(seconds=facts.overlong_s)


def picture_due(state: State) -> datetime | None:
    """When the absence of an alarm photo becomes a note."""
    waiting = [alarm.began_at for alarm in _recent(state) if not alarm.noted and not alarm.photos]
    return min(waiting) + PICTURE if waiting else None


def _recent(state: State) -> list[Alarm]:
    return [alarm for alarm in (state.last_alarm, state.alarm) if alarm is not None]
