"""The second pair of eyes: verification, sending back, reopening."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases.step import locked, move, reclock, require, write
from bihuan.kernel.act.events import digest
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, CaseState, Note, Role, Task, TaskState, Unit, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.cases import handlers_of, superiors_of
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.lifecycle import may_verify

REOPEN_WITHIN = timedelta(days=30)


def ask_for_verification(case: Case, *, handler: User, at: datetime) -> None:
    """Open the verifier's task with its own clock and tell him; inside the caller's transaction."""
    verifier = find_verifier(case, handler)
    due = working_calendar().add_workdays(at, int(value("case.verify", at)))
    case.verifier = verifier
    Task.objects.create(
        case=case,
        kind=Task.Kind.VERIFY,
        owner=verifier,
        opened_at=at,
        due_at=due.due_at,
        due_provisional=due.provisional,
    )
    if verifier:
        tell(user=verifier, key="case.verify", at=at, case=case)


def find_verifier(case: Case, handler: User) -> User | None:
    """The nearest manager, else case owner, whom the four-eyes rule admits; None: anybody's."""
    handlers = handlers_of(case) | {handler.pk}
    for role in (Role.MANAGER, Role.OWNER, Role.DIRECTOR):
        for unit in case.unit.ancestors.order_by("-path"):
            for user in _candidates(unit, role):
                if may_verify(user.pk, handlers, superiors_of(user)):
                    return user
    return None


def _candidates(unit: Unit, role: Role) -> list[User]:
    return list(User.objects.filter(unit=unit, role=role, is_active=True).order_by("pk"))


def verify(*, case: Case, user: User, text: str = "", at: datetime | None = None) -> Case:
    """Close the case. Raises Refused when the four-eyes rule bars this person."""
    now = at or timezone.now()
    with locked(case) as row:
        _require_other_eyes(user, row)
        move(row, "verify")
        row.closed_at, row.verifier, row.next_at = now, user, None
        event = write(row, "verify", actor=user, at=now, **({"note": digest(text)} if text else {}))
        if text:
            Note.objects.create(case=row, event=event, text=text)
        _end_task(row, user, now, "passed")
    return case


def send_back(*, case: Case, user: User, text: str, at: datetime | None = None) -> Case:
    """Not put right: the same case goes back to its owner and its clock runs on."""
    now = at or timezone.now()
    if not text.strip():
        raise Refused(_("Write what is still missing."))
    with locked(case) as row:
        _require_other_eyes(user, row)
        move(row, "send_back")
        _run_on(row, "send_back", user, now, text)
        _end_task(row, user, now, "failed")
    return case


def reopen(*, case: Case, user: User, text: str, at: datetime | None = None) -> Case:
    """A closed case lives again within 30 days; later a new one is opened."""
    now = at or timezone.now()
    if not text.strip():
        raise Refused(_("Write why the case must be reopened."))
    with locked(case) as row:
        require(user, row, "verify")
        if row.closed_at and now - row.closed_at > REOPEN_WITHIN:
            raise Refused(_("Closed more than 30 days ago: open a new case instead."))
        move(row, "reopen")
        row.closed_at = None
        _run_on(row, "reopen", user, now, text)
    return case


def _run_on(row: Case, action: str, user: User, now: datetime, text: str) -> None:
    row.reopened += 1
    row.resolved_at, row.verdict = None, ""
    Task.objects.create(case=row, kind=Task.Kind.FIX, owner=row.owner, opened_at=now)
    event = write(row, action, actor=user, at=now, note=digest(text))
    Note.objects.create(case=row, event=event, text=text)
    reclock(row, event)
    if row.owner:
        tell(user=row.owner, key="case.reopened", at=now, case=row)


def _require_other_eyes(user: User, row: Case) -> None:
    require(user, row, "verify")
    if row.state in {CaseState.RESOLVED, CaseState.VERIFYING} and not may_verify(
        user.pk, handlers_of(row), superiors_of(user)
    ):
        raise Refused(_("Who handled a case, or reports to who did, cannot verify it. Ask somebody else."))


def _end_task(row: Case, user: User, now: datetime, outcome: str) -> None:
    row.tasks.filter(kind=Task.Kind.VERIFY, state=TaskState.OPEN).update(
        state=TaskState.DONE, done_at=now, outcome=outcome, owner=user
    )
