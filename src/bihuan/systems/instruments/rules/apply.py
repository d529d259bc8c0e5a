"""One message, one instrument: the rules that the projector and replay share."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from bihuan_edge.messages import Kind, Message

from . import fold, journal, photos
from .cases import raise_alarm, report
from .effects import (
    AlarmBegan,
    Effect,
    RosterDelivered,
    SessionChanged,
    SessionClosed,
    SessionOpened,
    SwipeChanged,
    SwipeFiled,
    UnknownTerminal,
)
from .facts import Directory, InstrumentFacts
from .refold import refold
from .state import Alarm, History, State, Swipe, Verb
from .window import touches


class Heard(NamedTuple):
    """A message in its surroundings."""

    state: State
    directory: Directory
    facts: InstrumentFacts
    history: History
    message: Message
    at: datetime

    def refold(self, since: datetime) -> list[Effect]:
        """A journal has told of times as late as this message: put it in its place."""
        return refold(self.state, self.directory, self.facts, self.history, since, self.at)


def apply(
    state: State, directory: Directory, history: History, message: Message, at: datetime
) -> list[Effect]:
    """Apply one message of this instrument's terminal, received at `at` (aware).

    Changes `state` and `history` in place and returns what is to be written; reads no clock and
    no store. The caller finds the instrument with `directory.instrument(message.terminal)` and
    gives a terminal without one to `unknown`. Raises ValueError when a journal comes and the
    history was not loaded as `window.since` says.
    """
    facts = directory.instrument(state.instrument)
    if facts is None:
        return [unknown(message, at)]
    if message.kind is not Kind.REJECTED:
        hear(state, message.kind, at)
    rule = _RULES.get(message.kind)
    return [] if rule is None else rule(Heard(state, directory, facts, history, message, at))


def unknown(message: Message, at: datetime) -> UnknownTerminal:
    """What is known of an ID that nobody registered (A15): listed, nothing created."""
    return UnknownTerminal(message.terminal, int(message.kind), at)


def hear(state: State, kind: Kind, at: datetime) -> None:
    """The terminal is alive: any message says so, not the heartbeat alone. Ends an outage."""
    if kind is Kind.HEARTBEAT:
        state.beats = True
    if state.seen_at is None or at > state.seen_at:
        state.seen_at = at
    state.silent = False


def _open(heard: Heard) -> list[Effect]:
    return _swipe(heard, "open")


def _close(heard: Heard) -> list[Effect]:
    return _swipe(heard, "close")


def _swipe(heard: Heard, verb: Verb) -> list[Effect]:
    state, directory, facts, history, message, at = heard
    card, person = directory.identify(message.text, facts.card_format)
    told = touches(state.noted_to, at)
    if told and (twin := _twin(history, card, verb, at)) is not None:
        return _told_again(heard, twin)
    swipe = Swipe(facts.code, card, person, verb, at, at)
    history.swipes.append(swipe)
    effects: list[Effect] = [SwipeFiled(swipe)]
    if told:
        return effects + heard.refold(at)
    if verb == "open":
        fold.open_(state, directory, facts, swipe, effects)
    else:
        fold.close(state, facts, swipe, effects)
    _reported(history, effects, at)
    return effects


def _twin(history: History, card: str, verb: Verb, at: datetime) -> Swipe | None:
    """The journal line that told of this live swipe first: the last word of that card, within 120 s."""
    known = [swipe for swipe in history.swipes if swipe.card == card]
    last = max(known, key=lambda swipe: swipe.at, default=None)
    if last is None or last.verb != verb or last.received_at is not None:
        return None
    return last if abs(at - last.at) <= journal.MATCH else None


def _told_again(heard: Heard, twin: Swipe) -> list[Effect]:
    """The live message came after the journal: the swipe was never lost."""
    at, noted_at, since = heard.at, twin.noted_at or twin.at, twin.at
    twin.received_at = at
    twin.at = journal.settle(at, noted_at, (noted_at - at).total_seconds())
    effects: list[Effect] = [SwipeChanged(twin)]
    if twin.opened is not None:
        effects.append(SessionChanged(twin.opened))
    return effects + heard.refold(min(since, twin.at))


def _warning_begin(heard: Heard) -> list[Effect]:
    """A repeated prompt while the alarm lasts belongs to it; a new one opens a case."""
    state, at = heard.state, heard.at
    if state.alarm is not None:
        return []
    alarm = Alarm(heard.facts.code, at)
    heard.history.alarms.append(alarm)
    effects: list[Effect] = []
    if touches(state.noted_to, at):
        effects.append(AlarmBegan(alarm))
        effects += heard.refold(at)
    else:
        fold.begin(state, heard.facts, alarm, effects)
        _reported(heard.history, effects, at)
    raise_alarm(effects, alarm, at)
    return effects + photos.collect(state, alarm)


def _warning_shutdown(heard: Heard) -> list[Effect]:
    effects: list[Effect] = []
    fold.shutdown(heard.state, heard.at, effects)
    if effects and touches(heard.state.noted_to, heard.at):
        effects += heard.refold(heard.at)
    return effects


def _update(heard: Heard) -> list[Effect]:
    state, directory, facts, history, message, at = heard
    return journal.file(state, directory, facts, history, message.body, at)


def _photo(heard: Heard) -> list[Effect]:
    body = heard.message.body
    sha256 = hashlib.sha256(body).hexdigest()
    return photos.keep(heard.state, heard.history, sha256, len(body), heard.message.truncated, heard.at)


def _delivered(heard: Heard) -> list[Effect]:
    """A roster counts as delivered once `socketshutdown` followed it (A9)."""
    state, version = heard.state, int(heard.message.text)
    if state.roster_delivered is not None and state.roster_delivered >= version:
        return []
    state.roster_delivered = version
    return [RosterDelivered(heard.facts.code, version, heard.at)]


def _reported(history: History, effects: list[Effect], at: datetime) -> None:
    """Keep new sessions in the history and raise the cases of flagged ones."""
    for effect in tuple(effects):
        if isinstance(effect, SessionOpened):
            history.sessions.append(effect.session)
        elif not isinstance(effect, SessionClosed):
            continue
        if effect.session.flags:
            report(history, effects, effect.session, at)


_RULES: Final[dict[Kind, Callable[[Heard], list[Effect]]]] = {
    Kind.OPEN: _open,
    Kind.CLOSE: _close,
    Kind.WARNING_BEGIN: _warning_begin,
    Kind.WARNING_SHUTDOWN: _warning_shutdown,
    Kind.UPDATE: _update,
    Kind.PHOTO: _photo,
    Kind.DELIVERED: _delivered,
}
