"""Replies that a person takes out of the figures after field control, and takes back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bihuan.kernel.act.events import record
from bihuan.kernel.act.surveys.guards import need, need_open
from bihuan.kernel.models import Reply, User, Wave
from bihuan.kernel.rules.surveys.validity import EXCLUDED


def exclude_reply(*, reply: Reply, user: User | None, at: datetime | None = None) -> None:
    """It is kept and counts no longer; who asks keeps why. Raises Refused once the wave is closed."""
    _mark(reply, user, at, excluded=True)


def readmit_reply(*, reply: Reply, user: User | None, at: datetime | None = None) -> None:
    """It counts again, unless something else stands against it. Raises Refused once the wave is closed."""
    _mark(reply, user, at, excluded=False)


def _mark(reply: Reply, user: User | None, at: datetime | None, *, excluded: bool) -> None:
    need(user, "edit", reply.wave.unit)
    with transaction.atomic():
        need_open(Wave.objects.select_for_update().get(pk=reply.wave_id))
        row = Reply.objects.select_for_update(of=("self",)).select_related("sheet").get(pk=reply.pk)
        if (EXCLUDED in row.reasons) == excluded:
            return
        others = [reason for reason in row.reasons if reason != EXCLUDED]
        row.reasons = [*others, EXCLUDED] if excluded else others
        row.valid = not row.reasons
        row.save(update_fields=["reasons", "valid"])
        record(
            verb="reply.excluded" if excluded else "reply.readmitted",
            actor=user,
            subject=f"wave:{row.wave_id}",
            at=at or timezone.now(),
            sheet=row.sheet.number,
        )
    reply.valid, reply.reasons = row.valid, row.reasons
