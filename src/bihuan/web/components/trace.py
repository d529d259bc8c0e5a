"""Small drawings of data: heartbeat, spark line, interval whisker, bars of the working-day clock."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from bihuan.web.components.figures import number
from bihuan.web.components.geometry import extent, fixed, heartbeat_bars, level, line_points

BEAT_LETTERS = {"o": "on", "l": "late", "m": "missed", "-": "none", "x": "maintenance"}
"""One letter for one interval, oldest first, so that a row of beats is one short string."""
BEAT_TONES = {"on": "green", "late": "orange", "missed": "red", "none": "grey", "maintenance": "grey"}
BEATS_SHOWN = 50


def heartbeat(beats: str, last_missed: str = "", wide: bool = False, shown: int = BEATS_SHOWN) -> SafeString:
    """The latest `shown` intervals as bars, latest at the right.

    `beats` is a string of the letters of BEAT_LETTERS, `last_missed` the words for when; `wide` is the
    wall's 3 + 1 px. Raises KeyError on an unknown letter.
    """
    return _heartbeat(beats[-shown:], last_missed, bool(wide), get_language())


@lru_cache(maxsize=4096)
def _heartbeat(beats: str, last_missed: str, wide: bool, language: str | None) -> SafeString:
    kinds = [BEAT_LETTERS[letter] for letter in beats]
    bar = 3 if wide else 2
    width = max(len(kinds) * (bar + 1) - 1, 1)
    paths = format_html_join(
        "",
        '<path class="bh-beat bh-beat-{} bh-tone-{}" d="{}"/>',
        ((kind, BEAT_TONES[kind], path) for kind, path in heartbeat_bars(kinds, bar).items()),
    )
    return format_html(
        '<svg class="bh-heartbeat" viewBox="0 0 {} 16" width="{}" height="16" role="img"'
        ' aria-label="{}">{}</svg>',
        width,
        width,
        heartbeat_words(kinds, last_missed),
        paths,
    )


def heartbeat_words(kinds: Sequence[str], last_missed: str = "") -> str:
    """The text alternative: `47 of 50 on time, last missed 10:18`."""
    if not kinds:
        return gettext("no intervals yet")
    words = gettext("%(on)s of %(all)s on time") % {"on": kinds.count("on"), "all": len(kinds)}
    if last_missed:
        words += gettext(", last missed %(when)s") % {"when": last_missed}
    return words


def spark(
    values: Sequence[float | None],
    threshold: float | None = None,
    label: str = "",
    tone: str = "action",
    width: int = 80,
    height: int = 26,
) -> SafeString:
    """A line of evenly spaced values with its limit dashed; gaps stay gaps. `label` names it in words."""
    known = [*values, threshold]
    low, high = extent(known)
    limit: SafeString | str = ""
    if threshold is not None:
        y = fixed(level(threshold, low, high, height))
        limit = format_html('<path class="bh-spark-limit" d="M0 {}H{}"/>', y, width)
    return format_html(
        '<svg class="bh-spark bh-tone-{}" viewBox="0 0 {} {}" width="{}" height="{}" role="img"'
        ' aria-label="{}">{}<path class="bh-spark-line" d="{}"/></svg>',
        tone,
        width,
        height,
        width,
        height,
        label or spark_words(values),
        limit,
        line_points(values, low, high, width, height),
    )


def spark_words(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return gettext("no values")
    return gettext("latest %(last)s, between %(low)s and %(high)s") % {
        "last": number(known[-1], 2),
        "low": number(min(known), 2),
        "high": number(max(known), 2),
    }


def whisker(
    value: float,
    low: float,
    high: float,
    axis: tuple[float, float] | Sequence[float],
    standard: float | None = None,
    tone: str = "text",
    unit: str = "",
) -> SafeString:
    """A dot with its interval against the standard on one common axis (smallest, largest), 60 × 16 px."""
    start, end = axis[0], axis[1]

    def x(point: float) -> str:
        share = (min(max(point, start), end) - start) / ((end - start) or 1)
        return fixed(3 + 54 * share)

    mark: SafeString | str = ""
    if standard is not None:
        mark = format_html('<path class="bh-whisker-standard" d="M{} 1v14"/>', x(standard))
    words = gettext("%(value)s%(unit)s, interval %(low)s–%(high)s") % {
        "value": number(value, 1),
        "unit": unit,
        "low": number(low, 1),
        "high": number(high, 1),
    }
    return format_html(
        '<svg class="bh-whisker bh-tone-{}" viewBox="0 0 60 16" width="60" height="16" role="img"'
        ' aria-label="{}">{}<path class="bh-whisker-line" d="M{} 8H{}"/>'
        '<circle class="bh-whisker-dot" cx="{}" cy="8" r="3"/></svg>',
        tone,
        words,
        mark,
        x(low),
        x(high),
        x(value),
    )


def day_bar(past: float, used: float) -> SafeString:
    """One working day of the clock: grey before the start, dark used, violet left, in shares 0–1 of the day.

    `past` is the share before the clock started, `used` the share consumed; the rest is left.
    """
    past = min(max(past, 0.0), 1.0)
    used = min(max(used, 0.0), 1.0 - past)
    spans = (("past", 0.0, past), ("used", past, used), ("left", past + used, 1.0 - past - used))
    rects = format_html_join(
        "",
        '<rect class="bh-clock-{}" x="{}" y="0" width="{}" height="6"/>',
        ((kind, fixed(start * 100), fixed(width * 100)) for kind, start, width in spans if width > 0),
    )
    return format_html(
        '<svg class="bh-clock-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        "{}</svg>",
        rects,
    )
