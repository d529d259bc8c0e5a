"""The due chip: how much of the time is gone, in a pie and in words. It knows no calendar."""

from datetime import datetime, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from bihuan.web.components import marks
from bihuan.web.components.figures import NOTHING, day, exact, hour, in_chinese, working_days

DueState = Literal["running", "paused", "met", "missed"]
URGENT_SHARE = 0.75
"""A quarter of the time or less left is urgent (ui §11)."""
HALF_DAY = 0.5


def due(
    due_at: datetime | None,
    now: datetime | None = None,
    opened_at: datetime | None = None,
    state: DueState = "running",
    provisional: bool = False,
    working_days_left: float | None = None,
    reason: str = "",
    of: str = "",
) -> SafeString:
    """A deadline as pie and words.

    `working_days_left` is negative when overdue, in days of the calendar that the caller knows; without
    it natural hours are counted. `reason` says why a clock is paused, `of` names the duty when it is not
    the closing (accept). `provisional` marks a deadline in a year not yet gazetted.
    """
    if due_at is None:
        return format_html('<span class="bh-due bh-tone-text-3">{}</span>', NOTHING)
    now = now or timezone.now()
    face, tone, words = _face(due_at, now, opened_at, state, working_days_left, reason)
    if of:
        words = pgettext("due", "%(words)s (%(duty)s)") % {"words": words, "duty": of}
    if provisional:
        words = pgettext("due", "%(words)s (provisional)") % {"words": words}
    css = f"bh-due bh-tone-{tone}"
    css += " bh-overdue" * (tone == "red") + " bh-provisional" * provisional
    return format_html(
        '<span class="{}" title="{}">{}<span>{}</span></span>', css, _title(due_at, provisional), face, words
    )


def _face(
    due_at: datetime,
    now: datetime,
    opened_at: datetime | None,
    state: DueState,
    days: float | None,
    reason: str,
) -> tuple[SafeString, str, str]:
    if state == "paused":
        words = pgettext("due", "Paused")
        return marks.due_sign("paused"), "text-3", f"{words} · {reason}" if reason else words
    if state == "met":
        return marks.due_sign("met"), "text-3", pgettext("due", "On time")
    if state == "missed":
        return marks.due_sign("overdue"), "red", pgettext("due", "Late")
    if now >= due_at:
        return marks.due_sign("overdue"), "red", overdue_words(now - due_at, days)
    share = elapsed_share(opened_at, due_at, now)
    today = timezone.localtime(due_at).date() == timezone.localtime(now).date()
    tone = "orange" if today or share >= URGENT_SHARE else "text-2"
    return marks.due_pie(share), tone, left_words(due_at, now, days)


def elapsed_share(opened_at: datetime | None, due_at: datetime, now: datetime) -> float:
    """Share of the time that has passed, 0–1, by the wall clock; 0 when the start is unknown."""
    if opened_at is None or due_at <= opened_at:
        return 0.0
    return min(max((now - opened_at) / (due_at - opened_at), 0.0), 1.0)


def left_words(due_at: datetime, now: datetime, days: float | None) -> str:
    """Minutes under an hour, the hour under a day, else working days (or days where none are counted)."""
    left = due_at - now
    if left < timedelta(hours=1):
        return gettext("%(n)s min left") % {"n": max(int(left.total_seconds() // 60), 1)}
    local_due, local_now = timezone.localtime(due_at), timezone.localtime(now)
    if local_due.date() == local_now.date():
        return gettext("Today by %(hour)s") % {"hour": hour(due_at)}
    if days is None:
        return gettext("%(span)s left") % {"span": natural_span(left)}
    if days >= 1:
        return gettext("%(span)s left") % {"span": working_days(days)}
    if local_due.date() == local_now.date() + timedelta(days=1):
        return gettext("Tomorrow by %(hour)s") % {"hour": hour(due_at)}
    return gettext("By %(moment)s") % {"moment": f"{day(due_at)} {hour(due_at)}"}


def overdue_words(late: timedelta, days: float | None) -> str:
    """`0.5 working days overdue`, or natural time while less than half a working day is lost."""
    days_late = None if days is None else abs(days)
    if days_late is not None and days_late >= HALF_DAY:
        return gettext("%(span)s overdue") % {"span": working_days(days_late)}
    return gettext("%(span)s overdue") % {"span": natural_span(late)}


def natural_span(span: timedelta) -> str:
    """The largest whole unit of natural time: minutes, hours or days."""
    minutes = max(int(span.total_seconds() // 60), 1)
    if minutes < 60:
        return gettext("%(n)s min") % {"n": minutes}
    if minutes < 24 * 60:
        return gettext("%(n)s h") % {"n": minutes // 60}
    return gettext("%(n)s d") % {"n": minutes // (24 * 60)}


def _title(due_at: datetime, provisional: bool) -> str:
    text = gettext("Due %(exact)s") % {"exact": exact(due_at)}
    if provisional:
        mark = "；" if in_chinese() else "; "
        text += mark + gettext("the calendar of that year is not gazetted yet")
    return text
