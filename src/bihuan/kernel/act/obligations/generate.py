"""Rows of every obligation up to today, whatever nights the worker missed."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from bihuan.kernel.act.events import record
from bihuan.kernel.act.obligations.terms import Terms, terms
from bihuan.kernel.locks import hold
from bihuan.kernel.manifest import ObligationSpec
from bihuan.kernel.models import Obligation, ObligationRun, ObligationState, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.duty import holder
from bihuan.kernel.registry import load, obligation_specs
from bihuan.kernel.remembered import forget, remembering
from bihuan.kernel.rules.recurrence import Span, periods
from bihuan.kernel.subjects import Subject

log = logging.getLogger(__name__)

CATCH_UP = timedelta(days=62)
"""What is made up for after an outage; of an older gap only the record says that there was one."""
DAY = timedelta(days=1)
REFRESHED = ("subject_name", "unit_id", "place_id", "customer_id", "owner_id")
WRITTEN = ("subject_name", "unit", "place", "customer", "owner", "state", "reason", "next_at")


def generate(*, now: datetime) -> None:
    """Every obligation up to today; one that fails stops no other, and its error stands with the schedule."""
    failed: list[Exception] = []
    with remembering():
        for key, (_system, spec) in obligation_specs().items():
            try:
                with transaction.atomic():
                    hold("obligations")
                    _bring_up(spec, timezone.localdate(now))
            except DatabaseError:
                raise
            except Exception as why:
                forget()
                log.exception("obligation %s could not be generated", key)
                failed.append(why)
    if failed:
        raise failed[0]


def begin(*, key: str, since: date) -> bool:
    """An obligation that held before this house knew of it: its rows are made from that day on.

    False, and nothing happens, when it has begun already: what was asked since is not asked again.
    """
    with transaction.atomic():
        hold("obligations")
        defaults = {"since": since, "upto": since - DAY}
        return ObligationRun.objects.get_or_create(key=key, defaults=defaults)[1]


def _bring_up(spec: ObligationSpec, today: date) -> None:
    """An obligation that is new to this house begins the next day."""
    run, fresh = ObligationRun.objects.get_or_create(
        key=spec.key, defaults={"since": today + DAY, "upto": today}
    )
    if fresh or today < run.upto:
        return
    first = max(run.upto, today - CATCH_UP)
    if first > run.upto:
        record(
            verb="obligation.skipped",
            subject=spec.key,
            since=run.upto.isoformat(),
            until=(first - DAY).isoformat(),
        )
    for period in periods(max(first, run.since), today, spec.period):
        ensure(spec, period, run, today)
    ObligationRun.objects.filter(pk=run.pk).update(upto=today)


def ensure(spec: ObligationSpec, period: Span, run: ObligationRun, today: date) -> list[Obligation]:
    """The rows of one period: missing ones made, those of subjects that are gone cancelled.

    In the caller's transaction, under the lock `obligations`. Whoever joins after the period was first looked
    at has begun today.
    """
    day = min(period.last, today)
    asked = terms(spec, period, working_calendar())
    began = max(period.first, run.since)
    begun_on = began if run.upto < began else day
    there = {row.subject: row for row in Obligation.objects.filter(key=spec.key, begins_on=period.first)}
    subjects = {subject.key: subject for subject in _subjects(spec, day)}
    owners = _owners(subjects.values())
    new = [
        _row(spec, asked, subject, owners[key], begun_on)
        for key, subject in subjects.items()
        if key not in there
    ]
    Obligation.objects.bulk_create(new, batch_size=500)
    changed = [
        row
        for row in there.values()
        if _follow(row, subjects.get(row.subject), owners.get(row.subject), asked)
    ]
    Obligation.objects.bulk_update(changed, WRITTEN, batch_size=200)
    if new or changed:
        record(
            verb="obligation.generated",
            subject=spec.key,
            begins_on=period.first.isoformat(),
            new=len(new),
            changed=len(changed),
        )
    return [*there.values(), *new]


def _subjects(spec: ObligationSpec, day: date) -> Iterable[Subject]:
    found: Iterable[Subject] = load(spec.subjects)(day)
    return found


def _owners(subjects: Iterable[Subject]) -> dict[str, User | None]:
    """Who does it: named with the subject, else the holder of its post, asked once a post and unit."""
    held: dict[tuple[str, int], User | None] = {}
    found: dict[str, User | None] = {}
    for subject in subjects:
        owner = subject.owner if subject.owner and subject.owner.is_active else None
        where = (subject.post, subject.unit.pk)
        if owner is None and subject.post and where not in held:
            held[where] = holder(subject.post, subject.unit)
        found[subject.key] = owner or held.get(where)
    return found


def _row(
    spec: ObligationSpec, asked: Terms, subject: Subject, owner: User | None, begun_on: date
) -> Obligation:
    waived = asked.waived(begun_on)
    return Obligation(
        key=spec.key,
        subject=subject.key,
        subject_name=subject.name,
        unit=subject.unit,
        place=subject.place,
        customer=subject.customer,
        owner=owner,
        begins_on=asked.period.first,
        ends_on=asked.period.last,
        needed=asked.quota.needed,
        state=ObligationState.WAIVED if waived else ObligationState.DUE,
        reason=waived,
        due_at=asked.quota.deadline.due_at,
        due_provisional=asked.quota.deadline.provisional,
        standard=asked.standard,
        next_at=None if waived else asked.quota.deadline.due_at,
    )


def _follow(row: Obligation, subject: Subject | None, owner: User | None, asked: Terms) -> bool:
    """Bring a row up to its subject as it is now; whether anything changed."""
    if subject is None:
        return _cancel(row)
    back = row.state == ObligationState.CANCELLED and row.reason == Obligation.Reason.GONE
    if not back and row.state != ObligationState.DUE:
        return False
    before = [getattr(row, name) for name in REFRESHED]
    row.subject_name, row.unit, row.place, row.owner = subject.name, subject.unit, subject.place, owner
    row.customer = subject.customer
    if back:
        row.state = ObligationState.WAIVED if asked.quota.waived else ObligationState.DUE
        row.reason = asked.quota.waived
        row.next_at = None if asked.quota.waived else row.due_at
    return back or before != [getattr(row, name) for name in REFRESHED]


def _cancel(row: Obligation) -> bool:
    if row.state != ObligationState.DUE:
        return False
    row.state, row.reason, row.next_at = ObligationState.CANCELLED, Obligation.Reason.GONE, None
    return True
