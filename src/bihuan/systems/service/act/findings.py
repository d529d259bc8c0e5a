"""What somebody reads in an answer becomes a case when the batch is closed, at once if serious."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.events import record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Reply, Severity, Unit, User, Wave
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import SurveyFinding
from ..read.field_control import undecided_in

KIND = "survey_finding"


def note_finding(
    *,
    reply: Reply,
    user: User,
    team: Unit,
    text: str,
    code: str = "",
    serious: bool = False,
    at: datetime | None = None,
) -> SurveyFinding:
    """A person says that an answer is a finding. Confirmed with the closing of the batch; serious ones now.

    Raises Refused for a reply that does not count, a team outside of the user's units, and without words.
    """
    now = at or timezone.now()
    if not covers(user, reply) or not may(user.role, "edit"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if not team.path.startswith(user.unit.path):
        raise Refused(_("This team is outside of your units."))
    if len(text.strip()) < 4:
        raise Refused(_("Write what was found."))
    if not reply.valid:
        raise Refused(_("This reply does not count. Keep it as valid first, or leave it."))
    with transaction.atomic():
        wave = Wave.objects.select_for_update().get(pk=reply.wave_id)
        row = SurveyFinding.objects.create(
            reply=reply,
            code=code,
            team=team,
            text=text.strip()[:400],
            serious=serious,
            noted_at=now,
            noted_by=user,
        )
        _record("noted", row, user, now)
        if serious or wave.closed_at is not None:
            _confirm(row, user, now)
    return row


def drop_finding(*, finding: SurveyFinding, user: User) -> None:
    """Take back what was noted by mistake. Raises Refused once it is confirmed: then it is a case."""
    if not covers(user, finding) or not may(user.role, "edit"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    with transaction.atomic():
        row = SurveyFinding.objects.select_for_update().get(pk=finding.pk)
        if row.confirmed_at:
            raise Refused(_("This finding is a case already: close the case instead."))
        _record("dropped", row, user, timezone.now())
        row.delete()


def confirm_batch(*, wave: Wave, user: User | None, at: datetime) -> None:
    """The batch is closed: its findings are confirmed at this instant, from which the notice has its limit.

    Raises Refused while flagged sheets wait for a decision: what they say may not be true.
    """
    if waiting := undecided_in(wave):
        raise Refused(
            _("%(n)d suspicious sheets wait for a decision. Decide on them first.") % {"n": waiting}
        )
    for row in SurveyFinding.objects.filter(reply__wave=wave, confirmed_at=None).select_related("team"):
        if row.reply.valid:
            _confirm(row, user, at)


def _confirm(row: SurveyFinding, user: User | None, at: datetime) -> None:
    number = row.reply.sheet.number
    row.case, _fresh = open_case(
        breach=Breach(
            kind=KIND,
            subject=f"wave:{row.reply.wave_id}/{number}",
            subject_name=row.text[:120],
            episode=f"finding-{row.pk}",
            at=at,
            unit=row.team,
            severity=Severity.SERIOUS if row.serious else None,
        ),
        sheet=number,
        wave=row.reply.wave_id,
    )
    row.confirmed_at = at
    row.save(update_fields=["case", "confirmed_at"])
    _record("confirmed", row, user, at)


def _record(verb: str, row: SurveyFinding, user: User | None, at: datetime) -> None:
    subject, number = f"wave:{row.reply.wave_id}", row.reply.sheet.number
    record(verb=f"finding.{verb}", actor=user, subject=subject, system="service", at=at, sheet=number)
