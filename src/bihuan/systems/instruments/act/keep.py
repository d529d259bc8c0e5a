"""Uploaded journals are kept as long as photos are; their figures and swipes stay. So are forgotten cards."""

from datetime import datetime, timedelta

from bihuan.kernel.act.events import record
from bihuan.kernel.evidence import journal_path
from bihuan.kernel.read.standards import value

from ..intake.directory import directory
from ..models import ForgottenCard, Journal
from ..rules.lines import parse
from .forget import mask_journal

RECENT = timedelta(days=14)
"""Nights without a worker are caught up; a journal that was masked is not read again."""


def remove_old_journals(*, now: datetime) -> int:
    """One night's work; returns how many files were removed. Doing it again removes nothing more."""
    before = now - timedelta(days=int(value("evidence.keep", now)))
    mask_forgotten(now)
    ForgottenCard.objects.filter(at__lt=before).delete()
    needed = set(Journal.objects.filter(received_at__gte=before).values_list("sha256", flat=True))
    removed = 0
    for digest in Journal.objects.filter(received_at__lt=before).values_list("sha256", flat=True).distinct():
        path = journal_path(digest)
        if digest not in needed and path.exists():
            path.unlink()
            record(verb="journal.removed", system="instruments", subject=digest[:16], at=now)
            removed += 1
    return removed


def mask_forgotten(now: datetime) -> None:
    """Make erased cards unreadable in the journals of the last days, in which terminals sent them again."""
    if not ForgottenCard.objects.exists():
        return
    facts = directory()
    for row in Journal.objects.filter(received_at__gte=now - RECENT, masked_at=None).order_by("pk"):
        path = journal_path(row.sha256)
        body = path.read_bytes() if path.exists() else b""
        lines = parse(body, facts.zone, row.received_at)
        cards = {line.card for line in lines if line.card and facts.erased(line.card)}
        if cards:
            mask_journal(row, cards)
