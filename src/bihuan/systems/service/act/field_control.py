"""Suspicious questionnaires: the back-check that was made, and what a person decides."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act import surveys
from bihuan.kernel.act.events import Plain, record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Reply, User
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import BackCheck, SheetCheck, Verdict


def back_check(
    *, reply: Reply, user: User, result: str, signs: Sequence[str] = (), at: datetime | None = None
) -> SheetCheck:
    """Somebody asked whether the customer was really asked. Raises Refused for the interviewer."""
    now = at or timezone.now()
    if result not in BackCheck.values:
        raise Refused(_("Choose what the back-check brought."))
    with transaction.atomic():
        row = _row(reply, user, signs)
        row.called_at, row.called_by, row.result = now, user, result
        row.save()
        _record("back_check", reply, user, now, result=result)
    return row


def decide(
    *,
    reply: Reply,
    user: User,
    verdict: str,
    reason: str = "",
    signs: Sequence[str] = (),
    at: datetime | None = None,
) -> SheetCheck:
    """Keep the questionnaire or take it out of the figures; to exclude one needs a reason.

    Raises Refused for the interviewer, without a reason, and once the batch is closed.
    """
    now = at or timezone.now()
    if verdict not in Verdict.values:
        raise Refused(_("Choose whether the sheet is kept or excluded."))
    if verdict == Verdict.EXCLUDED and len(reason.strip()) < 4:
        raise Refused(_("Give a reason: it stands beside the sheet for good."))
    with transaction.atomic():
        row = _row(reply, user, signs)
        change = surveys.exclude_reply if verdict == Verdict.EXCLUDED else surveys.readmit_reply
        change(reply=reply, user=user, at=now)
        row.verdict, row.reason = verdict, reason.strip()[:400]
        row.decided_at, row.decided_by = now, user
        row.save()
        _record("decided", reply, user, now, verdict=verdict)
    return row


def _row(reply: Reply, user: User, signs: Sequence[str]) -> SheetCheck:
    if not covers(user, reply) or not may(user.role, "edit"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    asker = reply.sheet.interviewer_id
    if asker is not None and asker == user.person_id:
        raise Refused(_("Nobody decides on questionnaires that they brought themselves."))
    row, _fresh = SheetCheck.objects.select_for_update().get_or_create(reply=reply)
    row.signs = sorted({*row.signs, *signs})
    return row


def _record(verb: str, reply: Reply, user: User, at: datetime, **payload: Plain) -> None:
    subject, number = f"wave:{reply.wave_id}", reply.sheet.number
    record(
        verb=f"sheet.{verb}",
        actor=user,
        case=None,
        subject=subject,
        system="service",
        at=at,
        sheet=number,
        **payload,
    )
