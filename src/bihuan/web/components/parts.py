"""Contexts of the larger parts; their markup lies in templates/web/components/."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy

from bihuan.web.components import marks
from bihuan.web.components.figures import NOTHING, hour, number
from bihuan.web.components.trace import day_bar
from bihuan.web.components.words import STAGE, TRACK

Context = dict[str, Any]
TileFace = Literal["good", "withheld", "empty", "stale", "error"]
TILE_FACES: tuple[TileFace, ...] = ("good", "withheld", "empty", "stale", "error")


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One choice of a segmented filter; `status` is a state word's key and adds its icon."""

    label: str | Promise
    url: str
    count: int | None = None
    current: bool = False
    status: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline.

    `stage` draws a ring on the rail, otherwise `icon` of the sprite. `note` is quoted text, `extra` ready
    markup (a judgement card, a chart, a list of files).
    """

    at: datetime
    who: str
    text: str
    stage: str = ""
    icon: str = "activity"
    note: str = ""
    extra: SafeString | str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the loop strip: key, count, the line under it and where it leads."""

    key: str
    count: int | None
    base: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ClockDay:
    """One working day of a case's clock; `past` and `used` are shares (0–1) of that day."""

    weekday: str
    label: str
    past: float = 0
    used: float = 0

    @property
    def bar(self) -> SafeString:
        return day_bar(self.past, self.used)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of the call-back slots; without `at` it is still open."""

    at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict that the verifier can give; `status` is its tint once chosen."""

    key: str
    label: str
    icon: str
    status: str = "normal"
    chosen: bool = False


def tile(
    label: str,
    face: TileFace = "good",
    *,
    url: str = "",
    value: float | str | None = None,
    unit: str = "",
    base: str = "",
    sentence: str = "",
    age: str = "",
    tone: str = "",
    decimals: int = 0,
    links: Sequence[Link] = (),
    live: str = "",
) -> Context:
    """One number with its base, in one of five faces.

    good: `value`, `unit`, `base`. withheld, empty: `sentence`, `base`. stale: `value` and `age`, `base`
    says who has stopped sending. error: `sentence`, `base`. `links` stand in the last line of empty,
    stale and error.
    """
    if face not in TILE_FACES:
        raise ValueError(f"a tile's face is one of {', '.join(TILE_FACES)}, not {face!r}")
    shown = value if isinstance(value, str) else number(value, decimals)
    return {
        "label": label,
        "face": face,
        "url": url,
        "value": shown,
        "unit": unit,
        "base": base,
        "sentence": sentence,
        "age": age,
        "tone": tone,
        "links": links,
        "live": live,
        "shows_number": face in ("good", "stale"),
    }


def filters(segments: Iterable[Segment | Mapping[str, Any]], label: str = "") -> Context:
    """Segmented states with their counts: each a link, so that the filter is in the URL."""
    return {"segments": list(segments), "label": label or gettext("filter by state")}


def timeline(entries: Iterable[Entry | Mapping[str, Any]], label: str = "") -> Context:
    """Who did what, newest first, as given."""
    return {"entries": list(entries), "label": label or gettext("timeline")}


def judgement(
    measure: str,
    standard: str,
    verdict: str = "abnormal",
    duration: str = "",
    facts: Mapping[str, str] | None = None,
    version: str = "",
    version_url: str = "",
) -> Context:
    """Why the case was opened: measure, standard, how long, the verdict, and the version that judged.

    What is empty is left out: a breach without a measure has only its facts.
    """
    named = [(gettext("measure"), measure), (gettext("standard"), standard), (gettext("duration"), duration)]
    rows = [(name, value) for name, value in (*named, *(facts or {}).items()) if value]
    return {"rows": rows, "verdict": verdict, "version": version, "version_url": version_url}


def photo(
    open_url: str,
    *,
    allowed: bool,
    caption: str = "",
    preview_url: str = "",
    note: str = "",
    small: bool = False,
) -> Context:
    """A blurred evidence photo. `preview_url` serves a copy that is blurred already, never the original;
    `open_url` is linked only for whoever may look, and each opening is logged there."""
    return {
        "open_url": open_url,
        "allowed": allowed,
        "caption": caption,
        "preview_url": preview_url,
        "note": note or gettext("for those responsible only; opening leaves a record"),
        "small": small,
    }


def callback(
    caller: str,
    why: str,
    *,
    customer: str = "",
    rule: str = "",
    attempts: Sequence[Attempt | Mapping[str, Any]] = (),
    outcomes: Sequence[Outcome | Mapping[str, Any]] = (),
    action: str = "",
    blocked: str = "",
    slots: int = 3,
) -> Context:
    """Who verifies and why he may, the attempts, and the outcomes; `blocked` says why it cannot begin yet."""
    shown = [*attempts, *[Attempt()] * max(slots - len(attempts), 0)]
    return {
        "caller": caller,
        "why": why,
        "customer": customer,
        "rule": rule,
        "attempts": shown,
        "outcomes": outcomes,
        "action": action,
        "blocked": blocked,
    }


LOOP_WORDS = {
    "signals": pgettext_lazy("loop", "Signals"),
    "judged": pgettext_lazy("loop", "Over standard"),
    "opened": pgettext_lazy("loop", "Opened"),
    "in_progress": pgettext_lazy("loop", "In progress"),
    "verifying": pgettext_lazy("loop", "Verifying"),
    "closed": pgettext_lazy("loop", "Closed"),
}
LOOP_ICONS = {"signals": "activity", "judged": "ruler-2"}


def loop_strip(stops: Iterable[Stop | Mapping[str, Any]], back: str = "", wide: bool = False) -> Context:
    """Signals → over standard → opened → in progress → verifying → closed, and what runs back to the start.

    `back` is the sentence on the returning line; `wide` is the wall's size.
    """
    shown = []
    for stop in stops:
        key = stop["key"] if isinstance(stop, Mapping) else stop.key
        icon = LOOP_ICONS.get(key)
        glyph = marks.sprite_icon(icon) if icon else marks.stage_ring(key, 34 if wide else 22)
        shown.append({"word": LOOP_WORDS[key], "glyph": glyph, "stop": stop})
    return {"stops": shown, "back": back, "wide": wide}


def stage_track(current: str, times: Mapping[str, datetime | str | None] | None = None) -> Context:
    """Seven stops with the time under each: passed, now, ahead. A case that waits stands at its work;
    a reopened one starts again at its opening. Raises KeyError on a stage that is not on the track."""
    times = times or {}
    here = {"waiting": "in_progress", "reopened": "opened"}.get(current, current)
    position = TRACK.index(here) if here in TRACK else -1
    if position < 0:
        raise KeyError(current)
    stops = []
    for index, key in enumerate(TRACK):
        closed = current == "closed" and index == position
        state = "passed" if index < position else "now" if index == position else "ahead"
        stops.append(
            {
                "word": STAGE[current if state == "now" else key].text if key != "verifying" else CALL_BACK,
                "state": "passed" if closed else state,
                "glyph": _track_glyph("passed" if closed else state, current),
                "at": _short(times.get(key)),
            }
        )
    return {"stops": stops}


CALL_BACK = pgettext_lazy("stage", "Call-back")
_AHEAD = marks.svg('<circle class="bh-line" cx="8" cy="8" r="5.75"/>', "text-3")


def _track_glyph(state: str, current: str) -> SafeString:
    if state == "passed":
        return marks.status_icon("normal")
    return marks.stage_ring(current) if state == "now" else _AHEAD


def _short(at: datetime | str | None) -> str:
    if at is None:
        return NOTHING
    return at if isinstance(at, str) else hour(at)


def clock_bar(days: Iterable[ClockDay | Mapping[str, Any]], sentence: str = "") -> Context:
    """A bar for each working day (before the start grey, used dark, left violet) and its arithmetic."""
    shown = []
    for day in days:
        if isinstance(day, Mapping):
            shown.append({**day, "bar": day_bar(day.get("past", 0), day.get("used", 0))})
        else:
            shown.append({"weekday": day.weekday, "label": day.label, "bar": day.bar})
    return {"days": shown, "sentence": sentence}


def pager(pages: Iterable[Mapping[str, Any]], previous_url: str = "", next_url: str = "") -> Context:
    """Page numbers: items with number, url and current; number None is a gap."""
    return {"pages": list(pages), "previous_url": previous_url, "next_url": next_url}
