"""Everything that the page of one case shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases.step import clock_of
from bihuan.kernel.models import Case, Evidence, Severity, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.registry import case_kinds, load
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.slots import CasePanel
from bihuan.web.casework import due, steps, timeline, words
from bihuan.web.components.words import TRACK

REPEATS_OVER_DAYS = 30


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may own the case, with what is in his hands already."""

    username: str
    name: str
    load: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Picture:
    row: Evidence
    allowed: bool


def candidates(case: Case) -> list[Candidate]:
    """Accounts of this unit and above that may handle it, least loaded first."""
    roles = [role for role in ("owner", "manager", "director") if may(role, "handle")]
    users = User.objects.filter(is_active=True, role__in=roles, unit__in=case.unit.ancestors)
    loaded = users.annotate(load=Count("cases", filter=Q(cases__state__in=OPEN))).order_by("load", "username")
    return [Candidate(user.username, str(user), user.load, user.pk == case.owner_id) for user in loaded]


def context(case: Case, user: User, doing: str = "", now: datetime | None = None) -> dict[str, Any]:
    now = now or timezone.now()
    events = timeline.events_of(case)
    shown = steps.buttons(case, user)
    files = list(case.evidence.filter(removed_at=None))
    return {
        "case": case,
        "case_title": words.title(case),
        "system_title": words.system_title(case),
        "system_icon": words.system_icon(case),
        "severity": Severity(case.severity).name.lower(),
        "on_track": case.state in {*TRACK, "waiting", "reopened"},
        "stage_times": timeline.stage_times(case, events),
        "advice": words.advice(case),
        "standard_url": timeline.standard_url(case.standard.key) if case.standard else "",
        "verdict": words.verdict_title(case, case.verdict),
        "kind_advice": _kind_advice(case),
        "entries": timeline.entries(case, events),
        "buttons": shown,
        "primary": steps.primary(shown),
        "doing": doing if doing in {one.key for one in shown} else "",
        "verification": steps.verification(case, user),
        "verification_task": case.tasks.filter(kind="verify").order_by("-pk").select_related("owner").first(),
        "callback_rule": steps.RULE,
        "may_comment": may(user.role, "see"),
        "may_attach": may(user.role, "handle"),
        "pictures": [Picture(row, may(user.role, "open_photo")) for row in files if row.private],
        "files": [row for row in files if not row.private],
        "repeats": _repeats(case),
        "panel": panel(case, user),
        **_clock(case, now),
        **_choices(case, shown),
        "crumbs": [{"title": _("Cases"), "url": "/cases/"}, {"title": case.number}],
    }


def _clock(case: Case, now: datetime) -> dict[str, Any]:
    calendar = working_calendar()
    reading = clock_of(case)
    pauses = case.events.filter(verb="case.wait").count()
    headline, tone = due.headline(case, now, calendar)
    return {
        "headline": headline,
        "headline_tone": tone,
        "clock_days": due.bars(case, now, calendar),
        "arithmetic": due.arithmetic(case, reading, pauses, calendar) if reading else "",
    }


def _choices(case: Case, shown: list[steps.Button]) -> dict[str, Any]:
    """What the forms offer; candidates only where somebody may assign."""
    kind = case_kinds().get(case.kind)
    assigns = any(one.key == "assign" for one in shown)
    return {
        "verdicts": kind[1].verdicts if kind else (),
        "reasons": words.REASONS.items(),
        "candidates": candidates(case) if assigns else [],
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
