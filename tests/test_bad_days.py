"""Disk full, database locked, a process killed: no acknowledged fact is lost, recovery needs no hands."""

import resource
import shutil
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from bench.house import House, house

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process's files"),
]


@pytest.fixture(scope="module")
def home(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = shutil.copytree(prepared, tmp_path_factory.mktemp("bad") / "home")
    with house(home=folder, BIHUAN_DATABASE_URL="") as found:
        register(found, "bad01")
        yield found


def register(home: House, terminal: str) -> None:
    """As the gateway sees an instrument that somebody has created; it looks once a second."""
    names = "terminal, rev, addresses, encoding, roster, roster_version, roster_delivered, removed"
    with closing(sqlite3.connect(home.home / "control.sqlite3", timeout=20)) as database, database:
        database.execute(
            f"INSERT INTO kernel_fieldterminal ({names}) VALUES (?, 1, '[]', 'utf-8', '', 0, 0, 0)",
            [terminal],
        )
    time.sleep(1.5)


def within(seconds: float, look: Callable[[], bool]) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if look():
            return True
        time.sleep(0.05)
    return False


def stored(home: House, card: str) -> int:
    database = sqlite3.connect(f"file:{home.home / 'intake.sqlite3'}?mode=ro", uri=True)
    try:
        found: int = database.execute("SELECT count(*) FROM intake_log WHERE text = ?", [card]).fetchone()[0]
    finally:
        database.close()
    return found


def applied(home: House) -> int:
    database = sqlite3.connect(f"file:{home.home / 'control.sqlite3'}?mode=ro", uri=True, timeout=20)
    try:
        row = database.execute("SELECT max(seq) FROM kernel_intakeposition").fetchone()
    finally:
        database.close()
    return row[0] or 0


def log_of(home: House, name: str) -> str:
    return (home.home / "logs" / f"{name}.log").read_text(encoding="utf-8")


@contextmanager
def disk_full(home: House, name: str) -> Iterator[None]:
    """No file of this process may grow; the limit ends with the block."""
    pids = [process.pid for process in home.pids()[name]]
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_a_full_disk_is_not_acknowledged_and_said_and_the_fact_is_kept_when_there_is_room(
    home: House,
) -> None:
    home.say("BAD01,0000000001open")
    with socket.create_connection(("127.0.0.1", home.gateway), timeout=20) as terminal:
        with disk_full(home, "gateway"):
            terminal.sendall(b"BAD01,0000000002opensocketshutdown")
            terminal.settimeout(1.0)
            with pytest.raises(TimeoutError):
                terminal.recv(10)
            assert within(5, lambda: "disk" in log_of(home, "gateway").lower())
        terminal.settimeout(20)
        assert terminal.recv(10) == b""

    assert stored(home, "0000000002") == 1


def settled(home: House) -> int:
    """The position of the projector when everything that was received is applied."""
    database = sqlite3.connect(f"file:{home.home / 'intake.sqlite3'}?mode=ro", uri=True)
    try:
        last: int = database.execute("SELECT max(seq) FROM intake_log").fetchone()[0]
    finally:
        database.close()
    assert within(20, lambda: applied(home) == last)
    return last


def test_a_worker_without_room_waits_and_goes_on(home: House) -> None:
    before = settled(home)
    with disk_full(home, "worker"):
        home.say("BAD01,0000000003open")
        assert within(15, lambda: "the worker stopped" in log_of(home, "worker"))
        assert applied(home) == before

    assert within(30, lambda: applied(home) > before)


def test_a_locked_database_delays_and_loses_nothing(home: House) -> None:
    before = settled(home)
    holder = sqlite3.connect(home.home / "control.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert home.say("BAD01,0000000004open") < 2
    time.sleep(1)
    assert applied(home) == before
    holder.execute("ROLLBACK")
    holder.close()

    assert within(25, lambda: applied(home) > before)


def test_a_thousand_strangers_leave_a_bounded_number_of_rows(home: House) -> None:
    before = rows(home)
    for number in range(300):
        home.say(f"STRANGER{number},0000000009open")
    for _ in range(100):
        with socket.create_connection(("127.0.0.1", home.gateway)) as stranger:
            stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
            with suppress(ConnectionResetError):
                assert stranger.recv(100) == b""

    assert rows(home) - before <= 60 + 30 + 5
    assert "Traceback" not in log_of(home, "gateway")


def rows(home: House) -> int:
    database = sqlite3.connect(f"file:{home.home / 'intake.sqlite3'}?mode=ro", uri=True)
    try:
        found: int = database.execute("SELECT count(*) FROM intake_log").fetchone()[0]
    finally:
        database.close()
    return found


def test_restarted_in_the_middle_of_a_flood_every_acknowledged_swipe_is_there_once(home: House) -> None:
    acknowledged = []
    for number in range(200):
        card = f"{5_000_000 + number:010d}"
        try:
            home.say(f"BAD01,{card}open")
            acknowledged.append(card)
        except (ConnectionError, OSError):
            time.sleep(0.1)
        if number == 50:
            for process in home.pids()["gateway"]:
                process.kill()
        if number == 100:
            for process in home.pids()["worker"]:
                process.kill()

    assert len(acknowledged) > 40
    assert {card: stored(home, card) for card in acknowledged} == dict.fromkeys(acknowledged, 1)


def test_ctrl_c_ends_everything_within_five_seconds(home: House) -> None:
    everything = [one for group in home.pids().values() for one in group]
    began = time.monotonic()
    home.process.send_signal(signal.SIGINT)
    home.process.wait(10)

    assert time.monotonic() - began < 5
    assert not [one for one in everything if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
