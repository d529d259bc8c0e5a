"""Every step of a case that a person can ask for, by name: the pages and the API share it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.act import cases as act
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, User

Data = Mapping[str, Any]
Step = Callable[[Case, User, Data], Case]


def _text(data: Data) -> str:
    return str(data.get("text") or "").replace("\r\n", "\n")


def _assign(case: Case, user: User, data: Data) -> Case:
    name = str(data.get("to") or "")
    to = User.objects.select_related("unit").filter(username__iexact=name, is_active=True).first()
    if to is None:
        raise Refused(_("Choose who is to own the case."))
    return act.assign(case=case, user=user, to=to)


def _wait(case: Case, user: User, data: Data) -> Case:
    return act.wait(case=case, user=user, reason=str(data.get("reason") or ""), text=_text(data))


def _resolve(case: Case, user: User, data: Data) -> Case:
    return act.resolve(case=case, user=user, verdict=str(data.get("verdict") or ""), text=_text(data))


ACTIONS: dict[str, Step] = {
    "accept": lambda case, user, data: act.accept(case=case, user=user),
    "assign": _assign,
    "start": lambda case, user, data: act.start(case=case, user=user),
    "wait": _wait,
    "resume": lambda case, user, data: act.resume(case=case, user=user),
    "resolve": _resolve,
    "verify": lambda case, user, data: act.verify(case=case, user=user, text=_text(data)),
    "send_back": lambda case, user, data: act.send_back(case=case, user=user, text=_text(data)),
    "reopen": lambda case, user, data: act.reopen(case=case, user=user, text=_text(data)),
    "void": lambda case, user, data: act.void(case=case, user=user, text=_text(data)),
    "comment": lambda case, user, data: act.comment(case=case, user=user, text=_text(data)),
}


def perform(action: str, case: Case, user: User, data: Data) -> Case:
    """Do it. Raises Refused with the reason, also for a name that does not exist."""
    if action not in ACTIONS:
        raise Refused(_("There is no such step."))
    return ACTIONS[action](case, user, data)
