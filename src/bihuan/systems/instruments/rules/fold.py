"""How one event changes an instrument: the same four steps for live messages and for a re-fold.

Every step changes `state` in place and appends the primitive effects; cases are raised by the
caller, which knows whether it tells news or re-tells the past.
"""

from datetime import datetime, timedelta
from typing import Final

from .effects import (
    AlarmBegan,
    AlarmChanged,
    AlarmEnded,
    Effect,
    OrphanNoted,
    SessionClosed,
    SessionOpened,
)
from .facts import Directory, InstrumentFacts
from .state import (
    CLOSE_MISSING,
    COOLDOWN,
    LATE_SWIPE,
    NOT_AUTHORISED,
    OVERLONG,
    SHUTDOWN,
    SUPERSEDED,
    UNKNOWN_CARD,
    Alarm,
    Session,
    State,
    Swipe,
)

LATE: Final = timedelta(seconds=30)
"""A swipe this long after `warningshutdown` is still the late swipe of that alarm (A12)."""


def open_(
    state: State, directory: Directory, facts: InstrumentFacts, swipe: Swipe, effects: list[Effect]
) -> None:
    """A log-on: another card supersedes, the same card again changes nothing."""
    current = state.session
    if current is not None and current.card == swipe.card:
        swipe.role = "repeat"
        return
    if current is not None:
        _end(state, facts, current, swipe.at, SUPERSEDED, effects)
    swipe.role = "opened"
    session = swipe.opened
    if session is None:
        session = Session(swipe.instrument, swipe.card, swipe.person, swipe.at, swipe)
        session.flags = judged(directory, swipe)
        swipe.opened = session
    _attach(state, session, swipe, effects)
    rested_from = state.logged_off_at
    if rested_from is not None and (session.started_at - rested_from).total_seconds() < facts.rest_s:
        session.flags.add(COOLDOWN)
    state.session = session
    effects.append(SessionOpened(session))


def close(state: State, facts: InstrumentFacts, swipe: Swipe, effects: list[Effect]) -> None:
    """A log-off: it ends the open session of its card, or is an orphan."""
    session = state.session
    if session is None or session.card != swipe.card:
        swipe.role = "orphan"
        effects.append(OrphanNoted(swipe))
        return
    swipe.role = "closed"
    _end(state, facts, session, swipe.at, "", effects)


def begin(state: State, facts: InstrumentFacts, alarm: Alarm, effects: list[Effect]) -> None:
    """`warningbegin`: the terminal has no session, so an open one has lost its log-off."""
    if state.session is not None:
        _end(state, facts, state.session, alarm.began_at, CLOSE_MISSING, effects)
    if state.alarm is not None:
        shutdown(state, alarm.began_at, effects)
    state.alarm = alarm
    effects.append(AlarmBegan(alarm))


def shutdown(state: State, at: datetime, effects: list[Effect]) -> None:
    """`warningshutdown`: ends the alarm; after a late swipe or without an alarm it says nothing new."""
    alarm = state.alarm
    if alarm is None:
        last = state.last_alarm
        if last is not None and last.shutdown_at is None and state.session is not None:
            last.shutdown_at = at
            effects.append(AlarmChanged(last))
        return
    alarm.ended_at = alarm.shutdown_at = at
    alarm.reason = SHUTDOWN
    state.alarm, state.last_alarm = None, alarm
    state.idle_since = at
    effects.append(AlarmEnded(alarm))


def judged(directory: Directory, swipe: Swipe) -> set[str]:
    """Flags that depend on who swiped, not on when: judged once, at the first telling.

    An unknown card is not also “not authorised”.
    """
    if swipe.person is None:
        return {UNKNOWN_CARD}
    return set() if directory.allowed(swipe.person, swipe.instrument) else {NOT_AUTHORISED}


def overlong(session: Session, facts: InstrumentFacts, at: datetime) -> bool:
    """Flag a session that lasts too long at `at`; tells whether that is new."""
    if OVERLONG in session.flags or (at - session.started_at).total_seconds() < facts.overlong_s:
        return False
    session.flags.add(OVERLONG)
    return True


def _attach(state: State, session: Session, swipe: Swipe, effects: list[Effect]) -> None:
    """A late swipe (补刷): the session began when the alarm did (A12, both orders)."""
    session.started_at = swipe.at
    alarm = state.alarm
    if alarm is not None:
        alarm.ended_at = swipe.at
        state.alarm, state.last_alarm = None, alarm
        effects.append(AlarmEnded(alarm))
    else:
        alarm = state.last_alarm
        if alarm is None or alarm.card or alarm.ended_at is None or swipe.at - alarm.ended_at > LATE:
            return
        effects.append(AlarmChanged(alarm))
    alarm.reason, alarm.card, alarm.person = LATE_SWIPE, swipe.card, swipe.person
    session.alarm, session.started_at = alarm, alarm.began_at
    session.flags.add(LATE_SWIPE)


def _end(
    state: State,
    facts: InstrumentFacts,
    session: Session,
    at: datetime,
    flag: str,
    effects: list[Effect],
) -> None:
    """End a session; only a log-off that somebody made starts the rest."""
    session.ended_at = at
    session.flags.discard(CLOSE_MISSING)
    if flag:
        session.flags.add(flag)
    overlong(session, facts, at)
    state.session, state.idle_since = None, at
    state.logged_off_at = None if flag else at
    effects.append(SessionClosed(session))
