"""For any bytes: the cut does not matter, nothing raises, nothing grows without bound."""

from itertools import pairwise
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from bihuan_edge.header import Verdict, read_fast, read_header
from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection, Limits
from edge.tests.samples import (
    STANDARD,
    bytewise,
    drawn,
    jpeg_by_hand,
    jpeg_with_thumbnail,
    outcome,
)

SMALL = Limits(header=40, photo=400, journal=60, bad_messages=2)
PHOTO = jpeg_with_thumbnail()
PLAIN = [
    b"DNA01,heartbeat",
    b"DNA01,0008075634open",
    b"PCR02,6F007B39CCclose\r\n",
    b"DNA01,warningbegin\n",
    b"DNA01,warningshutdown",
    b"DNA01,request",
]
TOKENS = [
    *PLAIN,
    b"dna01 , 123,14706 OPEN",
    b"DNA01,update2026-11-22 09:00:00,0008075634,open\r\n",
    b"socketshutdown",
    b"socketshut",
    b"DNA01,photo",
    b"DNA01,pho-to\r\n",
    PHOTO,
    b"DNA01,photo" + len(PHOTO).to_bytes(4, "little") + PHOTO,
    b"DNA01,photo" + (len(PHOTO) + 20).to_bytes(8, "big") + PHOTO,
    jpeg_by_hand()[:90],
    drawn("PNG", 4, 4),
    drawn("BMP", 4, 4),
    b"BM",
    b"\xff\xd8\xff",
    b"rubbish\n",
    b"DNA01,hello\r\n",
    b"open,heartbeat",
    "离心机01，heartbeat".encode(),
    "离心机01，0008075634，open".encode("gb18030"),
    "一楼,heartbeat".encode("gb18030"),
    "壬壬,heartbeat".encode(),
    "離".encode()[:2],
    b"\xef\xbb\xbf",
    b"\xef\xbb",
    b"\xa3\xac",
    b"\x81\x30",
    b"\0\r\n ",
    b"D" * 30,
    b"7" * 200,
    b",",
    b"A",
]
pieces = st.lists(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=8)), max_size=8)
streams = pieces.map(b"".join)
limits = st.sampled_from([STANDARD, SMALL])


@st.composite
def cut_streams(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    stream = draw(streams)
    places = sorted(draw(st.sets(st.integers(0, len(stream)), max_size=12)))
    edges = [0, *places, len(stream)]
    return stream, [stream[start:end] for start, end in pairwise(edges)]


@given(cut_streams(), limits)
@example((b"GET / HTTP/1.1\r\n\r\n", [b"GE", b"T /", b" HTTP/1.1\r\n\r\n"]), STANDARD)
@example((b"A" * 300, [b"A" * 100] * 3), STANDARD)
def test_the_cut_does_not_matter(cut: tuple[bytes, list[bytes]], most: Limits) -> None:
    stream, segments = cut
    assert outcome(segments, most) == outcome([stream], most)


@given(streams, limits)
def test_byte_by_byte_is_the_same(stream: bytes, most: Limits) -> None:
    assert outcome([b"", *bytewise(stream)], most) == outcome([stream], most)


@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(TOKENS), st.floats(0, 100)), max_size=20))
def test_no_bytes_and_no_pauses_raise_or_outgrow_the_limits(story: list[bytes | float]) -> None:
    connection, now = Connection(SMALL), 0.0
    messages: list[Message] = []
    for event in story:
        if isinstance(event, bytes):
            messages += connection.receive(event, now)
        else:
            now += event
            messages += connection.tick(now)
            assert connection.next_due > now
        assert connection.buffered <= SMALL.photo + SMALL.header
    messages += connection.eof(now)
    assert sum(message.text == "bad_message" for message in messages) <= SMALL.bad_messages + 1
    assert all(len(message.raw) <= 256 for message in messages)


@given(st.lists(st.sampled_from(PLAIN), max_size=30).map(b"".join))
def test_raw_and_body_replay_to_the_same_messages(stream: bytes) -> None:
    sent = stream + b"DNA01,photo" + PHOTO + b"DNA01,update1,2\nsocketshutdown"
    first = Connection().receive(sent, 0.0)
    again = Connection().receive(b"".join(message.raw + message.body for message in first), 0.0)
    assert again == first


plain_like = st.tuples(
    st.one_of(
        st.from_regex(rb"[A-Za-z0-9_.\-]{1,33}", fullmatch=True),
        st.sampled_from([b"open", b"Photo", b"socketshutdown", b"SocketShutdownX", b"heartbeat"]),
    ),
    st.one_of(
        st.sampled_from([b"heartbeat", b"request", b"warningbegin", b"warningshutdown", b"Heartbeat"]),
        st.from_regex(rb"[0-9a-fA-FlL]{0,33}(open|close)", fullmatch=True),
    ),
).map(b",".join)


@given(plain_like)
def test_fast_and_careful_path_agree(raw: bytes) -> None:
    quick: list[Message] = []
    end = read_fast(raw, 0, quick)
    header = read_header(raw)
    if quick:
        careful = Message(header.kind, header.terminal, header.card, raw[: header.end], b"", header.end)
        assert header.verdict is Verdict.MESSAGE
        assert (quick[0], end) == (careful, len(raw))
    else:
        assert end == 0


@given(st.lists(st.sampled_from(TOKENS), max_size=12).map(b"".join))
def test_streams_read_the_same_without_the_fast_path(stream: bytes) -> None:
    quick = outcome([stream])
    with patch("bihuan_edge.wire.FAST_LENGTH", 1000):
        assert outcome([stream]) == quick


def test_every_character_of_gb18030_takes_the_bytes_it_came_in() -> None:
    """An identifier is measured in characters and cut in bytes."""
    for first in range(0x81, 0xFF):
        for second in range(0x40, 0xFF):
            raw = bytes([first, second])
            header = read_header(raw + b",heartbeat")
            if header.verdict is Verdict.MESSAGE:
                assert (header.end, len(header.terminal)) == (12, 1)
                assert header.kind is Kind.HEARTBEAT
