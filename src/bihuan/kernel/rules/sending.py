"""When a notice may leave the house, how long a channel rests after a message, and when it is tried again."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bihuan.kernel.rules.calendar import SEARCH_LIMIT, Calendar
from bihuan.kernel.rules.hours import OFFICE, Hours, open_spans

MOST_ATTEMPTS = 12
TRIED_FOR = timedelta(hours=16)
"""So long twelve tries take with the pauses below. Serious ones pause less: more tries, as long."""
TOLD_AFTER = 4
"""Failures in a row, some seven minutes: shorter troubles pass by themselves and nobody is told."""
LONGEST_PAUSE = timedelta(hours=4)
LONGEST_SERIOUS_PAUSE = timedelta(minutes=15)
PUNCTUAL = timedelta(hours=1)
"""A digest this late still counts as on time; a later one waits for the next opening: none comes at night."""
QUIET = timedelta(hours=1)
"""After an hour without a message a channel is fresh again."""
RESTS = tuple(timedelta(seconds=s) for s in (60, 300, 900, 1800))
SERIOUS_RESTS = tuple(timedelta(seconds=s) for s in (10, 30, 60, 120))
"""By how many messages went within the hour: what comes meanwhile is gathered into the next one. All four
kinds of chat refuse more than 20 messages a minute."""


class Manner(StrEnum):
    AT_ONCE = "at_once"
    DIGEST = "digest"


def opening(calendar: Calendar, at: datetime, hours: Hours = OFFICE) -> datetime:
    """The first open instant from `at` on; `at` itself where the calendar never opens: late beats lost."""
    span = next(open_spans(calendar, at, hours), None)
    return span[0] if span else at


def digest_at(calendar: Calendar, at: datetime, hour: int) -> datetime:
    """`hour` o'clock of the first working day on which that is not past; `at` where there is none."""
    day = calendar.local_date(at)
    for ordinal in range(day.toordinal(), day.toordinal() + SEARCH_LIMIT):
        moment = datetime.combine(date.fromordinal(ordinal), time(hour), tzinfo=calendar.zone)
        if moment >= at and calendar.is_workday(moment.date()):
            return moment
    return at


def due(calendar: Calendar, at: datetime, manner: str, hour: int, *, serious: bool) -> datetime:
    """When a notice of instant `at` goes to a channel. Serious ones wait for neither opening nor digest."""
    if serious:
        return at
    return digest_at(calendar, at, hour) if manner == Manner.DIGEST else opening(calendar, at)


def late_until(now: datetime, manner: str) -> datetime:
    """Ordinary notices that were due at or before this go only while the house is open.

    They are late because the worker was away or a try has failed; alerts at midnight are what this prevents.
    """
    return now - PUNCTUAL if manner == Manner.DIGEST else now


def pause(failures: int, *, serious: bool) -> timedelta:
    """After the n-th failure in a row: 1, 2, 4 … minutes, at most four hours; if serious, 15 minutes."""
    wait = min(timedelta(minutes=2 ** min(max(failures - 1, 0), 10)), LONGEST_PAUSE)
    return min(wait, LONGEST_SERIOUS_PAUSE) if serious else wait


def rest(burst: int, *, serious: bool) -> timedelta:
    """How long a channel is left alone after the n-th message of a busy hour."""
    if burst < 1:
        return timedelta(0)
    steps = SERIOUS_RESTS if serious else RESTS
    return steps[min(burst, len(steps)) - 1]


def burst_after(burst: int, last: datetime | None, now: datetime) -> int:
    """Messages of the busy hour, this one included."""
    return 1 if last is None or now - last > QUIET else burst + 1
