"""Every step of a case that a person can ask for, by name: the pages and the API share it."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.act import cases as act
from bihuan.kernel.act.cases.meanwhile import changed_since
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Cause, Task, User
from bihuan.kernel.scope import visible
from bihuan.web.casework import timeline
from bihuan.web.casework.words import SYSTEM
from bihuan.web.components.figures import hour

Data = Mapping[str, Any]
Step = Callable[[Case, User, Data], object]
LARGEST_LIMIT = 10_000


def _text(data: Data) -> str:
    return str(data.get("text") or "").replace("\r\n", "\n")


def _account(data: Data, why: str) -> User:
    name = str(data.get("to") or "")
    to = User.objects.select_related("unit").filter(username__iexact=name, is_active=True).first()
    if to is None:
        raise Refused(why)
    return to


def _other(user: User, data: Data) -> Case:
    number = str(data.get("other") or "").strip().split(" ")[0]
    if not number:
        raise Refused(_("Write the number of the other case."))
    other = visible(user, Case.objects.select_related("unit")).filter(number__iexact=number).first()
    if other is None:
        raise Refused(_("There is no case %(number)s in your units.") % {"number": number[:20]})
    return other


def _task(case: Case, data: Data) -> Task:
    key = str(data.get("task") or "")
    task = case.tasks.select_related("case").filter(pk=int(key)).first() if key.isdecimal() else None
    if task is None:
        raise Refused(_("This duty does not belong to the case."))
    return task


def _cause(data: Data) -> Cause | None:
    code = str(data.get("cause") or "")
    cause = Cause.objects.filter(code__iexact=code, active=True).first() if code else None
    if code and cause is None:
        raise Refused(_("There is no such cause."))
    return cause


def _limit(data: Data) -> Decimal:
    try:
        limit = Decimal(str(data.get("limit") or ""))
    except InvalidOperation:
        limit = Decimal(-1)
    if not 0 <= limit < LARGEST_LIMIT:
        raise Refused(_("Write the new limit as a number."))
    return limit


def _flag(data: Data, name: str) -> bool:
    return str(data.get(name) or "").casefold() in {"1", "true", "on", "yes"}


def _assign(case: Case, user: User, data: Data) -> object:
    return act.assign(case=case, user=user, to=_account(data, _("Choose who is to own the case.")))


def _wait(case: Case, user: User, data: Data) -> object:
    return act.wait(case=case, user=user, reason=str(data.get("reason") or ""), text=_text(data))


def _resolve(case: Case, user: User, data: Data) -> object:
    verdict = str(data.get("verdict") or "")
    return act.resolve(case=case, user=user, verdict=verdict, text=_text(data), cause=_cause(data))


def _retarget(case: Case, user: User, data: Data) -> object:
    unit = str(data.get("limit_in") or "")
    return act.retarget(case=case, user=user, limit=_limit(data), limit_in=unit, text=_text(data))


def _reopen(case: Case, user: User, data: Data) -> object:
    return act.reopen(case=case, user=user, text=_text(data), reset=_flag(data, "reset"))


def _call_back(case: Case, user: User, data: Data) -> object:
    proof = str(data.get("proof") or "")
    return act.call_back(
        task=_task(case, data),
        user=user,
        outcome=str(data.get("outcome") or ""),
        text=_text(data),
        proof=int(proof) if proof.isdecimal() else None,
    )


def _hand_over(case: Case, user: User, data: Data) -> object:
    task = _task(case, data)
    return act.hand_over(task=task, user=user, to=_account(data, _("Choose who is to do it.")))


ACTIONS: dict[str, Step] = {
    "accept": lambda case, user, data: act.accept(case=case, user=user),
    "assign": _assign,
    "start": lambda case, user, data: act.start(case=case, user=user),
    "wait": _wait,
    "resume": lambda case, user, data: act.resume(case=case, user=user),
    "resolve": _resolve,
    "verify": lambda case, user, data: act.verify(case=case, user=user, text=_text(data)),
    "send_back": lambda case, user, data: act.send_back(case=case, user=user, text=_text(data)),
    "reopen": _reopen,
    "reject": lambda case, user, data: act.reject(case=case, user=user, text=_text(data)),
    "appeal": lambda case, user, data: act.appeal(case=case, user=user, text=_text(data)),
    "duplicate": lambda case, user, data: act.duplicate(
        case=case, user=user, of=_other(user, data), text=_text(data)
    ),
    "merge": lambda case, user, data: act.merge(
        case=case, user=user, into=_other(user, data), text=_text(data)
    ),
    "caused_by": lambda case, user, data: act.caused_by(case=case, user=user, other=_other(user, data)),
    "retarget": _retarget,
    "void": lambda case, user, data: act.void(case=case, user=user, text=_text(data)),
    "comment": lambda case, user, data: act.comment(case=case, user=user, text=_text(data)),
    "attempt": lambda case, user, data: act.attempt(
        task=_task(case, data), user=user, reached=_flag(data, "reached")
    ),
    "call_back": _call_back,
    "hand_over": _hand_over,
}


def perform(action: str, case: Case, user: User, data: Data) -> Case:
    """Do it. Raises Refused with the reason, also for a name that does not exist.

    With `seen`, the last event that the person had before him, nothing is done when somebody else has
    changed the case since: he must look again.
    """
    if action not in ACTIONS:
        raise Refused(_("There is no such step."))
    with transaction.atomic():
        if action != "comment":
            _require_seen(case, user, str(data.get("seen") or ""))
        ACTIONS[action](case, user, data)
    case.refresh_from_db()
    return case


def _require_seen(case: Case, user: User, seen: str) -> None:
    event = changed_since(case=case, user=user, since=int(seen)) if seen.isdecimal() else None
    if event is None:
        return
    did = timeline.sentence(case, event, timeline.names([event]))
    raise Refused(
        _("Meanwhile, at %(hour)s: %(who)s %(did)s. Nothing of yours was written. Look again, then decide.")
        % {"hour": hour(event.at), "who": event.actor or SYSTEM, "did": did}
    )
