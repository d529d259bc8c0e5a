"""Everything that the page of one case shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.models import Case, Evidence, Severity, TaskState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.registry import case_kinds, load
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers
from bihuan.kernel.slots import CasePanel
from bihuan.web.casework import asking, clock_card, duties, links, steps, timeline, words
from bihuan.web.components.words import TRACK

REPEATS_OVER_DAYS = 30
ON_TRACK = {*TRACK, "waiting", "reopened"}


@dataclass(frozen=True, slots=True)
class Picture:
    row: Evidence
    allowed: bool


def context(
    case: Case, user: User, asked: Mapping[str, Any] | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """`asked`: the step whose form is open (`do`), and what was typed in it."""
    now, typed, calendar = now or timezone.now(), dict(asked or {}), working_calendar()
    events = timeline.events_of(case)
    files = list(case.evidence.filter(removed_at=None))
    return {
        "case": case,
        "case_title": words.title(case),
        "system_title": words.system_title(case),
        "system_icon": words.system_icon(case),
        "severity": Severity(case.severity).name.lower(),
        "on_track": case.state in ON_TRACK,
        "stage_times": timeline.stage_times(case, events),
        "seen": events[0].pk if events else 0,
        "advice": words.NOTIFY if steps.unnotified(case) else words.advice(case),
        "kind_advice": _kind_advice(case),
        "standard_url": timeline.standard_url(case.standard.key) if case.standard else "",
        "verdict": words.verdict_title(case, case.verdict),
        "entries": timeline.entries(case, events, files),
        "may_comment": may(user.role, "see"),
        "may_attach": may(user.role, "handle"),
        "pictures": [Picture(row, may(user.role, "open_photo")) for row in files if row.private],
        "files": [row for row in files if not row.private],
        "links": links.of(case, user),
        "customer_url": customer_url(case, user),
        "repeats": _repeats(case),
        "panel": panel(case, user),
        **clock_card.context(case, now, calendar),
        **_duties(case, user, typed, now, calendar),
        **_steps(case, user, typed, files),
        "crumbs": [{"title": _("Cases"), "url": "/cases/"}, {"title": case.number}],
    }


def customer_url(case: Case, user: User) -> str:
    """The customer's page, where the reader's units reach it: a case may name one of another unit."""
    customer = case.customer
    reached = customer is not None and customer.erased_at is None and covers(user, customer)
    return reverse("customer", args=[case.customer_id]) if reached else ""


def _steps(case: Case, user: User, typed: dict[str, Any], files: list[Evidence]) -> dict[str, Any]:
    shown = steps.buttons(case, user)
    doing = str(typed.get("do") or "")
    possible = {one.key for one in shown} | ({"hand_over"} if may(user.role, "assign") else set())
    asked = asking.ask(case, user, doing, files, typed) if doing in possible else None
    return {
        "buttons": [one for one in shown if not one.more],
        "more_buttons": [one for one in shown if one.more],
        "primary": steps.primary(shown, case),
        "doing": doing if asked else "",
        "asked": asked,
    }


def _duties(
    case: Case, user: User, typed: dict[str, Any], now: datetime, calendar: Calendar
) -> dict[str, Any]:
    """The list of duties, the panels of call-backs, and plain verification where no call-back verifies."""
    eyes = steps.Eyes(case, user)
    tasks = duties.of(case)
    called = duties.panels(tasks, eyes, now, calendar, str(typed.get("outcome") or ""))
    by_call = any(duties.verifies(one.task) for one in called)
    verify = next((task for task in tasks if task.kind == "verify" and task.state == TaskState.OPEN), None)
    return {
        "duties": duties.lines(case, tasks, user, now, calendar),
        "callbacks": called,
        "verified_by_call": by_call,
        "verification": eyes.verification,
        "verification_chip": duties.chip(verify, now, calendar) if verify else "",
        "callback_rule": steps.RULE,
    }


def _kind_advice(case: Case) -> str:
    found = case_kinds().get(case.kind)
    return str(found[1].advice) if found and case.state in OPEN - {"resolved", "verifying"} else ""


def _repeats(case: Case) -> int:
    """Other cases of the same kind and subject in the 30 days before this one."""
    since = case.opened_at - timedelta(days=REPEATS_OVER_DAYS)
    rows = Case.objects.filter(kind=case.kind, subject=case.subject, opened_at__gte=since)
    return rows.filter(opened_at__lte=case.opened_at).exclude(pk=case.pk).count()


def panel(case: Case, user: User) -> CasePanel:
    """What the case's own system adds to the page."""
    found = case_kinds().get(case.kind)
    path = found[0].case_panel if found else ""
    made: CasePanel = load(path)(case, user) if path else CasePanel()
    return made
