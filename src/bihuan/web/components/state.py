"""State chips: shape and word together, never one without the other."""

from collections.abc import Callable, Mapping
from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from bihuan.web.components import marks
from bihuan.web.components.words import DEVICE_USE, GRADE, SEVERITY, STAGE, STATUS, TRUST, Word

Glyph = Callable[[str], SafeString]


def _chip(key: str, words: Mapping[str, Word], glyph: Glyph, css: str) -> SafeString:
    word = words[key]
    return format_html(
        '<span class="{} bh-tone-{}">{}<span>{}</span></span>', css, word.tone, glyph(key), word.text
    )


@cache
def _status(key: str, pill: bool, language: str | None) -> SafeString:
    css = "bh-mark bh-pill" if pill else "bh-mark"
    if key == "closed":
        return format_html(
            '<span class="{} bh-tone-grey">{}<span>{}</span></span>',
            css,
            marks.status_icon(key),
            STATUS[key].text,
        )
    return _chip(key, STATUS, marks.status_icon, css)


def status(key: str, pill: bool = False) -> SafeString:
    """One of the five state words: normal, warning, abnormal, in_progress, closed.

    `pill` gives the tinted ground that a page header may use once. Raises KeyError on another key.
    """
    return _status(key, bool(pill), get_language())


@cache
def _stage(key: str, size: int, pill: bool, language: str | None) -> SafeString:
    word = STAGE[key]
    css = f"bh-mark bh-pill bh-tone-{word.tone}" if pill else "bh-mark bh-stage"
    return format_html(
        '<span class="{}">{}<span>{}</span></span>', css, marks.stage_ring(key, size), word.text
    )


def stage(key: str, size: int = 16, pill: bool = False) -> SafeString:
    """The ring of a case's stage and its word; 16 px in tables, 22 on strips, 34 on the wall."""
    return _stage(key, size, bool(pill), get_language())


@cache
def _severity(key: str, language: str | None) -> SafeString:
    return _chip(key, SEVERITY, marks.severity_bars, "bh-mark")


def severity(key: str) -> SafeString:
    """critical, serious, minor or note: four rising bars and the word."""
    return _severity(key, get_language())


@cache
def _grade(key: str, block: str, language: str | None) -> SafeString:
    word = GRADE[key]
    if block:
        css = f"bh-grade-block bh-tone-{word.tone} bh-{block}" + (" bh-hatch" * (key == "maintenance"))
        return format_html('<span class="{}"><span>{}</span></span>', css, word.text)
    return _chip(key, GRADE, marks.gauge, "bh-mark bh-grade")


def grade(key: str, block: str = "") -> SafeString:
    """A quality grade: gauge and word; `block` = "solid" | "pale" is the filled cell of map and legend."""
    if block not in ("", "solid", "pale"):
        raise ValueError(f"block is solid or pale, not {block!r}")
    return _grade(key, block, get_language())


@cache
def _device_use(key: str, language: str | None) -> SafeString:
    return _chip(key, DEVICE_USE, marks.device_icon, "bh-mark")


def device_use(key: str) -> SafeString:
    """in_use, idle, offline or maintenance. Being in use is not a status, so it has no colour."""
    return _device_use(key, get_language())


def trust(level: str, version: int | str = "") -> SafeString:
    """A small tag that says how far a source can be believed: low (protocol v1) or high."""
    suffix = f" v{version}" if version else ""
    by_address = pgettext("trust", "Identified by address alone")
    title = by_address if level == "low" else pgettext("trust", "Identified by a key of its own")
    return format_html(
        '<span class="bh-tag bh-trust" title="{}">{}{}</span>', title, TRUST[level].text, suffix
    )
