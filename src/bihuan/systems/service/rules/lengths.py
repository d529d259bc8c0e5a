"""How long a recording lasts, from its first and last bytes; what cannot be told stays unknown."""

from struct import error as Short
from struct import unpack_from
from typing import Final

from .audio import sniff, wav_seconds

FIRST: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
SECOND: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""Thousand bits a second by index, of layer III: MPEG 1, and MPEG 2 and 2.5 (ISO/IEC 11172-3, 13818-3)."""
RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Samples a second by version and index."""
ALIKE: Final = 8
"""So many frames of one bit rate in a row are taken for a file of constant rate."""
OPUS_RATE: Final = 48000
"""Granules of Opus count at this rate, whatever was recorded (RFC 7845)."""


def seconds(head: bytes, tail: bytes, size: int) -> float | None:
    """Length of a file of `size` bytes that begins with `head` and ends with `tail`; None: unknown."""
    kind = sniff(head)
    try:
        if kind == "audio/mpeg":
            return _mp3(head, tail, size)
        if kind == "audio/ogg":
            return _ogg(head, tail)
        if kind == "audio/mp4":
            return _mp4(head) or _mp4(tail)
    except Short:
        return None
    return wav_seconds(head, size)


def _mp3(head: bytes, tail: bytes, size: int) -> float | None:
    """Frames that a Xing or Info header counts; else bytes ÷ rate, where the first frames have one rate."""
    at = _after_tag(head)
    first = _frame(head, at)
    if first is None:
        return None
    length, rate, samples, thousand, side = first
    mark = at + 4 + side
    if head[mark : mark + 4] in {b"Xing", b"Info"}:
        flags, frames = unpack_from(">II", head, mark + 4)
        return frames * samples / rate if flags & 1 and frames else None
    look = at
    for _turn in range(ALIKE):
        found = _frame(head, look)
        if found is None or found[3] != thousand:
            return None
        look += found[0]
    end = size - (128 if tail[-128:-125] == b"TAG" else 0)
    return (end - at) * 8 / (thousand * 1000) if length else None


def _after_tag(head: bytes) -> int:
    """Where the first frame lies behind an ID3 tag, whose length is written in seven bits a byte."""
    if head[:3] != b"ID3":
        return 0
    high, second, third, low = head[6:10] if len(head) >= 10 else (0, 0, 0, 0)
    return 10 + (high << 21 | second << 14 | third << 7 | low)


def _frame(head: bytes, at: int) -> tuple[int, int, int, int, int] | None:
    """Of one frame: bytes, samples a second, samples, thousand bits a second, bytes before a Xing header."""
    (word,) = unpack_from(">I", head, at)
    version, layer = word >> 19 & 3, word >> 17 & 3
    bits, speed = word >> 12 & 15, word >> 10 & 3
    if word >> 21 != 0x7FF or layer != 1 or version not in RATES or bits in {0, 15} or speed == 3:
        return None
    mono, full = (word >> 6 & 3) == 3, version == 3
    thousand, rate = (FIRST if full else SECOND)[bits], RATES[version][speed]
    samples = 1152 if full else 576
    length = samples // 8 * thousand * 1000 // rate + (word >> 9 & 1)
    side = (17 if mono else 32) if full else (9 if mono else 17)
    return length, rate, samples, thousand, side


def _ogg(head: bytes, tail: bytes) -> float | None:
    """The last granule of the same stream, without what Opus skips at the beginning."""
    serial = head[14:18]
    opus, vorbis = head.find(b"OpusHead", 0, 200), head.find(b"\x01vorbis", 0, 200)
    if opus >= 0:
        (skipped,), rate = unpack_from("<H", head, opus + 10), OPUS_RATE
    elif vorbis >= 0:
        skipped, (rate,) = 0, unpack_from("<I", head, vorbis + 12)
    else:
        return None
    at = tail.rfind(b"OggS")
    while at >= 0:
        (granule,) = unpack_from("<q", tail, at + 6)
        if granule > 0 and tail[at + 14 : at + 18] == serial and rate:
            return float(max(granule - skipped, 0)) / rate
        at = tail.rfind(b"OggS", 0, at)
    return None


def _mp4(part: bytes) -> float | None:
    """The box `mvhd`, wherever the recorder put it: duration ÷ time scale (ISO/IEC 14496-12)."""
    at = part.find(b"mvhd")
    if at < 0:
        return None
    long = part[at + 4 : at + 5] == b"\x01"
    scale, length = unpack_from(">IQ" if long else ">II", part, at + (24 if long else 16))
    return float(length) / scale if scale and length else None
