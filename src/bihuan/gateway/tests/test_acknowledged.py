"""A FIN means: stored. Nothing else is ever sent unasked."""

import socket
import struct

import pytest

from bihuan.gateway.tests.running import Running, eventually
from bihuan_edge.messages import Kind

OPEN = b"DNA01,0008075634open"
CLOSE = b"DNA01,0008075634close"
SWIPED = (Kind.OPEN, "DNA01", "0008075634")
LEFT = (Kind.CLOSE, "DNA01", "0008075634")


def test_row_is_in_the_log_when_the_fin_arrives(gateway: Running) -> None:
    assert gateway.say(OPEN + b"socketshutdown") == b""
    assert gateway.facts() == [SWIPED]


def test_row_keeps_the_bytes_and_where_they_came_from(gateway: Running) -> None:
    gateway.say(OPEN + b"socketshutdown")
    [row] = gateway.rows()
    assert (row.raw, row.size, row.address, row.gateway) == (OPEN, 20, "127.0.0.1", "east")


def test_messages_in_one_segment_are_rows_in_their_order(gateway: Running) -> None:
    gateway.say(OPEN + CLOSE + OPEN + b"socketshutdown")
    assert gateway.facts() == [SWIPED, LEFT, SWIPED]


def test_message_sent_byte_by_byte_is_one_row(gateway: Running) -> None:
    with gateway.terminal() as terminal:
        terminal.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in OPEN + b"socketshutdown":
            terminal.send(bytes([byte]))
        assert terminal.rest() == b""
    assert gateway.facts() == [SWIPED]


def test_connection_without_shutdown_stays_open_and_is_stored_all_the_same(gateway: Running) -> None:
    with gateway.terminal() as terminal:
        terminal.send(OPEN)
        eventually(gateway.facts)
        assert terminal.hears_nothing()


def test_fin_of_the_terminal_is_answered_after_the_commit(gateway: Running) -> None:
    with gateway.terminal() as terminal:
        terminal.send(OPEN)
        terminal.fin()
        assert terminal.rest() == b""
    assert gateway.facts() == [SWIPED]


def test_reset_by_the_terminal_loses_nothing_that_was_read(gateway: Running) -> None:
    terminal = gateway.terminal()
    terminal.send(OPEN)
    eventually(gateway.facts)
    terminal.reset()
    gateway.say(CLOSE + b"socketshutdown")
    assert gateway.facts() == [SWIPED, LEFT]


def test_bytes_after_the_shutdown_are_ignored(gateway: Running) -> None:
    with gateway.terminal() as terminal:
        terminal.send(OPEN + b"socketshutdown" + CLOSE)
        assert terminal.rest() == b""
    assert gateway.facts() == [SWIPED]


def test_shutdown_alone_is_no_row(gateway: Running) -> None:
    assert gateway.say(b"socketshutdown") == b""
    assert gateway.facts() == []


def test_times_grow_within_a_connection_and_connections_have_numbers_of_their_own(gateway: Running) -> None:
    gateway.say(OPEN * 50 + b"socketshutdown")
    gateway.say(OPEN + b"socketshutdown")
    rows = gateway.rows()
    times = [row.at_us for row in rows[:50]]
    assert times == sorted(set(times))
    assert len({row.conn for row in rows}) == 2


def test_many_messages_land_in_few_commits(gateway: Running) -> None:
    gateway.say(*[OPEN * 500] * 4, b"socketshutdown")
    assert len(gateway.rows()) == 2000
    assert gateway.gateway.counters.commits <= 20


def test_accepted_sockets_are_reset_unless_the_gateway_finishes_them(gateway: Running) -> None:
    """A process that dies must not send a FIN, for a FIN acknowledges."""
    with gateway.terminal():
        [connection] = eventually(lambda: [one for part in gateway.gateway.slices for one in part])
        found = connection.transport.get_extra_info("socket")
        value = found.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
    assert struct.unpack("ii", value) == (1, 0)


def test_stop_stores_what_was_read_and_ends_idle_connections(gateway: Running) -> None:
    with gateway.terminal() as terminal:
        terminal.send(OPEN)
        eventually(lambda: gateway.gateway.counters.received_bytes)
        gateway.stop()
        assert terminal.rest() == b""
    assert gateway.stored
    assert gateway.facts() == [SWIPED]


def test_stopped_gateway_takes_no_connection(gateway: Running) -> None:
    gateway.stop()
    with pytest.raises(ConnectionRefusedError):
        gateway.terminal()
