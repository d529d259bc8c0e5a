"""Cases: what is open, and every step that the pages allow."""

from datetime import datetime
from typing import Any, Literal

from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from bihuan.kernel.models import Case, Severity, Task
from bihuan.kernel.read import cases as read
from bihuan.kernel.registry import case_kinds
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.web.api.pages import Page, page_of
from bihuan.web.api.token import changing, owner, reading
from bihuan.web.casework.actions import perform

router = Router(tags=["cases"])


class TaskOut(Schema):
    kind: str
    owner: str | None
    state: str
    due_at: datetime | None
    done_at: datetime | None
    outcome: str


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
    verdict: str
    tasks: list[TaskOut]


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
        "void",
        "comment",
    ]
    text: str = ""
    reason: str = Field("", description="For wait: customer, third_party or outage.")
    verdict: str = Field("", description="For resolve: one of the kind's verdicts.")
    to: str = Field("", description="For assign: the user name of the new owner.")


@router.get("", auth=reading, response=CasesOut, summary="Cases, worst first")
def cases(request: HttpRequest, wanted: Query[CaseFilter]) -> dict[str, Any]:
    rows = read.cases(owner(request)).prefetch_related(
        Prefetch("tasks", queryset=Task.objects.select_related("owner"))
    )
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
    row = read.cases(owner(request)).filter(number=number).first()
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
        "verdict": row.verdict,
        "tasks": [
            {
                "kind": task.kind,
                "owner": task.owner.username if task.owner else None,
                "state": task.state,
                "due_at": task.due_at,
                "done_at": task.done_at,
                "outcome": task.outcome,
            }
            for task in row.tasks.all()
        ],
    }
