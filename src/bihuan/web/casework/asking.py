"""What a step asks before it is done: its words, its choices, and what is still missing for it."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case, Cause, Evidence, Task, TaskState, User
from bihuan.kernel.notice.words import task_title
from bihuan.kernel.read.causes import active_causes, suggestions
from bihuan.kernel.registry import case_kinds
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.web.casework import duties, links, words

REQUIRED_FILES = ("resolve", "wait")
"""Steps for which a kind may want a file."""
OTHERS = ("duplicate", "merge", "caused_by")


@dataclass(frozen=True, slots=True)
class Form:
    """`text`: label of the account that the step wants. `confirm` names what cannot be undone."""

    submit: StrOrPromise
    text: StrOrPromise = ""
    confirm: StrOrPromise = ""


FORMS: dict[str, Form] = {
    "resolve": Form(pgettext_lazy("step", "Resolve"), gettext_lazy("What was found and done")),
    "wait": Form(pgettext_lazy("step", "Stop the clock"), gettext_lazy("What is waited for")),
    "assign": Form(pgettext_lazy("step", "Assign")),
    "reopen": Form(pgettext_lazy("step", "Reopen"), gettext_lazy("Why the case is reopened")),
    "appeal": Form(pgettext_lazy("step", "Appeal"), gettext_lazy("Why the rejection is wrong")),
    "reject": Form(pgettext_lazy("step", "Reject"), gettext_lazy("Why it is not ours, or no breach")),
    "duplicate": Form(
        pgettext_lazy("step", "End as a duplicate"),
        gettext_lazy("How it is known to be the same"),
        gettext_lazy("End %(number)s as a duplicate? This cannot be undone."),
    ),
    "merge": Form(
        pgettext_lazy("step", "Merge"),
        gettext_lazy("Why they are put right together"),
        gettext_lazy("Merge %(number)s into the other case? This cannot be undone."),
    ),
    "caused_by": Form(pgettext_lazy("step", "Link")),
    "retarget": Form(pgettext_lazy("step", "Change the limit"), gettext_lazy("Why the limit changes")),
    "void": Form(
        pgettext_lazy("step", "Void"),
        gettext_lazy("Why the case is void"),
        gettext_lazy("Declare %(number)s void? This cannot be undone."),
    ),
    "hand_over": Form(pgettext_lazy("step", "Hand over")),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may take it, with what is in his hands already."""

    username: str
    name: str
    load: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Option:
    """A cause in the picker; `why`: its keywords, or those that were found."""

    code: str
    name: str
    why: str = ""


@dataclass
class Asked:
    """Of the one step whose form is open."""

    key: str
    form: Form
    confirm: str = ""
    task: Task | None = None
    task_title: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    verdicts: tuple[tuple[str, StrOrPromise], ...] = ()
    reasons: list[tuple[str, StrOrPromise]] = field(default_factory=list)
    causes: list[Option] = field(default_factory=list)
    suggested: list[Option] = field(default_factory=list)
    cause_required: bool = False
    wants_file: bool = False
    missing: list[str] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    units: list[tuple[str, StrOrPromise]] = field(default_factory=list)


def ask(case: Case, user: User, key: str, files: list[Evidence], typed: dict[str, Any]) -> Asked | None:
    """The form of a step; None for a step that asks nothing."""
    if key not in FORMS:
        return None
    form = FORMS[key]
    asked = Asked(key, form, str(form.confirm) % {"number": case.number} if form.confirm else "")
    if key == "assign":
        asked.candidates = candidates(case)
    elif key == "hand_over":
        _hand_over(asked, case, str(typed.get("task") or ""))
    elif key == "wait":
        asked.reasons = list(words.REASONS.items())
    elif key == "resolve":
        _resolve(asked, case, str(typed.get("text") or ""))
    elif key in OTHERS:
        asked.others = [(other.number, words.title(other)) for other in links.offered(case, user)]
    elif key == "retarget":
        asked.units = list(words.LIMIT_UNITS.items())
    _proof(asked, case, files)
    return asked


def _hand_over(asked: Asked, case: Case, key: str) -> None:
    task = case.tasks.filter(pk=int(key), state=TaskState.OPEN).first() if key.isdecimal() else None
    if task is None or not duties.movable(task):
        return
    asked.task, asked.task_title = task, task_title(case.kind, task.kind)
    asked.candidates = [
        Candidate(user.username, str(user), getattr(user, "load", 0), user.pk == task.owner_id)
        for user in duties.takers(task, case)
    ]


def _resolve(asked: Asked, case: Case, said: str) -> None:
    kind = case_kinds().get(case.kind)
    causes = active_causes()
    asked.verdicts = kind[1].verdicts if kind else ()
    asked.causes = [_option(cause) for cause in causes]
    asked.cause_required = bool(kind and kind[1].proof)
    asked.suggested = [
        Option(found.cause.code, found.cause.name, "、".join(found.words))
        for found in suggestions(case, causes, said)
    ]


def _option(cause: Cause) -> Option:
    """By one Han character a step down the tree."""
    name = f"{'　' * (cause.path.count('/') - 2)}{cause.name}"
    return Option(cause.code, name, "、".join(cause.keywords.splitlines()))


def _proof(asked: Asked, case: Case, files: list[Evidence]) -> None:
    """Kinds that want proof: which file and what else is not there yet."""
    kind = case_kinds().get(case.kind)
    if not kind or not kind[1].proof or asked.key not in REQUIRED_FILES:
        return
    asked.wants_file = not files
    if asked.wants_file:
        asked.missing.append(_("a file as proof: a photo, a recording or a document"))
    if asked.key == "resolve" and case.cause_id is None:
        asked.missing.append(_("the cause"))


def candidates(case: Case) -> list[Candidate]:
    """Accounts of this unit and above that may handle it, least loaded first."""
    roles = [role for role in ("owner", "manager", "director") if may(role, "handle")]
    users = User.objects.filter(is_active=True, role__in=roles, unit__in=case.unit.ancestors)
    loaded = users.annotate(load=Count("cases", filter=Q(cases__state__in=OPEN))).order_by("load", "username")
    return [Candidate(user.username, str(user), user.load, user.pk == case.owner_id) for user in loaded]
