"""The handler's steps: from acceptance to resolution."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases.open import notify
from bihuan.kernel.act.cases.step import locked, move, noted, reclock, require, require_text, write
from bihuan.kernel.act.cases.tasks import cancel_tasks, end_tasks, open_declared, open_task
from bihuan.kernel.act.cases.verify import ask_for_verification
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.manifest import CaseKind
from bihuan.kernel.models import Case, CaseState, Cause, Role, Severity, Task, TaskState, User
from bihuan.kernel.read.duty import nearest
from bihuan.kernel.registry import case_kinds
from bihuan.kernel.rules.deadlines import target_of
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

WAIT_REASONS = ("customer", "third_party", "outage")


def accept(*, case: Case, user: User, at: datetime | None = None) -> Case:
    """Take the case; who accepts a case without owner becomes its owner."""
    now = at or timezone.now()
    with locked(case) as row:
        require(user, row, "handle")
        if row.owner_id not in {None, user.pk} and not may(user.role, "assign"):
            raise Refused(
                _("The case belongs to %(owner)s. Ask for it to be assigned to you.") % {"owner": row.owner}
            )
        move(row, "accept")
        row.owner = user
        row.tasks.filter(kind=Task.FIX, state=TaskState.OPEN).update(owner=user)
        end_tasks(row, (Task.ACCEPT,), at=now, outcome="done", user=user)
        if row.due_at is None:
            notify(row, user, at=now, by=user)
            move(row, "accept")
            end_tasks(row, (Task.ACCEPT,), at=now, outcome="done", user=user)
        write(row, "accept", actor=user, at=now)
    return case


def assign(*, case: Case, user: User, to: User, at: datetime | None = None) -> Case:
    now = at or timezone.now()
    with locked(case) as row:
        require(user, row, "assign")
        if row.state not in OPEN:
            raise Refused(_("The case is closed. Reopen it first."))
        if not to.is_active or not may(to.role, "handle") or not covers(to, row):
            raise Refused(_("%(name)s cannot own cases of this unit.") % {"name": to})
        row.owner = to
        row.tasks.filter(kind__in=(Task.FIX, Task.ACCEPT), state=TaskState.OPEN).update(owner=to)
        write(row, "assign", actor=user, at=now, to=to.pk)
        if row.state == CaseState.OPENED:
            notify(row, to, at=now, by=user)
        else:
            tell(user=to, key="case.assigned", at=now, case=row, serious=row.severity >= Severity.SERIOUS)
    return case


def start(*, case: Case, user: User, at: datetime | None = None) -> Case:
    return _plain_step(case, "start", user, at)


def wait(*, case: Case, user: User, reason: str, text: str = "", at: datetime | None = None) -> Case:
    """Stop the clock for one of the permitted reasons, explained; at its cap it runs again by itself."""
    now = at or timezone.now()
    if reason not in WAIT_REASONS:
        raise Refused(_("Choose a reason for waiting."))
    require_text(text)
    with locked(case) as row:
        require(user, row, "handle")
        move(row, "wait")
        if _kind(row).proof and not row.evidence.filter(removed_at=None).exists():
            raise Refused(_("Attach the proof of the reason first: a letter, a photo or a recording."))
        row.reason = reason
        reclock(row, noted(row, "wait", actor=user, at=now, text=text, reason=reason))
    return case


def resume(*, case: Case, user: User, at: datetime | None = None) -> Case:
    with locked(case) as row:
        require(user, row, "handle")
        move(row, "resume")
        row.reason = ""
        reclock(row, write(row, "resume", actor=user, at=at or timezone.now()))
    return case


def resolve(
    *,
    case: Case,
    user: User,
    verdict: str,
    text: str,
    cause: Cause | None = None,
    at: datetime | None = None,
) -> Case:
    """The owner's verdict and account of what was done; then somebody else verifies.

    Kinds that need proof are resolved only with a file and a cause.
    """
    now = at or timezone.now()
    kind = _kind(case)
    if verdict not in {key for key, _title in kind.verdicts}:
        raise Refused(_("Choose a verdict."))
    require_text(text)
    with locked(case) as row:
        require(user, row, "handle")
        if row.owner_id != user.pk and not may(user.role, "assign"):
            raise Refused(_("Only the owner or a manager may resolve a case."))
        move(row, "resolve")
        row.cause = cause or row.cause
        if kind.proof and row.cause is None:
            raise Refused(_("Choose the cause: reports and improvements are built on it."))
        if kind.proof and not row.evidence.filter(removed_at=None).exists():
            raise Refused(_("Attach at least one file as evidence: a photo, a recording or a document."))
        row.verdict, row.resolved_at, row.next_at = verdict, now, None
        noted(
            row,
            "resolve",
            actor=user,
            at=now,
            text=text,
            verdict=verdict,
            cause=row.cause.code if row.cause else None,
        )
        end_tasks(row, (Task.FIX, Task.ACCEPT), at=now, outcome=verdict, user=user)
        ask_for_verification(row, handler=user, at=now)
    return case


def comment(*, case: Case, user: User, text: str, at: datetime | None = None) -> Case:
    require_text(text)
    with locked(case) as row:
        require(user, row, "see")
        noted(row, "comment", actor=user, at=at or timezone.now(), text=text)
    return case


def retarget(
    *, case: Case, user: User, limit: Decimal, limit_in: str, text: str, at: datetime | None = None
) -> Case:
    """Another limit for this case: what was used and every pause stay counted."""
    require_text(text)
    with locked(case) as row:
        require(user, row, "standards")
        if row.state not in OPEN:
            raise Refused(_("The case is closed. Reopen it first."))
        try:
            target_of(limit, limit_in)
        except ValueError:
            raise Refused(_("Choose what the limit is measured in.")) from None
        before = f"{row.limit:g} {row.limit_in}"
        row.limit, row.limit_in = limit, limit_in
        said = {"before": before, "after": f"{limit:g} {limit_in}"}
        reclock(row, noted(row, "retarget", actor=user, at=at or timezone.now(), text=text, **said))
    return case


def reject(*, case: Case, user: User, text: str, at: datetime | None = None) -> Case:
    """Not ours, or no breach: it ends, explained; who found it may appeal."""
    now = at or timezone.now()
    require_text(text)
    with locked(case) as row:
        require(user, row, "handle")
        move(row, "reject")
        row.closed_at, row.next_at = now, None
        reclock(row, noted(row, "reject", actor=user, at=now, text=text))
        row.next_at = None
        cancel_tasks(row, at=now)
        manager = nearest(Role.MANAGER, row.unit)
        if manager:
            tell(user=manager, key="case.rejected", at=now, case=row)
    return case


def appeal(*, case: Case, user: User, text: str, at: datetime | None = None) -> Case:
    """Against a rejection: the case lives again and its clock goes on."""
    now = at or timezone.now()
    require_text(text)
    with locked(case) as row:
        require(user, row, "assign")
        move(row, "appeal")
        row.closed_at = None
        Task.objects.create(case=row, kind=Task.FIX, owner=row.owner, opened_at=now)
        event = noted(row, "appeal", actor=user, at=now, text=text)
        open_task(row, Task.ACCEPT, "case.accept", owner=row.owner, at=now)
        open_declared(row, _kind(row), at=row.opened_at)
        reclock(row, event)
        if row.owner:
            tell(user=row.owner, key="case.reopened", at=now, case=row)
    return case


def void(*, case: Case, user: User, text: str, at: datetime | None = None) -> Case:
    """Opened in error: ends without verification, explained, by who may assign."""
    now = at or timezone.now()
    require_text(text)
    with locked(case) as row:
        require(user, row, "void")
        move(row, "void")
        row.closed_at, row.next_at = now, None
        noted(row, "void", actor=user, at=now, text=text)
        cancel_tasks(row, at=now)
    return case


def _plain_step(case: Case, action: str, user: User, at: datetime | None) -> Case:
    with locked(case) as row:
        require(user, row, "handle")
        move(row, action)
        write(row, action, actor=user, at=at or timezone.now())
    return case


def _kind(case: Case) -> CaseKind:
    return case_kinds()[case.kind][1]
