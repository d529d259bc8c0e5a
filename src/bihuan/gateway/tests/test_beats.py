"""A beat is never a row: it moves the terminal's last sight, once a second at most."""

from collections.abc import Callable
from pathlib import Path

from bihuan.gateway.tests.running import Running, eventually, register

Run = Callable[..., Running]


def test_beats_make_no_rows_and_are_counted(gateway: Running) -> None:
    gateway.say(b"DNA01,heartbeat" * 3 + b"dna01,HEARTBEAT\r\nsocketshutdown")
    seen = gateway.seen("DNA01", 4)
    assert (seen.terminal, seen.code, seen.address, seen.ring) == ("dna01", "DNA01", "127.0.0.1", "oooo")
    assert gateway.rows() == []


def test_every_message_says_that_the_terminal_lives(gateway: Running) -> None:
    gateway.say(b"DNA01,0008075634opensocketshutdown")
    seen = gateway.seen("DNA01", 1)
    assert seen.at_us == gateway.rows()[0].at_us
    assert seen.ring == ""


def test_sight_survives_a_restart(run: Run) -> None:
    first = run()
    first.say(b"DNA01,heartbeatDNA01,heartbeatsocketshutdown")
    before = first.seen("DNA01", 2)
    first.stop()
    second = run()
    eventually(lambda: second.gateway.seen.loaded)
    second.say(b"DNA01,heartbeatsocketshutdown")
    after = second.seen("DNA01", 3)
    assert (after.first_us, after.ring) == (before.first_us, "ooo")
    assert after.at_us > before.at_us


def test_stop_writes_the_last_beats(run: Run) -> None:
    gateway = run()
    eventually(lambda: gateway.gateway.seen.loaded)
    gateway.say(b"DNA01,heartbeatsocketshutdown")
    gateway.stop()
    assert [(seen.terminal, seen.messages) for seen in gateway.log.seen()] == [("dna01", 1)]


def test_beat_of_an_unregistered_terminal_is_seen(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01")
    gateway = run()
    gateway.say(b"XX99,heartbeatsocketshutdown")
    assert gateway.seen("XX99", 1).code == "XX99"


def test_gateway_says_that_it_lives_and_what_it_did(gateway: Running) -> None:
    gateway.say(b"DNA01,0008075634openDNA01,heartbeatsocketshutdown")
    eventually(lambda: [one for one in gateway.log.gateways() if one.counters["rows"] == 1])
    [beat] = gateway.log.gateways()
    assert beat.gateway == "east"
    assert beat.at_us >= beat.started_us
    assert beat.counters["kinds"] == {"heartbeat": 1, "open": 1, "shutdown": 1}
