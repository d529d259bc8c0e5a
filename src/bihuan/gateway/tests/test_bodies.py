"""Pictures and journals are files named by their content, durable before the row that names them."""

import hashlib
from pathlib import Path

import pytest

from bihuan.gateway import bodies
from bihuan.gateway.tests.running import Running, eventually
from bihuan_edge.messages import Kind

PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
LINES = b"2026-11-22 09:00:00,0008075634,open\r\n2026-11-22 10:30:00,0008075634,close\r\n"


def name(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_picture_is_a_file_when_the_fin_arrives(gateway: Running) -> None:
    gateway.say(b"DNA01,photo" + PICTURE + b"socketshutdown")
    [row] = gateway.rows()
    assert (row.kind, row.text, row.body) == (Kind.PHOTO, "jpeg", name(PICTURE))
    assert (gateway.home / "evidence" / row.body[:2] / row.body).read_bytes() == PICTURE


def test_picture_cut_off_by_a_fin_is_kept_and_marked(gateway: Running) -> None:
    with gateway.terminal() as terminal:
        terminal.send(b"DNA01,photo" + PICTURE[:12])
        terminal.fin()
        assert terminal.rest() == b""
    [row] = gateway.rows()
    assert row.truncated
    assert row.body == name(PICTURE[:12])


def test_journal_is_a_text_file(gateway: Running) -> None:
    gateway.say(b"DNA01,update" + LINES + b"socketshutdown")
    [row] = gateway.rows()
    assert (row.kind, row.body) == (Kind.UPDATE, name(LINES))
    assert (gateway.home / "journals" / row.body[:2] / f"{row.body}.txt").read_bytes() == LINES


def test_same_content_twice_is_one_file(gateway: Running) -> None:
    for _ in range(2):
        gateway.say(b"DNA01,photo" + PICTURE + b"socketshutdown")
    assert len(gateway.rows()) == 2
    assert [path.name for path in (gateway.home / "evidence").glob("*/*")] == [name(PICTURE)]


def test_messages_after_a_picture_stay_after_it(gateway: Running) -> None:
    other = b"\xff\xd8\xff\xd9"
    gateway.say(
        b"DNA01,warningbeginDNA01,photo"
        + PICTURE
        + b"DNA01,warningshutdownDNA01,photo"
        + other
        + b"socketshutdown"
    )
    kinds = [Kind(row.kind) for row in gateway.rows()]
    assert kinds == [Kind.WARNING_BEGIN, Kind.PHOTO, Kind.WARNING_SHUTDOWN, Kind.PHOTO]


def test_large_picture_in_many_segments(gateway: Running) -> None:
    picture = b"\xff\xd8\xff\xda\x00\x02" + b"\x55" * 3_000_000 + b"\xff\xd9"
    gateway.say(b"DNA01,photo" + picture + b"socketshutdown")
    assert [row.body for row in gateway.rows()] == [name(picture)]
    assert gateway.gateway.counters.body_bytes == gateway.gateway.buffered == 0


def test_picture_waits_for_a_full_disk_and_nothing_is_acknowledged_meanwhile(
    gateway: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bodies, "AGAIN_S", 0.02)
    with gateway.terminal() as terminal:
        with monkeypatch.context() as patch:
            patch.setattr(bodies, "keep", full)
            terminal.send(b"DNA01,photo" + PICTURE + b"DNA01,warningbeginsocketshutdown")
            eventually(lambda: gateway.gateway.counters.store_errors > 1)
            assert terminal.hears_nothing()
            assert gateway.rows() == []
        assert terminal.rest() == b""
    assert [Kind(row.kind) for row in gateway.rows()] == [Kind.PHOTO, Kind.WARNING_BEGIN]
    assert "free space" in caplog.text


def test_half_written_file_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        bodies.keep(tmp_path, "", PICTURE)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
