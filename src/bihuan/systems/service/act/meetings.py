"""Review meetings: kept as they are held, closed by the report, from which the cases follow."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.events import record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Severity, Unit, User
from bihuan.kernel.read.duty import holder, nearest
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Recording, ReviewFinding, ReviewMeeting

OFFICE = "marketing_head"
"""营销管理室: who holds this post hears of every meeting."""


def keep_meeting(
    *, row: ReviewMeeting, user: User, heard: list[Recording], fields: list[str]
) -> ReviewMeeting:
    """Write a new or changed meeting and the calls that it listened to. Raises Refused once reported."""
    _require_open(row, user)
    fresh = row.pk is None
    with transaction.atomic():
        row.save()
        row.heard.set(heard)
        verb = "meeting.created" if fresh else "meeting.changed"
        record(verb=verb, actor=user, subject=_name(row), system="service", fields=sorted(fields))
    return row


def add_finding(
    *,
    meeting: ReviewMeeting,
    user: User,
    text: str,
    team: Unit,
    recording: Recording | None = None,
    serious: bool = False,
) -> ReviewFinding:
    """A problem and the team that answers for it; it becomes a case with the report."""
    _require_open(meeting, user)
    if len(text.strip()) < 4:
        raise Refused(_("Write what was found."))
    if not team.path.startswith(user.unit.path):
        raise Refused(_("This team is outside of your units."))
    with transaction.atomic():
        made = ReviewFinding.objects.create(
            meeting=meeting, recording=recording, team=team, text=text.strip()[:400], serious=serious
        )
        record(verb="meeting.found", actor=user, subject=_name(meeting), system="service", finding=made.pk)
    return made


def drop_finding(*, finding: ReviewFinding, user: User) -> None:
    """Take back what was noted by mistake, before the report."""
    _require_open(finding.meeting, user)
    with transaction.atomic():
        record(
            verb="meeting.dropped",
            actor=user,
            subject=_name(finding.meeting),
            system="service",
            finding=finding.pk,
        )
        finding.delete()


def report_meeting(*, meeting: ReviewMeeting, user: User, at: datetime | None = None) -> ReviewMeeting:
    """Close the minutes: each finding opens its case, and the marketing office hears of it at once.

    Raises Refused without minutes, and the second time.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row = ReviewMeeting.objects.select_for_update(of=("self",)).select_related("unit").get(pk=meeting.pk)
        _require_open(row, user)
        if len(row.minutes.strip()) < 10:
            raise Refused(_("Write the minutes first: what was discussed and what was agreed."))
        findings = list(row.findings.select_related("team", "recording"))
        for finding in findings:
            _open_case(finding, now)
        row.reported_at, row.reported_to = now, holder(OFFICE, row.unit) or nearest("manager", row.unit)
        row.save(update_fields=["reported_at", "reported_to"])
        if row.reported_to:
            tell(
                user=row.reported_to,
                key="service.meeting",
                at=now,
                held=row.held_on.isoformat(),
                n=len(findings),
                unit_name=row.unit.name,
            )
        record(verb="meeting.reported", actor=user, subject=_name(row), system="service", at=now)
    return row


def _open_case(finding: ReviewFinding, at: datetime) -> None:
    finding.case, _fresh = open_case(
        breach=Breach(
            kind="voice_finding",
            subject=finding.recording.code if finding.recording else _name(finding.meeting),
            subject_name=finding.text[:120],
            episode=f"finding-{finding.pk}",
            at=at,
            unit=finding.team,
            severity=Severity.SERIOUS if finding.serious else None,
        ),
        meeting=finding.meeting_id,
    )
    finding.save(update_fields=["case"])


def _require_open(row: ReviewMeeting, user: User) -> None:
    if not covers(user, row) or not may(user.role, "edit"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if row.reported_at:
        raise Refused(_("The minutes are closed: they were reported. Hold a further meeting."))


def _name(row: ReviewMeeting) -> str:
    return f"meeting:{row.pk}"
