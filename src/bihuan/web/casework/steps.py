"""Which buttons a case shows: what state, role and the four-eyes rule allow this person now."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case, User
from bihuan.kernel.read.cases import handlers_of, superiors_of
from bihuan.kernel.rules.lifecycle import OPEN, allowed, may_verify
from bihuan.kernel.rules.permissions import may


@dataclass(frozen=True, slots=True)
class Button:
    """`asks`: the step needs a form first, shown by `?do=`."""

    key: str
    title: StrOrPromise
    icon: str
    permission: str
    asks: bool = False
    shortcut: str = ""
    danger: bool = False


BUTTONS = (
    Button("resolve", pgettext_lazy("step", "Resolve"), "circle-check", "handle", asks=True, shortcut="e"),
    Button("accept", pgettext_lazy("step", "Accept"), "user-check", "handle", shortcut="a"),
    Button("start", pgettext_lazy("step", "Start"), "player-play", "handle"),
    Button("resume", pgettext_lazy("step", "Resume"), "player-play", "handle"),
    Button("wait", pgettext_lazy("step", "Wait"), "player-pause", "handle", asks=True),
    Button("assign", pgettext_lazy("step", "Assign"), "user-plus", "assign", asks=True, shortcut="a"),
    Button("reopen", pgettext_lazy("step", "Reopen"), "arrow-back-up", "verify", asks=True),
    Button("void", pgettext_lazy("step", "Void"), "x", "void", asks=True, danger=True),
)
PRIMARY = ("accept", "start", "resume", "resolve", "reopen")
"""The first of these that is possible is the page's one primary button."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this person verify, and why (not)."""

    may: bool
    why: str


def buttons(case: Case, user: User) -> list[Button]:
    possible = {*allowed(case.state), *(["assign"] if case.state in OPEN else [])}
    found = [one for one in BUTTONS if one.key in possible and may(user.role, one.permission)]
    if any(one.key == "accept" for one in found) and _belongs_to_another(case, user):
        found = [one for one in found if one.key != "accept"]
    return found


def primary(shown: list[Button]) -> str:
    keys = [one.key for one in shown]
    return next((key for key in PRIMARY if key in keys), "")


def _belongs_to_another(case: Case, user: User) -> bool:
    return case.owner_id not in {None, user.pk} and not may(user.role, "assign")


def verification(case: Case, user: User) -> Verdict:
    """The four-eyes rule, said to the person who looks at the page."""
    if case.state not in {"resolved", "verifying"}:
        return Verdict(False, gettext("The call-back begins when the case is resolved."))
    if not may(user.role, "verify"):
        return Verdict(False, gettext("Your role does not include verification."))
    handlers = handlers_of(case)
    if user.pk in handlers:
        return Verdict(False, gettext("You handled this case, so somebody else verifies it."))
    if not may_verify(user.pk, handlers, superiors_of(user)):
        return Verdict(False, gettext("You report to who handled this case, so somebody else verifies it."))
    return Verdict(True, gettext("You did not handle this case and do not report to who did."))


RULE = gettext_lazy("Four eyes: not who handled it, nor who reports to them.")
