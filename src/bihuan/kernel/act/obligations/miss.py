"""The clock's step: a period that ran out without being fulfilled opens a case, once."""

from datetime import datetime, timedelta

from django.utils import timezone

from bihuan.kernel.act.cases.open import Breach, open_case
from bihuan.kernel.act.events import record
from bihuan.kernel.models import Obligation, ObligationRun, ObligationState
from bihuan.kernel.registry import obligation_specs

AGAIN = timedelta(minutes=1)
SWITCHED_OFF = timedelta(days=1)


def fire(*, row: Obligation, now: datetime) -> datetime | None:
    """Runs inside the clock's transaction.

    After an outage a row waits until the rows of today have been made: its subject may have gone meanwhile.
    """
    known = obligation_specs().get(row.key)
    if row.state != ObligationState.DUE:
        return None
    if known is None:
        return now + SWITCHED_OFF
    if row.due_at >= now:
        return row.due_at + timedelta(seconds=1)
    if ObligationRun.objects.filter(key=row.key, upto__lt=timezone.localdate(now)).exists():
        return now + AGAIN
    system, spec = known
    row.state = ObligationState.MISSED
    row.case, _fresh = open_case(
        breach=Breach(
            kind=spec.missed,
            subject=row.subject,
            subject_name=row.subject_name,
            episode=f"{row.key}:{row.begins_on.isoformat()}",
            at=now,
            unit=row.unit,
            place=row.place,
            customer=row.customer,
            owner=row.owner,
        ),
        measure=f"{row.done} / {row.needed}",
        duration=f"{row.begins_on.isoformat()} – {row.ends_on.isoformat()}",
        obligation=row.pk,
    )
    row.save(update_fields=["state", "case"])
    record(
        verb="obligation.missed",
        subject=row.subject,
        system=system.name,
        at=now,
        obligation=row.pk,
        number=row.case.number,
    )
    return None
