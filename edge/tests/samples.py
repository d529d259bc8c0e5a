"""Pictures and small conversations that the wire's tests share."""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from bihuan_edge.messages import Kind, Message
from bihuan_edge.wire import Connection, Limits

STANDARD = Limits()
THUMBNAIL = bytes.fromhex("ffd8 ffdb0004 1122 ffda0004 0000 5a5a ffd9")
SCAN = b"\x12\x34\xff\x00\x56\xff\xd0\x78\xff\x00\xff\xd7" * 8


def segment(code: int, payload: bytes) -> bytes:
    return bytes([0xFF, code]) + (len(payload) + 2).to_bytes(2, "big") + payload


def jpeg_by_hand(*extra: bytes, scan: bytes = SCAN) -> bytes:
    """A JPEG's skeleton: no decoder would show it, every walker must find its end."""
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            *extra,
            segment(0xDB, bytes(65)),
            segment(0xC0, bytes(15)),
            segment(0xDA, bytes(10)),
            scan,
            b"\xff\xd9",
        ]
    )


def jpeg_with_thumbnail() -> bytes:
    """JT of the acceptance cases: the first FF D9 comes long before the end."""
    return jpeg_by_hand(segment(0xE1, b"Exif\0\0" + THUMBNAIL))


@cache
def drawn(form: str, width: int = 48, height: int = 32, *, progressive: bool = False) -> bytes:
    """A real picture of many colours, as Pillow writes it."""
    pixels = bytes((7 * index * index + index // 3) % 256 for index in range(width * height * 3))
    options = {"progressive": True} if progressive else {}
    file = BytesIO()
    Image.frombytes("RGB", (width, height), pixels).save(file, form, **options)
    return file.getvalue()


@cache
def photographed() -> bytes:
    """A real JPEG of some kilobytes whose EXIF holds a real thumbnail."""
    exif = segment(0xE1, b"Exif\0\0" + drawn("JPEG", 16, 16))
    picture = drawn("JPEG", 120, 90)
    return picture[:2] + exif + picture[2:]


def heard(*segments: bytes, at: float = 0.0) -> list[Message]:
    """What one connection says to segments that arrive at one instant."""
    connection = Connection()
    return [message for piece in segments for message in connection.receive(piece, at)]


def only(*segments: bytes) -> Message:
    (message,) = heard(*segments)
    return message


def kinds(messages: Iterable[Message]) -> list[Kind]:
    return [message.kind for message in messages]


def bytewise(data: bytes) -> list[bytes]:
    return [data[index : index + 1] for index in range(len(data))]


class Outcome(NamedTuple):
    """A whole conversation at one instant, in the form in which two of them compare."""

    messages: list[Message]
    closed: bool
    held: int
    next_due: float


def outcome(segments: Iterable[bytes], limits: Limits = STANDARD) -> Outcome:
    """Hear the segments and then a FIN; bytes after a refusal are added to its size, as a driver does."""
    connection = Connection(limits)
    messages = [message for piece in segments for message in connection.receive(piece, 5.0)]
    if connection.refused_more:
        messages[-1] = messages[-1]._replace(size=messages[-1].size + connection.refused_more)
    closed, held, due = connection.closed, connection.buffered, connection.next_due
    return Outcome(messages + connection.eof(5.0), closed, held, due)
