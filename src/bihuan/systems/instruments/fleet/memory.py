"""The terminals' journals on disk, and what a terminal knows when it is switched on again."""

import fcntl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final
from zoneinfo import ZoneInfo

from bihuan.systems.instruments.fleet.journal import Journal, Swipe
from bihuan.systems.instruments.fleet.laboratory import BEATS, Device, Laboratory
from bihuan.systems.instruments.fleet.past import begin_of_past, history
from bihuan.systems.instruments.fleet.script import Begun

FOLDER: Final = "terminals"
FORGOTTEN: Final = timedelta(hours=4)
"""Who still stands in the journal after this has left without anybody noticing."""
LEFT_AFTER: Final = timedelta(minutes=50)
QUIET: Final = timedelta(hours=12)
"""After a longer silence the terminal fills in the days between: the laboratory went on."""


@dataclass(slots=True)
class Memory:
    """`folder` None: nothing is kept and there is no past."""

    zone: ZoneInfo
    folder: Path | None = None
    _lock: IO[str] | None = field(default=None, repr=False)

    @classmethod
    def claim(cls, home: Path, zone: ZoneInfo) -> "Memory":
        """The journals of this data folder; without them while another fleet has them."""
        folder = home / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return cls(zone, folder, lock)
        lock.close()
        return cls(zone)

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()

    def journal(self, device: Device) -> Journal:
        kept = self.folder is not None and device.manner != BEATS
        return Journal(self.zone, self.folder / f"{device.code}.txt" if kept and self.folder else None)

    def remember(
        self, laboratory: Laboratory, device: Device, journal: Journal, seed: int, now: datetime
    ) -> None:
        """Fill the journal up to now: weeks for a new terminal, the days between for one that slept."""
        if journal.path is None or not device.cards:
            return
        last = journal.last()
        skew = timedelta(seconds=device.skew_s)
        begin = begin_of_past(now, self.zone)
        if last is not None:
            self._log_off(journal, last, now)
            if now - last.at < QUIET:
                return
            begin = last.at + FORGOTTEN
        journal.note(history(seed, device, laboratory.unknown_cards, begin, now + skew, self.zone))

    def _log_off(self, journal: Journal, last: Swipe, now: datetime) -> None:
        if last.verb == "open" and now - last.at > FORGOTTEN:
            journal.note([Swipe(last.at + LEFT_AFTER, last.card, "close")])


def begun(device: Device, journal: Journal, now: datetime) -> Begun:
    """How the journal leaves the instrument."""
    last = journal.last()
    if last is None:
        return Begun()
    since_s = max((now - last.at).total_seconds() + device.skew_s, 0.0)
    if last.verb == "close":
        return Begun(off_s=since_s)
    if since_s > FORGOTTEN.total_seconds():
        return Begun(off_s=since_s)
    return Begun(card=_number(device, last.card))


def _number(device: Device, spelling: str) -> str:
    return f"{int(spelling, 16):010d}" if device.card_format == "hex" else spelling
