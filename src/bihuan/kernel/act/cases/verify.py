"""The second pair of eyes: verification, sending back, reopening."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases.links import follow_up
from bihuan.kernel.act.cases.step import locked, move, noted, reclock, require, write
from bihuan.kernel.act.cases.tasks import end_tasks, open_task, verifying_task
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.manifest import TaskSpec
from bihuan.kernel.models import Case, CaseState, Role, Task, TaskState, Unit, User
from bihuan.kernel.read.cases import handlers_of, superiors_of
from bihuan.kernel.read.duty import holder
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.lifecycle import may_verify


def ask_for_verification(case: Case, *, handler: User, at: datetime) -> None:
    """Open the verifier's task with its own clock and tell him; inside the caller's transaction.

    A kind whose call-back verifies has that duty open since the beginning: its owner is told instead.
    """
    spec = verifying_task(case)
    waiting = case.tasks.filter(kind=spec.key, state=TaskState.OPEN).first() if spec else None
    if waiting is not None:
        verifier = waiting.owner
    else:
        verifier = find_verifier(case, handler)
        open_task(case, "verify", "case.verify", owner=verifier, at=at)
    case.verifier = verifier
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
        _require_no_call(row)
        _close(row, user, now, text)
    return case


def finish(case: Case, *, user: User, at: datetime) -> None:
    """Close after the call-back that verifies; its text stands at the call."""
    with locked(case) as row:
        _close(row, user, at, "")


def _close(row: Case, user: User, now: datetime, text: str) -> None:
    move(row, "verify")
    row.closed_at, row.verifier, row.next_at = now, user, None
    if text:
        noted(row, "verify", actor=user, at=now, text=text)
    else:
        write(row, "verify", actor=user, at=now)
    end_tasks(row, (Task.VERIFY,), at=now, outcome="passed", user=user)


def send_back(*, case: Case, user: User, text: str, at: datetime | None = None) -> Case:
    """Not put right: the same case goes back to its owner and its clock runs on."""
    now = at or timezone.now()
    if not text.strip():
        raise Refused(_("Write what is still missing."))
    with locked(case) as row:
        _require_other_eyes(user, row)
        _require_no_call(row)
        _back(row, user, now, text)
    return case


def send_back_after(case: Case, spec: TaskSpec, *, user: User, text: str, at: datetime) -> None:
    """The customer says that it is not resolved: the same case, and the same call-back once more."""
    with locked(case) as row:
        _back(row, user, at, text)
        first = row.tasks.filter(kind=spec.key).order_by("pk")[0]
        open_task(
            row,
            spec.key,
            spec.limit,
            owner=holder(spec.post, row.unit),
            at=at,
            counted_from=first.counted_from,
        )


def _back(row: Case, user: User, now: datetime, text: str) -> None:
    move(row, "send_back")
    _run_on(row, "send_back", user, now, text)
    end_tasks(row, (Task.VERIFY,), at=now, outcome="failed", user=user)


def reopen(*, case: Case, user: User, text: str, reset: bool = False, at: datetime | None = None) -> Case:
    """A closed case lives again within 30 days; later a new one is opened.

    Its clock goes on with what was left, or, with `reset`, begins anew; the event says which.
    """
    now = at or timezone.now()
    if not text.strip():
        raise Refused(_("Write why the case must be reopened."))
    with locked(case) as row:
        require(user, row, "verify")
        if _too_late(row, now):
            raise Refused(_("Closed more than 30 days ago: open a new case instead."))
        move(row, "reopen")
        row.closed_at = None
        _run_on(row, "reopen", user, now, text, reset)
    return case


def start_again(case: Case, *, user: User, text: str, at: datetime) -> Case:
    """A later call-back finds it not put right: reopened within 30 days, else a new case that follows it."""
    if case.state != CaseState.CLOSED:
        return case
    if _too_late(case, at):
        return follow_up(case=case, user=user, text=text, at=at)
    return reopen(case=case, user=user, text=text, at=at)


def _too_late(case: Case, now: datetime) -> bool:
    within = timedelta(days=int(value("case.reopen", now)))
    return bool(case.closed_at and now - case.closed_at > within)


def _run_on(row: Case, action: str, user: User, now: datetime, text: str, reset: bool = False) -> None:
    row.reopened += 1
    row.resolved_at, row.verdict = None, ""
    Task.objects.create(case=row, kind=Task.FIX, owner=row.owner, opened_at=now)
    event = noted(row, action, actor=user, at=now, text=text, **({"reset": True} if reset else {}))
    reclock(row, event)
    if row.owner:
        tell(user=row.owner, key="case.reopened", at=now, case=row)


def _require_other_eyes(user: User, row: Case) -> None:
    require(user, row, "verify")
    if row.state in {CaseState.RESOLVED, CaseState.VERIFYING} and not may_verify(
        user.pk, handlers_of(row), superiors_of(user)
    ):
        raise Refused(_("Who handled a case, or reports to who did, cannot verify it. Ask somebody else."))


def _require_no_call(row: Case) -> None:
    spec = verifying_task(row)
    if spec and row.tasks.filter(kind=spec.key, state=TaskState.OPEN).exists():
        raise Refused(_("This case is verified by its call-back: record what the customer said."))
