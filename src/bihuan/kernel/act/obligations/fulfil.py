"""What a system tells when a visit, a check or a questionnaire has been recorded."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases import comment
from bihuan.kernel.act.events import record
from bihuan.kernel.act.obligations.generate import ensure
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.locks import hold
from bihuan.kernel.manifest import ObligationSpec
from bihuan.kernel.models import Fulfilment, Obligation, ObligationRun, ObligationState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.registry import obligation_specs
from bihuan.kernel.rules.lifecycle import OPEN
from bihuan.kernel.rules.recurrence import period_of


def fulfil(
    *,
    key: str,
    subject: str,
    at: datetime,
    source: str,
    by: User | None = None,
    now: datetime | None = None,
) -> Obligation | None:
    """Count what was done at `at` for the period that holds it, whenever it is recorded.

    Returns the row; None when nothing was asked of this subject in that period, or the period ended before
    the obligation began in this house. The same `source` counts once. A missed row that is fulfilled after
    all becomes done, and the case that it opened is told; its owner and verifier close it, not this record.
    Raises KeyError for an obligation that no manifest declares, Refused for an act that lies ahead.
    """
    now = now or timezone.now()
    system, spec = obligation_specs()[key]
    if at > now:
        raise Refused(_("What has not happened yet cannot be recorded."))
    with transaction.atomic():
        hold("obligations")
        row = _row(spec, subject, working_calendar().local_date(at), timezone.localdate(now))
        if row is None:
            return None
        _made, fresh = Fulfilment.objects.get_or_create(
            obligation=row, source=source, defaults={"at": at, "by": by, "recorded_at": now}
        )
        if fresh:
            missed = row.state == ObligationState.MISSED
            settle(row)
            row.save()
            record(
                verb="obligation.fulfilled",
                actor=by,
                subject=subject,
                system=system.name,
                at=now,
                obligation=row.pk,
                source=source,
                missed=missed,
            )
            if missed and row.state == ObligationState.DONE:
                _tell_case(row, at, by, now)
    return row


def withdraw(
    *, key: str, subject: str, source: str, by: User | None = None, now: datetime | None = None
) -> int:
    """A record was void: it no longer counts. Returns how many rows changed.

    A row whose time is over is then missed by the clock, like any other.
    """
    now = now or timezone.now()
    system, _spec = obligation_specs()[key]
    with transaction.atomic():
        hold("obligations")
        rows = Obligation.objects.select_for_update().filter(key=key, subject=subject)
        found = list(rows.filter(fulfilments__source=source))
        for row in found:
            row.fulfilments.filter(source=source).delete()
            settle(row)
            row.save()
            record(
                verb="obligation.withdrawn",
                actor=by,
                subject=subject,
                system=system.name,
                at=now,
                obligation=row.pk,
                source=source,
            )
    return len(found)


def settle(row: Obligation) -> None:
    """Count again and decide; what is waived or cancelled stays so, however much was done."""
    moments = list(row.fulfilments.order_by("at").values_list("at", flat=True)) if row.pk else []
    row.done = len(moments)
    if row.state in {ObligationState.WAIVED, ObligationState.CANCELLED}:
        return
    if row.done >= row.needed:
        row.late = bool(row.needed) and moments[row.needed - 1] > row.due_at
        row.state, row.next_at = ObligationState.DONE, None
    elif row.state == ObligationState.DONE:
        row.state, row.late, row.next_at = ObligationState.DUE, False, row.due_at


def _row(spec: ObligationSpec, subject: str, day: date, today: date) -> Obligation | None:
    """The row of that day's period; made now when the clock has not come to it yet."""
    period = period_of(day, spec.period)
    rows = Obligation.objects.select_for_update().filter(key=spec.key, begins_on=period.first)
    found = rows.filter(subject=subject).first()
    run = ObligationRun.objects.filter(key=spec.key, since__lte=period.last).first()
    if found is None and run is not None and period.last > run.upto:
        ensure(spec, period, run, today)
        found = rows.filter(subject=subject).first()
    return found


def _tell_case(row: Obligation, at: datetime, by: User | None, now: datetime) -> None:
    """The timeline of the case says so; who may not write there has still fulfilled it."""
    if row.case is None or by is None or row.case.state not in OPEN:
        return
    day = timezone.localdate(at).isoformat()
    try:
        text = _("Done after all: an act of %(day)s has been recorded, the obligation is fulfilled.")
        comment(case=row.case, user=by, text=text % {"day": day}, at=now)
    except Refused:
        return
