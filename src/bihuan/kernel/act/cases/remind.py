"""The clock's own steps: a wait that lasts too long, a limit that runs out or has passed."""

from datetime import datetime

from bihuan.kernel.act.cases.step import clock_of, move, reclock, wait_cap, write, write_duty
from bihuan.kernel.act.events import Plain
from bihuan.kernel.act.live import touch
from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import Case, Event, Severity, Task, TaskState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.duty import steps_of, told
from bihuan.kernel.rules.clock import Reading, Tick, read_clock
from bihuan.kernel.rules.deadlines import target_of
from bihuan.kernel.rules.ladder import Step, planned
from bihuan.kernel.rules.lifecycle import UNFIXED


def remind(*, row: Case, now: datetime) -> datetime | None:
    """What is due on the ladder of a case; runs inside the clock's transaction."""
    if row.state == "waiting":
        return _wait_ends(row, now)
    reading = clock_of(row)
    if row.state not in UNFIXED or reading is None or not reading.running:
        return None
    return _climb(row, None, reading, now)


def remind_task(*, row: Task, now: datetime) -> datetime | None:
    """The same for a duty inside a case: its own clock, its own owner."""
    reading = task_clock(row)
    if row.state != TaskState.OPEN or reading is None:
        return None
    return _climb(row.case, row, reading, now)


def task_clock(task: Task) -> Reading | None:
    """The clock of a duty that no pause stops; None for one without a limit of its own."""
    if task.limit is None:
        return None
    start = Tick(task.counted_from or task.opened_at, "start")
    return read_clock(working_calendar(), [start], target_of(task.limit, task.limit_in))


def _wait_ends(row: Case, now: datetime) -> datetime | None:
    """A wait has a cap: then the clock runs on by itself and its owner hears of it."""
    cap = wait_cap(row)
    if cap is not None and now < cap:
        return cap
    move(row, "resume")
    row.reason = ""
    reclock(row, write(row, "resume", actor=None, at=now, cap=True))
    row.save()
    if row.owner:
        tell(user=row.owner, key="case.resumed", at=now, case=row)
    touch("kernel.cases", [row.number])
    return row.next_at


def _climb(case: Case, task: Task | None, reading: Reading, now: datetime) -> datetime | None:
    """Fire each due step that was not yet fired for this deadline; the next instant, None at the top."""
    due = reading.deadline.due_at
    steps = planned(working_calendar(), reading, steps_of(case, task))
    fired = _fired(case, task, due)
    fresh = [(at, step) for at, step in steps if at <= now and _mark(step) not in fired]
    for at, step in fresh:
        _fire(case, task, step, due, max(at, reading.running_from), now)
    if now >= due and "overdue" not in fired:
        _write(case, task, "overdue", now, due=due.isoformat())
        touch("kernel.cases", [case.number])
    if fresh:
        touch("kernel.cases", [case.number])
    ahead = [at for at in (due, *(at for at, _step in steps)) if at > now]
    return min(ahead, default=None)


def _mark(step: Step) -> str:
    return f"{step.used:g}+{step.days_late} {step.tells}"


def _events(case: Case, task: Task | None) -> list[Event]:
    verbs = ["task.escalated", "task.overdue"] if task else ["case.escalated", "case.overdue"]
    found = list(case.events.filter(verb__in=verbs))
    return [event for event in found if task is None or event.payload.get("task") == task.pk]


def _fired(case: Case, task: Task | None, due: datetime) -> set[str]:
    """What has been said about this deadline; another deadline is another story."""
    said = [event for event in _events(case, task) if event.payload.get("due") == due.isoformat()]
    return {str(event.payload.get("step", "overdue")) for event in said}


def _fire(case: Case, task: Task | None, step: Step, due: datetime, at: datetime, now: datetime) -> None:
    owner = task.owner if task else case.owner
    to = told(step.tells, case, owner)
    _write(case, task, "escalated", now, due=due.isoformat(), step=_mark(step), to=to.pk if to else None)
    if to is not None:
        what = "soon" if step.used < 1 else "escalated" if step.days_late else "overdue"
        _tell(to, case, task, what, at)


def _tell(to: User, case: Case, task: Task | None, what: str, at: datetime) -> None:
    serious = case.severity >= Severity.SERIOUS
    if task is None:
        tell(user=to, key=f"case.{what}", at=at, case=case, serious=serious)
    else:
        tell(user=to, key=f"task.{what}", at=at, case=case, serious=serious, task=task.kind)


def _write(case: Case, task: Task | None, what: str, now: datetime, **payload: Plain) -> None:
    if task is None:
        write(case, what, actor=None, at=now, **payload)
    else:
        write_duty(task, what, actor=None, at=now, **payload)
