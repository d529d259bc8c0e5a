"""The agenda that writes itself: what customers said since the last huddle, and what is still open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from bihuan.kernel.models import Case, Unit, User, Verbatim
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.measures.nps import Answers
from bihuan.kernel.rules.redact import redact

from ..models import Answer, Decision, Huddle
from ..words import WHY
from .scores import counted, counting

MOST_VOICES = 30
FIRST_SPAN = timedelta(days=14)
"""What a unit's first huddle looks back on."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody said, numbers of people removed."""

    answer: Answer
    text: str


@dataclass(frozen=True, slots=True)
class Agenda:
    since: datetime
    until: datetime
    answers: Answers
    voices: list[Voice]
    hidden: int
    """Further ones that are not read out."""
    decisions: list[Decision]
    cases: list[Case]


def redacted(text: str) -> str:
    marks = {"phone": gettext("[phone]"), "identity": gettext("[ID]"), "meter": gettext("[meter]")}
    return redact(text, marks)


def agenda(huddle: Huddle) -> Agenda:
    """Detractors first, then the newest; fixed, because it ends with the huddle."""
    since = huddle.since or huddle.held_at - FIRST_SPAN
    rows = Answer.objects.filter(
        unit__path__startswith=huddle.unit.path, answered_at__gt=since, answered_at__lte=huddle.held_at
    )
    said = voices(rows.order_by("score", "-answered_at", "-pk"), MOST_VOICES + 1)
    count = rows.filter(reply__verbatims__code=WHY).count()
    open_ones = Decision.objects.filter(huddle__unit=huddle.unit, done_at=None, improvement=None)
    cases = Case.objects.filter(kind="detractor", unit__path__startswith=huddle.unit.path, state__in=OPEN)
    counting_rows = counting(huddle.programme, huddle.unit).filter(
        answered_at__gt=since, answered_at__lte=huddle.held_at
    )
    return Agenda(
        since=since,
        until=huddle.held_at,
        answers=counted(counting_rows),
        voices=said[:MOST_VOICES],
        hidden=max(0, count - MOST_VOICES),
        decisions=list(
            open_ones.exclude(huddle=huddle).select_related("owner", "huddle").order_by("due_on", "pk")[:50]
        ),
        cases=list(cases.select_related("owner").order_by("due_at", "pk")[:50]),
    )


def voices(rows: QuerySet[Answer], limit: int, offset: int = 0) -> list[Voice]:
    """Answers with words, in the order of `rows`."""
    texts = Verbatim.objects.filter(code=WHY, reply__loyalty__in=rows)
    found = {row.reply_id: row.text for row in texts.only("reply_id", "text")[:5000]}
    shown = rows.filter(reply__verbatims__code=WHY).select_related("unit", "touchpoint", "case", "customer")
    return [
        Voice(row, redacted(found.get(row.reply_id, "")))
        for row in shown[offset : offset + limit]
        if found.get(row.reply_id)
    ]


def attendees(unit: Unit) -> QuerySet[User]:
    """Who may be there: accounts of the unit, above and below."""
    below = User.objects.filter(unit__path__startswith=unit.path, is_active=True)
    above = User.objects.filter(unit__in=unit.ancestors, is_active=True)
    return (below | above).distinct().order_by("name")


def overdue(unit: Unit) -> int:
    rows = Decision.objects.filter(huddle__unit__path__startswith=unit.path, done_at=None, improvement=None)
    return rows.filter(due_on__lt=timezone.localdate()).count()
