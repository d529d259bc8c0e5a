"""Cases as lines of the desk, the cockpit and the wall."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils.safestring import SafeString

from bihuan.kernel.models import Case, Event, Severity, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.cases import is_overdue
from bihuan.kernel.rules.lifecycle import UNFIXED
from bihuan.web.casework import due, timeline, words

SHOWN = 12
CHANGES = 8
LATEST = 200
"""Cases of a person that are asked for news: an index finds their events, however many there are."""
TOLD = (
    "case.comment",
    "case.evidence",
    "case.signal",
    "case.resolve",
    "case.send_back",
    "case.verify",
    "case.assign",
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


def by_due(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Overdue first, then what is due next; paused ones at the end."""
    return rows.order_by(F("next_at").asc(nulls_last=True), "-severity", "pk")


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


def changes(user: User) -> list[Change]:
    """What others did of late with cases that this person owns or verifies."""
    around = Case.objects.filter(Q(owner=user) | Q(verifier=user)).order_by("-pk")
    keys = list(around.values_list("pk", flat=True)[:LATEST])
    told = Event.objects.filter(case_id__in=keys, verb__in=TOLD).exclude(actor=user)
    rows = told.select_related("actor", "case").order_by("-pk")[:CHANGES]
    events = [row for row in rows if row.case is not None]
    people = timeline.people(events)
    return [_change(event, event.case, people) for event in events if event.case]


def _change(event: Event, case: Case, people: dict[int, str]) -> Change:
    text = timeline.sentence(case, event, people)
    return Change(event.at, str(event.actor or words.SYSTEM), text, case.number, words.title(case))
