"""Cases by cause and week, and which causes rise in a unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bihuan.kernel.models import Case
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.measures.emerging import Alarm, alarms

WATCHED = 4
"""Weeks, the last included, in which a slow rise is looked for."""
WEEK = timedelta(days=7)
Counts = Mapping[tuple[str, int], list[int]]
"""Path of a unit and key of a cause → cases of each week, oldest first."""


@dataclass(frozen=True, slots=True)
class Week:
    first_on: date
    end_at: datetime


def last_week(now: datetime) -> Week:
    """The ISO week that ended last."""
    today = timezone.localdate(now)
    return week_from(today - timedelta(days=today.weekday()) - WEEK)


def week_from(monday: date) -> Week:
    return Week(monday, datetime.combine(monday + WEEK, time.min, working_calendar().zone))


def counted(week: Week, baseline: int) -> Counts:
    """Cases of this system by the week in which they were put right.

    A cause is coded when a case is resolved. Counted by their opening, the last weeks would always lack what
    is still being worked on, and no rise could be seen in time.
    """
    length = baseline + WATCHED
    begin = week.end_at - length * WEEK
    found: dict[tuple[str, int], list[int]] = {}
    rows = Case.objects.filter(
        system="service", cause__isnull=False, resolved_at__gte=begin, resolved_at__lt=week.end_at
    )
    for path, cause, at in rows.values_list("unit__path", "cause_id", "resolved_at"):
        if cause is not None and at is not None:
            found.setdefault((path, cause), [0] * length)[(at - begin) // WEEK] += 1
    return found


def rising_in(counts: Counts, path: str, baseline: int, least: int) -> list[Alarm]:
    """Alarms of a unit and what lies below it; `Alarm.cause` is the key of the cause as text."""
    causes: dict[str, list[int]] = {}
    for (at, cause), weeks in counts.items():
        if at.startswith(path):
            known = causes.get(str(cause), [0] * len(weeks))
            causes[str(cause)] = [a + b for a, b in zip(known, weeks, strict=True)]
    return alarms(causes, baseline, least=least)


@dataclass(frozen=True, slots=True)
class Counted:
    """One week of a cause; the first weeks only say what is usual."""

    week_on: date
    cases: int
    usual: bool


def of_cause(counts: Counts, path: str, cause: int, week: Week, baseline: int) -> list[Counted]:
    """The weeks of one cause in a unit and below, newest first."""
    length = baseline + WATCHED
    sums = [0] * length
    for (at, key), weeks in counts.items():
        if key == cause and at.startswith(path):
            sums = [a + b for a, b in zip(sums, weeks, strict=True)]
    first = week.first_on - (length - 1) * WEEK
    found = [Counted(first + n * WEEK, cases, n < baseline) for n, cases in enumerate(sums)]
    return found[::-1]
