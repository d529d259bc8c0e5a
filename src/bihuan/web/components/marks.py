"""The shapes: SVG of every state mark. Shape alone must tell the states apart, also in grey."""

from functools import cache, lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bihuan.web.components.geometry import RING_CENTRE, RING_RADIUS, arc, fixed, pie
from bihuan.web.components.words import GRADE, SEVERITY, STAGE

_TICK = '<path class="bh-cut" d="M5 8.3l2.1 2.1L11 6.2"/>'
_BANG = '<path class="bh-cut" d="M8 4.6v4M8 11.1v.1"/>'
_STATUS_BODY = {
    "normal": f'<circle class="bh-fill" cx="8" cy="8" r="6.5"/>{_TICK}',
    "warning": '<path class="bh-fill" d="M8 2.2l6.2 11.2H1.8z"/>'
    '<path class="bh-cut" d="M8 6.2v3.2M8 11.7v.1"/>',
    "abnormal": f'<path class="bh-fill" d="M5.4 1.6h5.2l3.8 3.8v5.2l-3.8 3.8H5.4l-3.8-3.8V5.4z"/>{_BANG}',
}
_RING = f'cx="{fixed(RING_CENTRE)}" cy="{fixed(RING_CENTRE)}" r="{fixed(RING_RADIUS)}"'
_STAGE_CORE = {
    "waiting": '<path class="bh-core-line" d="M6.7 6.1v3.8M9.3 6.1v3.8"/>',
    "verifying": '<circle class="bh-core-line" cx="8" cy="8" r="1.7"/>',
    "closed": '<circle class="bh-core" cx="8" cy="8" r="2.4"/>',
    "reopened": '<path class="bh-core-line" d="M8 5.2v3.2M8 10.6v.1"/>',
}
_ENDED_CORE = {
    "rejected": "M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
    "duplicate": "M5.8 6.8h4.4M5.8 9.2h4.4",
    "merged": "M8 5v6M6.2 8.8L8 10.8l1.8-2",
    "void": "M4.2 11.8l7.6-7.6",
}
_SPANNER = (
    '<path class="bh-line" d="M13.7 5.1l-2.3 2.3-2.2-.6-.6-2.2 2.3-2.3a4 4 0 0 0-5.3 5.1l-3.2 3.2'
    'a1.6 1.6 0 0 0 2.3 2.3l3.2-3.2a4 4 0 0 0 5.8-4.6z"/>'
)
_DEVICE_BODY = {
    "in_use": '<path class="bh-fill" d="M4.2 2.9v10.2L13 8z"/>',
    "idle": '<circle class="bh-line" cx="8" cy="8" r="5.75"/>'
    '<path class="bh-line" d="M5.6 8.2l1.7 1.7 3.1-3.4"/>',
    "offline": '<path class="bh-line"'
    ' d="M2 6.4a9 9 0 0 1 12 0M4.3 9a5.6 5.6 0 0 1 7.4 0M8 12v.1M2.4 2.4l11.2 11.2"/>',
    "maintenance": _SPANNER,
}
MARK_RING = "M19.94 11.03A8 8 0 1 1 12.97 4.06"
"""The brand ring in a box of 24: a ring with a gap at 45°, closed by a dot that is another person."""


def svg(body: str, tone: str = "", box: int = 16, size: int | None = None) -> SafeString:
    """A decorative glyph; the word beside it is what a screen reader gets."""
    classes = f"bh-glyph bh-tone-{tone}" if tone else "bh-glyph"
    side = size or box
    return SafeString(  # only constants of this module and formatted numbers reach this string
        f'<svg class="{classes}" viewBox="0 0 {box} {box}" width="{side}" height="{side}"'
        f' aria-hidden="true" focusable="false">{body}</svg>'
    )


@cache
def status_icon(key: str) -> SafeString:
    """Disc, triangle or octagon; the two states of a case borrow the stage ring. Raises KeyError."""
    if key in ("in_progress", "closed"):
        return stage_ring(key)
    return svg(_STATUS_BODY[key])


@cache
def stage_ring(key: str, size: int = 16) -> SafeString:
    """The signature of the product: the ring closes only after somebody else has called back."""
    word = STAGE[key]
    if key in ("opened", "notified"):
        body = f'<circle class="bh-arc bh-dashed" {_RING}/>'
    elif key in _ENDED_CORE:
        body = f'<circle class="bh-arc bh-thin" {_RING}/><path class="bh-core-line" d="{_ENDED_CORE[key]}"/>'
    else:
        track = f'<circle class="bh-track" {_RING}/>' if word.fill < 1 else ""
        body = f'{track}<path class="bh-arc" d="{arc(word.fill)}"/>{_STAGE_CORE.get(key, "")}'
    return svg(body, word.tone, size=size)


@cache
def gauge(key: str) -> SafeString:
    """Five blocks, 5-4-3-2-1 of them full; none for too few samples; a spanner for maintenance."""
    if key == "maintenance":
        return svg(_SPANNER)
    full = GRADE[key].fill
    blocks = "".join(
        f'<rect class="{"bh-block" if index < full else "bh-hollow"}" x="{fixed(0.7 + index * 3)}"'
        ' y="3" width="2.2" height="10" rx="0.5"/>'
        for index in range(5)
    )
    return svg(blocks)


@cache
def severity_bars(key: str) -> SafeString:
    """Four rising bars, as many full as the severity is high."""
    full = SEVERITY[key].fill
    bars = "".join(
        f'<rect class="{"bh-fill" if index < full else "bh-bar-empty"}" x="{fixed(1.4 + index * 3.5)}"'
        f' y="{fixed(10.4 - index * 2.8)}" width="2.4" height="{fixed(3.6 + index * 2.8)}" rx="0.4"/>'
        for index in range(4)
    )
    return svg(bars)


@cache
def device_icon(key: str) -> SafeString:
    """Play, hollow tick, crossed wave or spanner. Raises KeyError for anything else."""
    return svg(_DEVICE_BODY[key])


def due_pie(share: float) -> SafeString:
    """A 14 px pie of the share of the time that has passed, in steps of a twentieth."""
    sector = pie(round(min(max(share, 0.0), 1.0) * 20) / 20)
    return svg(f'<circle class="bh-line" cx="7" cy="7" r="6"/><path class="bh-fill" d="{sector}"/>', box=14)


def due_sign(kind: str) -> SafeString:
    """The due chip's other faces: `overdue` solid with "!", `paused` two strokes, `met` a tick."""
    ring = '<circle class="bh-line" cx="7" cy="7" r="6"/>'
    body = {
        "overdue": f'{ring}<circle class="bh-fill" cx="7" cy="7" r="4.7"/>'
        '<path class="bh-cut" d="M7 4.4v3M7 9.5v.1"/>',
        "paused": f'{ring}<path class="bh-line" d="M5.7 5v4M8.3 5v4"/>',
        "met": f'{ring}<path class="bh-line" d="M4.6 7.2l1.7 1.7 3-3.4"/>',
    }[kind]
    return svg(body, box=14)


@cache
def brand(size: int = 24, overdue: int = 0) -> SafeString:
    """The mark; with overdue cases a red disc with their number replaces the dot."""
    width = 3.4 if size <= 16 else 3
    dot = '<circle class="bh-brand-dot" cx="17.66" cy="6.34" r="2.3"/>'
    if overdue > 0:
        count = "9+" if overdue > 9 else str(overdue)
        dot = (
            '<circle class="bh-brand-disc" cx="16.5" cy="16.5" r="7.2"/>'
            f'<text class="bh-brand-count" x="16.5" y="20" text-anchor="middle">{count}</text>'
        )
    body = f'<path class="bh-brand-ring" stroke-width="{width}" d="{MARK_RING}"/>{dot}'
    return svg(body, box=24, size=size)


@lru_cache(maxsize=1024)
def sprite_icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An outline icon of the sprite. Without a visible word beside it, `label` names it."""
    classes = f"bh-icon {css}".strip()
    href = f"{static('bihuan/dist/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" width="16" height="16" role="img" aria-label="{}"><use href="{}"></use></svg>',
            classes,
            label,
            href,
        )
    return format_html(
        '<svg class="{}" width="16" height="16" aria-hidden="true" focusable="false">'
        '<use href="{}"></use></svg>',
        classes,
        href,
    )
