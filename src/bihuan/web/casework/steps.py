"""Which steps a case offers: what state, role and the four-eyes rule allow this person now."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case, User
from bihuan.kernel.read.cases import handlers_of, superiors_of
from bihuan.kernel.rules.lifecycle import OPEN, allowed, may_verify
from bihuan.kernel.rules.permissions import may


@dataclass(frozen=True, slots=True)
class Button:
    """`asks`: the step needs a form first, shown by `?do=`; `more`: it stands in the menu behind the rest."""

    key: str
    title: StrOrPromise
    icon: str
    permission: str
    asks: bool = False
    shortcut: str = ""
    danger: bool = False
    more: bool = False


BUTTONS = (
    Button("resolve", pgettext_lazy("step", "Resolve"), "circle-check", "handle", asks=True, shortcut="e"),
    Button("accept", pgettext_lazy("step", "Accept"), "user-check", "handle", shortcut="a"),
    Button("start", pgettext_lazy("step", "Start"), "player-play", "handle"),
    Button("resume", pgettext_lazy("step", "Resume"), "player-play", "handle"),
    Button("wait", pgettext_lazy("step", "Wait"), "player-pause", "handle", asks=True),
    Button("assign", pgettext_lazy("step", "Assign"), "user-plus", "assign", asks=True, shortcut="a"),
    Button("reopen", pgettext_lazy("step", "Reopen"), "arrow-back-up", "verify", asks=True),
    Button("appeal", pgettext_lazy("step", "Appeal"), "arrow-back-up", "assign", asks=True),
    Button("reject", pgettext_lazy("step", "Reject"), "x", "handle", asks=True, more=True),
    Button("duplicate", pgettext_lazy("step", "Duplicate of …"), "copy", "handle", asks=True, more=True),
    Button("merge", pgettext_lazy("step", "Merge into …"), "arrow-right", "handle", asks=True, more=True),
    Button("caused_by", pgettext_lazy("step", "Caused by …"), "link", "handle", asks=True, more=True),
    Button("retarget", pgettext_lazy("step", "Other limit"), "ruler-2", "standards", asks=True, more=True),
    Button("void", pgettext_lazy("step", "Void"), "trash", "void", asks=True, danger=True, more=True),
)
PRIMARY = ("accept", "start", "resume", "resolve", "reopen", "appeal")
"""The first of these that is possible is the page's one primary button."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this person verify, and why (not)."""

    may: bool
    why: str


def buttons(case: Case, user: User) -> list[Button]:
    possible = {*allowed(case.state), "caused_by", *(("assign", "retarget") if case.state in OPEN else ())}
    found = [one for one in BUTTONS if one.key in possible and may(user.role, one.permission)]
    if any(one.key == "accept" for one in found) and _belongs_to_another(case, user):
        found = [one for one in found if one.key != "accept"]
    return found


def primary(shown: list[Button], case: Case) -> str:
    """Where a notice is due first, notifying the team is: that is, assigning the case."""
    keys = [one.key for one in shown]
    wanted = ("assign", *PRIMARY) if unnotified(case) else PRIMARY
    return next((key for key in wanted if key in keys), "")


def unnotified(case: Case) -> bool:
    return case.state == "opened" and case.due_at is None


def _belongs_to_another(case: Case, user: User) -> bool:
    return case.owner_id not in {None, user.pk} and not may(user.role, "assign")


class Eyes:
    """One person before one case: asked for each duty, looked up once."""

    def __init__(self, case: Case, user: User) -> None:
        self.case = case
        self.user = user

    @cached_property
    def handlers(self) -> set[int]:
        return handlers_of(self.case)

    @cached_property
    def verdict(self) -> Verdict:
        """The four-eyes rule, said to the person who looks at the page."""
        if not may(self.user.role, "verify"):
            return Verdict(False, gettext("Your role does not include verification."))
        if self.user.pk in self.handlers:
            return Verdict(False, gettext("You handled this case, so somebody else verifies it."))
        if not may_verify(self.user.pk, self.handlers, superiors_of(self.user)):
            return Verdict(
                False, gettext("You report to who handled this case, so somebody else verifies it.")
            )
        return Verdict(True, gettext("You did not handle this case and do not report to who did."))

    @property
    def verification(self) -> Verdict:
        if self.case.state not in {"resolved", "verifying"}:
            return Verdict(False, gettext("The call-back begins when the case is resolved."))
        return self.verdict


RULE = gettext_lazy("Four eyes: not who handled it, nor who reports to them.")
