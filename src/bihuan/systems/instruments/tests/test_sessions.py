"""Swipes in order: who is on, and what is wrong with it."""

import pytest

from bihuan.systems.instruments.rules.effects import (
    CaseOpened,
    OrphanNoted,
    SessionClosed,
    SessionOpened,
    SwipeFiled,
)
from bihuan.systems.instruments.tests.world import LI, STRANGER, WANG, ZHANG, Terminal, instant
from bihuan_edge.messages import Kind


def names(effects: list[object]) -> list[str]:
    return [type(effect).__name__ for effect in effects]


def test_log_on_and_log_off_are_stored_as_they_happen() -> None:
    terminal = Terminal()

    opened = terminal.says(0, Kind.OPEN, "6F007B3972")
    closed = terminal.says(3600, Kind.CLOSE, ZHANG)

    assert names([*opened]) == ["SwipeFiled", "SessionOpened"]
    assert names([*closed]) == ["SwipeFiled", "SessionClosed"]
    assert isinstance(opened[1], SessionOpened)
    assert isinstance(closed[1], SessionClosed)
    assert opened[1].session is closed[1].session
    assert opened[1].session.person is not None
    assert opened[1].session.person.name == "张三"
    assert terminal.sessions() == [(ZHANG, 0, 3600, ())]


def test_log_off_of_somebody_else_leaves_the_session_alone() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.OPEN, ZHANG)

    effects = terminal.says(60, Kind.CLOSE, WANG)

    assert [type(effect) for effect in effects] == [SwipeFiled, OrphanNoted]
    assert terminal.sessions() == [(ZHANG, 0, None, ())]


def test_hand_over_is_no_breach_of_the_rest() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.OPEN, ZHANG)

    terminal.says(60, Kind.OPEN, WANG)
    terminal.says(120, Kind.CLOSE, WANG)
    terminal.says(130, Kind.OPEN, ZHANG)

    assert terminal.sessions() == [
        (ZHANG, 0, 60, ("superseded",)),
        (WANG, 60, 120, ()),
        (ZHANG, 130, None, ("cooldown",)),
    ]


def test_rest_counts_from_a_known_log_off_only() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.OPEN, ZHANG)
    terminal.says(600, Kind.WARNING_BEGIN)
    terminal.says(640, Kind.WARNING_SHUTDOWN)

    terminal.says(900, Kind.OPEN, WANG)

    assert terminal.sessions()[1] == (WANG, 900, None, ())


def test_instrument_without_rest_may_be_used_at_once() -> None:
    terminal = Terminal(rest_s=0.0)
    terminal.says(0, Kind.OPEN, ZHANG)
    terminal.says(0, Kind.CLOSE, ZHANG)

    terminal.says(0, Kind.OPEN, ZHANG)

    assert terminal.sessions()[1] == (ZHANG, 0, None, ())


@pytest.mark.parametrize(("card", "kind"), [(STRANGER, "unknown_card"), (LI, "not_authorised")])
def test_breach_opens_one_case_and_never_blocks(card: str, kind: str) -> None:
    terminal = Terminal()

    first = terminal.says(0, Kind.OPEN, card)
    terminal.says(60, Kind.CLOSE, card)
    second = terminal.says(7200, Kind.OPEN, card)

    cases = [effect for effect in [*first, *second] if isinstance(effect, CaseOpened)]
    assert [(case.kind, case.card, case.opened_at) for case in cases] == [(kind, card, instant(0))]
    assert [flags for *_, flags in terminal.sessions()] == [(kind,), (kind,)]
    assert terminal.state.activity == "in_use"


def test_closed_case_lets_the_next_breach_open_another() -> None:
    terminal = Terminal()
    first = terminal.says(0, Kind.OPEN, STRANGER)
    terminal.says(60, Kind.CLOSE, STRANGER)
    terminal.history.cases.clear()

    second = terminal.says(7200, Kind.OPEN, STRANGER)

    episodes = [effect.episode for effect in [*first, *second] if isinstance(effect, CaseOpened)]
    assert len(set(episodes)) == 2


def test_overlong_is_judged_at_the_log_off_too() -> None:
    terminal = Terminal(overlong_s=3600.0)
    terminal.says(0, Kind.OPEN, ZHANG)

    effects = terminal.says(3600, Kind.CLOSE, ZHANG)

    assert terminal.sessions() == [(ZHANG, 0, 3600, ("overlong",))]
    assert [effect.kind for effect in effects if isinstance(effect, CaseOpened)] == ["overlong"]


def test_log_on_during_an_alarm_that_another_session_preceded_counts_from_the_alarm() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.OPEN, ZHANG)
    terminal.says(100, Kind.CLOSE, ZHANG)
    terminal.says(1000, Kind.WARNING_BEGIN)

    terminal.says(2500, Kind.OPEN, WANG)

    assert terminal.sessions()[1] == (WANG, 1000, None, ("cooldown", "late_swipe"))


def test_alarm_takes_one_late_swipe_only() -> None:
    terminal = Terminal(rest_s=0.0)
    terminal.says(0, Kind.WARNING_BEGIN)
    terminal.says(40, Kind.WARNING_SHUTDOWN)
    terminal.says(45, Kind.OPEN, ZHANG)
    terminal.says(50, Kind.CLOSE, ZHANG)

    terminal.says(55, Kind.OPEN, WANG)

    assert terminal.sessions()[1] == (WANG, 55, None, ())
    assert [alarm.card for alarm in terminal.history.alarms] == [ZHANG]
