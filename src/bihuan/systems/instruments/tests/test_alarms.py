"""Use without a swipe, its pictures, and what falls due."""

import hashlib
from datetime import datetime, timedelta

from bihuan.systems.instruments.rules import timers
from bihuan.systems.instruments.rules.effects import (
    AlarmUnpictured,
    CaseOpened,
    Effect,
    PhotoAttached,
    PhotoKept,
    PhotoRepeated,
)
from bihuan.systems.instruments.tests.world import STRANGER, ZHANG, Terminal, instant
from bihuan_edge.messages import Kind


def due(terminal: Terminal, seconds: float) -> list[Effect]:
    return timers.due(terminal.state, terminal.facts, terminal.history, instant(seconds))


def next_due(terminal: Terminal) -> datetime | None:
    return timers.next_due(terminal.state, terminal.facts)


def test_each_alarm_is_a_case_of_its_own() -> None:
    terminal = Terminal()

    effects = [
        *terminal.says(0, Kind.WARNING_BEGIN),
        *terminal.says(60, Kind.WARNING_BEGIN),
        *terminal.says(90, Kind.WARNING_SHUTDOWN),
        *terminal.says(600, Kind.WARNING_BEGIN),
    ]

    cases = [effect for effect in effects if isinstance(effect, CaseOpened)]
    assert [(case.kind, case.opened_at) for case in cases] == [
        ("unswiped_use", instant(0)),
        ("unswiped_use", instant(600)),
    ]
    assert len({case.episode for case in cases}) == 2


def test_late_swipe_with_an_unknown_card_is_kept_with_the_alarm() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.WARNING_BEGIN)

    terminal.says(10, Kind.OPEN, STRANGER)

    assert [(a.reason, a.card, a.person) for a in terminal.history.alarms] == [("late_swipe", STRANGER, None)]


def test_log_off_does_not_end_an_alarm() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.WARNING_BEGIN)

    terminal.says(10, Kind.CLOSE, ZHANG)

    assert terminal.state.activity == "alarm"
    assert terminal.state.since == instant(0)


def test_picture_is_named_by_its_hash_and_kept_once() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.WARNING_BEGIN)

    kept = terminal.says(2, Kind.PHOTO, "jpeg", b"\xff\xd8picture", truncated=True)
    again = terminal.says(9, Kind.PHOTO, "jpeg", b"\xff\xd8picture")

    assert isinstance(kept[0], PhotoKept)
    photo = kept[0].photo
    assert (photo.sha256, photo.size) == (hashlib.sha256(b"\xff\xd8picture").hexdigest(), 9)
    assert (photo.truncated, photo.alarm) == (True, terminal.state.alarm)
    assert [type(effect) for effect in again] == [PhotoRepeated]


def test_picture_that_came_first_is_attached_when_its_alarm_begins() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.PHOTO, "jpeg", b"too early")
    terminal.says(30, Kind.PHOTO, "jpeg", b"just before")

    effects = terminal.says(61, Kind.WARNING_BEGIN)

    attached = [effect.photo for effect in effects if isinstance(effect, PhotoAttached)]
    assert [photo.received_at for photo in attached] == [instant(30)]
    assert attached[0].alarm is terminal.state.alarm
    assert terminal.state.loose == []


def test_missing_picture_is_noted_once_after_a_minute() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.WARNING_BEGIN)
    assert next_due(terminal) == instant(60)

    notes = [*due(terminal, 59), *due(terminal, 60), *due(terminal, 61)]

    assert [type(note) for note in notes] == [AlarmUnpictured]
    assert next_due(terminal) is None


def test_picture_within_the_minute_needs_no_note() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.WARNING_BEGIN)
    terminal.says(5, Kind.WARNING_SHUTDOWN)
    terminal.says(59, Kind.PHOTO, "jpeg", b"picture")

    assert due(terminal, 60) == []


def test_silence_of_a_beating_terminal_is_one_case_an_outage() -> None:
    terminal = Terminal(silence_s=120.0)
    terminal.says(0, Kind.HEARTBEAT)
    terminal.says(30, Kind.OPEN, ZHANG)
    assert next_due(terminal) == instant(150)

    first = [*due(terminal, 149), *due(terminal, 150), *due(terminal, 400)]
    terminal.says(500, Kind.HEARTBEAT)
    second = due(terminal, 620)

    cases = [effect for effect in [*first, *second] if isinstance(effect, CaseOpened)]
    assert [(case.kind, case.opened_at) for case in cases] == [
        ("offline", instant(150)),
        ("offline", instant(620)),
    ]
    assert len({case.episode for case in cases}) == 2


def test_terminal_that_never_beats_is_never_lost() -> None:
    terminal = Terminal(overlong_s=1e6)
    terminal.says(0, Kind.OPEN, ZHANG)

    assert next_due(terminal) == instant(0) + timedelta(seconds=1e6)
    assert due(terminal, 86_400) == []


def test_overlong_session_is_one_case() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.OPEN, ZHANG)
    assert next_due(terminal) == instant(86_400)

    effects = [*due(terminal, 86_399), *due(terminal, 86_400), *due(terminal, 90_000)]
    effects += terminal.says(90_001, Kind.CLOSE, ZHANG)

    assert [effect.kind for effect in effects if isinstance(effect, CaseOpened)] == ["overlong"]
    assert terminal.sessions() == [(ZHANG, 0, 90_001, ("overlong",))]


def test_refused_bytes_are_no_sign_of_life() -> None:
    terminal = Terminal()

    terminal.says(0, Kind.REJECTED, "bad_overlong")

    assert terminal.state.seen_at is None
