"""What a recording is and how long it lasts, read from its first bytes; nothing is decoded."""

from struct import error as Short
from struct import unpack_from
from typing import Final

HEAD: Final = 64 * 1024
"""Bytes of a file that are looked at."""
STREAMED: Final = 0xFFFFFFFF
"""Length of the data when a recorder did not come back to write it."""
MP3: Final = frozenset({0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2})
"""Second byte of a frame of layer III: MPEG 1, 2 or 2.5, with or without checksum."""


def sniff(head: bytes) -> str:
    """The media type that the content shows, whatever the name says; empty when it is no recording.

    Known are WAV, MP3, Ogg (Vorbis and Opus) and M4A.
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"OggS":
        return "audio/ogg"
    if head[4:8] == b"ftyp" and head[8:11] in {b"M4A", b"M4B", b"mp4", b"iso", b"3gp"}:
        return "audio/mp4"
    if head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] and head[1] in MP3):
        return "audio/mpeg"
    return ""


def wav_seconds(head: bytes, size: int) -> float | None:
    """Length of a WAV file of `size` bytes: bytes of the data ÷ bytes a second of its format.

    A recorder that was cut off leaves 0 or 2³² − 1 as length, or more than there is: then what is there
    counts. None when the header is none, or lies beyond `head`.
    """
    if sniff(head) != "audio/wav":
        return None
    at, rate = 12, 0
    try:
        while True:
            name, length = unpack_from("<4sI", head, at)
            at += 8
            if name == b"fmt ":
                (rate,) = unpack_from("<I", head, at + 8)
            elif name == b"data":
                there = max(size - at, 0)
                told = there if length in (0, STREAMED) else min(length, there)
                return told / rate if rate else None
            at += length + length % 2
    except Short:
        return None
