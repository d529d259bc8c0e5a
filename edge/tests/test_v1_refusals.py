"""What is no message: refused with a reason, never answered, never an exception."""

import pytest

from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection, Limits
from edge.tests.samples import bytewise, heard, kinds, only


def refused(*segments: bytes, limits: Limits | None = None) -> tuple[Connection, Message]:
    connection = Connection(limits or Limits())
    (message,) = [message for piece in segments for message in connection.receive(piece, 0.0)]
    assert message.kind is Kind.REJECTED
    return connection, message


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api HTTP/1.1\r\n",
        b"OPTIONS * HTTP/1.0\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        bytes.fromhex("1603010200010001fc0303"),
        bytes.fromhex("b24801010000000000000001"),
        b'{"id": "DNA01"}',
        b",heartbeat",
        b"DNA 01,heartbeat",
        b"DNA/01,heartbeat",
        b"D\0N\0A\0",
        b"DNA01,hea\x01t",
        b"\x80mega,heartbeat",
        b"\xff\xd8\xff\xe0",
        b"DNA01,\xff\xfe\xff",
    ],
)
def test_byte_that_cannot_stand_there_closes_at_once(sent: bytes) -> None:
    connection, message = refused(sent)
    assert (message.text, message.size) == ("bad_protocol", len(sent))
    assert connection.closed
    assert sent.startswith(message.raw)


def test_overlong_header_is_counted_to_its_last_byte() -> None:
    connection, message = refused(b"A" * 300)
    assert (message.text, message.size, message.raw) == ("bad_overlong", 300, b"A" * 256)
    assert connection.closed


def test_overlong_header_byte_by_byte_counts_the_rest_of_the_instant() -> None:
    connection, message = refused(*bytewise(b"A" * 300))
    assert (message.text, message.size, connection.refused_more) == ("bad_overlong", 257, 43)
    connection.receive(b"A", 1.0)
    assert connection.refused_more == 43


def test_header_may_take_all_of_its_limit() -> None:
    sent = b"DNA01," + b" " * 241 + b"heartbeat"
    assert len(sent) == 256
    assert only(sent).kind is Kind.HEARTBEAT
    assert refused(sent.replace(b"hear", b" hear"))[1].text == "bad_overlong"


def test_smaller_limit_holds_for_plain_messages_too() -> None:
    limits = Limits(header=15)
    assert Connection(limits).receive(b"DNA01,heartbeat", 0.0) == heard(b"DNA01,heartbeat")
    assert refused(b"DNA001,heartbeat", limits=limits)[1].text == "bad_overlong"


@pytest.mark.parametrize(
    "line",
    [
        b"rubbish",
        b"DNA01",
        b"DNA01 ",
        b"DNA01,",
        b"DNA01,hello",
        b"DNA01,0008075634",
        b"DNA01,heartbeatt"[:14],
        "DNA01,你好".encode(),
        "DNA01,你好".encode("gb18030"),
        "离心机".encode("gb18030"),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_line_without_keyword_is_refused_and_the_next_one_read(line: bytes, end: bytes) -> None:
    bad, good = heard(line + end + b"DNA01,heartbeat")
    assert bad == Message(Kind.REJECTED, "", "bad_message", line, b"", len(line))
    assert good.kind is Kind.HEARTBEAT


@pytest.mark.parametrize(
    "sent",
    [
        b"heartbeat,heartbeat",
        b"Open,request",
        b"pho-to,0008075634open",
        b"DNA01,open",
        b"DNA01, , close",
    ],
)
def test_keyword_as_identifier_and_swipe_without_card_are_refused(sent: bytes) -> None:
    bad, good = heard(sent + b"DNA01,heartbeat")
    assert (bad.text, bad.raw) == ("bad_message", sent)
    assert good.kind is Kind.HEARTBEAT


def test_shutdown_as_identifier_is_a_shutdown() -> None:
    connection = Connection()
    assert kinds(connection.receive(b"socketshutdown1,heartbeat", 0.0)) == [Kind.SHUTDOWN]


def test_more_bad_lines_than_allowed_close() -> None:
    connection = Connection()
    assert len(connection.receive(b"rubbish\n" * 16, 0.0)) == 16
    assert not connection.closed
    (last,) = connection.receive(b"rubbish\nrubbish\n", 0.0)
    assert (last.text, last.raw, last.size) == ("bad_message", b"rubbish", 16)
    assert connection.closed


def test_fin_inside_a_header_is_truncated() -> None:
    connection = Connection()
    assert connection.receive(b"DNA01,heartb", 0.0) == []
    assert connection.eof(1.0) == [Message(Kind.REJECTED, "", "truncated", b"DNA01,heartb", b"", 12)]
    assert connection.receive(b"eat", 1.0) == []


def test_fin_between_messages_says_nothing() -> None:
    connection = Connection()
    connection.receive(b"DNA01,heartbeat\r\n", 0.0)
    assert connection.eof(1.0) == []
    assert connection.eof(1.0) == []


def test_half_a_character_at_fin_is_truncated() -> None:
    connection = Connection()
    connection.receive("离".encode()[:2], 0.0)
    assert connection.eof(0.0)[0].size == 2
