"""The instrument's own timer: silence, overlong session, missing photo, service."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bihuan.kernel.intake.log import IntakeLog

from ..models import Instrument
from ..rules import timers
from ..rules.facts import InstrumentFacts
from ..rules.state import History, State
from .directory import directory
from .load import World
from .rows import Slot, slots
from .write import Writer

GATEWAY_FRESH = timedelta(seconds=30)
AGAIN = timedelta(seconds=60)
"""When the gateway itself is silent, nobody's silence means anything: look again after this."""


@lru_cache(maxsize=1)
def intake_log() -> IntakeLog:
    return IntakeLog(Path(settings.HOME), settings.ENVIRONMENT.database_url)


def fire(*, row: Instrument, now: datetime) -> datetime | None:
    """Handle what is due and say when to look again; runs inside the clock's transaction."""
    facts = directory().instrument(row.code)
    if facts is None or row.archived_at:
        return None
    slot = slots([row.code])[row.code]
    world = World([slot])
    world.load_states(now)
    state = world.states[slot.key]
    since = _listening_since(now)
    if since is not None:
        _hear(slot, state, since)
    effects = timers.due(state, facts, History(), now)
    if state.silent and slot.outage_since is None:
        slot.outage_since = state.seen_at
    writer = Writer(world)
    writer.take_due(effects)
    writer.remember(row.code, state)
    writer.write()
    return _next(state, facts, since, now)


def _listening_since(now: datetime) -> datetime | None:
    """Since when a gateway has been up and heard; None while none is."""
    heard = [
        _instant(gateway.started_us)
        for gateway in intake_log().gateways()
        if now - _instant(gateway.at_us) <= GATEWAY_FRESH
    ]
    return min(heard, default=None)


def _hear(slot: Slot, state: State, listening_since: datetime) -> None:
    """The last word, from the gateway; silence counts at the earliest from the gateway's own start."""
    seen = intake_log().seen_of(slot.code)
    if seen is None:
        return
    last = _instant(seen.at_us)
    if slot.outage_since is not None and last > slot.outage_since:
        state.silent, slot.outage_since = False, None
    state.seen_at = last if state.silent else max(last, listening_since)
    state.beats = bool(seen.ring)


def _next(state: State, facts: InstrumentFacts, since: datetime | None, now: datetime) -> datetime:
    """Never later than one silence from now, because beats do not move the timer."""
    due = timers.next_due(state, facts)
    if since is None:
        return now + AGAIN
    latest = now + timedelta(seconds=facts.silence_s)
    return max(min(due or latest, latest), now + timedelta(seconds=1))


def _instant(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1_000_000, UTC)
