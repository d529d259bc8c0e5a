"""Work is linear in the bytes and a quiet connection is small. Only ratios, with wide margins."""

import tracemalloc
from collections.abc import Iterator
from time import process_time

import pytest

from bihuan_edge.messages import Kind
from bihuan_edge.wire import Connection
from edge.tests.samples import SCAN, drawn, jpeg_by_hand, segment

KIB = 1024


def seconds(head: bytes, stream: bytes, step: int) -> float:
    """The best of three, so that a neighbour on the machine does not fail a test."""
    return min(once(head, stream, step) for _ in range(3))


def once(head: bytes, stream: bytes, step: int) -> float:
    connection = Connection()
    connection.receive(head, 0.0)
    began = process_time()
    for at in range(0, len(stream), step):
        connection.receive(stream[at : at + step], 0.0)
    took = process_time() - began
    assert connection.buffered or connection.closed or not stream
    return took


def growing() -> Iterator[tuple[str, bytes, bytes, bytes]]:
    """Bodies that never end: something of 16 KiB and the same eight times as long."""
    lead = jpeg_by_hand()[:-2]
    for name, head, unit in (
        ("journal", b"DNA01,update", b"2026-11-22 09:00:00,0008075634,open\r\n"),
        ("journal of s", b"DNA01,update", b"socketshutdow"),
        ("scan", b"DNA01,photo" + lead, SCAN),
        ("scan of ff", b"DNA01,photo" + lead, b"\xff"),
        ("scan of ff 00", b"DNA01,photo" + lead, b"\xff\xff\x00"),
        ("segments", b"DNA01,photo\xff\xd8", segment(0xFE, b"")),
        ("chunks", b"DNA01,photo" + drawn("PNG")[:8], b"\0\0\0\0tEXt\0\0\0\0"),
        ("garbage", b"DNA01,photo", b"no picture "),
    ):
        yield name, head, unit * (16 * KIB // len(unit)), unit * (128 * KIB // len(unit))


@pytest.mark.parametrize(
    ("head", "short", "long"), [rest for _, *rest in growing()], ids=[name for name, *_ in growing()]
)
@pytest.mark.parametrize("step", [7, 128 * KIB], ids=["in drops", "at once"])
def test_eight_times_the_bytes_take_about_eight_times_as_long(
    head: bytes, short: bytes, long: bytes, step: int
) -> None:
    assert seconds(head, long, step) < 24 * seconds(head, short, step) + 0.005


def test_many_small_pictures_in_one_segment_stay_linear() -> None:
    one = b"DNA01,photo" + drawn("PNG", 1, 1)

    def took(count: int) -> float:
        connection = Connection()
        began = process_time()
        assert len(connection.receive(one * count, 0.0)) == count
        return process_time() - began

    assert min(took(1600) for _ in range(3)) < 24 * min(took(200) for _ in range(3)) + 0.005


def test_plain_messages_are_read_much_faster_than_they_are_spelled_out() -> None:
    plain = b"DNA01,heartbeatDNA01,0008075634open" * 1000
    careful = b"DNA01, heartbeatDNA01, 0008075634open" * 1000

    def took(stream: bytes) -> float:
        connection = Connection()
        began = process_time()
        assert len(connection.receive(stream, 0.0)) == 2000
        return process_time() - began

    assert 3 * min(took(plain) for _ in range(5)) < min(took(careful) for _ in range(5))


def test_ever_new_cards_are_not_remembered_for_ever() -> None:
    tracemalloc.start()
    try:
        connection = Connection()
        for card in range(0, 20_000, 100):
            connection.receive(b"".join(b"FLOOD,%010dopen" % (card + n) for n in range(100)), 0.0)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 3_000_000


def test_ten_thousand_quiet_connections_fit_in_a_few_megabytes() -> None:
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        fleet = [Connection() for _ in range(10_000)]
        for number, connection in enumerate(fleet):
            (beat,) = connection.receive(b"DNA01,heartbeat\r\n", float(number))
            assert beat.kind is Kind.HEARTBEAT
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 4_000_000
    assert not hasattr(fleet[0], "__dict__")
