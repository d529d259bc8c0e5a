"""What every step of a case has in common: lock, check, move, write the event."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import Plain, record
from bihuan.kernel.act.live import touch
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, CaseState, Event, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.rules.clock import Reading, Tick, read_clock
from bihuan.kernel.rules.lifecycle import UNFIXED, after
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

CLOCK_VERBS = {
    "case.opened": "start",
    "case.wait": "pause",
    "case.resume": "resume",
    "case.resolve": "resolve",
    "case.reopen": "reopen",
    "case.send_back": "reopen",
}


def require(user: User, case: Case, permission: str) -> None:
    """Raises Refused when the role does not include it or the case is outside the units."""
    if not covers(user, case) or not may(user.role, permission):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))


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


def clock_of(case: Case) -> Reading:
    ticks = [
        Tick(event.at, CLOCK_VERBS[event.verb])
        for event in case.events.filter(verb__in=CLOCK_VERBS).order_by("pk")
    ]
    return read_clock(working_calendar(), ticks, case.working_days)


def reclock(case: Case, event: Event) -> None:
    """Recompute the cached deadline, of the case and of the handler's open task, after `event`."""
    reading = clock_of(case)
    case.due_at, case.due_provisional = reading.deadline.due_at, reading.deadline.provisional
    case.due_from = event
    case.next_at = case.due_at if case.state in UNFIXED and not reading.paused else None
    case.tasks.filter(kind="fix", state="open").update(
        due_at=case.due_at, due_provisional=case.due_provisional, owner=case.owner
    )
