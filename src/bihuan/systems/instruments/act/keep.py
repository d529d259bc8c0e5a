"""Uploaded journals are kept as long as photos are; their figures and swipes stay."""

from datetime import datetime, timedelta

from bihuan.kernel.act.events import record
from bihuan.kernel.evidence import journal_path
from bihuan.kernel.read.standards import value

from ..models import Journal


def remove_old_journals(*, now: datetime) -> int:
    """One night's work; returns how many files were removed. Doing it again removes nothing more."""
    before = now - timedelta(days=int(value("evidence.keep", now)))
    needed = set(Journal.objects.filter(received_at__gte=before).values_list("sha256", flat=True))
    removed = 0
    for digest in Journal.objects.filter(received_at__lt=before).values_list("sha256", flat=True).distinct():
        path = journal_path(digest)
        if digest not in needed and path.exists():
            path.unlink()
            record(verb="journal.removed", system="instruments", subject=digest[:16], at=now)
            removed += 1
    return removed
