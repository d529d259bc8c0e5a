"""What must hold for every transcript: cutting, repeating, shuffling, losing and garbling."""

import json
import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bihuan.systems.instruments.replay import replay
from bihuan.systems.instruments.rules import window
from bihuan.systems.instruments.rules.state import History
from bihuan.systems.instruments.tests.world import (
    SHANGHAI,
    STRANGER,
    T0,
    WANG,
    ZHANG,
    Terminal,
    clock,
    instant,
    outcome,
    sent,
    tick,
)
from bihuan_edge.messages import Kind, Message

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.jsonl"))
QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def cut(row: dict[str, Any], chance: random.Random) -> list[dict[str, Any]]:
    """The same bytes at the same instant in other segments."""
    data = bytes.fromhex(row.get("send_hex", ""))
    if len(data) < 2:
        return [row]
    marks = sorted(chance.sample(range(1, len(data)), min(chance.randint(1, 12), len(data) - 1)))
    ends = zip([0, *marks], [*marks, len(data)], strict=True)
    return [{**row, "send_hex": data[begin:end].hex()} for begin, end in ends]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_other_segments_give_the_same_outcome(path: Path) -> None:
    chance = random.Random(path.stem)
    whole = rows(path)
    expected = replay(json.dumps(row) for row in whole)

    for _ in range(3):
        pieces = [piece for row in whole for piece in cut(row, chance)]
        assert replay(json.dumps(piece) for piece in pieces) == expected


Event = tuple[int, Kind, str]
LATE_SWIPES: list[Callable[[int], list[Event]]] = [
    lambda at: [(at, Kind.WARNING_SHUTDOWN, "")],
    lambda at: [(at, Kind.OPEN, WANG), (at + 1, Kind.WARNING_SHUTDOWN, "")],
    lambda at: [(at, Kind.WARNING_SHUTDOWN, ""), (at + 5, Kind.OPEN, WANG)],
]
"""How an alarm ends: switched off, or by a late swipe in either order."""


@st.composite
def days(draw: st.DrawFn) -> list[Event]:
    """A day at one instrument: swipes and alarms in any order, a few minutes to hours apart."""
    gaps = draw(st.lists(st.integers(150, 9000), min_size=1, max_size=9))
    events: list[Event] = []
    at = 0
    for gap in gaps:
        at += gap
        kind = draw(st.sampled_from([Kind.OPEN, Kind.OPEN, Kind.CLOSE, Kind.CLOSE, Kind.WARNING_BEGIN]))
        card = "" if kind is Kind.WARNING_BEGIN else draw(st.sampled_from([ZHANG, WANG, STRANGER]))
        events.append((at, kind, card))
        if kind is Kind.WARNING_BEGIN:
            at += draw(st.integers(130, 140))
            events += draw(st.sampled_from(LATE_SWIPES))(at)
    return events


def lines(events: list[Event]) -> list[str]:
    verbs = {Kind.OPEN: "open", Kind.CLOSE: "close"}
    return [f"{clock(at)},{card},{verbs[kind]}" for at, kind, card in events if kind in verbs]


def heard(events: list[Event]) -> Terminal:
    terminal = Terminal()
    for at, kind, card in events:
        terminal.says(at, kind, card)
    return terminal


@QUICK
@given(days(), st.data())
def test_what_the_live_channel_lost_the_journal_brings_back(events: list[Event], data: st.DataObject) -> None:
    kept = [e for e in events if not e[2] or data.draw(st.booleans())]
    lossy = heard(kept)

    lossy.journal(90_000, *lines(events))

    whole = heard(events)
    assert [s[:3] for s in lossy.sessions()] == [s[:3] for s in whole.sessions()]
    for mine, known in zip(lossy.sessions(), whole.sessions(), strict=True):
        assert set(mine[3]) - {"close_missing", "overlong"} == set(known[3]) - {"close_missing", "overlong"}
    assert [(a.began_at, a.ended_at, a.reason, a.card) for a in lossy.history.alarms] == [
        (a.began_at, a.ended_at, a.reason, a.card) for a in whole.history.alarms
    ]
    assert lossy.state.activity == whole.state.activity
    assert lossy.state.since == whole.state.since


@QUICK
@given(days(), st.data())
def test_journal_in_pieces_and_in_any_order_ends_in_the_same_sessions(
    events: list[Event], data: st.DataObject
) -> None:
    kept = [e for e in events if not e[2] or data.draw(st.booleans())]
    at_once, in_pieces = heard(kept), heard(kept)
    shuffled = data.draw(st.permutations(lines(events)))
    half = len(shuffled) // 2

    at_once.journal(90_000, *lines(events))
    in_pieces.journal(90_000, *shuffled[:half])
    in_pieces.journal(90_000, *shuffled[half:])

    assert in_pieces.sessions() == at_once.sessions()


@QUICK
@given(days(), st.data())
def test_the_same_lines_again_change_nothing(events: list[Event], data: st.DataObject) -> None:
    terminal = heard([e for e in events if not e[2] or data.draw(st.booleans())])
    terminal.journal(90_000, *lines(events))
    sessions, state = terminal.sessions(), repr(terminal.state)

    same_file = terminal.journal(95_000, *lines(events))
    other_file = terminal.journal(96_000, *reversed(lines(events)), "")

    assert [len(same_file), len(other_file)] == [1, 1]
    assert terminal.sessions() == sessions
    assert repr(terminal.state).split("seen_at")[0] == state.split("seen_at")[0]


@QUICK
@given(days(), st.integers(0, 8), st.integers(0, 40))
def test_upload_in_the_middle_of_the_day_does_not_change_the_day(
    events: list[Event], index: int, delay: int
) -> None:
    """The last swipe before the upload reaches us after it, or not at all."""
    swipes = [e for e in events if e[2]]
    if not swipes:
        return
    late = swipes[index % len(swipes)]
    before = [e for e in events if e[0] < late[0]]
    after = [e for e in events if e[0] > late[0] + 45]
    if len(before) + 1 + len(after) != len(events):
        return
    terminal = heard(before)

    terminal.journal(late[0] + 1, *lines([*before, late]))
    if delay:
        terminal.says(late[0] + 1 + delay, late[1], late[2])
    for at, kind, card in after:
        terminal.says(at, kind, card)

    found, known = terminal.sessions(), heard(events).sessions()
    assert [s[0] for s in found] == [s[0] for s in known]
    for mine, true in zip(found, known, strict=True):
        assert mine[1] == pytest.approx(true[1], abs=5)
        assert (mine[2] is None) == (true[2] is None)
        assert mine[2] is None or mine[2] == pytest.approx(true[2], abs=5)


def reloaded(terminal: Terminal, since: datetime | None) -> Terminal:
    """Forget what a caller would not load for a batch that looks back to `since`."""
    whole, part = terminal.history, History(since=since)
    if since is not None:
        part.swipes = [s for s in whole.swipes if s.at >= since]
        part.sessions = [s for s in whole.sessions if s.ended_at is None or s.ended_at >= since]
        part.alarms = [a for a in whole.alarms if a.ended_at is None or a.ended_at >= since]
        older_sessions = [s for s in whole.sessions if s not in part.sessions]
        older_alarms = [a for a in whole.alarms if a not in part.alarms]
        part.sessions += sorted(older_sessions, key=lambda s: s.ended_at or since)[-1:]
        part.alarms += sorted(older_alarms, key=lambda a: a.ended_at or since)[-1:]
    part.cases, part.journals, part.photos = whole.cases, whole.journals, whole.photos
    terminal.history = part
    return terminal


@QUICK
@given(days(), st.data())
def test_the_window_is_as_good_as_the_whole_history(events: list[Event], data: st.DataObject) -> None:
    kept = [e for e in events if not e[2] or data.draw(st.booleans())]
    some = [line for line in lines(events) if data.draw(st.booleans())]
    assume(some)
    whole, part = heard(kept), heard(kept)
    body = "\r\n".join(some).encode()
    message = Message(Kind.UPDATE, "DNA01", body=body)
    part = reloaded(part, window.since(part.state, [(message, instant(90_000))], SHANGHAI))

    whole.journal(90_000, *some)
    part.journal(90_000, *some)

    assert set(part.sessions()) <= set(whole.sessions())
    known = {s.opening.at for s in whole.history.sessions if s.opening.at >= (part.history.since or T0)}
    assert {s.opening.at for s in part.history.sessions} >= known
    assert repr(part.state) == repr(whole.state)


WORDS = (
    "DNA01, PCR02, XX99, 0008075634 open close heartbeat warningbegin warningshutdown update photo request "
    "socketshutdown , 2026-11-22T09:00:00,0008075634,open GET"
)
MESSAGE_PARTS = st.sampled_from([*WORDS.encode().split(), b"\r\n", b"\xff\xd8", b"\xff\xd9", b"\x16\x03\x01"])


@QUICK
@given(st.lists(st.one_of(MESSAGE_PARTS, st.binary(max_size=20)), max_size=40), st.integers(1, 3))
def test_any_bytes_are_survived_and_leave_a_bounded_number_of_records(parts: list[bytes], conns: int) -> None:
    data = b"".join(parts)

    result = outcome(*[sent(n, part, n % conns) for n, part in enumerate(parts)], tick(4000))

    kinds = ("sessions", "alarms", "photos", "journals", "orphans", "unknown_terminals", "rejected", "cases")
    assert sum(len(result[kind]) for kind in kinds) <= 4 + len(data) // 2
    json.dumps(result)


@QUICK
@given(st.binary(max_size=400))
def test_any_journal_text_is_counted_line_by_line(text: bytes) -> None:
    result = outcome(sent(0, b"DNA01,update" + text), tick(20))

    for journal in result["journals"]:
        figures = ("matched", "inserted", "duplicate", "rejected")
        assert journal["received"] == sum(journal[figure] for figure in figures)
