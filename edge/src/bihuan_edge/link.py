"""Whether a terminal is heard, and the bar of its last beats: shared by gateway, rules and pages.

All spans are seconds. A terminal beats every 30 s; 2.5 missed beats make the link stale and
5 make it offline, so a single lost packet never shows.
"""

from typing import Final, Literal

BEAT_S: Final = 30.0
ONLINE_S: Final = 2.5 * BEAT_S
STALE_S: Final = 5 * BEAT_S

BARS: Final = 50
ON_TIME: Final = "o"
LATE: Final = "l"
MISSED: Final = "m"
NO_DATA: Final = "n"

Link = Literal["online", "stale", "offline", "never"]


def link(silence_s: float | None) -> Link:
    """Name the link after `silence_s` seconds without a word; None = never heard."""
    if silence_s is None:
        return "never"
    if silence_s < ONLINE_S:
        return "online"
    return "stale" if silence_s < STALE_S else "offline"


def beat(ring: str, gap_s: float | None, blind_s: float = 0.0, every_s: float = BEAT_S) -> str:
    """Return the ring (one letter a bar, newest last, at most BARS) after one more beat.

    `gap_s` is the time since the last beat (None: the first one), of which the gateway itself
    was down for `blind_s`: that part is shown as no data, never held against the terminal.
    The rest is on time up to 1.5 periods, late up to 2.5, else floor(gap / period) - 1 beats
    were missed before this one.
    """
    if gap_s is None:
        return (ring + ON_TIME)[-BARS:]
    if blind_s > 0:
        blind_s = min(blind_s, gap_s)
        ring += NO_DATA * _periods(blind_s, every_s)
        gap_s -= blind_s
    if gap_s <= 1.5 * every_s:
        return (ring + ON_TIME)[-BARS:]
    if gap_s <= 2.5 * every_s:
        return (ring + LATE)[-BARS:]
    return (ring + MISSED * (_periods(gap_s, every_s) - 1) + ON_TIME)[-BARS:]


def bars(ring: str, silence_s: float | None, blind_s: float = 0.0, every_s: float = BEAT_S) -> str:
    """Return the ring as it looks after `silence_s` seconds without a beat, oldest bar first.

    A beat becomes a missed bar once it is 1.5 periods away, so the bar turns with the page
    and not only with the next beat. `blind_s` as in `beat`.
    """
    if silence_s is None:
        return ring[-BARS:]
    blind_s = min(max(blind_s, 0.0), silence_s)
    ring += NO_DATA * _periods(blind_s, every_s)
    heard_s = silence_s - blind_s
    missed = _periods(heard_s, every_s) if heard_s > 1.5 * every_s else 0
    return (ring + MISSED * missed)[-BARS:]


def _periods(span_s: float, every_s: float) -> int:
    """Whole periods in a span; more than a full ring is never needed."""
    return min(int(span_s // every_s), 2 * BARS)
