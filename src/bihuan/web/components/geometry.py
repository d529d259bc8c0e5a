"""Pure geometry of the glyphs: numbers in, SVG path data out. No Django, no words, no colours."""

from collections.abc import Iterable, Sequence
from math import cos, pi, sin

RING_CENTRE = 8.0
RING_RADIUS = 5.75
"""The stage ring in a box of 16: stroke 2, starts at 12 o'clock, runs clockwise."""

BAR_HEIGHTS = {"on": 9, "late": 12, "missed": 16, "none": 3, "maintenance": 9}
"""Heights in px of one heartbeat bar; height says the same as colour."""

BAR_KINDS = tuple(BAR_HEIGHTS)


def fixed(value: float) -> str:
    """At most two decimals and no trailing zeros, so that the same glyph is always the same bytes."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def on_circle(centre: float, radius: float, share: float) -> tuple[float, float]:
    """The point of a circle after `share` (0–1) of a clockwise turn from 12 o'clock."""
    angle = 2 * pi * share
    return centre + radius * sin(angle), centre - radius * cos(angle)


def arc(share: float, centre: float = RING_CENTRE, radius: float = RING_RADIUS) -> str:
    """Path of a clockwise arc from 12 o'clock over `share` of the circle; a full circle is two halves.

    Raises ValueError when share is not in 0–1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share of a ring must be within 0 and 1, not {share}")
    c, r, top = fixed(centre), fixed(radius), fixed(centre - radius)
    if share >= 1:
        bottom = fixed(centre + radius)
        return f"M{c} {top}A{r} {r} 0 0 1 {c} {bottom}A{r} {r} 0 0 1 {c} {top}"
    x, y = on_circle(centre, radius, share)
    return f"M{c} {top}A{r} {r} 0 {int(share > 0.5)} 1 {fixed(x)} {fixed(y)}"


def pie(share: float, centre: float = 7.0, radius: float = 4.3) -> str:
    """Path of a filled sector from 12 o'clock; shares outside 0–1 are cut to that range."""
    share = min(max(share, 0.0), 1.0)
    if share >= 0.999:
        return arc(1.0, centre, radius)
    return f"{arc(share, centre, radius)}L{fixed(centre)} {fixed(centre)}Z"


def heartbeat_bars(kinds: Sequence[str], width: int = 2, gap: int = 1) -> dict[str, str]:
    """One path for each kind of bar in a box 16 px high; the latest bar is the last, at the right.

    `kinds` holds keys of BAR_HEIGHTS; a missed bar fills the box, all others stand on y = 14.
    """
    paths: dict[str, list[str]] = {}
    for index, kind in enumerate(kinds):
        height = BAR_HEIGHTS[kind]
        top = 0 if kind == "missed" else 14 - height
        x = index * (width + gap)
        paths.setdefault(kind, []).append(f"M{x} {top}h{width}v{height}h-{width}z")
    return {kind: "".join(parts) for kind, parts in paths.items()}


def line_points(values: Sequence[float | None], low: float, high: float, width: float, height: float) -> str:
    """Path of a line through evenly spaced values; None is a gap and stays a gap.

    x runs 0–width, y runs from `high` at the top (1 px in) to `low` at the bottom (1 px in).
    """
    step = width / max(len(values) - 1, 1)
    parts: list[str] = []
    pen_down = False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        verb = "L" if pen_down else "M"
        parts.append(f"{verb}{fixed(index * step)} {fixed(level(value, low, high, height))}")
        pen_down = True
    return "".join(parts)


def level(value: float, low: float, high: float, height: float) -> float:
    """The y of a value in a box of `height`, one pixel of air at both ends; flat data lie in the middle."""
    if high <= low:
        return height / 2
    share = (min(max(value, low), high) - low) / (high - low)
    return 1 + (height - 2) * (1 - share)


def extent(values: Iterable[float | None]) -> tuple[float, float]:
    """Smallest and largest of the values that exist; (0, 0) when there is none."""
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else (0.0, 0.0)
