"""Lines, pairs, clocks: what a journal is worth."""

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.systems.instruments.rules import journal, lines, window
from bihuan.systems.instruments.rules.effects import (
    CaseOpened,
    Effect,
    JournalFiled,
    OrphanNoted,
    SessionChanged,
    SessionVoided,
)
from bihuan.systems.instruments.rules.state import History, State, Swipe
from bihuan.systems.instruments.tests.world import (
    LI,
    SHANGHAI,
    T0,
    WANG,
    ZHANG,
    Terminal,
    clock,
    instant,
)
from bihuan_edge.messages import Kind, Message


def filed(effects: list[Effect]) -> JournalFiled:
    return next(effect for effect in effects if isinstance(effect, JournalFiled))


def figures(effects: list[Effect]) -> tuple[int, ...]:
    upload = filed(effects)
    kinds = ("matched", "inserted", "duplicate", "rejected")
    return (upload.received, *(upload.count(kind) for kind in kinds))


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-23 08:00:00,0008075634,open",
        "2026/11/23 8:00:00 , 0008075634 , OPEN",
        "2026-11-23T08:00:00+08:00,0008075634,open",
        "2026-11-23 00:00:00Z,0008075634,open",
        "2026-11-23 08:00:00.250，0008075634，open",
        "2026-11-23 08:00:00,0008075634open",
        "\ufeff2026-11-23 08:00:00,0008075634,open\0",
    ],
)
def test_line_is_read_in_every_usual_writing(line: str) -> None:
    found = lines.parse(line.encode(), SHANGHAI, T0)

    assert [(f.card, f.verb, f.at, f.reason) for f in found] == [(ZHANG, "open", instant(-3600), "")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("rubbish", "unreadable"),
        ("2026-11-23 08:00:00,open", "unreadable"),
        ("2026-02-30 08:00:00,1,open", "no such time"),
        ("2026-11-23 08:00:00+99:99,1,open", "no such time"),
        ("0000-01-01 08:00:00,1,open", "no such time"),
        ("2014-12-31 23:59:59,1,open", "before 2015"),
        ("2026-11-23 09:05:01,1,open", "in the future"),
        ("9999-12-31 23:59:59-12:00,1,open", "in the future"),
    ],
)
def test_bad_line_is_counted_with_its_reason(line: str, reason: str) -> None:
    found = lines.parse(line.encode(), SHANGHAI, T0)

    assert [(f.at, f.reason) for f in found] == [(None, reason)]


def test_line_up_to_five_minutes_ahead_is_a_clock_that_goes_fast() -> None:
    assert lines.parse(b"2026-11-23 09:05:00,1,open", SHANGHAI, T0)[0].at == instant(300)


def test_chinese_text_in_either_encoding_is_read() -> None:
    text = "2026-11-23 08:00:00,卡,open"

    assert [lines.parse(text.encode(code), SHANGHAI, T0)[0].card for code in ("utf-8", "gb18030")] == [
        "卡"
    ] * 2


def test_endless_line_is_one_bad_line_and_is_cut() -> None:
    endless = b"2026-11-23 08:00:00," + b"9" * 9000 + b" " * 9000 + b",open"

    found = lines.parse(endless, SHANGHAI, T0)

    assert [(len(line.text), line.reason) for line in found] == [(lines.LONGEST, "unreadable")]


def test_control_characters_of_a_line_are_not_kept() -> None:
    found = lines.parse(b"rub\0bish\n2026-11-23 08:00:00,12\x0034,open", SHANGHAI, T0)

    assert [line.text for line in found] == ["rub\ufffdbish", "2026-11-23 08:00:00,12\ufffd34,open"]
    assert Terminal().directory.identify(found[1].card) == ("0000001234", None)


def test_comma_after_the_keyword_belongs_to_no_line() -> None:
    assert len(lines.parse(b",\r\n2026-11-23 08:00:00,1,open\r\n\r\n", SHANGHAI, T0)) == 1


def swipe(seconds: float, card: str = ZHANG, live: bool = True) -> Swipe:
    at = instant(seconds)
    return Swipe("DNA01", card, None, "open", at, at if live else None, None if live else at)


def test_nearest_pair_counts_and_each_swipe_only_once() -> None:
    live, noted = [swipe(0), swipe(100)], [swipe(95, live=False), swipe(20, live=False)]

    pairs, skew_s = journal.match(live, noted)

    assert set(pairs) == {(live[0], noted[1]), (live[1], noted[0])}
    assert skew_s == 7.5


def test_other_card_is_no_pair() -> None:
    assert journal.match([swipe(0, WANG)], [swipe(0, live=False)]) == ([], None)


def test_pairs_beyond_two_minutes_count_when_they_agree() -> None:
    live = [swipe(0), swipe(4000), swipe(9000)]
    noted = [swipe(at + 300, live=False) for at in (0, 4003, 9001)]

    pairs, skew_s = journal.match(live, noted)

    assert len(pairs) == 3
    assert skew_s == 301


def test_single_pair_beyond_two_minutes_is_another_swipe() -> None:
    assert journal.match([swipe(0)], [swipe(300, live=False)]) == ([], None)


def test_pairs_that_do_not_agree_are_other_swipes() -> None:
    live, noted = [swipe(0), swipe(4000)], [swipe(200, live=False), swipe(4500, live=False)]

    assert journal.match(live, noted) == ([], None)


@pytest.mark.parametrize(
    ("received", "noted", "skew_s", "best"),
    [
        (0, 35, 33, 0),
        (3600, 3631, 33, 3600),
        (50, 0, -50, 0),
        (4, 0, -4, 4),
        (0, -90, -90, 0),
        (40, 300, 300, 0),
        (0, 60, 0, 0),
    ],
)
def test_best_time_is_never_after_the_receipt(
    received: float, noted: float, skew_s: float, best: float
) -> None:
    assert journal.settle(instant(received), instant(noted), skew_s) == instant(best)


@pytest.mark.parametrize(("skew_s", "error_s"), [(None, 0), (0, 0), (-60, 0), (-61, -61), (1, 1), (90, 90)])
def test_late_delivery_is_not_held_against_the_clock(skew_s: float | None, error_s: float) -> None:
    assert journal.clock_error(skew_s) == timedelta(seconds=error_s)


def test_wrong_clock_is_a_finding_and_its_lines_are_corrected() -> None:
    terminal = Terminal(rest_s=0.0)
    terminal.says(0, Kind.OPEN, ZHANG)
    terminal.says(3600, Kind.CLOSE, ZHANG)

    effects = terminal.journal(
        9000,
        f"{clock(90)},{ZHANG},open",
        f"{clock(3690)},{ZHANG},close",
        f"{clock(5090)},{WANG},open",
        f"{clock(6090)},{WANG},close",
    )

    assert figures(effects) == (4, 2, 2, 0, 0)
    assert filed(effects).skew_s == 90
    assert terminal.sessions() == [(ZHANG, 0, 3600, ()), (WANG, 5000, 6000, ())]
    cases = [effect for effect in effects if isinstance(effect, CaseOpened)]
    assert [(case.kind, case.detail) for case in cases] == [("clock_skew", "+90 s")]


def test_backfilled_session_is_judged_like_a_live_one() -> None:
    terminal = Terminal()

    effects = terminal.journal(9000, f"{clock(0)},{LI},open", f"{clock(60)},{LI},close")

    assert terminal.sessions() == [(LI, 0, 60, ("not_authorised",))]
    assert terminal.history.sessions[0].source == "journal"
    cases = [effect for effect in effects if isinstance(effect, CaseOpened)]
    assert [(case.kind, case.opened_at) for case in cases] == [("not_authorised", instant(9000))]


def test_log_off_without_log_on_is_an_orphan_until_its_log_on_turns_up() -> None:
    terminal = Terminal()

    first = terminal.journal(9000, f"{clock(60)},{ZHANG},close")
    second = terminal.journal(9100, f"{clock(0)},{ZHANG},open")

    assert [type(effect) for effect in first if isinstance(effect, OrphanNoted)] == [OrphanNoted]
    assert [swipe.role for swipe in terminal.history.swipes] == ["closed", "opened"]
    assert figures(second) == (1, 0, 1, 0, 0)
    assert terminal.sessions() == [(ZHANG, 0, 60, ())]


def test_earlier_log_on_keeps_the_row_of_the_known_session() -> None:
    terminal = Terminal()
    terminal.says(600, Kind.OPEN, ZHANG)
    known = terminal.history.sessions[0]

    effects = terminal.journal(900, f"{clock(0)},{ZHANG},open")

    assert terminal.history.sessions == [known]
    assert terminal.state.session is known
    assert known.started_at == instant(0)
    assert SessionChanged(known) in effects
    assert not any(isinstance(effect, SessionVoided) for effect in effects)


def test_swipes_of_one_second_come_in_the_sensible_order() -> None:
    terminal = Terminal()

    terminal.journal(
        9000,
        f"{clock(60)},{WANG},open",
        f"{clock(60)},{ZHANG},close",
        f"{clock(0)},{ZHANG},open",
        f"{clock(90)},{WANG},close",
    )

    assert [session[:3] for session in terminal.sessions()] == [(ZHANG, 0, 60), (WANG, 60, 90)]


def test_line_of_the_future_stays_out_when_the_same_file_comes_again() -> None:
    terminal = Terminal()
    line = f"{clock(400)},{ZHANG},open"
    terminal.journal(0, line)

    again = terminal.journal(600, line)

    assert figures(again) == (1, 0, 0, 0, 1)
    assert terminal.sessions() == []


def test_history_that_was_not_loaded_is_refused() -> None:
    terminal = Terminal()
    terminal.history = History()

    with pytest.raises(ValueError, match="DNA01: the history begins at None"):
        terminal.journal(0, f"{clock(-60)},{ZHANG},open")


def test_journal_with_nothing_new_needs_no_history() -> None:
    terminal = Terminal()
    terminal.history = History()

    assert figures(terminal.journal(0, "rubbish")) == (1, 0, 0, 0, 1)


def test_live_messages_in_order_need_no_history() -> None:
    messages = [(Message(Kind.OPEN, "DNA01", ZHANG), T0), (Message(Kind.HEARTBEAT, "DNA01"), T0)]

    assert window.since(State("DNA01"), messages, SHANGHAI) is None


def test_journal_needs_the_history_from_its_earliest_line() -> None:
    body = f"{clock(-50)},{ZHANG},close\n{clock(-7200)},{ZHANG},open\nrubbish".encode()

    since = window.since(State("DNA01"), [(Message(Kind.UPDATE, "DNA01", body=body), T0)], SHANGHAI)

    assert since == instant(-7200) - journal.MARGIN


@pytest.mark.parametrize(("told", "needed"), [(-121, False), (-120, True), (60, True)])
def test_live_message_needs_history_where_a_journal_has_told_of_its_time(told: float, needed: bool) -> None:
    state = State("DNA01", noted_to=instant(told))

    since = window.since(state, [(Message(Kind.CLOSE, "DNA01", ZHANG), T0)], SHANGHAI)

    assert (since is not None) == needed


def test_loaded_state_is_made_to_point_at_the_loaded_history() -> None:
    terminal = Terminal()
    terminal.says(0, Kind.OPEN, ZHANG)
    terminal.history.sessions[0].key = 5
    loaded = Terminal()
    loaded.says(0, Kind.OPEN, ZHANG)
    loaded.history.sessions[0].key = 5

    loaded.history.unify(terminal.state)

    assert terminal.state.session is loaded.history.sessions[0]


def test_times_are_kept_in_utc() -> None:
    terminal = Terminal()
    terminal.journal(0, f"{clock(-60)},{ZHANG},open")

    assert terminal.history.swipes[0].noted_at == datetime(2026, 11, 23, 0, 59, tzinfo=UTC)
    assert terminal.history.swipes[0].at.tzinfo is UTC
