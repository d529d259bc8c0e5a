"""Everything that the page of one improvement shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bihuan.kernel.act.improvements.effect import why_not
from bihuan.kernel.act.improvements.step import evening
from bihuan.kernel.models import Case, EffectTest, Event, Improvement, Remedy, RemedyState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.improvements import current_test, sees, story
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.remaining import working_days_left
from bihuan.kernel.scope import covers
from bihuan.web.casework.words import SYSTEM
from bihuan.web.casework.words import title as case_title
from bihuan.web.components.due import due
from bihuan.web.components.parts import Entry
from bihuan.web.components.trace import whisker
from bihuan.web.improving import steps, words

PER_DAYS = 30
"""Rates are shown as cases in so many days."""
WIDEST = 3.0
"""Right end of the axis of the rate ratio, unless the interval reaches further."""
STAGES = {
    "improvement.proposed": "opened",
    "improvement.planned": "accepted",
    "improvement.started": "in_progress",
    "improvement.went_on": "in_progress",
    "improvement.finished": "verifying",
    "improvement.concluded": "closed",
    "improvement.dropped": "void",
}
ICONS = {
    "improvement.joined": "link",
    "improvement.linked": "link",
    "improvement.remedy_added": "plus",
    "improvement.remedy_done": "check",
    "improvement.measured": "chart-bar",
    "improvement.comment": "message",
    "improvement.soon": "bell",
    "improvement.overdue": "alert-octagon",
}


@dataclass(frozen=True, slots=True)
class RemedyLine:
    row: Remedy
    owner: User | None
    chip: SafeString
    buttons: list[str]


@dataclass(frozen=True, slots=True)
class CaseLine:
    case: Case
    title: str
    url: str
    """Empty: it lies outside the reader's units."""


@dataclass(frozen=True, slots=True)
class Effect:
    test: EffectTest
    mark: SafeString
    sentence: str
    ratio: str
    change: str
    p: str
    rate_before: float | None
    rate_after: float | None
    drawing: SafeString | str


def context(
    item: Improvement,
    user: User,
    doing: str = "",
    form: forms.Form | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    now, calendar = now or timezone.now(), working_calendar()
    shown = steps.offered(item, user)
    keys = {step.key for step in shown}
    test = current_test(item)
    return {
        "item": item,
        "item_title": words.title(item),
        "state": words.state_cell(item),
        "outcome": words.outcome_mark(item.outcome) if item.outcome else "",
        "advice": words.ADVICE[item.state],
        "due_chip": words.due_cell(item, now, calendar),
        "steps": shown,
        "primary": steps.primary(shown),
        "doing": doing if doing in keys else "",
        "form": form or (steps.BY_KEY[doing].form(item=item, user=user) if doing in keys else None),
        "refused": doing if form is not None else "",
        "remedies": [_remedy(row, user, now, calendar) for row in _remedies(item)],
        "cases": [_case(link.case, user) for link in _links(item)],
        "may_add": steps.may_add(item, user),
        "remedy_form": _beside("remedy", item, user, doing, form),
        "link_form": _beside("link", item, user, doing, form),
        "remark_form": _beside("comment", item, user, doing, form) if sees(user, item) else None,
        "entries": _entries(item),
        "effect": _effect(test) if test else None,
        "earlier": item.tests.exclude(pk=test.pk) if test else item.tests.all(),
        "why_not": why_not(user, item),
        "ready_on": item.next_at if item.state == "done" and not test else None,
        "followers": item.followers.order_by("pk"),
        "crumbs": [
            {"title": _("Improvements"), "url": reverse("improvements")},
            {"title": item.number},
        ],
    }


def _beside(key: str, item: Improvement, user: User, doing: str, form: forms.Form | None) -> forms.Form:
    """The form of a step that always stands on the page; as it was typed when it was refused."""
    return form if form is not None and doing == key else steps.BY_KEY[key].form(item=item, user=user)


def _remedies(item: Improvement) -> list[Remedy]:
    rows = list(item.remedies.select_related("owner"))
    for row in rows:
        row.improvement = item
    return rows


def _remedy(row: Remedy, user: User, now: datetime, calendar: Calendar) -> RemedyLine:
    chip = due(None)
    if row.due_on and row.state == RemedyState.OPEN:
        at = evening(row.due_on)
        opened = row.improvement.proposed_at
        left = working_days_left(calendar, now, at, opened_at=opened)
        chip = due(at, now, opened, working_days_left=left)
    return RemedyLine(row, row.owner or row.improvement.owner, chip, steps.remedy_buttons(row, user))


def _links(item: Improvement) -> Any:
    return item.links.select_related("case__unit", "case__place").order_by("-case__opened_at")


def _case(case: Case, user: User) -> CaseLine:
    url = reverse("case", args=[case.number]) if covers(user, case) else ""
    return CaseLine(case, case_title(case), url)


def _entries(item: Improvement) -> list[Entry]:
    texts = dict(item.remedies.values_list("pk", "text"))
    return [_entry(event, texts) for event in story(item)]


def _entry(event: Event, texts: dict[int, str]) -> Entry:
    """With what somebody wrote, or the remedy that it is about."""
    remark = getattr(event, "remark", None)
    remedy = texts.get(event.payload.get("remedy") or 0, "")
    return Entry(
        at=event.at,
        who=str(event.actor or SYSTEM),
        text=words.what(event.verb, event.payload),
        stage=STAGES.get(event.verb, ""),
        icon=ICONS.get(event.verb, "activity"),
        note=remark.text if remark else remedy,
    )


def _effect(test: EffectTest) -> Effect:
    return Effect(
        test=test,
        mark=words.outcome_mark(test.verdict),
        sentence=words.sentence(test),
        ratio=words.ratio_words(test),
        change=words.change(test),
        p=words.p_words(test),
        rate_before=_rate(test.before, test.days_before),
        rate_after=_rate(test.after, test.days_after),
        drawing=_drawing(test),
    )


def _rate(cases: int, days: int) -> float | None:
    return cases / days * PER_DAYS if days else None


def _drawing(test: EffectTest) -> SafeString | str:
    """The ratio with its interval on one axis with 1, “no change”."""
    if test.ratio is None or test.low is None:
        return ""
    top = max(WIDEST, test.ratio)
    high = test.high if test.high is not None else top
    tone = {"worked": "green", "worse": "red"}.get(test.verdict, "text")
    return whisker(test.ratio, test.low, high, (0.0, top), standard=1.0, tone=tone)
