"""Recordings as files: what they are, how long they last, what name and table tell."""

from datetime import datetime
from struct import pack

import pytest

from bihuan.systems.service.rules.audio import sniff, wav_seconds
from bihuan.systems.service.rules.call_files import RowError, Told, from_name, from_table, merged

from .hotline import wav


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (wav(1), "audio/wav"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"OggS\0\x02" + b"\0" * 22 + b"OpusHead", "audio/ogg"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"", ""),
        (b"RIFF\0\0\0\0AVI ", ""),
        (b"MZ\x90\0", ""),
        ("通话记录".encode(), ""),
    ],
)
def test_the_content_says_what_a_file_is(head: bytes, kind: str) -> None:
    assert sniff(head) == kind


def test_a_wav_file_says_how_long_it_lasts() -> None:
    data = wav(90)
    assert wav_seconds(data, len(data)) == 90


@pytest.mark.parametrize("told", [0, 0xFFFFFFFF, 10_000])
def test_a_recorder_that_was_cut_off_counts_what_is_there(told: int) -> None:
    data = wav(30)
    broken = data[:40] + pack("<I", told) + data[44:]
    assert wav_seconds(broken, len(broken)) == 30


def test_a_list_before_the_data_is_passed() -> None:
    data = wav(12)
    longer = data[:36] + pack("<4sI", b"LIST", 3) + b"abc\0" + data[36:]
    assert wav_seconds(longer, len(longer)) == 12


@pytest.mark.parametrize("head", [b"ID3\x04", b"", wav(3)[:30], b"RIFF\0\0\0\0WAVEfmt "])
def test_a_header_that_says_nothing_leaves_the_length_unknown(head: bytes) -> None:
    assert wav_seconds(head, 1000) is None


@pytest.mark.parametrize(
    "name",
    [
        "8012_20260105-093015_电费.wav",
        "2026/01/8012_2026-01-05T09-30-15_电费.mp3",
        "8012_20260105093015_电费_2.wav",
    ],
)
def test_the_name_tells_agent_start_and_business(name: str) -> None:
    assert from_name(name) == Told("8012", datetime(2026, 1, 5, 9, 30, 15), "电费")


@pytest.mark.parametrize("name", ["call.wav", "8012.wav", "8012_20261305-093015.wav", "_20260105-093015.wav"])
def test_another_name_tells_nothing(name: str) -> None:
    assert from_name(name) == Told()


def test_the_table_beside_tells_the_rest_and_wins() -> None:
    table = from_table(
        "\ufeff文件名,座席工号,时长(秒),业务类型,投诉,转接,未知列\n8012_20260105-093015_电费.mp3,,1:35,停电,是,否,x\n\n"
    )
    found = merged("in/8012_20260105-093015_电费.mp3", table)
    assert found == Told("8012", datetime(2026, 1, 5, 9, 30, 15), "停电", 95, complaint=True)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("name\na.wav\n", 1, "file"),
        ("", 1, "file"),
        ("file,duration_s\na.wav,10\nb.wav,long\n", 3, "duration_s"),
        ("file,duration_s\na.wav,-1\n", 2, "duration_s"),
        ("file,started_at\na.wav,yesterday\n", 2, "started_at"),
        ("file,complaint\na.wav,maybe\n", 2, "complaint"),
    ],
)
def test_a_table_that_cannot_be_read_names_line_and_column(text: str, line: int, column: str) -> None:
    with pytest.raises(RowError) as error:
        from_table(text)
    assert (error.value.line, error.value.column) == (line, column)
