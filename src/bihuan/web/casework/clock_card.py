"""The clock of a case so that everybody can recount it: each span in which it ran, what was left, the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, pgettext

from bihuan.kernel.act.cases.step import clock_of
from bihuan.kernel.models import Case
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.clock import Reading
from bihuan.kernel.rules.deadlines import (
    BusinessHours,
    LaterMonth,
    NaturalHours,
    ReportDay,
    Running,
    WorkingDays,
)
from bihuan.web.casework import due
from bihuan.web.casework.words import LIMIT_KINDS, limit_words
from bihuan.web.components.figures import in_chinese, moment


@dataclass(frozen=True, slots=True)
class Line:
    """A span in which the clock ran; what it used and left, in the limit's own unit."""

    start: datetime
    end: datetime
    used: str
    left: str


def context(case: Case, now: datetime, calendar: Calendar) -> dict[str, Any]:
    reading = clock_of(case)
    headline, tone = due.headline(case, now, calendar)
    lines = spans(reading, calendar) if reading else []
    return {
        "headline": headline,
        "headline_tone": tone,
        "limit_kind": LIMIT_KINDS.get(case.limit_in, ""),
        "clock_days": due.bars(case, now, calendar),
        "clock_lines": lines,
        "arithmetic": arithmetic(case, reading, bool(lines), calendar) if reading else "",
    }


def spans(reading: Reading, calendar: Calendar) -> list[Line]:
    """Each span that ended before the last, as the deadline was computed from it."""
    if isinstance(reading.target, ReportDay | LaterMonth):
        return []
    left: Running = reading.target
    found = []
    for start, end in reading.spans[:-1]:
        if end is None or start >= reading.running_from:
            break
        rest = left.less(calendar, start, end)
        found.append(Line(start, end, amount(_size(left) - _size(rest), left), amount(_size(rest), rest)))
        left = rest
    return found


def _size(target: Running) -> float:
    return target.days if isinstance(target, WorkingDays) else target.hours


def amount(size: float, of: Running) -> str:
    """`2 h`, `3 working days`: hours to the minute."""
    unit = {WorkingDays: "working days", BusinessHours: "business hours", NaturalHours: "h"}[type(of)]
    if unit == "working days":
        return limit_words(Decimal(int(size)), unit)
    whole, minutes = divmod(round(size * 60), 60)
    if not minutes:
        return gettext("%(n)s h") % {"n": whole}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": whole, "minutes": minutes}


def arithmetic(case: Case, reading: Reading, paused: bool, calendar: Calendar) -> str:
    """One sentence that lets everybody recount the deadline from the last span on."""
    said = {"opened": moment(reading.started_at), "limit": limit_words(case.limit, case.limit_in)}
    parts: Sequence[str]
    if paused and isinstance(reading.target, Running):
        left = amount(_size(reading.target) * reading.left, reading.target)
        again = {"at": moment(reading.running_from), "left": left}
        parts = [
            gettext("Begun %(opened)s with %(limit)s") % said,
            gettext("running again %(at)s with %(left)s left") % again,
        ]
    elif isinstance(reading.target, WorkingDays):
        parts = [gettext("Begun %(opened)s; the day itself does not count, then %(limit)s") % said]
    else:
        parts = [gettext("Begun %(opened)s, then %(limit)s") % said]
    end = gettext("due %(due)s") % {"due": moment(reading.deadline.due_at)}
    if reading.paused:
        end = pgettext("due", "paused now; without the pause due %(due)s") % {
            "due": moment(reading.deadline.due_at)
        }
    every = [*parts, end]
    return "；".join(every) + "。" if in_chinese() else "; ".join(every) + "."
