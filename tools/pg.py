"""A PostgreSQL that lives as long as one command, which finds BIHUAN_DATABASE_URL set.

python tools/pg.py -- COMMAND …

Its data folder is temporary and nothing in it is ever synced to disk. PostgreSQL refuses to run as root, so
root lends it to the user `postgres`, or to one made for it.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.proc import Failed, Words, say

PLACES = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")
NEEDED = ("initdb", "postgres", "psql")
USER = "bihuan-postgres"
START_S = 30
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=128MB",
    "log_min_messages=fatal",
    "jit=off",
    "timezone=UTC",
)


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL's programs, None when there is none."""
    folders = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    for place in PLACES:
        folders += [path.parent for path in Path(place).glob("*/bin/initdb")]
    whole = [folder for folder in folders if all((folder / name).exists() for name in NEEDED)]
    return max(whole, key=_version, default=None)


def _version(folder: Path) -> int:
    digits = "".join(letter for letter in folder.parent.name if letter.isdigit())
    return int(digits or 0)


@contextmanager
def server(kept: Path | None = None) -> Iterator[str]:
    """URL of an empty database on a server of its own. Raises Failed when it does not start.

    `kept`: the data folder stays there, and the next server finds its database again.
    """
    programs = binaries()
    if programs is None:
        raise Failed("PostgreSQL is not installed: sudo apt install postgresql")
    owner = lodger()
    home = kept or Path(tempfile.mkdtemp(prefix="bihuan-pg-"))
    home.mkdir(parents=True, exist_ok=True)
    try:
        if owner:
            shutil.chown(home, owner.pw_uid, owner.pw_gid)
        port = free_port()
        if not (home / "data" / "PG_VERSION").exists():
            make(programs, home, owner)
        with serving(programs, home, port, owner):
            yield f"postgresql://bihuan@127.0.0.1:{port}/bihuan"
    finally:
        if kept is None:
            shutil.rmtree(home, ignore_errors=True)


def lodger() -> pwd.struct_passwd | None:
    """Whom the server runs as; None is ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", USER):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/bin/sh", USER], check=True)
    return pwd.getpwnam(USER)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(command: Words, home: Path, owner: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    with (home / "log").open("ab") as log:
        return subprocess.Popen(
            [str(word) for word in command],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )


def make(programs: Path, home: Path, owner: pwd.struct_passwd | None) -> None:
    options = ["--username=bihuan", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8"]
    if start([programs / "initdb", "-D", home / "data", *options], home, owner).wait():
        raise Failed(f"initdb: {last_line(home)}")


@contextmanager
def serving(programs: Path, home: Path, port: int, owner: pwd.struct_passwd | None) -> Iterator[None]:
    settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", *FAST]
    options = [word for setting in settings for word in ("-c", setting)]
    process = start([programs / "postgres", "-D", home / "data", *options], home, owner)
    try:
        create_database(programs, home, port, process)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def create_database(programs: Path, home: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    """Tries until the server answers."""
    where = ["-h", "127.0.0.1", "-p", str(port), "-U", "bihuan", "-d", "postgres"]
    command: Words = [programs / "psql", *where, "-qc", "CREATE DATABASE bihuan"]
    ends = time.monotonic() + START_S
    while (done := subprocess.run(command, capture_output=True, text=True)).returncode:
        if "already exists" in done.stderr:
            return
        if process.poll() is not None or time.monotonic() > ends:
            raise Failed(f"PostgreSQL did not start: {last_line(home)}")
        time.sleep(0.1)


def last_line(home: Path) -> str:
    text = (home / "log").read_text(encoding="utf-8", errors="replace").strip()
    return text.splitlines()[-1] if text else "no message"


def main(arguments: Sequence[str]) -> int:
    command = [word for word in arguments if word != "--"]
    if not command:
        sys.exit("usage: python tools/pg.py -- COMMAND …")
    try:
        with server() as url:
            return subprocess.run(command, env={**os.environ, "BIHUAN_DATABASE_URL": url}).returncode
    except Failed as error:
        say(f"pg: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
