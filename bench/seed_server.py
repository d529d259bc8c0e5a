"""The design of the original text, as a baseline: a thread a connection, a durable commit a message."""

import argparse
import re
import socket
import sqlite3
import threading
import time
from pathlib import Path

MESSAGE = re.compile(
    rb"[\r\n ]*(?:([^,]{1,32}),"
    rb"(?:(heartbeat|warningbegin|warningshutdown|request)|(\w*?)(open|close))|socketshutdown)"
)


class Records:
    """Each handler has a database connection of its own, as its thread has a socket of its own."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, timeout=60)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE IF NOT EXISTS record (at REAL, terminal TEXT, card TEXT, verb TEXT)")

    def add(self, terminal: str, card: str, verb: str) -> None:
        self.db.execute("INSERT INTO record VALUES (?, ?, ?, ?)", (time.time(), terminal, card, verb))


def handle(connection: socket.socket, path: Path) -> None:
    held = b""
    with connection:
        records = Records(path)
        while data := connection.recv(65536):
            held += data
            at = 0
            while found := MESSAGE.match(held, at):
                at = found.end()
                if found[1] is None:
                    return
                if found[2] == b"request":
                    connection.sendall(b"end,1\r\n")
                    continue
                records.add(found[1].decode(), (found[3] or b"").decode(), (found[4] or found[2]).decode())
            held = held[at:]


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("--port", type=int, required=True)
    args.add_argument("--home", type=Path, required=True)
    of = args.parse_args()
    path = of.home / "seed.sqlite3"
    Records(path)
    with socket.create_server(("127.0.0.1", of.port), backlog=4096) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=handle, args=(connection, path), daemon=True).start()


if __name__ == "__main__":
    main()
