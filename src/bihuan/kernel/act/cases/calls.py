"""Calling back: what the customer says ends a duty, and often the case."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases.step import locked, noted, require, require_text, write_duty
from bihuan.kernel.act.cases.tasks import end_tasks
from bihuan.kernel.act.cases.verify import finish, send_back_after, start_again
from bihuan.kernel.act.events import Plain
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.manifest import TaskSpec
from bihuan.kernel.models import Attempt, Case, Task, TaskState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.cases import handlers_of, superiors_of
from bihuan.kernel.registry import task_specs
from bihuan.kernel.rules.lifecycle import UNFIXED, may_verify
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.reach import missing
from bihuan.kernel.scope import covers


def attempt(*, task: Task, user: User, reached: bool = False, at: datetime | None = None) -> Attempt:
    """One try to reach the customer; the page counts what is missing for “unreachable”."""
    now = at or timezone.now()
    with locked(task.case) as case:
        _allowed(case, task, user, now)
        made = Attempt.objects.create(task=task, by=user, at=now, reached=reached)
        write_duty(task, "attempt", actor=user, at=now, reached=reached)
    return made


def call_back(
    *, task: Task, user: User, outcome: str, text: str, proof: int | None = None, at: datetime | None = None
) -> Task:
    """End a declared duty with what the customer said.

    `proof`: key of a file of this case; a customer who wants no call must be proven. Raises Refused when the
    handler calls back his own work, when the handling has not ended, before the window opens, for an
    unknown outcome, and for “unreachable” before three tries on three days.
    """
    now = at or timezone.now()
    require_text(text)
    with transaction.atomic():
        with locked(task.case) as case:
            spec = _allowed(case, task, user, now)
            means = {key: means for key, _words, means in spec.outcomes}.get(outcome)
            if means is None:
                raise Refused(_("Choose what came of the call."))
            _require_ground(task, case, means, proof)
            said: dict[str, Plain] = {"task": task.pk, "duty": spec.key, "outcome": outcome, "proof": proof}
            noted(case, "called_back", actor=user, at=now, text=text, **said)
            end_tasks(case, (spec.key,), at=now, outcome=outcome, user=user)
        _follow(task.case, spec, means, user, text, now)
    task.refresh_from_db()
    return task


def _allowed(case: Case, task: Task, user: User, now: datetime) -> TaskSpec:
    spec = task_specs().get((case.kind, task.kind))
    row = Task.objects.select_for_update().get(pk=task.pk)
    if spec is None or row.state != TaskState.OPEN:
        raise Refused(_("This duty has ended already. Reload the page."))
    require(user, case, "verify" if spec.four_eyes else "handle")
    if row.owner_id not in {None, user.pk} and not may(user.role, "assign"):
        raise Refused(_("This call-back belongs to %(name)s.") % {"name": row.owner})
    if spec.four_eyes and not may_verify(user.pk, handlers_of(case), superiors_of(user)):
        raise Refused(_("Who handled a case, or reports to who did, cannot verify it. Ask somebody else."))
    if spec.after_handling and case.state in UNFIXED:
        raise Refused(_("The handling has not ended: there is nothing to ask the customer about yet."))
    if row.opens_at and now < row.opens_at:
        raise Refused(
            _("This call-back is due from %(day)s on, not earlier.")
            % {"day": timezone.localtime(row.opens_at).date().isoformat()}
        )
    return spec


def _require_ground(task: Task, case: Case, means: str, proof: int | None) -> None:
    if means == "declined" and not case.evidence.filter(pk=proof or 0, removed_at=None).exists():
        raise Refused(_("A customer who wants no call must be proven: attach the recording or the letter."))
    if means == "unreachable":
        moments = list(task.attempts.filter(reached=False).values_list("at", flat=True))
        tries, days, parts = missing(moments, working_calendar().zone)
        if tries or days or parts:
            raise Refused(
                _(
                    "Unreachable only after three tries on three days and at two times of day: "
                    "still missing %(tries)d tries, %(days)d days, %(parts)d times of day."
                )
                % {"tries": tries, "days": days, "parts": parts}
            )


def _follow(case: Case, spec: TaskSpec, means: str, user: User, text: str, now: datetime) -> None:
    """What a call-back's outcome does to its case."""
    if spec.verifies and case.state in {"resolved", "verifying"}:
        if means == "bad":
            send_back_after(case, spec, user=user, text=text, at=now)
        else:
            finish(case, user=user, at=now)
    elif means == "bad":
        start_again(case, user=user, text=text, at=now)


def hand_over(*, task: Task, user: User, to: User, at: datetime | None = None) -> Task:
    """Give a duty to somebody else. A call-back goes to nobody whom the four-eyes rule bars from it."""
    now = at or timezone.now()
    with locked(task.case) as case:
        require(user, case, "assign")
        row = Task.objects.select_for_update().filter(pk=task.pk, state=TaskState.OPEN).first()
        if row is None:
            raise Refused(_("This duty has ended already. Reload the page."))
        _may_take(case, row, to)
        if case.state in {"resolved", "verifying"} and _verifies(case, row):
            case.verifier = to
        row.owner = to
        row.save(update_fields=["owner"])
        write_duty(task, "handed_over", actor=user, at=now, to=to.pk)
        tell(user=to, key="task.yours", at=now, case=case, task=task.kind)
    task.refresh_from_db()
    return task


def _verifies(case: Case, task: Task) -> bool:
    spec = task_specs().get((case.kind, task.kind))
    return spec.verifies if spec else task.kind == Task.VERIFY


def _may_take(case: Case, task: Task, to: User) -> None:
    if task.kind in {Task.FIX, Task.ACCEPT}:
        raise Refused(_("Who puts it right is changed by assigning the case."))
    wanted = "handle" if task.kind == Task.NOTIFY else "verify"
    if not to.is_active or not may(to.role, wanted) or not covers(to, case):
        raise Refused(_("%(name)s cannot take duties of this unit.") % {"name": to})
    if wanted == "verify" and not may_verify(to.pk, handlers_of(case), superiors_of(to)):
        raise Refused(_("%(name)s handled this case or reports to who did.") % {"name": to})
