"""When each terminal was last heard, from the gateway's own table."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from bihuan.kernel.intake.log import IntakeLog
from bihuan_edge import link as wire
from bihuan_edge.link import Link

from ..models import Instrument


class Heard(NamedTuple):
    """The link of one terminal at one instant; plain, because a board makes a thousand of them."""

    link: Link
    at_us: int = 0
    silence_s: float | None = None
    ring: str = ""
    address: str = ""

    @property
    def at(self) -> datetime | None:
        return datetime.fromtimestamp(self.at_us / 1_000_000, UTC) if self.at_us else None

    @property
    def beats(self) -> str:
        """Letters of `web.components.trace`: the bar as it looks now, turning with the page."""
        return wire.bars(self.ring, self.silence_s).replace(wire.NO_DATA, "-")

    def last_missed(self, beats: str) -> datetime | None:
        """About when the newest missed beat of `beats` was due."""
        if wire.MISSED not in beats or self.silence_s is None:
            return None
        fresh = len(beats) - len(self.ring[-wire.BARS :])
        age_s = self.silence_s % wire.BEAT_S if fresh else self.silence_s
        age_s += (len(beats) - 1 - beats.rfind(wire.MISSED)) * wire.BEAT_S
        return datetime.fromtimestamp(self.at_us / 1_000_000 + self.silence_s - age_s, UTC)


NEVER = Heard("never")
ONLINE_US, STALE_US = int(wire.ONLINE_S * 1_000_000), int(wire.STALE_S * 1_000_000)
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_mine = threading.local()


def intake_log() -> IntakeLog:
    """This thread's own reader: its connection belongs to one thread."""
    home, url = Path(settings.HOME), settings.ENVIRONMENT.database_url
    if getattr(_mine, "key", None) != (home, url):
        _mine.key, _mine.log = (home, url), IntakeLog(home, url)
    log: IntakeLog = _mine.log
    return log


def microseconds(at: datetime) -> int:
    """Since 1970, as the gateway counts."""
    return (at - EPOCH) // MICROSECOND


def heard(now: datetime | None = None) -> dict[str, Heard]:
    """Every terminal that was ever heard, by its identifier casefolded."""
    now_us = microseconds(now or timezone.now())
    online_us, stale_us = now_us - ONLINE_US, now_us - STALE_US
    rings: dict[bytes, str] = {}
    found = {}
    for terminal, at_us, address, ring in intake_log().last_words():
        link: Link = "online" if at_us > online_us else "stale" if at_us > stale_us else "offline"
        bars = rings.get(ring) or rings.setdefault(ring, bytes(ring).decode("ascii", "replace"))
        found[terminal] = Heard(link, at_us, max(now_us - at_us, 0) / 1_000_000, bars, address)
    return found


def links_now() -> dict[str, Link]:
    """The link alone, of everybody."""
    return {terminal: one.link for terminal, one in heard().items()}


def heard_of(row: Instrument, now: datetime | None = None) -> Heard:
    found = intake_log().seen_of(row.code)
    if found is None:
        return NEVER
    silence_s = max(microseconds(now or timezone.now()) - found.at_us, 0) / 1_000_000
    return Heard(wire.link(silence_s), found.at_us, silence_s, found.ring, found.address)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A terminal that speaks and that nobody has registered."""

    code: str
    address: str
    first_at: datetime
    last_at: datetime
    messages: int
    archived: bool
    """An instrument of this ID is in the archive."""


def strangers() -> list[Stranger]:
    """Newest word first."""
    known = dict(Instrument.objects.values_list("folded", "archived_at"))
    rows = [row for row in intake_log().seen() if row.terminal not in known or known[row.terminal]]
    return [
        Stranger(
            row.code,
            row.address,
            datetime.fromtimestamp(row.first_us / 1_000_000, UTC),
            datetime.fromtimestamp(row.at_us / 1_000_000, UTC),
            row.messages,
            row.terminal in known,
        )
        for row in sorted(rows, key=lambda row: -row.at_us)
    ]
