"""Rows of the live board as they are swapped in, and what changed only because time passed."""

import time
from collections.abc import Sequence
from datetime import datetime

from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import get_language

from bihuan.kernel.live import LiveRow
from bihuan.web.components.figures import elapsed, hour
from bihuan.web.components.trace import heartbeat
from bihuan_edge.link import BEAT_S

from .read import board as read
from .read.heard import links_now

TOPIC = "instruments.board"
CLOCK, BEATS = "\ue000", "\ue001"
"""Stand in a written row for what time alone changes."""
COUNTED_S = 1.0


Parts = tuple[bytes, bytes, bytes]
_known: dict[tuple[int, str | None], tuple[read.Shown, Parts]] = {}


def written(shown: read.Shown, language: str | None) -> Parts:
    """A row is written again only when it says something else."""
    known = _known.get((shown.key, language))
    if known is not None and (known[0] is shown or known[0] == shown):
        return known[1]
    made = _written(shown)
    _known[shown.key, language] = shown, made
    return made


def _written(shown: read.Shown) -> Parts:
    """In the language that is active, in three parts around the clock and the heartbeat."""
    html = get_template("instruments/board_row.html").render({"row": shown, "clock": CLOCK, "beats": BEATS})
    head, _, rest = html.strip().partition(CLOCK)
    middle, _, tail = rest.rpartition(BEATS)
    return head.encode(), middle.encode(), tail.encode()


class Writer:
    """Writes the rows of one answer; what they have in common is made once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.language = get_language()
        self.rings: dict[str, bytes] = {}

    def row(self, row: read.BoardRow) -> bytes:
        """One `<tr>` in UTF-8; its parts are escaped where they are made."""
        shown = row.shown
        head, middle, tail = written(shown, self.language)
        clock = b""
        if shown.since is not None:
            clock = elapsed(abs((self.now - shown.since).total_seconds())).encode()
        return b"".join((head, clock, middle, self._bars(row), tail))

    def _bars(self, row: read.BoardRow) -> bytes:
        """Between two beats a bar is the ring that the gateway keeps; most rings are alike."""
        heard = row.heard
        quiet = (heard.silence_s or 0.0) <= 1.5 * BEAT_S
        if quiet and (known := self.rings.get(heard.ring)):
            return known
        beats = heard.beats
        missed = heard.last_missed(beats)
        made = heartbeat(beats, hour(missed) if missed else "").encode()
        if quiet and missed is None:
            self.rings[heard.ring] = made
        return made


def rows_html(rows: Sequence[read.BoardRow], now: datetime) -> bytes:
    """A thousand rows are two megabytes: bytes that no template has to carry about."""
    return b"".join(map(Writer(now).row, rows))


def render(keys: Sequence[str]) -> list[LiveRow]:
    """Rows of these codes in the language that is active."""
    now = timezone.now()
    writer = Writer(now)
    rows = read.board(read.instruments().filter(code__in=keys), now)
    return [LiveRow(f"instrument-{row.shown.key}", writer.row(row).decode(), row.unit_path) for row in rows]


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
