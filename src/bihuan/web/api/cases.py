"""Cases: what is open, and every step that the pages allow."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from bihuan.kernel.models import Case, CaseLink, Severity, Task, TaskState
from bihuan.kernel.notice.words import task_title
from bihuan.kernel.read import cases as read
from bihuan.kernel.registry import case_kinds
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.web.api.pages import Page, page_of
from bihuan.web.api.token import changing, owner, reading
from bihuan.web.casework.actions import perform

router = Router(tags=["cases"])
WITH = (
    Prefetch("tasks", queryset=Task.objects.select_related("owner").prefetch_related("attempts")),
    Prefetch("links", queryset=CaseLink.objects.select_related("other")),
    Prefetch("linked", queryset=CaseLink.objects.select_related("case")),
)


class TaskOut(Schema):
    id: int
    kind: str
    title: str
    owner: str | None
    state: str
    opens_at: datetime | None = Field(None, description="Beginning of the window in which it may be done.")
    due_at: datetime | None
    due_provisional: bool
    overdue: bool
    done_at: datetime | None
    outcome: str
    attempts: int = Field(0, description="Tries at which nobody was reached.")


class LinkOut(Schema):
    kind: Literal["duplicate", "merged", "caused", "follows"]
    number: str
    back: bool = Field(False, description="The other case names this one.")


class CaseOut(Schema):
    number: str
    system: str
    kind: str
    title: str
    subject: str
    subject_name: str
    severity: Literal["note", "minor", "serious", "critical"]
    state: str
    owner: str | None
    verifier: str | None
    opened_at: datetime
    due_at: datetime | None
    due_provisional: bool
    overdue: bool
    limit: Decimal
    limit_in: str
    reopened: int
    verdict: str
    cause: str | None = Field(None, description="Code of the cause.")
    tasks: list[TaskOut]
    links: list[LinkOut]


class CasesOut(Schema):
    items: list[CaseOut]
    count: int
    next: str | None


class CaseFilter(Page):
    system: str = ""
    state: str = Field("", description="One of the states, or `open`.")
    overdue: bool | None = None


class ActionIn(Schema):
    action: Literal[
        "accept",
        "assign",
        "start",
        "wait",
        "resume",
        "resolve",
        "verify",
        "send_back",
        "reopen",
        "reject",
        "appeal",
        "duplicate",
        "merge",
        "caused_by",
        "retarget",
        "void",
        "comment",
        "attempt",
        "call_back",
        "hand_over",
    ]
    text: str = ""
    reason: str = Field("", description="For wait: customer, third_party or outage.")
    verdict: str = Field("", description="For resolve: one of the kind's verdicts.")
    cause: str = Field("", description="For resolve: code of a cause.")
    to: str = Field("", description="For assign and hand_over: a user name.")
    other: str = Field("", description="For duplicate, merge and caused_by: number of the other case.")
    limit: Decimal | None = Field(None, description="For retarget.")
    limit_in: str = Field("", description="For retarget: what the limit is measured in.")
    reset: bool = Field(False, description="For reopen: the clock begins anew instead of going on.")
    task: int | None = Field(None, description="For attempt, call_back and hand_over: id of a task.")
    outcome: str = Field("", description="For call_back: one of the task's outcomes.")
    proof: int | None = Field(None, description="For call_back: id of a file of the case.")
    reached: bool = Field(False, description="For attempt: somebody was reached, the call goes on later.")


@router.get("", auth=reading, response=CasesOut, summary="Cases, worst first")
def cases(request: HttpRequest, wanted: Query[CaseFilter]) -> dict[str, Any]:
    rows = read.cases(owner(request)).select_related("cause").prefetch_related(*WITH)
    if wanted.system:
        rows = rows.filter(system=wanted.system)
    if wanted.state:
        rows = rows.filter(state__in=OPEN if wanted.state == "open" else [wanted.state])
    if wanted.overdue is not None:
        late = read.overdue(rows)
        rows = late if wanted.overdue else rows.exclude(pk__in=late.order_by().values("pk"))
    return page_of(request, rows, wanted, case_out)


@router.get("/{number}", auth=reading, response=CaseOut, summary="One case")
def case(request: HttpRequest, number: str) -> dict[str, Any]:
    return case_out(_found(request, number))


@router.post("/{number}/actions", auth=changing, response=CaseOut, summary="One step of a case")
def act(request: HttpRequest, number: str, step: ActionIn) -> dict[str, Any]:
    """Refused by the rules: 409 with the reason. `action` is one of the states' own steps."""
    found = _found(request, number)
    perform(step.action, found, owner(request), step.dict())
    return case_out(_found(request, number))


def _found(request: HttpRequest, number: str) -> Case:
    rows = read.cases(owner(request)).select_related("cause").prefetch_related(*WITH)
    row = rows.filter(number=number).first()
    if row is None:
        raise Http404
    return row


def case_out(row: Case) -> dict[str, Any]:
    """What the API says about a case."""
    kind = case_kinds().get(row.kind)
    return {
        "number": row.number,
        "system": row.system,
        "kind": row.kind,
        "title": str(kind[1].title) if kind else row.kind,
        "subject": row.subject,
        "subject_name": row.subject_name,
        "severity": Severity(row.severity).name.lower(),
        "state": row.state,
        "owner": row.owner.username if row.owner else None,
        "verifier": row.verifier.username if row.verifier else None,
        "opened_at": row.opened_at,
        "due_at": row.due_at,
        "due_provisional": row.due_provisional,
        "overdue": read.is_overdue(row),
        "limit": row.limit,
        "limit_in": row.limit_in,
        "reopened": row.reopened,
        "verdict": row.verdict,
        "cause": row.cause.code if row.cause else None,
        "tasks": [task_out(row, task) for task in row.tasks.all()],
        "links": [
            *({"kind": link.kind, "number": link.other.number, "back": False} for link in row.links.all()),
            *({"kind": link.kind, "number": link.case.number, "back": True} for link in row.linked.all()),
        ],
    }


def task_out(case: Case, task: Task) -> dict[str, Any]:
    """One duty; putting right is overdue when its case is, which may wait."""
    late = task.due_at is not None and task.due_at < timezone.now()
    overdue = task.state == TaskState.OPEN and (read.is_overdue(case) if task.kind == Task.FIX else late)
    return {
        "id": task.pk,
        "kind": task.kind,
        "title": task_title(case.kind, task.kind),
        "owner": task.owner.username if task.owner else None,
        "state": task.state,
        "opens_at": task.opens_at,
        "due_at": task.due_at,
        "due_provisional": task.due_provisional,
        "overdue": overdue,
        "done_at": task.done_at,
        "outcome": task.outcome,
        "attempts": sum(not one.reached for one in task.attempts.all()),
    }
