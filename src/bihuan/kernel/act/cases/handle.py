"""The handler's steps: from acceptance to resolution."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases.step import locked, move, reclock, require, write
from bihuan.kernel.act.cases.verify import ask_for_verification
from bihuan.kernel.act.events import Plain, digest
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, CaseState, Note, Severity, TaskState, User
from bihuan.kernel.registry import case_kinds
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

WAIT_REASONS = ("customer", "third_party", "outage")
SHORTEST_ACCOUNT = 4
"""Characters below which an account of what was done says nothing."""


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
        row.tasks.filter(kind="fix", state=TaskState.OPEN).update(owner=user)
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
        row.tasks.filter(kind="fix", state=TaskState.OPEN).update(owner=to)
        if row.state == CaseState.OPENED:
            row.state = CaseState.NOTIFIED
        write(row, "assign", actor=user, at=now, to=to.pk)
        tell(user=to, key="case.assigned", at=now, case=row, serious=row.severity >= Severity.SERIOUS)
    return case


def start(*, case: Case, user: User, at: datetime | None = None) -> Case:
    return _plain_step(case, "start", user, at)


def wait(*, case: Case, user: User, reason: str, text: str = "", at: datetime | None = None) -> Case:
    """Stop the clock for one of the permitted reasons, explained."""
    if reason not in WAIT_REASONS:
        raise Refused(_("Choose a reason for waiting."))
    _require_text(text)
    with locked(case) as row:
        require(user, row, "handle")
        move(row, "wait")
        row.reason = reason
        event = write(row, "wait", actor=user, at=at or timezone.now(), reason=reason, **_trace(text))
        Note.objects.create(case=row, event=event, text=text)
        reclock(row, event)
    return case


def resume(*, case: Case, user: User, at: datetime | None = None) -> Case:
    with locked(case) as row:
        require(user, row, "handle")
        move(row, "resume")
        row.reason = ""
        reclock(row, write(row, "resume", actor=user, at=at or timezone.now()))
    return case


def resolve(*, case: Case, user: User, verdict: str, text: str, at: datetime | None = None) -> Case:
    """The owner's verdict and account of what was done; then somebody else verifies."""
    now = at or timezone.now()
    if verdict not in {key for key, _title in case_kinds()[case.kind][1].verdicts}:
        raise Refused(_("Choose a verdict."))
    _require_text(text)
    with locked(case) as row:
        require(user, row, "handle")
        if row.owner_id != user.pk and not may(user.role, "assign"):
            raise Refused(_("Only the owner or a manager may resolve a case."))
        move(row, "resolve")
        row.verdict, row.resolved_at, row.next_at = verdict, now, None
        event = write(row, "resolve", actor=user, at=now, verdict=verdict, **_trace(text))
        Note.objects.create(case=row, event=event, text=text)
        row.tasks.filter(kind="fix", state=TaskState.OPEN).update(
            state=TaskState.DONE, done_at=now, outcome=verdict, owner=user
        )
        ask_for_verification(row, handler=user, at=now)
    return case


def comment(*, case: Case, user: User, text: str, at: datetime | None = None) -> Case:
    _require_text(text)
    with locked(case) as row:
        require(user, row, "see")
        event = write(row, "comment", actor=user, at=at or timezone.now(), **_trace(text))
        Note.objects.create(case=row, event=event, text=text)
    return case


def void(*, case: Case, user: User, text: str, at: datetime | None = None) -> Case:
    """Opened in error: ends without verification, explained, by who may assign."""
    now = at or timezone.now()
    _require_text(text)
    with locked(case) as row:
        require(user, row, "void")
        move(row, "void")
        row.closed_at, row.next_at = now, None
        event = write(row, "void", actor=user, at=now, **_trace(text))
        Note.objects.create(case=row, event=event, text=text)
        row.tasks.filter(state=TaskState.OPEN).update(state=TaskState.CANCELLED, done_at=now)
    return case


def _plain_step(case: Case, action: str, user: User, at: datetime | None) -> Case:
    with locked(case) as row:
        require(user, row, "handle")
        move(row, action)
        write(row, action, actor=user, at=at or timezone.now())
    return case


def _require_text(text: str) -> None:
    if len(text.strip()) < SHORTEST_ACCOUNT:
        raise Refused(
            _("Write what was found or done, in at least %(n)d characters.") % {"n": SHORTEST_ACCOUNT}
        )


def _trace(text: str) -> dict[str, Plain]:
    return {"note": digest(text)}
