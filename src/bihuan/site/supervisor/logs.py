"""What the children print: prefixed and coloured on the terminal, rotated in files."""

import sys
from contextlib import closing, suppress
from logging import INFO, LogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Lock, Thread
from typing import IO

from bihuan.site.supervisor.plan import Program

LARGEST = 5 * 1024 * 1024
KEPT = 5
LONGEST_LINE = 8192
_screen = Lock()


class Tail(Thread):
    """Copies one child's output until it ends."""

    def __init__(self, program: Program, stream: IO[bytes], folder: Path) -> None:
        super().__init__(name=f"log-{program.name}", daemon=True)
        self.program = program
        self.stream = stream
        folder.mkdir(parents=True, exist_ok=True)
        self.file = RotatingFileHandler(
            folder / f"{program.name}.log", maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8"
        )

    def run(self) -> None:
        with self.stream, closing(self.file):
            while line := self.stream.readline(LONGEST_LINE):
                self.write(line.decode("utf-8", "replace").rstrip("\n"))

    def write(self, text: str) -> None:
        """A full disk must not stop the child: then only the screen gets the line."""
        record = LogRecord(self.program.name, INFO, "", 0, text, None, None)
        with suppress(OSError, ValueError):
            self.file.emit(record)
        show(self.program, text)


def show(program: Program, text: str) -> None:
    name = f"{program.name:<9}"
    if sys.stderr.isatty():
        name = f"\033[{program.colour}m{name}\033[0m"
    with _screen:
        print(f"{name} {text}", file=sys.stderr, flush=True)
