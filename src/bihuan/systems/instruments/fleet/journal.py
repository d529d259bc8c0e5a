"""The swipe journal that a terminal keeps: it survives a power cut and repeats itself word for word."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

Verb = Literal["open", "close"]

MOST: Final = 5000
"""Newest lines of an upload: at 45 bytes a line far below the protocol's 8 MiB."""
FORM: Final = "%Y-%m-%d %H:%M:%S"


class Swipe(NamedTuple):
    at: datetime
    """By the terminal's clock."""
    card: str
    """As the terminal spells it."""
    verb: Verb


@dataclass(slots=True)
class Journal:
    """`path` None: in memory only, for terminals that live as long as the process."""

    zone: ZoneInfo
    path: Path | None = None
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.path is not None and self.path.exists():
            text = self.path.read_text(encoding="utf-8")
            whole = text[: text.rfind("\n") + 1]
            self.lines = whole.splitlines()
            if whole != text:
                self.path.write_text(whole, encoding="utf-8")

    def note(self, swipes: Iterable[Swipe]) -> None:
        fresh = [self._line(swipe) for swipe in swipes]
        self.lines += fresh
        if self.path is not None and fresh:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in fresh)

    def _line(self, swipe: Swipe) -> str:
        return f"{swipe.at.astimezone(self.zone).strftime(FORM)},{swipe.card},{swipe.verb}"

    def last(self) -> Swipe | None:
        return self._read(self.lines[-1]) if self.lines else None

    def _read(self, line: str) -> Swipe:
        at, _, rest = line.partition(",")
        card, _, verb = rest.rpartition(",")
        moment = datetime.strptime(at, FORM).replace(tzinfo=self.zone)
        return Swipe(moment, card, "open" if verb == "open" else "close")

    def text(self, since: datetime | None = None) -> str:
        """What an upload says: everything, or the lines from `since` on."""
        lines = self.lines[-MOST:]
        if since is not None:
            first = since.astimezone(self.zone).strftime(FORM)
            lines = [line for line in lines if line >= first]
        return "".join(f"{line}\r\n" for line in lines)


def week_before(at: datetime) -> datetime:
    """An upload overlaps the last ones on purpose: what one lost, the next brings."""
    return at - timedelta(days=7)
