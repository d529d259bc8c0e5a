"""`{% load bihuan %}`: the parts of a page as tags and filters. Each is described where it is written."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from bihuan.web.components import figures, marks, parts, script, small, state, trace
from bihuan.web.components.due import due
from bihuan.web.components.rows import rows
from bihuan.web.components.words import STATUS

register = template.Library()
THEMES = ("light", "dark")

for _tag in (
    state.status,
    state.stage,
    state.severity,
    state.grade,
    state.device_use,
    state.trust,
    due,
    rows,
    trace.heartbeat,
    trace.spark,
    trace.whisker,
    small.kbd,
    small.avatar,
    small.one_number,
    small.live,
    small.toast,
    small.count,
    small.empty,
    figures.since,
    figures.today,
    script.script_words,
    figures.until,
):
    register.simple_tag(_tag)

for _part in (
    parts.tile,
    parts.filters,
    parts.timeline,
    parts.judgement,
    parts.photo,
    parts.loop_strip,
    parts.stage_track,
    parts.clock_bar,
    parts.pager,
):
    register.inclusion_tag(f"web/components/{_part.__name__}.html")(_part)

for _filter in (
    figures.number,
    figures.percent,
    figures.day,
    figures.hour,
    figures.moment,
    figures.exact,
    figures.elapsed,
    figures.ago,
    figures.working_days,
    figures.clock_or_day,
    figures.tally,
):
    register.filter(_filter.__name__, _filter)


@register.inclusion_tag("web/components/callback.html", takes_context=True)
def callback(context: template.Context, caller: str, why: str, **rest: Any) -> dict[str, Any]:
    """See parts.callback; it carries a form, so it needs the page's CSRF token."""
    return {**parts.callback(caller, why, **rest), "csrf_token": context.get("csrf_token")}


@register.simple_tag
def status_glyph(key: str) -> SafeString:
    """The shape of a state word alone, for the components' own templates: the word stands beside it."""
    return marks.status_icon(key)


@register.simple_tag
def stage_glyph(key: str, size: int = 16) -> SafeString:
    """The ring of a stage alone, for the components' own templates."""
    return marks.stage_ring(key, size)


@register.simple_tag
def status_tone(key: str) -> str:
    """The tone class of a state word, without its prefix."""
    return STATUS[key].tone


@register.filter
def toast_tone(level: str) -> str:
    """The tone of a message's toast: what went wrong carries the triangle."""
    return "yellow" if level in ("warning", "error") else "green"


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An outline icon of the sprite; `label` names it where no word stands beside it."""
    return marks.sprite_icon(name, label, css)


@register.simple_tag
def mark(size: int = 24, overdue: int = 0) -> SafeString:
    """The brand mark; with overdue cases their number replaces the dot."""
    return marks.brand(size, overdue)


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """light or dark, from the cookie `bh_theme`; anything else is light."""
    request = context.get("request")
    chosen = request.COOKIES.get("bh_theme", "") if request else ""
    return chosen if chosen in THEMES else THEMES[0]
