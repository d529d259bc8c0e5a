"""The due chip of a case: the calendar's answer in the component's words."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from bihuan.kernel.models import Case
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.lifecycle import UNFIXED
from bihuan.kernel.rules.remaining import working_days_left
from bihuan.web.casework.words import reason_title
from bihuan.web.components.due import DueState, due, left_words, overdue_words
from bihuan.web.components.figures import day
from bihuan.web.components.parts import ClockDay

MOST_BARS = 10
ENDED = {"rejected", "duplicate", "merged", "void"}
"""Ended without being put right: neither on time nor late."""


def clock_state(case: Case) -> DueState:
    """Running or paused while it is to be put right, afterwards met or missed."""
    if case.state == "waiting":
        return "paused"
    if case.state in UNFIXED:
        return "running"
    ended = case.resolved_at or case.closed_at
    return "missed" if ended and case.due_at and ended > case.due_at else "met"


def chip(case: Case, now: datetime | None = None, calendar: Calendar | None = None) -> SafeString:
    """Pie and words of a case's deadline; give the calendar where there are many rows."""
    now = now or timezone.now()
    return due(
        case.due_at,
        now,
        case.opened_at,
        clock_state(case),
        case.due_provisional,
        days_left(case, now, calendar),
        reason_title(case.reason) if case.reason else "",
    )


def days_left(case: Case, now: datetime, calendar: Calendar | None = None) -> float | None:
    """Working days left in halves, negative when overdue; None when no clock runs, or one day and night."""
    if case.due_at is None or clock_state(case) != "running" or case.limit_in == "h":
        return None
    return working_days_left(calendar or working_calendar(), now, case.due_at, opened_at=case.opened_at)


def headline(case: Case, now: datetime, calendar: Calendar) -> tuple[str, str]:
    """The large words of the case page and their tone."""
    state = clock_state(case)
    if case.state in ENDED:
        return case.get_state_display(), "text-2"
    if case.due_at is None:
        return "—", "text"
    if state == "paused":
        return pgettext("due", "Paused"), "text-2"
    if state != "running":
        return (pgettext("due", "On time"), "green") if state == "met" else (pgettext("due", "Late"), "red")
    days = days_left(case, now, calendar)
    if now >= case.due_at:
        return overdue_words(now - case.due_at, days), "red"
    return left_words(case.due_at, now, days), "text"


def bars(case: Case, now: datetime, calendar: Calendar) -> list[ClockDay]:
    """One bar for each working day of the limit, the last ten when there are more; none for other limits."""
    if case.due_at is None or case.limit_in != "working days":
        return []
    first, last = calendar.local_date(case.opened_at), calendar.local_date(case.due_at)
    days, on = [], first
    while on < last:
        on = calendar.next_workday(on)
        start = datetime.combine(on, datetime.min.time(), calendar.zone)
        share = min(max((now - start) / timedelta(days=1), 0.0), 1.0)
        days.append(ClockDay(weekday=weekday(on.weekday()), label=day(on, weekday=False), used=share))
    return days[-MOST_BARS:]


def weekday(number: int) -> str:
    names = [gettext("Mon"), gettext("Tue"), gettext("Wed"), gettext("Thu"), gettext("Fri")]
    names += [gettext("Sat"), gettext("Sun")]
    return names[number]
