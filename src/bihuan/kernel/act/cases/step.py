"""What every step of a case has in common: lock, check, move, write the event."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import Plain, digest, record
from bihuan.kernel.act.live import touch
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, CaseState, Event, Note, Task, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.duty import steps_of
from bihuan.kernel.read.standards import value
from bihuan.kernel.registry import case_kinds
from bihuan.kernel.rules.clock import Reading, Tick, read_clock
from bihuan.kernel.rules.deadlines import target_of
from bihuan.kernel.rules.ladder import planned
from bihuan.kernel.rules.lifecycle import UNFIXED, after
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

CLOCK_VERBS = {
    "case.opened": "start",
    "case.notify": "start",
    "case.wait": "pause",
    "case.resume": "resume",
    "case.resolve": "resolve",
    "case.reject": "resolve",
    "case.appeal": "reopen",
    "case.reopen": "reopen",
    "case.send_back": "reopen",
}
SHORTEST_ACCOUNT = 4
"""Characters below which an account of what was done says nothing."""


def require(user: User, case: Case, permission: str) -> None:
    """Raises Refused when the role does not include it or the case is outside the units."""
    if not covers(user, case) or not may(user.role, permission):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))


def require_text(text: str) -> None:
    if len(text.strip()) < SHORTEST_ACCOUNT:
        raise Refused(
            _("Write what was found or done, in at least %(n)d characters.") % {"n": SHORTEST_ACCOUNT}
        )


@contextmanager
def locked(case: Case) -> Iterator[Case]:
    """The case as it is now, held until the transaction ends, and pushed to the pages after."""
    with transaction.atomic():
        row = Case.objects.select_for_update().select_related("unit").get(pk=case.pk)
        yield row
        row.save()
        touch("kernel.cases", [row.number])
    case.refresh_from_db()


def move(case: Case, action: str) -> None:
    """Raises Refused when the state does not allow the action."""
    try:
        case.state = CaseState(after(action, case.state))
    except ValueError:
        stage = case.get_state_display()
        raise Refused(
            _("The case is at “%(stage)s”: this step is not possible now.") % {"stage": stage}
        ) from None


def write(case: Case, action: str, *, actor: User | None, at: datetime, **payload: Plain) -> Event:
    return record(
        verb=f"case.{action}",
        actor=actor,
        case=case,
        subject=case.subject,
        system=case.system,
        at=at,
        **payload,
    )


def write_duty(task: Task, action: str, *, actor: User | None, at: datetime, **payload: Plain) -> Event:
    """An event of one duty, in the story of its case."""
    case = task.case
    return record(
        verb=f"task.{action}",
        actor=actor,
        case=case,
        subject=case.subject,
        system=case.system,
        at=at,
        task=task.pk,
        duty=task.kind,
        **payload,
    )


def noted(case: Case, action: str, *, actor: User, at: datetime, text: str, **payload: Plain) -> Event:
    """An event with what somebody wrote: the text stands apart, so that it can be erased."""
    event = write(case, action, actor=actor, at=at, note=digest(text), **payload)
    Note.objects.create(case=case, event=event, text=text)
    return event


def clock_of(case: Case) -> Reading | None:
    """The handler's clock; None while it waits for the notice that starts it."""
    kind = case_kinds().get(case.kind)
    starts = "case.notify" if kind and kind[1].notice else "case.opened"
    verbs = {verb: tick for verb, tick in CLOCK_VERBS.items() if tick != "start" or verb == starts}
    ticks = [
        Tick(event.at, "reset" if event.payload.get("reset") else verbs[event.verb])
        for event in case.events.filter(verb__in=verbs).order_by("pk")
    ]
    if not any(tick.verb in {"start", "reset"} for tick in ticks):
        return None
    return read_clock(working_calendar(), ticks, target_of(case.limit, case.limit_in))


def reclock(case: Case, event: Event) -> None:
    """Recompute the cached deadline, of the case and of the handler's open task, after `event`."""
    reading = clock_of(case)
    if reading is None:
        return
    case.due_at, case.due_provisional = reading.deadline.due_at, reading.deadline.provisional
    case.due_from = event
    case.next_at = None
    if case.state == CaseState.WAITING:
        case.next_at = wait_cap(case)
    elif case.state in UNFIXED and reading.running:
        case.next_at = first_look(case, None, reading)
    case.tasks.filter(kind="fix", state="open").update(
        due_at=case.due_at, due_provisional=case.due_provisional, owner=case.owner
    )


def wait_cap(case: Case) -> datetime | None:
    """When a wait ends by itself: a wait that nobody ends must not hide a case for ever."""
    event = case.events.filter(verb="case.wait").order_by("-pk").first()
    if event is None:
        return None
    return working_calendar().add_workdays(event.at, int(value("case.wait", event.at))).due_at


def first_look(case: Case, task: Task | None, reading: Reading) -> datetime:
    """When the clock loop looks at this clock first: the first step of the ladder or the deadline."""
    steps = planned(working_calendar(), reading, steps_of(case, task))
    return min([reading.deadline.due_at, *(at for at, _step in steps)])
