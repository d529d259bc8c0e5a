"""The fleet against a listener that reads with the gateway's own parser."""

import asyncio
import os
import signal
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from bihuan.systems.instruments.fleet.acts import FAULTS, Act, Deed, Fault
from bihuan.systems.instruments.fleet.chance import chance
from bihuan.systems.instruments.fleet.journal import Journal
from bihuan.systems.instruments.fleet.laboratory import Device, generated
from bihuan.systems.instruments.fleet.link import Server
from bihuan.systems.instruments.fleet.picture import photograph
from bihuan.systems.instruments.fleet.simulate import Plan, run, simulate
from bihuan.systems.instruments.fleet.terminal import Crew, Terminal, faulty
from bihuan.systems.instruments.tests.laboratory import SHANGHAI, listening
from bihuan_edge.messages import Kind
from bihuan_edge.wire import Connection

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
READER = Device("FCM06", card_format="hex", cards=("0008075634",))


def plan(server: Server, **changes: Any) -> Plan:
    return Plan(**{"server": server, "zone": SHANGHAI, **changes})


def load(**changes: Any) -> tuple[dict[str, Any], list[tuple[Kind, str, str]], str]:
    """One second of load: the figures, the swipes that were heard, the journals."""

    async def second() -> tuple[dict[str, Any], list[tuple[Kind, str, str]], str]:
        async with listening() as gateway:
            options = {"terminals": 40, "rate": 500.0, "seconds": 0.4, **changes}
            result = await run(plan(gateway.server, **options), asyncio.Event())
            heard = [(m.kind, m.terminal, m.text) for m in gateway.heard(Kind.OPEN, Kind.CLOSE)]
            journals = b"".join(m.body for m in gateway.heard(Kind.UPDATE)).decode()
            assert not gateway.heard(Kind.REJECTED)
            assert gateway.closed_early == 0
            return result, heard, journals

    return asyncio.run(second())


def test_everything_sent_is_heard_and_acknowledged() -> None:
    result, heard, _ = load(faults=frozenset())
    assert result["sent"] == {"close": 40, "heartbeat": 80, "open": 80}
    assert result["acknowledged"] == 200
    assert len(heard) == 120
    assert 0 < result["latency_ms"]["p50"] <= result["latency_ms"]["p99"] < 5000


def test_the_same_seed_sends_the_same() -> None:
    faults = frozenset({"loss", "duplicate", "split"})
    assert sorted(load(faults=faults)[1]) == sorted(load(faults=faults)[1])


def test_what_the_live_channel_loses_stands_in_the_journal() -> None:
    result, heard, journals = load(faults=frozenset({"loss"}), seed=2)
    cards_of = {device.cards: device.code for device in generated(40, 2).devices}
    told = [line.split(",")[1] for line in journals.splitlines()]
    owing = {code for cards, code in cards_of.items() if set(cards) & set(told)}
    live = [card for _, terminal, card in heard if terminal in owing]
    assert result["lost_on_purpose"] > 0
    assert len(told) == len(live) + result["lost_on_purpose"]
    assert not Counter(live) - Counter(told)


def tell(device: Device, *acts: Act) -> tuple[Terminal, list[tuple[Kind, str, str]]]:
    async def telling() -> tuple[Terminal, list[tuple[Kind, str, str]]]:
        async with listening(roster="0008075634,张三\r\nend,7\r\n".encode()) as gateway:
            crew = Crew(gateway.server, 1, NOW, asyncio.Semaphore(4))
            terminal = Terminal(device, crew, Journal(SHANGHAI))
            worker = asyncio.create_task(terminal.work())
            for act in acts:
                terminal.take(act)
            await terminal.queue.join()
            worker.cancel()
            return terminal, [(m.kind, m.terminal, m.text) for m in gateway.came]

    return asyncio.run(telling())


def test_journal_lines_are_the_sent_and_the_lost_swipes() -> None:
    terminal, came = tell(
        READER,
        Act(0, READER, Deed.OPEN, "0008075634"),
        Act(60, READER, Deed.CLOSE, "0008075634", Fault.LOST),
    )
    assert terminal.journal.lines == [
        "2026-11-23 15:00:00,007B3972,open",
        "2026-11-23 15:01:00,007B3972,close",
    ]
    assert came == [(Kind.OPEN, "FCM06", "007B3972"), (Kind.SHUTDOWN, "", "")]


def test_a_clock_that_is_wrong_shows_in_the_journal_only() -> None:
    slow = Device("SPC10", skew_s=-95, cards=("0008075634",))
    terminal, _ = tell(slow, Act(0, slow, Deed.OPEN, "0008075634"))
    assert terminal.journal.lines == ["2026-11-23 14:58:25,0008075634,open"]


def test_an_alarm_is_told_with_its_photo() -> None:
    _, came = tell(READER, Act(0, READER, Deed.WARN), Act(3, READER, Deed.PHOTO))
    assert [kind for kind, _, _ in came] == [Kind.WARNING_BEGIN, Kind.SHUTDOWN, Kind.PHOTO, Kind.SHUTDOWN]
    assert came[2] == (Kind.PHOTO, "FCM06", "jpeg")


def test_a_roster_is_taken_and_closed_with_a_proof() -> None:
    terminal, came = tell(READER, Act(0, READER, Deed.REQUEST))
    assert [kind for kind, _, _ in came] == [Kind.REQUEST, Kind.SHUTDOWN]
    assert terminal.crew.tally.rosters == 1
    assert terminal.roster_version == "7"


def test_an_empty_journal_is_not_uploaded() -> None:
    _, came = tell(READER, Act(0, READER, Deed.JOURNAL))
    assert came == []


def test_a_message_cut_doubled_or_merged_is_still_a_message() -> None:
    dice = chance("cuts")
    for fault, expected in (
        (Fault.TWICE, [Kind.OPEN, Kind.OPEN]),
        (Fault.SPLIT, [Kind.OPEN]),
        (Fault.MERGED, [Kind.HEARTBEAT, Kind.OPEN]),
    ):
        wire = Connection()
        pieces = faulty(b"DNA01,0008075634open", fault, dice)
        assert [m.kind for piece in pieces for m in wire.receive(piece, 0.0)] == expected


def test_a_gateway_that_is_down_loses_nothing_of_the_journal(tmp_path: Path) -> None:
    async def outage() -> tuple[Journal, list[str]]:
        async with listening() as gateway:
            server = gateway.server
        crew = Crew(server, 1, NOW, asyncio.Semaphore(4))
        terminal = Terminal(READER, crew, Journal(SHANGHAI, tmp_path / "FCM06.txt"))
        worker = asyncio.create_task(terminal.work())
        terminal.take(Act(0, READER, Deed.OPEN, "0008075634"))
        terminal.take(Act(1, READER, Deed.BEAT))
        await asyncio.sleep(0.05)
        assert crew.tally.failures
        async with listening(port=server.port) as gateway:
            await terminal.queue.join()
            worker.cancel()
            return terminal.journal, [message.kind.name for message in gateway.came]

    journal, came = asyncio.run(outage())
    assert len(journal.lines) == 1
    assert came == ["OPEN", "SHUTDOWN", "HEARTBEAT", "SHUTDOWN"]


@pytest.mark.slow
def test_the_demo_laboratory_fills_the_board_within_seconds(tmp_path: Path) -> None:
    async def minutes() -> tuple[dict[str, Any], set[str], int, int]:
        async with listening() as gateway:
            options = {"home": tmp_path, "seconds": 200.0, "pace": 200.0, "faults": frozenset(FAULTS)}
            result = await run(plan(gateway.server, **options), asyncio.Event())
            beating = {message.terminal for message in gateway.heard(Kind.HEARTBEAT)}
            lines = sum(message.body.count(b"\n") for message in gateway.heard(Kind.UPDATE))
            return result, beating, lines, len(gateway.heard(Kind.PHOTO))

    result, beating, lines, photos = asyncio.run(minutes())
    assert len(beating) == 31
    assert lines > 5000
    assert photos == 1
    assert result["failures"] == 0


def test_sigterm_ends_the_fleet_within_a_second() -> None:
    def stop_soon() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    timer = threading.Timer(0.3, stop_soon)
    timer.start()
    began = monotonic()
    result = simulate(plan(Server("127.0.0.1", 9), seconds=30.0))
    assert monotonic() - began < 1.3
    assert result["acknowledged"] == 0


def test_pictures_are_the_same_for_the_same_moment_and_never_twice_alike() -> None:
    one = photograph(1, "DNA01", NOW)
    assert one == photograph(1, "DNA01", NOW)
    assert one != photograph(1, "PCR02", NOW)
    assert 15_000 < len(one) < 80_000
    wire = Connection()
    photo = wire.receive(b"DNA01,photo" + one, 0.0)
    assert [(m.kind, m.truncated, len(m.body)) for m in photo] == [(Kind.PHOTO, False, len(one))]
