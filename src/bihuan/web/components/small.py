"""Small parts: keys, avatars, the one number, live mark, toast, counts."""

from functools import lru_cache
from zlib import crc32

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from bihuan.web.components import marks
from bihuan.web.components.figures import ago, initials, number, tally

PERSON_TONES = 5
STALE_AFTER_S = 10
LOST_AFTER_S = 60


def kbd(key: str) -> SafeString:
    """A key hint; hidden from screen readers, because the key list (`?`) says what it does."""
    return format_html('<kbd class="bh-kbd" aria-hidden="true">{}</kbd>', key)


@lru_cache(maxsize=4096)
def avatar(name: str, with_name: bool = True, size: int = 20) -> SafeString:
    """A disc with the initials on a ground that follows from the name alone, and the name."""
    tone = crc32(name.encode()) % PERSON_TONES + 1
    disc = format_html(
        '<span class="bh-avatar bh-avatar-{} bh-person-{}" aria-hidden="true">{}</span>',
        size,
        tone,
        initials(name),
    )
    if not with_name:
        return format_html('{}<span class="visually-hidden">{}</span>', disc, name)
    return format_html('<span class="bh-person">{}<span>{}</span></span>', disc, name)


def one_number(value: float | None, words: str, tone: str = "red", live: str = "") -> SafeString:
    """The one number of a page. Zero is text colour: nothing is wrong. `live` is its key in the stream."""
    shown = tone if value else "text"
    key = format_html(' data-live-count="{}"', live) if live else ""
    return format_html(
        '<span class="bh-one bh-tone-{}"><b class="bh-num"{}>{}</b> <span>{}</span></span>',
        shown,
        key,
        number(value),
        words,
    )


def live(age_s: float | None = 0, connected: bool = True) -> SafeString:
    """The live mark as of rendering; the browser keeps it current. Ten seconds of silence empty the dot."""
    if not connected or age_s is None:
        state, words = "off", gettext("live off")
    elif age_s < STALE_AFTER_S:
        state, words = "on", gettext("live · %(age)s") % {"age": ago(age_s)}
    else:
        state, words = ("late" if age_s < LOST_AFTER_S else "lost"), ago(age_s)
    return format_html(
        '<span class="bh-live" data-live-mark data-state="{}" data-word-live="{}" data-word-off="{}">'
        '<i class="bh-dot" aria-hidden="true"></i><span>{}</span></span>',
        state,
        gettext("live · %(age)s"),
        gettext("live off"),
        words,
    )


def toast(
    text: str, tone: str = "green", undo_url: str = "", seconds: int = 8, sticky: bool = False
) -> SafeString:
    """One message at the foot of the page; `undo_url` is posted by 撤销. A lost connection is `sticky`."""
    icon = marks.status_icon("normal") if tone == "green" else marks.status_icon("warning")
    undo = ""
    if undo_url:
        undo = format_html(
            '<button type="button" class="bh-toast-undo" data-undo-url="{}">{}</button>',
            undo_url,
            gettext("Undo"),
        )
    count = format_html(
        '<span class="bh-toast-left bh-num" data-toast-left>{}</span>', gettext("%(n)s s") % {"n": seconds}
    )
    return format_html(
        '<div class="bh-toast bh-toast-{}" role="status" data-seconds="{}">{}<span>{}</span>{}{}</div>',
        tone,
        0 if sticky else seconds,
        icon,
        text,
        undo,
        "" if sticky else count,
    )


def count(value: int, wrong: bool = False, live_key: str = "") -> SafeString:
    """The count at the right of a menu item: grey for work waiting, an octagon when something is wrong."""
    key = format_html(' data-live-count="{}"', live_key) if live_key else ""
    if not value and not live_key:
        return format_html("{}", "")
    if wrong:
        return format_html(
            '<span class="bh-count bh-count-wrong bh-tone-red" title="{}">{}<b{}>{}</b></span>',
            gettext("something is wrong"),
            marks.status_icon("abnormal"),
            key,
            tally(value),
        )
    return format_html('<span class="bh-count" title="{}"{}>{}</span>', gettext("waiting"), key, tally(value))


def empty(sentence: str, label: str = "", url: str = "", also: str = "", also_url: str = "") -> SafeString:
    """No rows: one sentence that says why, and one button; a second one where there are two ways to begin."""
    ways = [(words, to) for words, to in ((label, url), (also, also_url)) if words and to]
    buttons = format_html_join(" ", '<a class="bh-btn" href="{1}">{0}</a>', ways)
    row = format_html('<div class="bh-row bh-empty-ways">{}</div>', buttons) if len(ways) > 1 else buttons
    return format_html('<div class="bh-empty"><p>{}</p>{}</div>', sentence, row)
