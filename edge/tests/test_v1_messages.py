"""The acceptance cases of protocol v1 that are about bytes, as transcripts."""

import pytest

from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection
from edge.tests.samples import bytewise, heard, kinds, only

CARD = "0008075634"


def test_heartbeat_needs_no_line_end() -> None:
    raw = b"DNA01,heartbeat"
    assert heard(raw) == [Message(Kind.HEARTBEAT, "DNA01", "", raw, b"", 15)]


def test_swipe_carries_card_and_verb_without_separator() -> None:
    opened, closed = heard(b"DNA01,0008075634open", b"DNA01,0008075634close")
    assert opened == Message(Kind.OPEN, "DNA01", CARD, b"DNA01,0008075634open", b"", 20)
    assert (closed.kind, closed.text, closed.size) == (Kind.CLOSE, CARD, 21)


def test_merged_messages_come_apart_and_shutdown_closes() -> None:
    connection = Connection()
    merged = b"DNA01,0008075634openDNA01,0008075634closeDNA01,heartbeatsocketshutdown"
    messages = connection.receive(merged, 0.0)
    assert kinds(messages) == [Kind.OPEN, Kind.CLOSE, Kind.HEARTBEAT, Kind.SHUTDOWN]
    assert connection.closed
    assert b"".join(message.raw for message in messages) == merged


def test_swipe_arrives_byte_by_byte() -> None:
    assert heard(*bytewise(b"DNA01,0008075634open")) == heard(b"DNA01,0008075634open")


@pytest.mark.parametrize(
    ("sent", "card"),
    [
        (b"DNA01,8075634open", "8075634"),
        (b"DNA01,6F007B3972open", "6F007B3972"),
        (b"DNA01,007b3972open", "007b3972"),
        (b"DNA01,123,14706open", "123,14706"),
        (b"DNA01,123, 14706 open", "123,14706"),
        (b"DNA01, 0008075634 open\r\n", CARD),
        (b"DNA01,0008075634,open", CARD),
        (b"DNA01\t,\t0008075634 , open", CARD),
        (b"DNA01,6F-00-7B-39-72open", "6F-00-7B-39-72"),
        (b"DNA01,6f:00:7b:39:72OPEN", "6f:00:7b:39:72"),
        ("DNA01,0008075634，open".encode(), CARD),
        ("DNA01,0008075634，open".encode("gb18030"), CARD),
    ],
)
def test_card_spellings(sent: bytes, card: str) -> None:
    message = only(sent)
    assert (message.kind, message.terminal, message.text) == (Kind.OPEN, "DNA01", card)


@pytest.mark.parametrize("card", ["04A1B2CC", "CCCC", "c"])
def test_hexadecimal_card_may_end_in_the_letter_that_close_begins_with(card: str) -> None:
    message = only(f"DNA01,{card}close".encode())
    assert (message.kind, message.text) == (Kind.CLOSE, card)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("warningbegin", Kind.WARNING_BEGIN),
        ("warningshutdown", Kind.WARNING_SHUTDOWN),
        ("request", Kind.REQUEST),
        ("HeartBeat", Kind.HEARTBEAT),
        (" request", Kind.REQUEST),
    ],
)
def test_keywords(word: str, kind: Kind) -> None:
    message = only(f"DNA01,{word}".encode())
    assert (message.kind, message.terminal, message.text) == (kind, "DNA01", "")


def test_case_does_not_matter_and_the_identifier_keeps_its_own() -> None:
    message = only(b"dna01,HEARTBEAT\r\n")
    assert (message.kind, message.terminal, message.raw) == (Kind.HEARTBEAT, "dna01", b"dna01,HEARTBEAT")


def test_blanks_line_ends_nuls_and_marks_between_messages_are_skipped() -> None:
    sent = b"\xef\xbb\xbfDNA01,heartbeat\r\nDNA01,0008075634open\r\n\r\n\0\0 \t\xef\xbb\xbfDNA01,heartbeat\n"
    assert kinds(heard(sent)) == [Kind.HEARTBEAT, Kind.OPEN, Kind.HEARTBEAT]
    assert heard(*bytewise(sent)) == heard(sent)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("terminal", ["DNA01", "离心机01", "测序仪", "一", "〇号", "壬壬", "澹台"])
@pytest.mark.parametrize("comma", [",", "，"])
def test_identifier_and_comma_in_either_encoding(terminal: str, comma: str, encoding: str) -> None:
    sent = f"{terminal}{comma}0008075634open".encode(encoding)
    message = only(sent)
    assert (message.kind, message.terminal, message.raw) == (Kind.OPEN, terminal, sent)
    assert heard(*bytewise(sent)) == [message]


def test_rare_ideographs_take_four_bytes_in_both_encodings() -> None:
    for encoding in ("utf-8", "gb18030"):
        assert only("𠮷1,heartbeat".encode(encoding)).terminal == "𠮷1"


def test_identifier_of_32_letters_is_the_longest() -> None:
    assert only(b"A" * 32 + b",heartbeat").kind is Kind.HEARTBEAT
    assert only(b"A" * 33 + b",heartbeat").text == "bad_message"
    assert only(("离" * 32 + ",heartbeat").encode()).kind is Kind.HEARTBEAT
    assert only(("离" * 33 + ",heartbeat").encode()).text == "bad_message"


def test_shutdown_alone_closes_and_has_no_terminal() -> None:
    connection = Connection()
    assert connection.receive(b"SocketShutdown\r\n", 0.0) == [
        Message(Kind.SHUTDOWN, raw=b"SocketShutdown", size=14)
    ]
    assert connection.closed


def test_bytes_after_shutdown_are_ignored() -> None:
    connection = Connection()
    connection.receive(b"socketshutdownDNA01,heartbeat", 0.0)
    assert connection.receive(b"DNA01,heartbeat", 0.0) == []
    assert connection.refused_more == 0
    assert connection.eof(1.0) == []


def test_two_connections_do_not_share_what_is_unfinished() -> None:
    first, second = Connection(), Connection()
    assert first.receive(b"DNA01,0008075634op", 0.0) == []
    assert second.receive(b"PCR02,0001234567op", 0.0) == []
    assert [m.terminal for m in first.receive(b"en", 0.0) + second.receive(b"en", 0.0)] == ["DNA01", "PCR02"]


def test_same_bytes_on_two_connections_give_the_same_message() -> None:
    assert heard(b"DNA01,0001234567open") == heard(b"DNA01,0001234567open")


def test_roster_is_delivered_when_shutdown_follows_on_the_same_connection() -> None:
    connection = Connection()
    assert kinds(connection.receive(b"DNA01,request", 0.0)) == [Kind.REQUEST]
    connection.answered("DNA01", "7")
    delivered, shutdown = connection.receive(b"socketshutdown", 1.0)
    assert delivered == Message(Kind.DELIVERED, "DNA01", "7")
    assert shutdown.kind is Kind.SHUTDOWN


def test_roster_counts_as_lost_without_shutdown() -> None:
    connection = Connection()
    connection.receive(b"DNA01,request", 0.0)
    connection.answered("DNA01", "7")
    assert connection.receive(b"DNA01,heartbeat", 1.0) == heard(b"DNA01,heartbeat")
    assert connection.eof(2.0) == []


def test_newest_answer_of_each_terminal_is_what_was_delivered() -> None:
    connection = Connection()
    for terminal, version in (("DNA01", "6"), ("PCR02", "7"), ("DNA01", "7")):
        connection.answered(terminal, version)
    delivered = connection.receive(b"socketshutdown", 1.0)[:-1]
    assert [(message.terminal, message.text) for message in delivered] == [("DNA01", "7"), ("PCR02", "7")]


def test_answer_after_the_end_changes_nothing() -> None:
    connection = Connection()
    connection.receive(b"DNA01,requestsocketshutdown", 0.0)
    connection.answered("DNA01", "7")
    assert connection.eof(1.0) == []
