"""How long compressed recordings last, from frames, granules and boxes written as their standards say."""

from struct import pack

import pytest

from bihuan.systems.service.rules.lengths import seconds

from .hotline import wav


def frame(thousand: int = 64, *, bits: int = 5, version: int = 3, speed: int = 0, mono: bool = True) -> bytes:
    """A frame of MPEG 1 layer III: 44,100 samples a second, 64 kbit/s unless said otherwise."""
    word = (
        0x7FF << 21 | version << 19 | 1 << 17 | 1 << 16 | bits << 12 | speed << 10 | (3 if mono else 0) << 6
    )
    samples, rate = (1152, 44100) if version == 3 else (576, 22050)
    length = samples // 8 * thousand * 1000 // rate
    return pack(">I", word) + b"\0" * (length - 4)


def tag(size: int) -> bytes:
    return b"ID3\x04\0\0" + bytes(size >> shift & 127 for shift in (21, 14, 7, 0)) + b"\0" * size


def of(data: bytes) -> float | None:
    return seconds(data[:65536], data[-65536:], len(data))


@pytest.mark.parametrize("before", [b"", tag(1000)])
@pytest.mark.parametrize("after", [b"", b"TAG" + b"\0" * 125])
def test_an_mp3_of_constant_rate_lasts_its_bytes_by_its_rate(before: bytes, after: bytes) -> None:
    data = before + frame() * 500 + after
    assert of(data) == pytest.approx(500 * len(frame()) * 8 / 64000)
    assert of(data) == pytest.approx(500 * 1152 / 44100, rel=0.01)


@pytest.mark.parametrize(("mono", "side"), [(True, 17), (False, 32)])
def test_an_mp3_that_counts_its_frames_lasts_so_many(mono: bool, side: int) -> None:
    first = bytearray(frame(mono=mono))
    first[4 + side : 4 + side + 12] = b"Xing" + pack(">II", 1, 2000)
    assert of(bytes(first) + b"\x01" * 9000) == pytest.approx(2000 * 1152 / 44100)


def test_telephone_speech_in_mpeg_2_is_read_too() -> None:
    data = frame(32, bits=4, version=2) * 300
    assert of(data) == pytest.approx(300 * 576 / 22050, rel=0.01)


def test_an_mp3_of_varying_rate_that_counts_nothing_stays_unknown() -> None:
    assert of((frame() + frame(128, bits=9)) * 100) is None


def page(granule: int, payload: bytes, serial: int = 7) -> bytes:
    head = b"OggS\0\0" + pack("<q", granule) + pack("<III", serial, 0, 0)
    return head + bytes([1, len(payload)]) + payload


def test_opus_counts_at_48_thousand_without_what_it_skips() -> None:
    first = page(0, b"OpusHead\x01\x01" + pack("<H", 312) + pack("<I", 16000) + b"\0\0\0")
    data = first + page(48000, b"x") + page(60 * 48000 + 312, b"x") + page(9, b"y", serial=8)
    assert of(data) == 60.0


def test_vorbis_counts_at_its_own_rate_and_an_open_page_is_passed() -> None:
    first = page(0, b"\x01vorbis" + pack("<I", 0) + b"\x01" + pack("<I", 8000) + b"\0" * 14)
    assert of(first + page(8000 * 45, b"x") + page(-1, b"x")) == 45.0


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("long", [False, True])
def test_an_m4a_tells_it_in_its_box_wherever_that_lies(late: bool, long: bool) -> None:
    times = pack(">QQ", 0, 0) if long else pack(">II", 0, 0)
    length = pack(">IQ", 1000, 83500) if long else pack(">II", 1000, 83500)
    box = b"mvhd" + (b"\x01" if long else b"\0") + b"\0\0\0" + times + length
    start, sound = b"\0\0\0\x20ftypM4A " + b"\0" * 20, b"\x55" * 200_000
    assert of(start + (sound + box if late else box + sound)) == 83.5


def test_a_wav_file_is_read_as_before() -> None:
    assert of(wav(90)) == 90


@pytest.mark.parametrize(
    "data", [b"ID3\x04", b"OggS", b"\0\0\0\x20ftypM4A ", b"\xff\xfb\x90\x00", b"OggS" * 9]
)
def test_a_file_that_was_cut_off_says_nothing(data: bytes) -> None:
    assert of(data) is None
