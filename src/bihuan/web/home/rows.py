"""Cases as lines of the desk, the cockpit and the wall."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString

from bihuan.kernel.models import Case, Event, Severity, Task, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.cases import is_overdue
from bihuan.kernel.rules.lifecycle import UNFIXED
from bihuan.web.casework import due, timeline, words
from bihuan.web.casework.sentences import Names

SHOWN = 12
CHANGES = 8
LATEST = 200
"""Duties of a person whose cases are asked for news: an index finds their events, however many there are."""
TOLD = (
    *("case.comment", "case.evidence", "case.signal", "case.joined", "case.linked", "case.assign"),
    *("case.resolve", "case.send_back", "case.verify", "case.called_back", "case.reopen", "case.retarget"),
    *("case.reject", "case.appeal", "case.duplicate", "case.merge", "case.void", "case.calendar"),
    *("task.handed_over", "task.attempt", "task.calendar"),
)
"""Verbs that the people around a case want to hear of."""


@dataclass(frozen=True, slots=True)
class Line:
    case: Case
    title: str
    system: str
    where: str
    severity: str
    chip: SafeString
    overdue: bool


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    who: str
    text: str
    number: str
    title: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """Open cases of one kind, for the wall."""

    title: str
    open: int
    overdue: int


def kinds(rows: QuerySet[Case], now: datetime) -> list[Kind]:
    """Open cases by kind, the one with most overdue first."""
    late = Q(state__in=UNFIXED - {"waiting"}, due_at__lt=now)
    counted = rows.order_by().values_list("kind").annotate(n=Count("pk"), late=Count("pk", filter=late))
    found = [Kind(words.title_of(key), n, overdue) for key, n, overdue in counted]
    return sorted(found, key=lambda one: (-one.overdue, -one.open, one.title))


def lines(rows: Iterable[Case], now: datetime) -> list[Line]:
    calendar = working_calendar()
    return [
        Line(
            case=row,
            title=words.title(row),
            system=words.system_title(row),
            where=str(row.place or row.unit),
            severity=Severity(row.severity).name.lower(),
            chip=due.chip(row, now, calendar),
            overdue=is_overdue(row, now),
        )
        for row in rows
    ]


def changes(user: User, looked_at: datetime | None = None) -> list[Change]:
    """What others did of late with cases in which this person has a duty; `fresh` came since he looked."""
    duties = Task.objects.filter(owner=user).order_by("-pk")
    keys = set(duties.values_list("case_id", flat=True)[:LATEST])
    told = Event.objects.filter(case_id__in=keys, verb__in=TOLD).exclude(actor=user)
    rows = told.select_related("actor", "case").order_by("-pk")[:CHANGES]
    events = [row for row in rows if row.case is not None]
    called = timeline.names(events)
    return [_change(event, event.case, called, looked_at) for event in events if event.case]


def _change(event: Event, case: Case, called: Names, looked_at: datetime | None) -> Change:
    text = timeline.sentence(case, event, called)
    who = str(event.actor or words.SYSTEM)
    fresh = looked_at is not None and event.at > looked_at
    return Change(event.at, who, text, case.number, words.title(case), fresh)
