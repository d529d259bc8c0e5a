"""What is no terminal of ours costs little and gets no answer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bihuan.gateway.bounds import Bounds
from bihuan.gateway.tests.running import Running, eventually, register
from bihuan_edge.messages import Kind
from bihuan_edge.wire import Limits

Run = Callable[..., Running]
TLS = bytes.fromhex("16030100c8010000c40303") + bytes(range(32))


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", TLS, b"\x00\xff\xfe\x80" * 20, b"A" * 300, b"\xb2H\x01"]
)
def test_garbage_is_closed_without_a_byte_and_leaves_one_row(gateway: Running, data: bytes) -> None:
    assert gateway.say(data) == b""
    assert [row.kind for row in gateway.rows()] == [Kind.REJECTED]


def test_refused_rows_are_bounded_for_an_address(run: Run) -> None:
    gateway = run(bounds=Bounds(rejected_rows_a_minute_and_address=5))
    for _ in range(12):
        gateway.say(b"GET / HTTP/1.1\r\n\r\n")
    assert len(gateway.rows()) == 5
    assert gateway.gateway.counters.refused["bad_protocol"] == 12
    assert gateway.gateway.counters.dropped["refusals"] == 7


def test_slow_drip_is_closed(run: Run) -> None:
    gateway = run(limits=Limits(idle_s=0.3))
    with gateway.terminal() as terminal:
        terminal.send(b"DNA")
        assert terminal.rest() == b""
    assert [row.text for row in gateway.rows()] == ["truncated"]


def test_silent_connection_is_closed_without_a_row(run: Run) -> None:
    gateway = run(limits=Limits(idle_s=0.3))
    assert gateway.say() == b""
    assert gateway.rows() == []


def test_one_connection_too_many_from_an_address_is_reset(run: Run) -> None:
    gateway = run(bounds=Bounds(connections_an_address=2))
    with gateway.terminal() as first, gateway.terminal() as second:
        eventually(lambda: gateway.gateway.counters.open_connections == 2)
        with pytest.raises(ConnectionResetError):
            gateway.say()
        first.send(b"DNA01,warningbeginsocketshutdown")
        assert first.rest() == b""
        assert second.hears_nothing()
    assert gateway.gateway.counters.refused["too_many_connections"] == 1


def test_place_of_a_closed_connection_is_free_again(run: Run) -> None:
    gateway = run(bounds=Bounds(connections_an_address=1))
    for _ in range(3):
        assert gateway.say(b"DNA01,warningbeginsocketshutdown") == b""
        eventually(lambda: not gateway.gateway.per_address)
    assert len(gateway.rows()) == 3


def test_rows_of_unregistered_terminals_are_bounded(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01")
    gateway = run(bounds=Bounds(unregistered_rows_a_minute=3))
    gateway.say(b"XX99,warningbegin" * 10 + b"DNA01,warningbegin" * 4 + b"socketshutdown")
    assert [row.terminal for row in gateway.rows()] == ["XX99"] * 3 + ["DNA01"] * 4
    assert gateway.gateway.counters.dropped["unregistered"] == 7


def test_distinct_unregistered_terminals_are_bounded(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01")
    gateway = run(bounds=Bounds(unregistered=5))
    gateway.say(
        b"".join(b"XX%02d,heartbeat" % number for number in range(20)) + b"DNA01,heartbeatsocketshutdown"
    )
    gateway.seen("DNA01", 1)
    assert len(gateway.log.seen()) == 6
    assert gateway.gateway.counters.dropped["unregistered_too_many"] == 15


def test_before_the_registrations_are_known_nobody_is_a_stranger(run: Run) -> None:
    gateway = run(bounds=Bounds(unregistered_rows_a_minute=1))
    gateway.say(b"DNA01,warningbegin" * 5 + b"socketshutdown")
    assert len(gateway.rows()) == 5


def test_picture_of_a_stranger_is_not_kept(run: Run, tmp_path: Path) -> None:
    register(tmp_path, "dna01")
    gateway = run()
    gateway.say(b"XX99,photo\xff\xd8\xff\xd9socketshutdown")
    assert [(row.terminal, row.kind, row.body) for row in gateway.rows()] == [("XX99", Kind.PHOTO, "")]
    assert not (tmp_path / "evidence").exists()


def test_bodies_beyond_the_budget_end_their_connection_only(run: Run) -> None:
    gateway = run(bounds=Bounds(body_bytes=1000))
    with gateway.terminal() as other, gateway.terminal() as greedy:
        other.send(b"DNA01,0008075634open")
        eventually(gateway.facts)
        greedy.send(b"DNA01,update" + b"x" * 2000)
        with pytest.raises(ConnectionResetError):
            greedy.rest()
        other.send(b"socketshutdown")
        assert other.rest() == b""
    assert gateway.gateway.counters.refused["bodies_full"] == 1
    eventually(lambda: gateway.gateway.buffered == 0)


def test_bug_in_one_connection_closes_that_one(gateway: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("0008075634")

    with gateway.terminal() as terminal, gateway.terminal() as other:
        eventually(lambda: gateway.gateway.counters.open_connections == 2)
        with monkeypatch.context() as patch:
            patch.setattr("bihuan.gateway.connection.FieldConnection._row", broken)
            terminal.send(b"DNA01,0008075634opensocketshutdown")
            with pytest.raises(ConnectionResetError):
                terminal.rest()
        other.send(b"DNA01,warningbeginsocketshutdown")
        assert other.rest() == b""
    assert gateway.gateway.counters.errors == 1


def test_log_names_the_place_of_a_bug_and_not_what_was_received(
    gateway: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("0008075634")

    monkeypatch.setattr("bihuan.gateway.connection.FieldConnection._row", broken)
    with pytest.raises(ConnectionResetError):
        gateway.say(b"DNA01,0008075634opensocketshutdown")
    assert "ValueError at test_strangers.py" in caplog.text
    assert "0008075634" not in caplog.text
