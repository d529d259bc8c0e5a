"""What is not needed any longer is removed: files after their date, failed logins, read notices."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q

from bihuan.kernel import evidence as files
from bihuan.kernel import jobs
from bihuan.kernel.act.events import record
from bihuan.kernel.act.looks import forget_looks
from bihuan.kernel.intake.log import IntakeLog
from bihuan.kernel.models import Evidence, IntakePosition, LiveChange, LoginAttempt, Notice
from bihuan.kernel.read.standards import value

log = logging.getLogger(__name__)

NOTICES_FOR = timedelta(days=90)
UNREAD_FOR = timedelta(days=365)
"""What nobody has read in a year nobody will."""
BATCH = 500


def run(*, now: datetime) -> int:
    """One night's work, in small transactions; returns how many files were removed."""
    removed = 0
    while count := _evidence(now):
        removed += count
    LoginAttempt.objects.filter(at__lt=now - timedelta(days=1)).delete()
    _notices(now)
    LiveChange.objects.filter(topic="kernel.cases", rev__lt=_oldest_useful_rev()).delete()
    jobs.forget(now=now)
    forget_looks(now=now)
    _intake(now)
    return removed


def _notices(now: datetime) -> None:
    """With what became of them on each channel."""
    old = Q(at__lt=now - NOTICES_FOR, read_at__isnull=False) | Q(at__lt=now - UNREAD_FOR)
    while keys := list(Notice.objects.filter(old).values_list("pk", flat=True)[:BATCH]):
        Notice.objects.filter(pk__in=keys).delete()


def _intake(now: datetime) -> int:
    """Raw rows are kept for replay as long as the standard says, never before they are applied."""
    intake = IntakeLog(Path(settings.HOME), settings.ENVIRONMENT.database_url)
    behind = IntakePosition.objects.aggregate(first=Min("at"))["first"] or now
    before = min(now - timedelta(days=int(value("intake.keep", now))), behind)
    try:
        return intake.prune(int(before.timestamp() * 1_000_000))
    finally:
        intake.close()


def _oldest_useful_rev() -> int:
    newest = LiveChange.objects.order_by("-rev").first()
    return newest.rev - 10_000 if newest else 0


def _evidence(now: datetime) -> int:
    rows = list(Evidence.objects.filter(keep_until__lte=now, removed_at=None)[:BATCH])
    with transaction.atomic():
        for row in rows:
            row.removed_at = now
            row.save(update_fields=["removed_at"])
            record(verb="evidence.removed", case=row.case, subject=row.sha256[:16], at=now, evidence=row.pk)
    for row in rows:
        still = Evidence.objects.filter(sha256=row.sha256, removed_at=None).exists()
        if not still:
            files.path_of(row.sha256).unlink(missing_ok=True)
    return len(rows)
