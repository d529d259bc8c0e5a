"""The duties of a case: each with its owner, clock, window and outcome; and the panel of a call-back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, prefetch_related_objects
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.manifest import TaskSpec
from bihuan.kernel.models import Attempt, Case, Task, TaskState, User
from bihuan.kernel.notice.words import task_title
from bihuan.kernel.registry import task_specs
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.lifecycle import UNFIXED, may_verify
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.reach import missing
from bihuan.kernel.rules.remaining import working_days_left
from bihuan.web.casework import due
from bihuan.web.casework.sentences import outcome_title
from bihuan.web.casework.steps import Eyes
from bihuan.web.casework.words import limit_words, verdict_title
from bihuan.web.components import parts
from bihuan.web.components.due import DueState
from bihuan.web.components.due import due as due_chip
from bihuan.web.components.figures import day, exact, in_chinese

FACES = {
    "good": ("circle-check", "normal"),
    "bad": ("arrow-back-up", "abnormal"),
    "unreachable": ("phone-call", "warning"),
    "declined": ("x", "warning"),
}
"""What an outcome means → icon and state of its button."""
SLOTS = 3


@dataclass(frozen=True, slots=True)
class Duty:
    task: Task
    title: str
    limit: str
    chip: SafeString
    outcome: str
    window: str
    may_hand_over: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One open call-back: what to ask, what was tried, and whether this person may record it now."""

    task: Task
    title: str
    script: list[str]
    may: bool
    why: str
    tries: list[parts.Attempt]
    missing: str
    """What “unreachable” still needs; empty when it is allowed."""
    outcomes: list[parts.Outcome]
    shut: list[str]
    """Outcomes that cannot be chosen yet."""
    chip: SafeString
    window: str

    @property
    def key(self) -> str:
        return str(self.task.pk)

    @property
    def tried(self) -> bool:
        return any(one.at for one in self.tries)


def of(case: Case) -> list[Task]:
    """Open ones first, in the order in which they fall due; each knows its case."""
    found = list(case.tasks.select_related("owner").order_by("due_at", "pk"))
    for row in found:
        row.case = case
    called = [row for row in found if row.state == TaskState.OPEN and (case.kind, row.kind) in task_specs()]
    prefetch_related_objects(called, "attempts")
    return sorted(found, key=lambda row: row.state != TaskState.OPEN)


def lines(case: Case, tasks: Iterable[Task], user: User, now: datetime, calendar: Calendar) -> list[Duty]:
    hands_over = may(user.role, "assign")
    return [
        Duty(
            task=task,
            title=task_title(case.kind, task.kind),
            limit=limit_of(task, case),
            chip=chip(task, now, calendar),
            outcome=outcome_of(task, case),
            window=window_of(task),
            may_hand_over=hands_over and task.state == TaskState.OPEN and movable(task),
        )
        for task in tasks
    ]


def movable(task: Task) -> bool:
    """Who puts it right is changed by assigning the case."""
    return task.kind not in {Task.FIX, Task.ACCEPT}


def limit_of(task: Task, case: Case) -> str:
    if task.kind == Task.FIX:
        return limit_words(case.limit, case.limit_in)
    return limit_words(task.limit, task.limit_in) if task.limit is not None else ""


def chip(task: Task, now: datetime, calendar: Calendar) -> SafeString:
    """Pie and words of a duty; putting right has the clock of its case, which may be paused."""
    case = task.case
    start = task.counted_from or task.opened_at
    if task.state == TaskState.CANCELLED:
        return due_chip(None)
    if task.state == TaskState.DONE:
        ended: DueState = "missed" if task.due_at and task.done_at and task.done_at > task.due_at else "met"
        return due_chip(task.due_at, now, start, ended)
    if task.kind == Task.FIX:
        return due.chip(case, now, calendar)
    if task.opens_at and now < task.opens_at:
        return _shut(task.opens_at)
    left = None
    if task.due_at and task.limit_in != "h":
        left = working_days_left(calendar, now, task.due_at, opened_at=start)
    return due_chip(task.due_at, now, start, "running", task.due_provisional, left)


def _shut(opens_at: datetime) -> SafeString:
    """In place of the pie while the window is not open: no time runs yet."""
    said = pgettext("due", "from %(day)s") % {"day": day(opens_at, weekday=False)}
    css = "bh-due bh-tone-text-3"
    return format_html('<span class="{}" title="{}"><span>{}</span></span>', css, exact(opens_at), said)


def outcome_of(task: Task, case: Case) -> str:
    if task.state == TaskState.CANCELLED:
        return pgettext("task", "no longer needed")
    if task.state == TaskState.OPEN:
        return ""
    own = {
        "done": pgettext("task", "done"),
        "passed": pgettext("task", "put right"),
        "failed": pgettext("task", "sent back"),
    }
    if task.kind == Task.FIX:
        return verdict_title(case, task.outcome)
    return own.get(task.outcome) or outcome_title(case, task.kind, task.outcome)


def window_of(task: Task) -> str:
    """`2 – 27 Feb`: from when until when it may be done."""
    if task.opens_at is None or task.due_at is None:
        return ""
    return f"{day(task.opens_at, weekday=False)} – {day(task.due_at, weekday=False)}"


def verifies(task: Task) -> bool:
    """Is this the declared duty whose outcome closes the case?"""
    spec = task_specs().get((task.case.kind, task.kind))
    return spec is not None and spec.verifies


def panels(
    tasks: Iterable[Task], eyes: Eyes, now: datetime, calendar: Calendar, chosen: str = ""
) -> list[Panel]:
    """Of every open declared duty, the one that verifies first."""
    found = [
        _panel(task, spec, eyes, now, calendar, chosen)
        for task in tasks
        if task.state == TaskState.OPEN and (spec := task_specs().get((task.case.kind, task.kind)))
    ]
    return sorted(found, key=lambda one: not verifies(one.task))


def _panel(task: Task, spec: TaskSpec, eyes: Eyes, now: datetime, calendar: Calendar, chosen: str) -> Panel:
    tried = list(task.attempts.all())
    lacks = missing([one.at for one in tried if not one.reached], calendar.zone)
    bar = barred(task, spec, eyes, now)
    return Panel(
        task=task,
        title=str(spec.title),
        script=[line for line in str(spec.script).splitlines() if line.strip()],
        may=not bar,
        why=bar or eyes.verdict.why,
        tries=[*slots(tried)],
        missing=missing_words(*lacks),
        outcomes=outcomes(spec.outcomes, chosen),
        shut=[key for key, _words, means in spec.outcomes if means == "unreachable" and any(lacks)],
        chip=chip(task, now, calendar),
        window=window_of(task),
    )


def barred(task: Task, spec: TaskSpec, eyes: Eyes, now: datetime) -> str:
    """Why this person cannot record the call-back now; empty when he can. The act has the last word."""
    if not eyes.verdict.may:
        return eyes.verdict.why
    if task.owner_id not in {None, eyes.user.pk} and not may(eyes.user.role, "assign"):
        return gettext("This call-back belongs to %(name)s.") % {"name": task.owner}
    if spec.after_handling and task.case.state in UNFIXED:
        return gettext("The call-back begins when the case is resolved.")
    if task.opens_at and now < task.opens_at:
        opens = day(task.opens_at, weekday=False)
        return gettext("The call-back may be made from %(day)s on.") % {"day": opens}
    return ""


def slots(tried: Sequence[Attempt]) -> list[parts.Attempt]:
    """Every try; at least three places, because three are needed."""
    words = {False: pgettext("attempt", "not reached"), True: pgettext("attempt", "reached")}
    done = [parts.Attempt(at=one.at, outcome=words[one.reached]) for one in tried]
    return [*done, *[parts.Attempt()] * max(SLOTS - len(done), 0)]


def missing_words(tries: int, days: int, times: int) -> str:
    lacks = [
        text % {"n": n}
        for n, text in (
            (tries, ngettext("%(n)s more try", "%(n)s more tries", tries)),
            (days, ngettext("%(n)s more day", "%(n)s more days", days)),
            (times, ngettext("%(n)s more time of day", "%(n)s more times of day", times)),
        )
        if n
    ]
    if not lacks:
        return ""
    listed = ("、" if in_chinese() else ", ").join(lacks)
    return gettext("“Unreachable” still needs %(lacks)s.") % {"lacks": listed}


def outcomes(declared: Iterable[tuple[str, StrOrPromise, str]], chosen: str) -> list[parts.Outcome]:
    return [
        parts.Outcome(key, str(words), FACES[means][0], FACES[means][1], chosen=key == chosen)
        for key, words, means in declared
    ]


def takers(task: Task, case: Case) -> list[User]:
    """Accounts of this unit and above that may take the duty, least loaded first; annotated with `load`."""
    wanted = "handle" if task.kind == Task.NOTIFY else "verify"
    roles = [role for role in ("owner", "manager", "director", "administrator") if may(role, wanted)]
    users = User.objects.filter(is_active=True, role__in=roles, unit__in=case.unit.ancestors)
    loaded = users.annotate(load=Count("task", filter=Q(task__state=TaskState.OPEN)))
    found: list[User] = [*loaded.order_by("load", "username")]
    if wanted == "handle":
        return found
    above = dict(User.objects.exclude(superior=None).values_list("pk", "superior_id"))
    handlers = Eyes(case, found[0]).handlers if found else set()
    return [user for user in found if may_verify(user.pk, handlers, chain(user.pk, above))]


def chain(key: int, above: Mapping[int, int | None]) -> set[int]:
    """Everybody above, at any distance; a ring ends the walk."""
    found: set[int] = set()
    at = above.get(key)
    while at is not None and at not in found:
        found.add(at)
        at = above.get(at)
    return found
