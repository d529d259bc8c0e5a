"""Rows of the live board as they are swapped in, and what changed only because time passed."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import get_language

from bihuan.kernel.live import LiveRow
from bihuan.web.components.figures import elapsed, hour
from bihuan.web.components.trace import heartbeat
from bihuan_edge.link import BEAT_S

from .read import board as read
from .read.heard import Heard, links_now, microseconds

TOPIC = "instruments.board"
CLOCK, BEATS = "\ue000", "\ue001"
"""Stand in a written row for what time alone changes."""
COUNTED_S = 1.0
QUIET_S = 1.5 * BEAT_S
"""Until the next beat is missed."""


class Written(NamedTuple):
    """A row in one language, in UTF-8: three parts around the clock and the heartbeat."""

    shown: read.Shown
    head: bytes
    middle: bytes
    tail: bytes
    since_us: int | None


_known: dict[str | None, dict[int, Written]] = {}
"""By language and instrument. A row is written again only when it says something else."""


def _written(shown: read.Shown) -> Written:
    """In the language that is active."""
    html = get_template("instruments/board_row.html").render({"row": shown, "clock": CLOCK, "beats": BEATS})
    head, _, rest = html.strip().partition(CLOCK)
    middle, _, tail = rest.rpartition(BEATS)
    since_us = microseconds(shown.since) if shown.since else None
    return Written(shown, head.encode(), middle.encode(), tail.encode(), since_us)


@lru_cache(maxsize=16_384)
def _minutes(whole: int) -> bytes:
    """Hours and minutes of a clock: many rows last equally long, but for the seconds."""
    return elapsed(whole * 60)[:-2].encode()


SECONDS = tuple(f"{second:02d}".encode() for second in range(60))


@lru_cache(maxsize=4096)
def _bars(beats: str, missed: str, language: str | None) -> bytes:
    """`language` is the active one."""
    return heartbeat(beats, missed).encode()


def written(rows: Iterable[read.BoardRow], now: datetime) -> list[bytes]:
    """Each row's `<tr>` as five parts and more, to be joined with what stands around them.

    A board of a thousand rows is two megabytes, which are copied once. What a part says was escaped where the
    part was made.
    """
    language, now_us = get_language(), microseconds(now)
    known = _known.setdefault(language, {})
    rings: dict[str, bytes] = {}
    parts: list[bytes] = []
    for row in rows:
        shown, heard = row.shown, row.heard
        made = known.get(shown.key)
        if made is None or (made.shown is not shown and made.shown != shown):
            made = known[shown.key] = _written(shown)
        _, head, middle, tail, since_us = made
        quiet = (heard.silence_s or 0.0) <= QUIET_S
        bars = rings.get(heard.ring) if quiet else None
        if bars is None:
            bars = _heartbeat(heard, language, rings if quiet else {})
        if since_us is None:
            parts += (head, middle, bars, tail)
        else:
            minutes, seconds = divmod(abs(now_us - since_us) // 1_000_000, 60)
            parts += (head, _minutes(minutes), SECONDS[seconds], middle, bars, tail)
    return parts


def _heartbeat(heard: Heard, language: str | None, rings: dict[str, bytes]) -> bytes:
    """Between two beats a bar is the ring that the gateway keeps, and most rings are alike: `rings`."""
    beats = heard.beats
    missed = heard.last_missed(beats)
    made = _bars(beats, hour(missed) if missed else "", language)
    if missed is None:
        rings[heard.ring] = made
    return made


def render(keys: Sequence[str]) -> list[LiveRow]:
    """Rows of these codes in the language that is active."""
    now = timezone.now()
    rows = read.board(read.instruments().filter(code__in=keys), now)
    return [
        LiveRow(f"instrument-{row.shown.key}", b"".join(written((row,), now)).decode(), row.unit_path)
        for row in rows
    ]


class Watch:
    """What the board showed of links and rests when somebody last asked; one a process."""

    def __init__(self) -> None:
        self.links: dict[str, str] | None = None
        self.asked_at: datetime | None = None

    def changed(self, now: datetime) -> list[str]:
        """Codes whose link class changed, or whose rest ended, since the last ask."""
        links: dict[str, str] = dict(links_now())
        before, self.links = self.links, links
        since, self.asked_at = self.asked_at, now
        if before is None or since is None:
            return []
        moved = [name for name, link in links.items() if before.get(name) != link]
        codes = (
            set(read.instruments().filter(folded__in=moved).values_list("code", flat=True))
            if moved
            else set()
        )
        rested = {code for code, until in read.rests().items() if since < until <= now}
        return sorted(codes | rested)


watch = Watch()


def stale() -> list[str]:
    return watch.changed(timezone.now())


_counted: dict[str, tuple[float, dict[str, int]]] = {}


def counts(unit_path: str) -> dict[str, int]:
    """Figures above the table, at most a second old: many changes, one count."""
    at, found = _counted.get(unit_path, (float("-inf"), {}))
    if time.monotonic() - at > COUNTED_S:
        found = {f"instruments.{state}": n for state, n in read.counts_of(unit_path).items()}
        _counted[unit_path] = time.monotonic(), found
    return found
