"""Maintenance, the stated purpose of the statistics: due → case, done → record."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bihuan.kernel.act.cases import comment, open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.events import digest, record
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, User
from bihuan.kernel.rules.lifecycle import OPEN

from ..models import Instrument, Service
from ..read.upkeep import upkeep, upkeeps
from .registry import require

log = logging.getLogger(__name__)


def open_due(*, now: datetime) -> None:
    """Every morning: a case for each instrument whose service has become due, once an interval."""
    rows = Instrument.objects.filter(archived_at=None).exclude(service_hours=None, service_days=None)
    for state in upkeeps(list(rows.select_related("unit", "place", "owner")), now):
        if state.due:
            row = state.instrument
            since = row.serviced_at.isoformat() if row.serviced_at else "first"
            breach = Breach(
                kind="service",
                subject=row.code,
                subject_name=row.name,
                episode=digest(f"service {row.code} {since}"),
                at=now,
                unit=row.unit,
                place=row.place,
                owner=row.owner,
            )
            open_case(breach=breach, running_h=round(state.running_h, 1), days=state.days)


def record_service(*, row: Instrument, user: User, note: str, at: datetime | None = None) -> Service:
    """A maintenance that was done: the interval starts anew. An open case learns of it and stays open:
    its owner resolves it, somebody else verifies."""
    require(user, row, "handle")
    now = at or timezone.now()
    state = upkeep(row, now)
    case = Case.objects.filter(kind="service", subject=row.code, state__in=OPEN).order_by("-pk").first()
    with transaction.atomic():
        done = Service.objects.create(
            instrument=row, done_at=now, done_by=user, running_h=state.running_h, note=note[:400], case=case
        )
        row.serviced_at = now
        row.save(update_fields=["serviced_at"])
        record(
            verb="service.done",
            actor=user,
            subject=row.code,
            system="instruments",
            at=now,
            service=done.pk,
            running_h=round(state.running_h, 2),
        )
        if case is not None and len(note.strip()) >= 4:
            _tell(case, user, note, now)
    return done


def _tell(case: Case, user: User, note: str, now: datetime) -> None:
    try:
        comment(case=case, user=user, text=note, at=now)
    except Refused as refusal:
        log.info("service of %s is not noted on %s: %s", case.subject, case.number, refusal.message)
