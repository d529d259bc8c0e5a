"""Marks of this system: the state and the link of an instrument, each a shape and a word."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from bihuan.kernel.read.loop import Rate
from bihuan.web.components import marks, state
from bihuan.web.components.figures import number, percent

from ..read.loss import Loss
from ..words import FLAG, LINK

register = template.Library()
STATUS = ("abnormal", "warning")
LOSS_TONES = {"warning": "yellow", "abnormal": "red"}
WEIGHTY = frozenset({"unknown_card", "not_authorised", "cooldown", "overlong"})


@register.simple_tag
def board_state(key: str) -> SafeString:
    """Abnormal and warning are states of the world; being in use is not, so it has no colour."""
    return state.status(key) if key in STATUS else state.device_use(key)


@register.simple_tag
def link_word(key: str) -> SafeString:
    tone, icon = ("text-2", "wifi") if key in ("online", "stale") else ("text-3", "wifi-off")
    if key == "stale":
        tone = "orange"
    return format_html(
        '<span class="bh-mark bh-tone-{}">{}<span>{}</span></span>', tone, marks.sprite_icon(icon), LINK[key]
    )


@register.simple_tag
def flag_word(key: str) -> str:
    return str(FLAG.get(key, key))


@register.simple_tag
def flag_tags(names: list[str]) -> SafeString:
    """The flags of a session as tags; those that open a case carry the triangle."""
    return format_html_join(
        " ",
        '<span class="bh-tag{}">{}{}</span>',
        (
            (
                " bh-tone-yellow bh-toned" if name in WEIGHTY else "",
                marks.status_icon("warning") if name in WEIGHTY else "",
                FLAG.get(name, name),
            )
            for name in names
        ),
    )


@register.simple_tag
def rate_base(rate: Rate, what: str) -> str:
    """`95 % interval 94.1–97.9 %, n = 412 runs`."""
    low, high = rate.interval
    return gettext("95 %% interval %(low)s–%(high)s, n = %(n)s %(what)s") % {
        "low": number(low * 100, 1),
        "high": percent(high),
        "n": number(rate.n),
        "what": what,
    }


@register.simple_tag
def loss_words(loss: Loss) -> str:
    low, high = loss.rate.interval
    return gettext("%(share)s lost (%(low)s–%(high)s), n = %(n)s") % {
        "share": percent(loss.rate.share, 2),
        "low": number(low * 100, 2),
        "high": percent(high, 2),
        "n": number(loss.rate.n),
    }


@register.simple_tag
def loss_cell(loss: Loss | None, total: bool = False) -> SafeString:
    """Lost / noted, with the interval in the tooltip; a dot where no journal tells of the day."""
    if loss is None or not loss.rate.n:
        return format_html('<span class="bh-text-3" title="{}">·</span>', gettext("no journal"))
    text = f"{loss.rate.hits}/{loss.rate.n}"
    if total:
        text += f" = {percent(loss.rate.share)}"
    if loss.state == "normal":
        return format_html('<span class="bh-text-2" title="{}">{}</span>', loss_words(loss), text)
    return format_html(
        '<span class="bh-mark bh-tone-{}" title="{}">{}<span>{}</span></span>',
        LOSS_TONES[loss.state],
        loss_words(loss),
        marks.status_icon(loss.state),
        text,
    )
