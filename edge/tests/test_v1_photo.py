"""`photo`: a picture says itself where it ends; its sender may have said it before."""

from hashlib import sha256
from math import inf

import pytest

from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection, Limits
from edge.tests.samples import (
    bytewise,
    drawn,
    heard,
    jpeg_by_hand,
    jpeg_with_thumbnail,
    kinds,
    only,
    photographed,
    segment,
)

HEAD = b"DNA01,photo"
J = jpeg_by_hand()
PICTURES = {
    "plain": ("jpeg", J),
    "thumbnail": ("jpeg", jpeg_with_thumbnail()),
    "baseline": ("jpeg", drawn("JPEG")),
    "progressive": ("jpeg", drawn("JPEG", progressive=True)),
    "camera": ("jpeg", photographed()),
    "png": ("png", drawn("PNG")),
    "bmp": ("bmp", drawn("BMP")),
}
every_picture = pytest.mark.parametrize(("form", "picture"), PICTURES.values(), ids=PICTURES.keys())


def test_samples_hold_the_trap_that_they_are_for() -> None:
    for picture in (jpeg_with_thumbnail(), photographed()):
        assert 0 < picture.index(b"\xff\xd9") < len(picture) - 2
    assert b"\xff\xc2" in drawn("JPEG", progressive=True)


@every_picture
def test_picture_ends_with_its_last_byte(form: str, picture: bytes) -> None:
    connection = Connection()
    assert connection.receive(HEAD + picture[:-1], 0.0) == []
    (photo,) = connection.receive(picture[-1:], 0.0)
    assert photo == Message(Kind.PHOTO, "DNA01", form, HEAD, picture, len(HEAD + picture))
    assert (connection.closed, connection.buffered) == (False, 0)


@every_picture
def test_picture_byte_by_byte_is_the_same(form: str, picture: bytes) -> None:
    photo = only(*bytewise(HEAD + picture))
    assert (photo.text, sha256(photo.body).digest()) == (form, sha256(picture).digest())


@every_picture
@pytest.mark.parametrize("prefix", [b"", b"\r\n", b"\n", b" ", b"\0"])
def test_line_end_or_blank_may_stand_before_a_picture(form: str, picture: bytes, prefix: bytes) -> None:
    photo, beat = heard(HEAD + prefix + picture + b"DNA01,heartbeat")
    assert (photo.text, photo.body, photo.raw) == (form, picture, HEAD + prefix)
    assert beat.kind is Kind.HEARTBEAT


@every_picture
@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("length", [4, 8])
def test_length_may_stand_before_a_picture(form: str, picture: bytes, order: str, length: int) -> None:
    prefix = len(picture).to_bytes(length, "little" if order == "little" else "big")
    photo, shutdown = heard(HEAD + prefix + picture + b"socketshutdown")
    assert (photo.text, photo.body, photo.truncated) == (form, picture, False)
    assert photo.size == len(HEAD) + length + len(picture)
    assert shutdown.kind is Kind.SHUTDOWN


@pytest.mark.parametrize("size", [0x0A0D, 0x2020, 0x4D42, 0x4D42 << 8, 0x012C00])
@pytest.mark.parametrize("order", ["little", "big"])
def test_length_that_looks_like_something_else(size: int, order: str) -> None:
    picture = jpeg_by_hand(scan=bytes(size - len(jpeg_by_hand(scan=b""))))
    prefix = size.to_bytes(4, "little" if order == "little" else "big")
    photo, beat = heard(HEAD + prefix + picture + b"DNA01,heartbeat")
    assert (photo.body, beat.kind) == (picture, Kind.HEARTBEAT)


def test_line_end_and_length_together() -> None:
    photo, beat = heard(HEAD + b"\r\n" + len(J).to_bytes(4, "big") + J + b"DNA01,heartbeat")
    assert (photo.body, beat.kind) == (J, Kind.HEARTBEAT)


@pytest.mark.parametrize("cuts", [1, 50])
def test_announced_padding_belongs_to_the_photo(cuts: int) -> None:
    padding = b"DNA01,heartbeat and so on"
    sent = HEAD + (len(J) + len(padding)).to_bytes(4, "big") + J + padding + b"DNA01,heartbeat"
    photo, beat = heard(*(sent[at : at + cuts] for at in range(0, len(sent), cuts)))
    assert (photo.body, photo.truncated, photo.size) == (J, False, len(sent) - len(b"DNA01,heartbeat"))
    assert beat.kind is Kind.HEARTBEAT
    assert heard(photo.raw + photo.body + beat.raw)[0].body == J


def test_padding_that_never_comes_does_not_cost_the_picture() -> None:
    connection = Connection()
    assert connection.receive(HEAD + (len(J) + 9).to_bytes(4, "big") + J, 0.0) == []
    (photo,) = connection.tick(10.0)
    assert (photo.body, photo.truncated) == (J, False)


def test_announced_size_below_the_end_is_not_believed() -> None:
    assert only(HEAD + (len(J) - 9).to_bytes(4, "big") + J).body == J


def test_keyword_may_carry_the_hyphen_of_the_printed_line_break() -> None:
    assert only(b"DNA01,pho-to" + J).body == J


def test_two_pictures_and_what_follows_come_apart() -> None:
    messages = heard(HEAD + J + b"\r\n" + HEAD + drawn("PNG") + HEAD + drawn("BMP") + b"socketshutdown")
    assert kinds(messages) == [Kind.PHOTO] * 3 + [Kind.SHUTDOWN]
    assert [message.text for message in messages] == ["jpeg", "png", "bmp", ""]


def test_fin_inside_a_picture_keeps_what_came() -> None:
    picture = drawn("JPEG")
    connection = Connection()
    connection.receive(HEAD + picture[:500], 0.0)
    (photo,) = connection.eof(1.0)
    assert (photo.body, photo.truncated, photo.size) == (picture[:500], True, 511)
    assert not connection.closed


def test_ten_silent_seconds_inside_a_picture_keep_what_came_and_the_connection() -> None:
    connection = Connection()
    connection.receive(HEAD + J[:60], 0.0)
    connection.receive(J[60:90], 9.0)
    assert connection.tick(18.9) == []
    (photo,) = connection.tick(19.0)
    assert (photo.body, photo.truncated) == (J[:90], True)
    assert kinds(connection.receive(b"DNA01,heartbeat", 20.0)) == [Kind.HEARTBEAT]


@pytest.mark.parametrize("tail", [b"socketshutdown", b"SOCKETSHUTDOWN\r\n", b"socketshutdown\0"])
@pytest.mark.parametrize("end", ["fin", "silence"])
def test_shutdown_after_a_cut_picture_is_taken_off(tail: bytes, end: str) -> None:
    connection = Connection()
    connection.answered("DNA01", "7")
    connection.receive(HEAD + J[:60] + tail, 0.0)
    photo, delivered, shutdown = connection.eof(10.0) if end == "fin" else connection.tick(10.0)
    assert (photo.body, photo.truncated, photo.size) == (J[:60], True, 71)
    assert delivered.kind is Kind.DELIVERED
    assert shutdown.raw == tail[:14]
    assert (connection.closed, connection.next_due) == (True, inf)


def test_shutdown_as_text_inside_a_picture_is_picture() -> None:
    picture = jpeg_by_hand(segment(0xFE, b"socketshutdown"))
    assert only(HEAD + picture).body == picture


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"not a picture at all, whatever the name says",
        b"\xff\xd8",
        b"BM",
        b"BMnothing but words with the right beginning",
        b"\r\n\r\n\r\n\r\n\r\n",
        b"GIF89a" + bytes(40),
    ],
)
@pytest.mark.parametrize("end", ["shutdown", "fin", "silence"])
def test_photo_that_is_no_picture_is_refused(garbage: bytes, end: str) -> None:
    connection = Connection()
    messages = connection.receive(HEAD + garbage + (b"socketshutdown" if end == "shutdown" else b""), 0.0)
    messages += connection.tick(10.0) if end == "silence" else connection.eof(1.0)
    assert messages[0] == Message(
        Kind.REJECTED, "DNA01", "bad_photo", HEAD + garbage, b"", len(HEAD + garbage)
    )
    assert kinds(messages[1:]) == [Kind.SHUTDOWN] * (end == "shutdown")
    assert connection.closed is (end == "shutdown")


def test_refused_photo_shows_no_more_than_256_bytes() -> None:
    refused, _ = heard(HEAD + bytes(1000) + b"socketshutdown")
    assert (len(refused.raw), refused.size) == (256, 1011)


@pytest.mark.parametrize(
    "broken",
    [
        b"\xff\xd8\xff\xe0\x00\x01" + bytes(50),
        drawn("PNG")[:8] + b"\0\0\0\x04\x01\x02\x03\x04" + bytes(50),
        drawn("BMP")[:2] + bytes(4) + drawn("BMP")[6:60],
    ],
)
def test_broken_structure_is_kept_as_truncated_and_shutdown_heard_at_once(broken: bytes) -> None:
    connection = Connection()
    photo, shutdown = connection.receive(HEAD + broken + b"socketshutdown", 0.0)
    assert (photo.kind, photo.body, photo.truncated) == (Kind.PHOTO, broken, True)
    assert (shutdown.kind, connection.closed) == (Kind.SHUTDOWN, True)


@every_picture
def test_picture_at_its_limit_is_taken_and_one_byte_more_refused(form: str, picture: bytes) -> None:
    assert Connection(Limits(photo=len(picture))).receive(HEAD + picture, 0.0)[0].text == form
    connection = Connection(Limits(photo=len(picture) - 1))
    (refused,) = connection.receive(HEAD + picture + b"tail", 0.0)
    assert (refused.kind, refused.text, refused.terminal) == (Kind.REJECTED, "bad_overlong", "DNA01")
    assert (refused.size, connection.closed) == (len(HEAD + picture) + 4, True)


def test_limit_counts_the_picture_and_not_what_announced_it() -> None:
    prefix = len(J).to_bytes(8, "big")
    assert Connection(Limits(photo=len(J))).receive(HEAD + prefix + J, 0.0)[0].body == J
