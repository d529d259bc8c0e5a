"""When the log cannot be written nothing is acknowledged, nothing is lost, and it heals by itself."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bihuan.gateway import server, writer
from bihuan.gateway.bounds import Bounds
from bihuan.gateway.tests.running import Running, eventually
from bihuan.kernel.intake.sqlite import SqliteStore
from bihuan.kernel.intake.store import LogRow, StoreError

Run = Callable[..., Running]
SWIPE = b"DNA01,0008075634open"


class Faulty(SqliteStore):
    """Fails when told to, before or after the rows have landed."""

    before = after = False

    def append(self, rows: Sequence[LogRow], *, again: bool = False) -> None:
        if Faulty.before:
            raise StoreError("no space left for the log: free disk space there")
        super().append(rows, again=again)
        if Faulty.after:
            Faulty.after = False
            raise StoreError("the way back was lost")


@pytest.fixture
def faulty(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Running]:
    def store(home: Path, *_: str) -> Faulty:
        return Faulty(home / "intake.sqlite3")

    monkeypatch.setattr(server, "open_store", store)
    monkeypatch.setattr(writer, "BACK_OFF_S", (0.01,))
    monkeypatch.setattr(Faulty, "before", False)
    monkeypatch.setattr(Faulty, "after", False)
    return run


def test_no_fin_while_the_disk_is_full_and_recovery_without_hands(
    faulty: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = faulty()
    with gateway.terminal() as terminal:
        Faulty.before = True
        terminal.send(SWIPE + b"socketshutdown")
        eventually(lambda: gateway.gateway.counters.store_errors > 1)
        assert terminal.hears_nothing()
        Faulty.before = False
        assert terminal.rest() == b""
    assert len(gateway.rows()) == 1
    assert caplog.text.count("free disk space") == 1
    eventually(lambda: "written again" in caplog.text)


def test_rows_that_landed_before_the_error_are_not_repeated(faulty: Run) -> None:
    gateway = faulty()
    Faulty.after = True
    assert gateway.say(SWIPE * 3 + b"socketshutdown") == b""
    assert not Faulty.after
    assert len(gateway.rows()) == 3


def test_reading_stops_while_too_much_waits_and_goes_on_after(faulty: Run) -> None:
    gateway = faulty(bounds=Bounds(waiting_rows=100))
    Faulty.before = True
    with gateway.terminal() as first, gateway.terminal() as second:
        first.send(SWIPE)
        eventually(lambda: gateway.gateway.commits.waiting)
        first.send(SWIPE * 200)
        eventually(lambda: gateway.gateway.crowded)
        waiting = gateway.gateway.commits.waiting
        first.send(SWIPE * 200 + b"socketshutdown")
        second.send(SWIPE + b"socketshutdown")
        assert first.hears_nothing()
        assert gateway.gateway.commits.waiting <= waiting + 1
        Faulty.before = False
        assert first.rest() == second.rest() == b""
    assert len(gateway.rows()) == 402


def test_stop_gives_up_on_a_dead_disk_and_acknowledges_nothing(
    faulty: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "STOP_S", 0.2)
    gateway = faulty()
    Faulty.before = True
    with gateway.terminal() as terminal:
        terminal.send(SWIPE + b"socketshutdown")
        eventually(lambda: gateway.gateway.commits.waiting)
        gateway.stop()
        with pytest.raises(ConnectionResetError):
            terminal.rest()
    assert not gateway.stored


def test_locked_file_is_waited_for(run: Run) -> None:
    gateway = run()
    gateway.say(SWIPE + b"socketshutdown")
    holder = sqlite3.connect(gateway.home / "intake.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with gateway.terminal() as terminal:
        terminal.send(SWIPE + b"socketshutdown")
        assert terminal.hears_nothing()
        holder.execute("COMMIT")
        assert terminal.rest() == b""
    holder.close()
    assert len(gateway.rows()) == 2


def test_file_that_was_deleted_is_made_anew(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    gateway = run()
    gateway.say(SWIPE + b"socketshutdown")
    for path in gateway.home.glob("intake.sqlite3*"):
        path.unlink()
    gateway.say(SWIPE + b"socketshutdown")
    gateway.log.close()
    assert len(gateway.rows()) == 1
    assert "removed or replaced" in caplog.text


def test_text_that_no_database_takes_does_not_stop_the_log(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "intake.sqlite3")
    row: LogRow = ("east", 1, 1, "127.0.0.1", 11, "\ud800", "bad", b"\xff", "", 1, 0)
    store.append([row])
    found: list[Any] = store.db.execute("SELECT terminal, raw FROM intake_log").fetchall()
    store.close()
    assert found == [("?", b"\xff")]


def test_folder_without_write_access_is_named(tmp_path: Path) -> None:
    (tmp_path / "intake.sqlite3").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        SqliteStore(tmp_path / "intake.sqlite3")
