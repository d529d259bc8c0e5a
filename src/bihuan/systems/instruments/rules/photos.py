"""Which alarm does a picture show?"""

from datetime import datetime, timedelta
from typing import Final

from .effects import Effect, PhotoAttached, PhotoKept, PhotoRepeated
from .state import Alarm, History, Photo, State

BEFORE: Final = timedelta(seconds=60)
AFTER: Final = timedelta(seconds=600)


def keep(
    state: State, history: History, sha256: str, size: int, truncated: bool, at: datetime
) -> list[Effect]:
    """Keep a picture once; it belongs to the alarm that lasts, or ended up to 600 s ago (A13)."""
    if sha256 in history.photos:
        return [PhotoRepeated(state.instrument, sha256, at)]
    history.photos.add(sha256)
    photo = Photo(state.instrument, at, sha256, size, truncated, _shown(state, at))
    if photo.alarm is not None:
        photo.alarm.photos += 1
    else:
        state.loose = [*(p for p in state.loose if at - p.received_at <= BEFORE), photo]
    return [PhotoKept(photo)]


def collect(state: State, alarm: Alarm) -> list[Effect]:
    """Attach the pictures that came up to 60 s before their alarm; the tray forgets older ones."""
    effects: list[Effect] = []
    for photo in state.loose:
        if alarm.began_at - photo.received_at <= BEFORE:
            photo.alarm = alarm
            alarm.photos += 1
            effects.append(PhotoAttached(photo))
    state.loose = []
    return effects


def _shown(state: State, at: datetime) -> Alarm | None:
    if state.alarm is not None:
        return state.alarm
    last = state.last_alarm
    if last is None or last.ended_at is None or at - last.ended_at > AFTER:
        return None
    return last
