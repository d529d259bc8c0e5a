"""What a replay has led to, in the public form."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any, TypeVar

from bihuan_edge.link import link

from ..rules import effects as fx
from ..rules.state import Alarm, Photo, Session, Swipe, flag_names
from .driver import Driver, Instrument

E = TypeVar("E")


def outcome(driver: Driver) -> dict[str, Any]:
    """Return the outcome at the instant of the last line."""
    alarms = sorted(_of(driver, fx.AlarmBegan), key=lambda effect: effect.alarm.began_at)
    order = {effect.alarm: index for index, effect in enumerate(alarms)}
    photos = [effect.photo for effect in _of(driver, fx.PhotoKept)]
    zone = driver.zone
    return {
        "sent": {str(conn): data.hex() for conn, data in driver.sent.items()},
        "closed_by_server": driver.closed,
        "instruments": {code: _instrument(i, driver.now, zone) for code, i in driver.instruments.items()},
        "sessions": [_session(session, zone) for session in _sessions(driver)],
        "alarms": [_alarm(alarm, photos, zone) for alarm in order],
        "photos": [_photo(photo, order) for photo in photos],
        "journals": [_journal(filed) for filed in _of(driver, fx.JournalFiled)],
        "orphans": [_orphan(swipe, zone) for swipe in _orphans(driver)],
        "unknown_terminals": _unknown(_of(driver, fx.UnknownTerminal)),
        "rejected": [{"conn": r.conn, "reason": r.reason, "bytes": r.size} for r in driver.rejected],
        "cases": [_case(case, zone) for case in _of(driver, fx.CaseOpened)],
    }


def _of(driver: Driver, kind: type[E]) -> list[E]:
    return [effect for effect in driver.effects if isinstance(effect, kind)]


def _sessions(driver: Driver) -> list[Session]:
    found = dict.fromkeys(session for i in driver.instruments.values() for session in i.history.sessions)
    return sorted(found, key=lambda session: session.started_at)


def _orphans(driver: Driver) -> list[Swipe]:
    swipes = (swipe for i in driver.instruments.values() for swipe in i.history.swipes)
    return sorted((swipe for swipe in swipes if swipe.role == "orphan"), key=lambda swipe: swipe.at)


def _unknown(heard: Iterable[fx.UnknownTerminal]) -> list[str]:
    """Each ID once, as it was first written."""
    first: dict[str, str] = {}
    for effect in heard:
        first.setdefault(effect.terminal.casefold(), effect.terminal)
    return list(first.values())


def _instant(at: datetime | None, zone: tzinfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()


def _instrument(instrument: Instrument, now: datetime | None, zone: tzinfo) -> dict[str, Any]:
    state = instrument.state
    session = state.session
    silence_s = (now - state.seen_at).total_seconds() if now and state.seen_at else None
    return {
        "state": state.activity,
        "link": link(silence_s),
        "card": session.card if session else None,
        "user": session.person.name if session and session.person else None,
        "since": _instant(state.since, zone),
    }


def _session(session: Session, zone: tzinfo) -> dict[str, Any]:
    return {
        "instrument": session.instrument,
        "card": session.card,
        "user": session.person.name if session.person else None,
        "started_at": _instant(session.started_at, zone),
        "ended_at": _instant(session.ended_at, zone),
        "flags": flag_names(session.flags),
    }


def _alarm(alarm: Alarm, photos: list[Photo], zone: tzinfo) -> dict[str, Any]:
    return {
        "instrument": alarm.instrument,
        "began_at": _instant(alarm.began_at, zone),
        "ended_at": _instant(alarm.ended_at, zone),
        "reason": alarm.reason or None,
        "card": alarm.card or None,
        "photos": [index for index, photo in enumerate(photos) if photo.alarm is alarm],
    }


def _photo(photo: Photo, order: dict[Alarm, int]) -> dict[str, Any]:
    return {
        "instrument": photo.instrument,
        "bytes": photo.size,
        "sha256": photo.sha256,
        "truncated": photo.truncated,
        "alarm": order[photo.alarm] if photo.alarm else None,
    }


def _journal(filed: fx.JournalFiled) -> dict[str, Any]:
    figures = ("matched", "inserted", "duplicate", "rejected")
    counts = {figure: filed.count(figure) for figure in figures}
    return {"instrument": filed.instrument, "received": filed.received, **counts}


def _orphan(swipe: Swipe, zone: tzinfo) -> dict[str, Any]:
    return {
        "instrument": swipe.instrument,
        "card": swipe.card,
        "user": swipe.person.name if swipe.person else None,
        "at": _instant(swipe.at, zone),
    }


def _case(case: fx.CaseOpened, zone: tzinfo) -> dict[str, Any]:
    opened_at = _instant(case.opened_at, zone)
    return {"kind": case.kind, "instrument": case.instrument, "opened_at": opened_at}
