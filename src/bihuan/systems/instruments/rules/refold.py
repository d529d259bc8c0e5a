"""Tell the past again: after a journal has added or corrected swipes, sessions follow anew.

All swipes and alarm events since an instant are folded in the order of their times, from the
state just before it, and what comes out is compared with what was known. So the result does
not depend on the order in which the facts arrived.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby

from . import fold
from .cases import report
from .effects import (
    AlarmChanged,
    Effect,
    OrphanNoted,
    SessionChanged,
    SessionOpened,
    SessionVoided,
    SwipeChanged,
)
from .facts import Directory, InstrumentFacts
from .state import (
    CLOSE_MISSING,
    NOT_AUTHORISED,
    OVERLONG,
    SHUTDOWN,
    SUPERSEDED,
    UNKNOWN_CARD,
    Alarm,
    History,
    Session,
    State,
    Swipe,
)

_KEPT = frozenset({UNKNOWN_CARD, NOT_AUTHORISED})
_ENDINGS = frozenset({CLOSE_MISSING, SUPERSEDED})


@dataclass(slots=True)
class _Before:
    """What was known, to tell what has changed."""

    sessions: dict[Session, tuple[object, ...]] = field(default_factory=dict)
    alarms: dict[Alarm, tuple[object, ...]] = field(default_factory=dict)
    roles: dict[Swipe, tuple[object, ...]] = field(default_factory=dict)


def refold(
    state: State,
    directory: Directory,
    facts: InstrumentFacts,
    history: History,
    since: datetime,
    at: datetime,
) -> list[Effect]:
    """Fold everything from `since` on again and return the differences, with new cases at `at`.

    Raises ValueError when the history was not loaded back to `since`.
    """
    if history.since is None or history.since > since:
        raise ValueError(f"{facts.code}: the history begins at {history.since}, needed from {since}")
    before = _remember(history, since)
    _rewind(state, history, since)
    told: list[Effect] = []
    for step in _steps(state, directory, facts, history, since):
        step(told)
    if state.session is not None:
        _unfinished(state.session, facts, at)
    reached = [effect.session for effect in told if isinstance(effect, SessionOpened)]
    _inherit(before, state, reached, since)
    return _differences(before, history, reached, since, at)


def _remember(history: History, since: datetime) -> _Before:
    return _Before(
        {session: _session_form(session) for session in history.sessions},
        {alarm: _alarm_form(alarm) for alarm in history.alarms},
        {swipe: _swipe_form(swipe) for swipe in history.swipes if swipe.at >= since},
    )


def _rewind(state: State, history: History, since: datetime) -> None:
    """Put the state to the instant before `since`."""
    state.session = state.alarm = state.last_alarm = state.idle_since = state.logged_off_at = None
    for alarm in sorted((a for a in history.alarms if a.began_at < since), key=lambda a: a.began_at):
        if alarm.ended_at is None or alarm.ended_at >= since:
            state.alarm = alarm
        else:
            state.last_alarm, state.idle_since = alarm, alarm.ended_at
    for session in sorted((s for s in history.sessions if s.opening.at < since), key=lambda s: s.opening.at):
        if session.ended_at is None or session.ended_at >= since:
            session.flags -= _ENDINGS | {OVERLONG}
            session.ended_at = None
            state.session = session
        else:
            known = not session.flags & _ENDINGS
            state.logged_off_at = session.ended_at if known else None
            state.idle_since = max(session.ended_at, state.idle_since or session.ended_at)
    _forget(state, history, since)


def _forget(state: State, history: History, since: datetime) -> None:
    """Undo what the coming steps will tell again."""
    for session in history.sessions:
        if session.opening.at < since:
            continue
        alarm, session.alarm = session.alarm, None
        session.started_at, session.ended_at = session.opening.at, None
        session.flags &= _KEPT
        if alarm is not None and alarm is state.last_alarm:
            alarm.reason, alarm.card, alarm.person = SHUTDOWN, "", None
    for alarm in history.alarms:
        if alarm is state.alarm or alarm.began_at >= since:
            alarm.ended_at, alarm.reason, alarm.card, alarm.person = None, "", "", None


_BEGINS, _SWIPES, _ENDS = range(3)
_Event = tuple[datetime, int, int, Swipe | Alarm]
_Step = Callable[[list[Effect]], None]


def _steps(
    state: State, directory: Directory, facts: InstrumentFacts, history: History, since: datetime
) -> Iterator[_Step]:
    """The steps in order; each group is arranged when the ones before it have been taken."""
    for (at, rank), group in groupby(_events(history, since), key=lambda event: event[:2]):
        for thing in _arranged([event[3] for event in group], state):
            if isinstance(thing, Swipe):
                yield partial(_swipe, state, directory, facts, thing)
            elif rank == _BEGINS:
                yield partial(fold.begin, state, facts, thing)
            else:
                yield partial(fold.shutdown, state, at)


def _events(history: History, since: datetime) -> list[_Event]:
    """The events in order of time; within one instant: alarm begins, swipes, alarm ends."""
    events: list[_Event] = [
        (s.at, _SWIPES, order, s) for order, s in enumerate(history.swipes) if s.at >= since
    ]
    for order, alarm in enumerate(history.alarms):
        if alarm.began_at >= since:
            events.append((alarm.began_at, _BEGINS, order, alarm))
        if alarm.shutdown_at is not None and alarm.shutdown_at >= since:
            events.append((alarm.shutdown_at, _ENDS, order, alarm))
    return sorted(events, key=lambda event: event[:3])


def _swipe(
    state: State, directory: Directory, facts: InstrumentFacts, swipe: Swipe, effects: list[Effect]
) -> None:
    if swipe.verb == "open":
        fold.open_(state, directory, facts, swipe, effects)
    else:
        fold.close(state, facts, swipe, effects)


def _arranged(things: list[Swipe | Alarm], state: State) -> list[Swipe | Alarm]:
    """Swipes of one second that only a journal tells of have no order but the sensible one:
    the log-off of who is on, then log-ons each with its log-off, then what is left."""
    if len(things) < 2 or not all(isinstance(t, Swipe) and t.received_at is None for t in things):
        return things
    swipes = sorted((t for t in things if isinstance(t, Swipe)), key=lambda swipe: swipe.card)
    closes = {swipe.card: swipe for swipe in swipes if swipe.verb == "close"}
    opens = [swipe for swipe in swipes if swipe.verb == "open"]
    arranged: list[Swipe | Alarm] = []
    if state.session is not None and state.session.card in closes:
        arranged.append(closes.pop(state.session.card))
    for swipe in sorted(opens, key=lambda swipe: (swipe.card not in closes, swipe.card)):
        arranged.append(swipe)
        if swipe.card in closes:
            arranged.append(closes.pop(swipe.card))
    return [*arranged, *closes.values()]


def _unfinished(session: Session, facts: InstrumentFacts, at: datetime) -> None:
    """Still open: if only a journal tells of it, its log-off is missing until something tells it."""
    if session.source == "journal":
        session.flags.add(CLOSE_MISSING)
    fold.overlong(session, facts, at)


def _inherit(before: _Before, state: State, reached: list[Session], since: datetime) -> None:
    """An earlier log-on turned up for a known session: it keeps its row and begins earlier."""
    alive = set(reached)
    for known in before.sessions:
        if known.opening.at < since or known in alive:
            continue
        known.opening.opened = None
        heir = next((s for s in reached if s not in before.sessions and _covers(s, known)), None)
        if heir is None:
            continue
        known.opening, known.started_at, known.ended_at = heir.opening, heir.started_at, heir.ended_at
        known.flags, known.alarm = heir.flags, heir.alarm
        known.opening.opened = known
        reached[reached.index(heir)] = known
        state.session = known if state.session is heir else state.session


def _covers(session: Session, other: Session) -> bool:
    begun = session.card == other.card and session.opening.at <= other.opening.at
    return begun and (session.ended_at is None or other.opening.at <= session.ended_at)


def _differences(
    before: _Before, history: History, reached: list[Session], since: datetime, at: datetime
) -> list[Effect]:
    effects: list[Effect] = []
    alive = set(reached)
    fresh = [session for session in reached if session not in before.sessions]
    history.sessions += fresh
    effects += [SessionOpened(session) for session in fresh]
    for session, form in before.sessions.items():
        if session.opening.at >= since and session not in alive:
            history.sessions.remove(session)
            effects.append(SessionVoided(session))
        elif _session_form(session) != form:
            effects.append(SessionChanged(session))
    for alarm, form in before.alarms.items():
        if _alarm_form(alarm) != form:
            effects.append(AlarmChanged(alarm))
    for swipe, form in before.roles.items():
        _swipe_difference(swipe, form, effects)
    for session in history.sessions:
        report(history, effects, session, at)
    return effects


def _swipe_difference(swipe: Swipe, form: tuple[object, ...], effects: list[Effect]) -> None:
    if _swipe_form(swipe) == form:
        return
    effects.append(OrphanNoted(swipe) if swipe.role == "orphan" else SwipeChanged(swipe))


def _session_form(session: Session) -> tuple[object, ...]:
    flags = frozenset(session.flags)
    return (session.opening, session.started_at, session.ended_at, flags, session.alarm)


def _alarm_form(alarm: Alarm) -> tuple[object, ...]:
    return (alarm.ended_at, alarm.reason, alarm.card, alarm.person, alarm.shutdown_at)


def _swipe_form(swipe: Swipe) -> tuple[object, ...]:
    return (swipe.role, swipe.opened)
