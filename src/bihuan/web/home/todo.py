"""Duties as lines of the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from bihuan.kernel.models import Severity, Task
from bihuan.kernel.notice.words import task_title
from bihuan.kernel.read.tasks import doable, is_late, not_yet, possible
from bihuan.kernel.rules.calendar import Calendar
from bihuan.web.casework import duties, words

BESIDE = 5
"""Call-backs that stand beside the list."""


@dataclass(frozen=True, slots=True)
class Line:
    task: Task
    title: str
    """Of the case: what happened, to what."""
    duty: str
    system: str
    where: str
    severity: str
    chip: SafeString
    window: str
    anchor: str
    """Where on the page of the case it is done."""


def lines(rows: Iterable[Task], now: datetime, calendar: Calendar) -> list[Line]:
    return [
        Line(
            task=row,
            title=words.title(row.case),
            duty=task_title(row.case.kind, row.kind),
            system=words.system_title(row.case),
            where=str(row.case.place or row.case.unit),
            severity=Severity(row.case.severity).name.lower(),
            chip=duties.chip(row, now, calendar),
            window=duties.window_of(row),
            anchor="next" if row.kind in {Task.NOTIFY, Task.ACCEPT, Task.FIX} else "callback",
        )
        for row in rows
    ]


def counts(rows: QuerySet[Task], now: datetime) -> dict[str, int]:
    """Of somebody's open duties: those of each tab, the late ones and those due today; one query."""
    midnight = timezone.localtime(now).replace(hour=23, minute=59, second=59, microsecond=999_999)
    ready = doable(now)
    return rows.order_by().aggregate(
        mine=Count("pk", filter=ready),
        verify=Count("pk", filter=possible(now)),
        later=Count("pk", filter=not_yet(now)),
        late=Count("pk", filter=ready & is_late(now)),
        today=Count("pk", filter=ready & Q(due_at__gte=now, due_at__lte=midnight)),
    )
