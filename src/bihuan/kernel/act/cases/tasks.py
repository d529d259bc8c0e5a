"""Duties inside a case beside putting it right: notifying, accepting, calling back."""

from datetime import datetime

from bihuan.kernel.act.cases.remind import task_clock
from bihuan.kernel.act.cases.step import first_look
from bihuan.kernel.manifest import CaseKind, TaskSpec
from bihuan.kernel.models import Case, Task, TaskState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.duty import holder
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.registry import task_specs
from bihuan.kernel.rules.deadlines import LaterMonth, target_of


def open_task(
    case: Case,
    kind: str,
    limit: str,
    *,
    owner: User | None,
    at: datetime,
    counted_from: datetime | None = None,
) -> Task:
    """A duty with the limit of a standard and its first look of the clock; in the caller's transaction."""
    version = version_on(limit, at)
    task = Task(
        case=case,
        kind=kind,
        owner=owner,
        opened_at=at,
        counted_from=counted_from,
        limit=version.value,
        limit_in=version.measured_in,
    )
    reading = task_clock(task)
    if reading is not None:
        target = target_of(version.value, version.measured_in)
        task.due_at, task.due_provisional = reading.deadline.due_at, reading.deadline.provisional
        task.next_at = first_look(case, task, reading)
        if isinstance(target, LaterMonth):
            task.opens_at = target.opens(working_calendar(), counted_from or at)
    task.save()
    return task


def end_tasks(case: Case, kinds: tuple[str, ...], *, at: datetime, outcome: str, user: User | None) -> int:
    """End the open duties of these kinds; returns how many there were."""
    rows = case.tasks.filter(kind__in=kinds, state=TaskState.OPEN)
    changes = {"state": TaskState.DONE, "done_at": at, "outcome": outcome, "next_at": None}
    return rows.update(**changes, **({"owner": user} if user else {}))


def cancel_tasks(case: Case, *, at: datetime) -> None:
    rows = case.tasks.filter(state=TaskState.OPEN)
    rows.update(state=TaskState.CANCELLED, done_at=at, next_at=None)


def open_declared(case: Case, kind: CaseKind, *, at: datetime) -> None:
    """The further duties that every case of this kind has, from its beginning."""
    for spec in kind.tasks:
        owner = case.owner if spec.post == "owner" else holder(spec.post, case.unit)
        open_task(case, spec.key, spec.limit, owner=owner, at=at, counted_from=at)


def verifying_task(case: Case) -> TaskSpec | None:
    """The declared duty whose outcome closes cases of this kind, where there is one."""
    specs = (spec for (kind, _key), spec in task_specs().items() if kind == case.kind)
    return next((spec for spec in specs if spec.verifies), None)
