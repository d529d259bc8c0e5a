"""Mailboxes as files: mbox, maildir, or one message."""

import mailbox
from collections.abc import Iterator
from pathlib import Path

from ..rules.bounces import LONGEST


def read_box(path: Path) -> Iterator[bytes]:
    """Messages of an mbox, a maildir or a single file, one in memory at a time."""
    if path.is_dir():
        for each in sorted(file for name in ("new", "cur") for file in (path / name).glob("*")):
            with each.open("rb") as file:
                yield file.read(LONGEST)
        return
    with path.open("rb") as file:
        if file.read(5) != b"From ":
            file.seek(0)
            yield file.read(LONGEST)
            return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as found:
                yield found.read(LONGEST)
    finally:
        box.close()
