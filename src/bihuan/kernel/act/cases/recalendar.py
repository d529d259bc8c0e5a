"""Deadlines of cases and of the duties inside them, after a change of the working calendar."""

from datetime import datetime

from bihuan.kernel.act.cases.remind import task_clock
from bihuan.kernel.act.cases.step import first_look, reclock, write, write_duty
from bihuan.kernel.act.live import touch
from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import Case, Task, TaskState
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.deadlines import LaterMonth, target_of
from bihuan.kernel.rules.lifecycle import UNFIXED

CHUNK = 500


def recalendar(*, now: datetime) -> list[Case]:
    """By the calendar as it is now, each change in the story of its case; returns the cases that moved.

    A deadline that has already passed is never moved: what was late stays late. In the caller's transaction.
    """
    changed = [case for case in _running(now) if _follow(case, now)]
    rows = Task.objects.filter(state=TaskState.OPEN, limit__isnull=False, due_at__gt=now)
    for task in rows.select_related("case", "owner").order_by("pk").iterator(CHUNK):
        if _follow_duty(task, now):
            changed.append(task.case)
    found = {case.pk: case for case in changed}
    touch("kernel.cases", [case.number for case in found.values()])
    return list(found.values())


def _running(now: datetime) -> list[Case]:
    return list(Case.objects.filter(state__in=UNFIXED, due_at__gt=now).select_for_update())


def _follow(case: Case, now: datetime) -> bool:
    before, was_provisional = case.due_at, case.due_provisional
    reclock(case, case.due_from or case.events.order_by("pk")[0])
    if case.due_at == before and case.due_provisional == was_provisional:
        return False
    case.due_from = write(case, "calendar", actor=None, at=now, before=str(before), after=str(case.due_at))
    case.save()
    if case.owner:
        tell(user=case.owner, key="case.moved", at=now, case=case)
    return True


def _follow_duty(task: Task, now: datetime) -> bool:
    """A duty has a clock of its own; a window that is open already stays open."""
    reading = task_clock(task)
    if reading is None or task.limit is None:
        return False
    before, due = (task.due_at, task.due_provisional), reading.deadline
    target = target_of(task.limit, task.limit_in)
    opens = task.opens_at
    if isinstance(target, LaterMonth) and opens and opens > now:
        opens = target.opens(working_calendar(), task.counted_from or task.opened_at)
    if before == (due.due_at, due.provisional) and opens == task.opens_at:
        return False
    Task.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
        due_at=due.due_at,
        due_provisional=due.provisional,
        opens_at=opens,
        next_at=first_look(task.case, task, reading),
    )
    write_duty(task, "calendar", actor=None, at=now, before=str(before[0]), after=str(due.due_at))
    if task.owner:
        tell(user=task.owner, key="task.moved", at=now, case=task.case, task=task.kind)
    return True
