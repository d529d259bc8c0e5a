"""Reports: planned, assembled, published, withdrawn; and what the clock does with a row that is due."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.jobs import Run, enqueue
from bihuan.kernel.locks import hold
from bihuan.kernel.manifest import ReportSpec
from bihuan.kernel.models import Publication, Report, ReportState, ReportVersion, Unit, User
from bihuan.kernel.read import reports as read
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.registry import report_specs
from bihuan.kernel.remembered import remembering
from bihuan.kernel.report import digest
from bihuan.kernel.rules.changes import changes
from bihuan.kernel.rules.periods import Period, assembled_from
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

LOOK_AGAIN = timedelta(hours=1)
"""After a job was asked for: if it has failed by then, the next one is."""
FURTHEST = 40
"""Periods that one night may catch up with."""
JOB = "report"


def plan(*, now: datetime) -> int:
    """A row for every report that is owed: the running period and all since the last row. Returns how many.

    Days of rows that are not assembled yet are computed again: calendar and standard may have changed.
    """
    with remembering():
        made = sum(_planned(spec, now) for _system, spec in report_specs().values())
        for row in Report.objects.filter(state=ReportState.DUE, due_at__gt=now, told_at=None):
            _reckon(row)
    return made


def _planned(spec: ReportSpec, now: datetime) -> int:
    running = read.period_around(timezone.localdate(now), spec.kind)
    rows = Report.objects.order_by().filter(key=spec.key, first_on__lte=running.first)
    last = dict(rows.values_list("unit").annotate(last=Max("first_on")))
    return sum(_plan(spec, unit, running, last.get(unit.pk)) for unit in read.debtors(spec))


def _plan(spec: ReportSpec, unit: Unit, running: Period, last: date | None) -> int:
    if last == running.first:
        return 0
    period, periods = running, [running]
    while last is not None and period.previous.first > last and len(periods) < FURTHEST:
        period = period.previous
        periods.append(period)
    for each in reversed(periods):
        row_for(spec=spec, unit=unit, period=each)
    return len(periods)


def row_for(*, spec: ReportSpec, unit: Unit, period: Period, owed: bool = True) -> Report:
    """The one row of this report, unit and period; made when it is not there yet.

    `owed` False: for a period before anybody owed it, which is never late.
    """
    found = read.due(spec, period)
    opens_at = assembled_from(working_calendar(), period.last)
    with transaction.atomic():
        row, _fresh = Report.objects.get_or_create(
            key=spec.key,
            unit=unit,
            first_on=period.first,
            defaults={
                "kind": period.kind,
                "last_on": period.last,
                "opens_at": opens_at,
                "due_at": found.deadline.due_at,
                "due_provisional": found.deadline.provisional,
                "standard": found.standard,
                "next_at": opens_at,
                "owed": owed,
            },
        )
    return row


def _reckon(row: Report) -> None:
    """The row's days by calendar and standard as they are now; a change leaves an event."""
    known = report_specs().get(row.key)
    if known is None:
        return
    found = read.due(known[1], read.period_of(row))
    opens_at = assembled_from(working_calendar(), row.last_on)
    wanted = (found.deadline.due_at, opens_at, found.deadline.provisional, found.standard.pk)
    if wanted == (row.due_at, row.opens_at, row.due_provisional, row.standard_id):
        return
    with transaction.atomic():
        waits = row.next_at == row.opens_at
        note(row, "report.due_moved", None, before=str(row.due_at), after=str(found.deadline.due_at))
        row.due_at, row.opens_at = found.deadline.due_at, opens_at
        row.due_provisional, row.standard = found.deadline.provisional, found.standard
        row.next_at = opens_at if waits else row.next_at
        row.save()


def note(row: Report, verb: str, actor: User | None, **payload: Any) -> None:
    known = report_specs().get(row.key)
    system = known[0].name if known else "kernel"
    record(
        verb=verb,
        actor=actor,
        subject=f"report:{row.pk}",
        system=system,
        key=row.key,
        period=str(read.period_of(row)),
        **payload,
    )


def fire(*, row: Report, now: datetime) -> datetime | None:
    """The clock's: have a due report assembled by a job, and tell its people once when it is late."""
    if row.key not in report_specs():
        return None
    if row.state == ReportState.DUE:
        ask(row)
    if row.owed and row.state != ReportState.PUBLISHED and now > row.due_at and row.told_at is None:
        _tell_late(row, now)
    if row.state == ReportState.DUE:
        return now + LOOK_AGAIN
    return _when_late(row) if row.state == ReportState.ASSEMBLED else None


def _when_late(row: Report) -> datetime | None:
    """The next look at a report that is made and not published: just after its day, once."""
    return row.due_at + timedelta(seconds=1) if row.owed and row.told_at is None else None


def _tell_late(row: Report, now: datetime) -> None:
    row.told_at = now
    row.save(update_fields=["told_at"])
    about = row.due_at + timedelta(microseconds=row.pk % 1_000_000)
    """A notice is known by its instant, and many reports are due at the same one."""
    for user in read.people_of(row):
        tell(user=user, key="report.late", at=about, report=row.pk, period=str(read.period_of(row)))
    note(row, "report.late", None, due_at=str(row.due_at))


def ask(row: Report, user: User | None = None) -> None:
    """Have it assembled by a job; one at a time for each report."""
    enqueue(name=JOB, params={"report": row.pk, "by": user.pk if user else None}, key=f"report:{row.pk}")


def carry_out(run: Run) -> None:
    """The job."""
    row = Report.objects.select_related("unit").get(pk=run.job.params["report"])
    by = run.job.params.get("by")
    assemble(row=row, user=User.objects.filter(pk=by).first() if by else None)


def begin(*, spec: ReportSpec, unit: Unit, period: Period, user: User) -> Report:
    """Have the paper of a period made that this house did not owe; the one that is there if it is.

    Raises Refused for a unit that does not hand it in, a period that is not over, and who may not.
    """
    if period.kind != spec.kind:
        raise Refused(_("This report is about another kind of period."))
    if timezone.localdate() <= period.last:
        raise Refused(_("The period is not over: nobody can report on days to come."))
    if not read.debtors(spec).filter(pk=unit.pk).exists():
        raise Refused(_("This unit does not hand in this report."))
    with transaction.atomic():
        row = row_for(spec=spec, unit=unit, period=period, owed=False)
        require(user, row)
        if not row.versions.exists():
            note(row, "report.asked", user)
            ask(row, user)
    return row


def again(*, row: Report, user: User) -> None:
    """Somebody asks for a further version, after late data. Raises Refused for who may not."""
    require(user, row)
    if timezone.localdate() <= row.last_on:
        raise Refused(_("The period is not over: nobody can report on days to come."))
    note(row, "report.asked", user)
    ask(row, user)


def assemble(
    *, row: Report, user: User | None = None, at: datetime | None = None
) -> tuple[ReportVersion, bool]:
    """Read, freeze and keep as the next version; the newest one itself when nothing is different.

    Reading locks nobody out; only the short writing at its end does. Raises KeyError for an unknown report.
    """
    now = at or timezone.now()
    _system, spec = report_specs()[row.key]
    content = read.content(spec, row.unit, read.period_of(row))
    sha256 = digest(content)
    with transaction.atomic():
        hold(f"report:{row.pk}")
        locked = Report.objects.select_for_update().get(pk=row.pk)
        before = read.newest(locked)
        if before is not None and before.sha256 == sha256:
            return before, False
        version = ReportVersion.objects.create(
            report=locked,
            number=before.number + 1 if before else 1,
            content=content,
            sha256=sha256,
            changes=changes(before.content, content) if before else [],
            made_at=now,
            made_by=user,
        )
        note(locked, "report.assembled", user, version=version.number, sha256=sha256)
        if locked.state == ReportState.DUE:
            locked.state = ReportState.ASSEMBLED
            locked.next_at = _when_late(locked)
            locked.save(update_fields=["state", "next_at"])
    row.refresh_from_db()
    return version, True


def require(user: User, row: Report) -> None:
    """Raises Refused when the role does not include reports or the unit is not the user's."""
    if not covers(user, row) or not may(user.role, "report"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))


@contextmanager
def _locked(row: Report) -> Iterator[Report]:
    with transaction.atomic():
        yield Report.objects.select_for_update().select_related("unit").get(pk=row.pk)


def publish(
    *, row: Report, number: int, user: User, expires_at: datetime | None = None, at: datetime | None = None
) -> Publication:
    """Give a version out; one that stands is withdrawn by it. Raises Refused."""
    now = at or timezone.now()
    require(user, row)
    if expires_at is not None and expires_at <= now:
        raise Refused(_("The day on which the link ends is over already."))
    with _locked(row) as locked:
        version = locked.versions.filter(number=number).first()
        if version is None or not read.intact(version):
            raise Refused(_("This version is not there, or not as it was frozen."))
        _end(locked, user, now)
        found = Publication.objects.create(
            version=version,
            token=secrets.token_urlsafe(32),
            published_at=now,
            published_by=user,
            expires_at=expires_at,
        )
        locked.state, locked.next_at = ReportState.PUBLISHED, None
        locked.save(update_fields=["state", "next_at"])
        until = str(expires_at) if expires_at else ""
        note(locked, "report.published", user, version=number, until=until, publication=found.pk)
    row.refresh_from_db()
    return found


def withdraw(*, row: Report, user: User, at: datetime | None = None) -> None:
    """Take the public link back; the report itself stays as it is. Raises Refused when none stands."""
    require(user, row)
    with _locked(row) as locked:
        if not _end(locked, user, at or timezone.now()):
            raise Refused(_("There is no link to take back."))
        locked.state = ReportState.ASSEMBLED
        if locked.due_at > timezone.now():
            locked.next_at = _when_late(locked)
        locked.save(update_fields=["state", "next_at"])
    row.refresh_from_db()


def _end(row: Report, user: User, now: datetime) -> int:
    rows = Publication.objects.filter(version__report=row, withdrawn_at=None)
    found = list(rows.select_related("version"))
    for each in found:
        note(row, "report.withdrawn", user, version=each.version.number, publication=each.pk)
    rows.update(withdrawn_at=now, withdrawn_by=user)
    return len(found)
