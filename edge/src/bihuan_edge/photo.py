"""Where a picture begins and ends in a stream that does not say so.

The end is found by walking the structure: a JPEG with an EXIF thumbnail holds an inner FF D9, and any picture
may hold any text. Each step starts where the last one stopped, so that a picture may come byte by byte.
"""

import re
from typing import NamedTuple, Protocol

SEPARATORS = b" \t\r\n\0"
_SEPARATORS_MOST = 8
_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_BMP = b"BM"
_BMP_LEAD = 18
_BMP_INFO_SIZES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_EOI = 0xD9
_ALONE = frozenset({0x01, 0xD8})
Buffer = bytes | bytearray


class Start(NamedTuple):
    """`kind` is empty when no picture that we know can begin here any more."""

    kind: str
    offset: int = 0
    announced: tuple[int, ...] = ()
    """Sizes that the bytes before the picture may stand for, in either byte order."""


def find_start(lead: Buffer, limit: int) -> Start | None:
    """The picture's start after optional separators and an optional length of 4 or 8 bytes.

    None: more bytes are needed. Of two readings the one that is certain after fewer bytes holds, whatever
    comes later.
    """
    run = len(lead) - len(lead.lstrip(SEPARATORS))
    undecided = run == len(lead) < _SEPARATORS_MOST
    sure: list[tuple[int, str, int]] = []
    run = min(run, _SEPARATORS_MOST)
    for offset in sorted({blanks + length for blanks in range(run + 1) for length in (0, 4, 8)}):
        for kind, need, fits in _starts(lead[offset : offset + _BMP_LEAD]):
            if fits:
                sure.append((offset + need, kind, offset))
            undecided = undecided or fits is None
    if sure:
        _, kind, offset = min(sure)
        return Start(kind, offset, _announced(bytes(lead[:offset]), limit))
    return None if undecided else Start("")


def _starts(lead: Buffer) -> tuple[tuple[str, int, bool | None], ...]:
    return (
        ("jpeg", len(_JPEG), _begins(lead, _JPEG)),
        ("png", len(_PNG), _begins(lead, _PNG)),
        ("bmp", _BMP_LEAD, _begins_bmp(lead)),
    )


def _begins(lead: Buffer, magic: bytes) -> bool | None:
    if lead.startswith(magic):
        return True
    return None if magic.startswith(lead) else False


def _begins_bmp(lead: Buffer) -> bool | None:
    fits = _begins(lead, _BMP)
    if not fits or len(lead) < _BMP_LEAD:
        return None if fits else fits
    return int.from_bytes(lead[14:18], "little") in _BMP_INFO_SIZES


def _announced(prefix: bytes, limit: int) -> tuple[int, ...]:
    if not prefix.strip(SEPARATORS):
        return ()
    lengths = [length for length in (4, 8) if len(prefix) >= length]
    numbers = [prefix[-length:] for length in lengths if not prefix[:-length].strip(SEPARATORS)]
    sizes = {int.from_bytes(number, order) for number in numbers for order in ("little", "big")}
    return tuple(sorted(size for size in sizes if 0 < size <= limit))


class Walk(Protocol):
    """`end` gives the picture's length, or -1 while it is not yet known to be whole."""

    position: int
    broken: bool

    def end(self, picture: bytearray) -> int: ...


class _JpegWalk:
    """Marker to marker, as libjpeg does: segments are jumped, all else is searched for the next marker."""

    __slots__ = ("broken", "position")

    def __init__(self) -> None:
        self.position = 2
        self.broken = False

    def end(self, picture: bytearray) -> int:
        while not self.broken and self.position < len(picture):
            marker = _MARKER.search(picture, self.position)
            if marker is None:
                self.position = len(picture) - (picture[-1] == 0xFF)
                return -1
            self.position = marker.start()
            code = picture[marker.end() - 1]
            if code == _EOI:
                return marker.end()
            if code in _ALONE:
                self.position = marker.end()
            elif not self._jump(picture, marker.end()):
                return -1
        return -1

    def _jump(self, picture: bytearray, after: int) -> bool:
        if len(picture) < after + 2:
            return False
        length = int.from_bytes(picture[after : after + 2], "big")
        self.broken = length < 2
        if not self.broken:
            self.position = after + length
        return not self.broken


class _PngWalk:
    """Chunk to chunk: length, type, data, checksum; IEND is the last."""

    __slots__ = ("broken", "position")

    def __init__(self) -> None:
        self.position = len(_PNG)
        self.broken = False

    def end(self, picture: bytearray) -> int:
        while not self.broken and len(picture) >= self.position + 8:
            at = self.position
            length = int.from_bytes(picture[at : at + 4], "big")
            kind = picture[at + 4 : at + 8]
            if kind == b"IEND":
                return at + 12 + length if len(picture) >= at + 12 + length else -1
            self.broken = length >= 1 << 31 or not kind.isalpha()
            if not self.broken:
                self.position = at + 12 + length
        return -1


class _BmpWalk:
    """The file header says the size."""

    __slots__ = ("broken", "position")

    def __init__(self) -> None:
        self.position = 0
        self.broken = False

    def end(self, picture: bytearray) -> int:
        size = int.from_bytes(picture[2:6], "little")
        self.broken = size < 26
        return size if not self.broken and len(picture) >= size else -1


def walk(kind: str) -> Walk:
    """A fresh walk over a picture of that kind; raises KeyError for another kind."""
    walks: dict[str, type[_JpegWalk] | type[_PngWalk] | type[_BmpWalk]]
    walks = {"jpeg": _JpegWalk, "png": _PngWalk, "bmp": _BmpWalk}
    return walks[kind]()
