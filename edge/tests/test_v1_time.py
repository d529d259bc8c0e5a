"""What the passing of time does to a connection."""

from math import inf

from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection, Limits
from edge.tests.samples import jpeg_by_hand, kinds


def test_new_connection_is_due_at_once_and_then_has_its_idle_time() -> None:
    connection = Connection()
    assert connection.next_due == -inf
    assert connection.tick(1000.0) == []
    assert (connection.next_due, connection.closed) == (1090.0, False)


def test_ninety_silent_seconds_close_without_a_word() -> None:
    connection = Connection()
    connection.receive(b"DNA01,heartbeat", 100.0)
    assert connection.tick(189.9) == []
    assert not connection.closed
    assert connection.tick(190.0) == []
    assert (connection.closed, connection.next_due) == (True, inf)
    assert connection.tick(500.0) == []


def test_heartbeats_keep_a_connection() -> None:
    connection = Connection()
    for beat in range(1, 20):
        now = beat * 30.0
        assert connection.tick(now) == []
        assert kinds(connection.receive(b"DNA01,heartbeat", now)) == [Kind.HEARTBEAT]
    assert connection.next_due == 19 * 30.0 + 90.0


def test_header_that_drips_is_cut_ninety_seconds_after_its_first_byte() -> None:
    connection = Connection()
    connection.receive(b"DNA01,heartbeat D", 0.0)
    for second in (40.0, 80.0):
        connection.receive(b"N", second)
    assert connection.tick(90.0) == [Message(Kind.REJECTED, "", "truncated", b"DNN", b"", 3)]
    assert connection.closed


def test_message_that_completes_a_dripping_header_gives_time_again() -> None:
    connection = Connection()
    connection.receive(b"DNA01,heart", 0.0)
    connection.receive(b"beat", 80.0)
    assert connection.next_due == 170.0


def test_mark_completed_late_is_no_dripping_header() -> None:
    for tail in ([b"\xbfD"], [b"\xbf", b"D"]):
        connection = Connection()
        connection.receive(b"\xef\xbb", 0.0)
        for piece in tail:
            connection.receive(piece, 50.0)
        assert connection.next_due == 140.0


def test_late_tick_ends_the_body_and_closes_in_one_go() -> None:
    connection = Connection()
    connection.receive(b"DNA01,update1\n", 0.0)
    assert kinds(connection.tick(95.0)) == [Kind.UPDATE]
    assert connection.closed


def test_silence_counts_from_the_last_byte_however_late_the_body_was_ended() -> None:
    connection = Connection()
    connection.receive(b"DNA01,update1\n", 0.0)
    connection.tick(60.0)
    assert (connection.next_due, connection.closed) == (90.0, False)


def test_bytes_that_waited_in_a_held_up_server_do_not_cut_the_picture() -> None:
    picture = jpeg_by_hand()
    connection = Connection()
    connection.receive(b"DNA01,photo" + picture[:40], 0.0)
    (photo,) = connection.receive(picture[40:], 25.0)
    assert (photo.body, photo.truncated) == (picture, False)
    assert connection.next_due == 115.0


def test_body_that_drips_for_ever_is_ended() -> None:
    connection = Connection(Limits(body_s=60.0))
    connection.receive(b"DNA01,update", 0.0)
    for second in range(5, 60, 5):
        connection.receive(b"x", float(second))
        assert connection.tick(float(second)) == []
    assert connection.next_due == 60.0
    (journal,) = connection.tick(60.0)
    assert journal.body == b"x" * 11
    assert (connection.closed, connection.next_due) == (False, 145.0)


def test_nothing_is_due_after_the_end() -> None:
    connection = Connection()
    connection.receive(b"socketshutdown", 0.0)
    assert connection.next_due == inf
    finished = Connection()
    finished.receive(b"DNA01,heartbeat", 0.0)
    finished.eof(1.0)
    assert (finished.next_due, finished.closed) == (inf, False)
