"""The steps that the page of an improvement offers, each with what it asks and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from bihuan.kernel.act import improvements as act
from bihuan.kernel.act.improvements.effect import why_not
from bihuan.kernel.act.improvements.remedies import may_finish
from bihuan.kernel.act.improvements.step import may_steer
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Case, Improvement, Remedy, User
from bihuan.kernel.read.improvements import current_test
from bihuan.kernel.rules.improvements import LIVE, allowed
from bihuan.kernel.scope import visible
from bihuan.web.forms import improvements as forms

Given = Mapping[str, Any]
Run = Callable[[Improvement, User, Given], Any]


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    title: StrOrPromise
    icon: str
    form: type[forms.StepForm]
    run: Run
    danger: bool = False


def _link(item: Improvement, user: User, given: Given) -> None:
    case = visible(user, Case.objects.all()).filter(number__iexact=given["number"].strip()).first()
    if case is None:
        raise Refused(_("There is no such case in your units."))
    act.link(item=item, user=user, case=case)


STEPS = (
    Step(
        "plan",
        pgettext_lazy("step", "Plan"),
        "edit",
        forms.PlanForm,
        lambda item, user, given: act.plan(item=item, user=user, **given),
    ),
    Step(
        "start",
        pgettext_lazy("step", "Begin"),
        "player-play",
        forms.DayForm,
        lambda item, user, given: act.start(item=item, user=user, **given),
    ),
    Step(
        "finish",
        pgettext_lazy("step", "End"),
        "check",
        forms.FinishForm,
        lambda item, user, given: act.finish(item=item, user=user, **given),
    ),
    Step(
        "conclude",
        pgettext_lazy("step", "Conclude"),
        "circle-check",
        forms.ConcludeForm,
        lambda item, user, given: act.conclude(item=item, user=user, **given),
    ),
    Step(
        "go_on",
        pgettext_lazy("step", "Go on"),
        "arrow-back-up",
        forms.GoOnForm,
        lambda item, user, given: act.go_on(item=item, user=user, **given),
    ),
    Step(
        "drop",
        pgettext_lazy("step", "Drop"),
        "x",
        forms.ReasonForm,
        lambda item, user, given: act.drop(item=item, user=user, **given),
        danger=True,
    ),
)
BESIDE = (
    Step(
        "remedy",
        pgettext_lazy("step", "Add a remedy"),
        "plus",
        forms.RemedyForm,
        lambda item, user, given: act.add_remedy(item=item, user=user, **given),
    ),
    Step("link", pgettext_lazy("step", "Link a case"), "link", forms.LinkForm, _link),
    Step(
        "comment",
        pgettext_lazy("step", "Write"),
        "send",
        forms.RemarkForm,
        lambda item, user, given: act.comment(item=item, user=user, **given),
    ),
)
BY_KEY = {step.key: step for step in (*STEPS, *BESIDE)}
PRIMARY = ("conclude", "start", "finish", "plan")


def offered(item: Improvement, user: User) -> list[Step]:
    """The steps of the life cycle that state, role and the four-eyes rule allow this person now."""
    possible = set(allowed(item.state))
    steers = may_steer(user, item)
    tested = item.state == "done" and current_test(item) is not None
    return [
        step
        for step in STEPS
        if step.key in possible
        and (tested and not why_not(user, item) if step.key == "conclude" else steers)
        and (tested or item.state != "done" or step.key != "go_on")
    ]


def primary(steps: list[Step]) -> str:
    keys = {step.key for step in steps}
    return next((key for key in PRIMARY if key in keys), "")


def may_add(item: Improvement, user: User) -> bool:
    return item.state in LIVE and may_steer(user, item)


def remedy_buttons(remedy: Remedy, user: User) -> list[str]:
    """`done` and `drop`, as far as they are possible."""
    if remedy.state != "open" or remedy.improvement.state not in LIVE:
        return []
    running = remedy.improvement.state == "running"
    done = ["done"] if running and may_finish(user, remedy) else []
    return done + (["drop"] if may_steer(user, remedy.improvement) else [])
