"""PostgreSQL goes away under the whole house and comes back: nothing acknowledged is lost."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from bench.house import house
from tools import pg

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.timeout(180),
]


class Server:
    """A PostgreSQL that can be stopped and started on the same data."""

    def __init__(self, home: Path) -> None:
        found = pg.binaries()
        assert found
        self.programs, self.home, self.owner, self.port = found, home, pg.lodger(), pg.free_port()
        if self.owner:
            shutil.chown(home, self.owner.pw_uid, self.owner.pw_gid)
        pg.make(self.programs, home, self.owner)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://bihuan@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.home}"]
        options = [word for setting in settings for word in ("-c", setting)]
        command: list[str | Path] = [self.programs / "postgres", "-D", self.home / "data", *options]
        self.process = pg.start(command, self.home, self.owner)
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert self.process.poll() is None
                time.sleep(0.1)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)


@contextmanager
def server() -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="bihuan-pg-"))
    found = Server(home)
    try:
        found.start()
        yield found
    finally:
        found.stop()
        shutil.rmtree(home, ignore_errors=True)


def register(url: str, terminal: str) -> None:
    names = "terminal, rev, addresses, encoding, roster, roster_version, roster_delivered, removed"
    with closing(psycopg.connect(url, autocommit=True)) as database:
        database.execute(
            f"INSERT INTO kernel_fieldterminal ({names}) VALUES (%s, 1, '[]', 'utf-8', '', 0, 0, false)",
            [terminal],
        )
    time.sleep(1.5)


def number(url: str, sql: str) -> int:
    with closing(psycopg.connect(url)) as database:
        row = database.execute(sql).fetchone()
        return int(row[0] or 0) if row else 0


def within(seconds: float, url: str, sql: str, wanted: int) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if number(url, sql) == wanted:
            return True
        time.sleep(0.1)
    return False


def test_a_swipe_waits_for_the_database_and_is_there_once_when_it_is_back(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with server() as database, house(home=tmp_path / "home", BIHUAN_DATABASE_URL=database.url) as home:
        register(database.url, "bad01")
        home.say("BAD01,0000000001open")
        with socket.create_connection(("127.0.0.1", home.gateway), timeout=60) as terminal:
            database.stop()
            terminal.sendall(b"BAD01,0000000002opensocketshutdown")
            terminal.settimeout(1.5)
            with pytest.raises(TimeoutError):
                terminal.recv(10)
            database.start()
            terminal.settimeout(60)
            assert terminal.recv(10) == b""

        there = "SELECT count(*) FROM intake_log WHERE text = '0000000002'"
        assert number(database.url, there) == 1
        last = number(database.url, "SELECT max(seq) FROM intake_log")
        assert within(40, database.url, "SELECT max(seq) FROM kernel_intakeposition", last)
