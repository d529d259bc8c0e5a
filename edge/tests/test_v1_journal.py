"""`update`: free text until shutdown, end of stream or silence."""

import pytest

from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection, Limits
from edge.tests.samples import bytewise, heard, kinds

LINES = b"2026-11-22 09:00:00,0008075634,open\r\n2026-11-22 10:30:00,0008075634,close\r\n"
UPLOAD = Message(Kind.UPDATE, "DNA01", "", b"DNA01,update", LINES, 12 + len(LINES))


def test_journal_ends_at_shutdown() -> None:
    connection = Connection()
    journal, shutdown = connection.receive(b"DNA01,update" + LINES + b"socketshutdown", 0.0)
    assert journal == UPLOAD
    assert shutdown == Message(Kind.SHUTDOWN, raw=b"socketshutdown", size=14)
    assert connection.closed


@pytest.mark.parametrize("cut", range(15))
def test_shutdown_may_be_split_and_in_capitals(cut: int) -> None:
    whole = b"DNA01,update" + LINES + b"SOCKETshutdown"
    at = len(whole) - 14 + cut
    assert heard(whole[:at], whole[at:])[0] == UPLOAD


def test_journal_ends_at_fin() -> None:
    connection = Connection()
    assert connection.receive(b"DNA01,update" + LINES, 0.0) == []
    assert connection.eof(1.0) == [UPLOAD]


def test_journal_ends_after_ten_silent_seconds_and_the_connection_goes_on() -> None:
    connection = Connection()
    connection.receive(b"DNA01,update" + LINES[:20], 0.0)
    connection.receive(LINES[20:], 7.0)
    assert connection.next_due == 17.0
    assert connection.tick(16.9) == []
    assert connection.tick(17.0) == [UPLOAD]
    assert kinds(connection.receive(b"DNA01,heartbeat", 18.0)) == [Kind.HEARTBEAT]


def test_words_of_the_protocol_inside_a_journal_are_text() -> None:
    text = b"DNA01,heartbeat\nrubbish\nDNA01,0008075634open\nsocket shutdown\n"
    assert heard(b"DNA01,update" + text + b"socketshutdown")[0].body == text


def test_journal_in_another_encoding_is_kept_byte_for_byte() -> None:
    text = "2026-11-22 09:00:00,张三\n".encode("gb18030")
    assert heard(b"DNA01,update" + text + b"socketshutdown")[0].body == text


def test_empty_journal_is_still_an_upload() -> None:
    journal, _ = heard(b"DNA01,updatesocketshutdown")
    assert (journal.body, journal.size) == (b"", 12)


def test_roster_is_delivered_when_a_journal_ends_in_shutdown() -> None:
    connection = Connection()
    connection.answered("DNA01", "7")
    ended = connection.receive(b"DNA01,updatesocketshutdown", 0.0)
    assert kinds(ended) == [Kind.UPDATE, Kind.DELIVERED, Kind.SHUTDOWN]


def test_journal_at_its_limit_is_taken_and_one_byte_more_refused() -> None:
    limits = Limits(journal=100)
    taken = Connection(limits).receive(b"DNA01,update" + b"x" * 100 + b"socketshutdown", 0.0)
    assert kinds(taken) == [Kind.UPDATE, Kind.SHUTDOWN]
    connection = Connection(limits)
    sent = b"DNA01,update" + b"x" * 101 + b"socketshutdown"
    (refused,) = connection.receive(sent, 0.0)
    assert (refused.kind, refused.terminal, refused.text) == (Kind.REJECTED, "DNA01", "bad_overlong")
    assert (refused.size, connection.closed) == (len(sent), True)


def test_journal_over_its_limit_is_refused_at_fin_too() -> None:
    connection = Connection(Limits(journal=100))
    assert connection.receive(b"DNA01,update" + b"x" * 105, 0.0) == []
    (refused,) = connection.eof(0.0)
    assert (refused.text, refused.size) == ("bad_overlong", 117)


def test_endless_journal_is_dropped_as_soon_as_it_is_over() -> None:
    connection = Connection(Limits(journal=1000))
    connection.receive(b"DNA01,update", 0.0)
    most = 0
    for _ in range(3000):
        connection.receive(b"x", 0.0)
        most = max(most, connection.buffered)
    assert (most, connection.buffered, connection.closed) == (1013, 0, True)


def test_journal_byte_by_byte() -> None:
    assert heard(*bytewise(b"DNA01,update" + LINES + b"socketshutdown"))[0] == UPLOAD
