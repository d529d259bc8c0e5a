"""The monthly spot check of second call-backs: sealed at first, told on its day, heard or missed."""

from datetime import date, datetime, time, timedelta
from hashlib import sha256
from secrets import token_hex

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.cases import open_case
from bihuan.kernel.act.cases.open import Breach
from bihuan.kernel.act.events import Plain, digest, record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import Case, Post, TaskState, Unit, User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.cases import superiors_of
from bihuan.kernel.read.duty import holder
from bihuan.kernel.read.standards import value, version_on
from bihuan.kernel.rules.calendar import Calendar, days
from bihuan.kernel.rules.deadlines import target_of
from bihuan.kernel.rules.hours import OFFICE, open_spans
from bihuan.kernel.rules.lifecycle import may_verify
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.rules.reporting import month_later
from bihuan.kernel.scope import covers

from ..models import Call, SpotCheck, SpotItem, SpotState, Stage
from ..rules.spotcheck import drawn, due_day

POST = "service_specialist"
NOT_HEARD = ("unreachable", "declined")
"""Answers of calls in which nobody spoke."""


def begin_month(*, now: datetime) -> None:
    """Seal this month's day of every unit that has a specialist; said again it changes nothing.

    What is published is SHA-256 of the seed, in the sealed chain of events too: the day is fixed, and nobody
    can compute it. Begun late in a month (the worker was dead), only the days from today on can be drawn.
    """
    if not value("service.spot.monthly", now):
        return
    today = timezone.localdate(now)
    month = today.replace(day=1)
    known = set(SpotCheck.objects.filter(month_on=month).values_list("unit_id", flat=True))
    for post in Post.objects.filter(key=POST, user__is_active=True).exclude(unit__in=known):
        _begin(post.unit, month, today, now)


def _begin(unit: Unit, month: date, today: date, now: datetime) -> None:
    seed = token_hex(32)
    with transaction.atomic():
        check, fresh = SpotCheck.objects.get_or_create(
            unit=unit,
            month_on=month,
            defaults={
                "seed": seed,
                "seed_digest": sha256(seed.encode()).hexdigest(),
                "looked_on": today - timedelta(days=1),
                "next_at": now,
            },
        )
        if fresh:
            _record("sealed", check, None, now, seed_sha256=check.seed_digest)


def label(check: SpotCheck) -> str:
    """What this draw is called, in the hashed text."""
    return f"{check.month_on:%Y-%m}/{check.unit.code}"


def look(*, row: SpotCheck, now: datetime) -> datetime | None:
    """Each working morning: is it today? From the day on: has it been made?"""
    if row.state == SpotState.SEALED:
        return _look_for_the_day(row, now)
    if row.state == SpotState.OPEN and row.due_at:
        if now < row.due_at:
            return row.due_at
        _miss(row, now)
    return None


def _look_for_the_day(row: SpotCheck, now: datetime) -> datetime | None:
    calendar = working_calendar()
    today = calendar.local_date(now)
    opens = next(open_spans(calendar, datetime.combine(today, time.min, calendar.zone), OFFICE))[0]
    if now < opens:
        return opens
    day = due_day(row.seed, f"{label(row)}/day", _workdays(calendar, row.month_on), row.looked_on)
    if day is not None and day > today:
        row.looked_on = today
        row.save(update_fields=["looked_on"])
        tomorrow = datetime.combine(today + timedelta(days=1), time.min, calendar.zone)
        return next(open_spans(calendar, tomorrow, OFFICE))[0]
    return _tell(row, day, calendar, now)


def _workdays(calendar: Calendar, month: date) -> list[date]:
    return [day for day in days(month, month_later(month, 0, 31)) if calendar.is_workday(day)]


def _tell(row: SpotCheck, day: date | None, calendar: Calendar, now: datetime) -> datetime | None:
    """The day has come, or has passed while nobody was there: the calls are drawn and the specialist told."""
    row.drawn_on, row.told_at, row.owner = day, now, holder(POST, row.unit)
    calls = _frame(row, calendar, now) if day else {}
    row.frame = sorted(calls)
    if not calls:
        row.state, row.done_at = SpotState.WAIVED, now
        row.save()
        _record("waived", row, None, now)
        return None
    version = version_on("service.spot.days", now)
    due = target_of(version.value, version.measured_in).due(calendar, now)
    row.state, row.due_at, row.due_provisional = SpotState.OPEN, due.due_at, due.provisional
    row.save()
    chosen = drawn(row.seed, f"{label(row)}/calls", calls, int(value("service.spot.calls", now)))
    SpotItem.objects.bulk_create(
        SpotItem(check_of=row, call=calls[number], place=place) for place, number in enumerate(chosen, 1)
    )
    _record("told", row, None, now, calls=len(chosen), standard=str(version))
    if row.owner:
        tell(user=row.owner, key="service.spot_check", at=now, number=len(chosen))
    return row.due_at


def _frame(row: SpotCheck, calendar: Calendar, now: datetime) -> dict[str, Call]:
    """Second calls of the month in which somebody spoke, by the number of their order."""
    begin = datetime.combine(row.month_on, time.min, calendar.zone)
    end = datetime.combine(month_later(row.month_on, 1, 1), time.min, calendar.zone)
    calls = Call.objects.filter(
        stage=Stage.FAULT_2,
        state=TaskState.DONE,
        done_at__gte=begin,
        done_at__lt=min(end, now),
        order__unit__path__startswith=row.unit.path,
    ).exclude(answer__in=NOT_HEARD)
    return {call.order.number: call for call in calls.select_related("order")}


def hear(*, item: SpotItem, user: User, result: str, note: str, at: datetime | None = None) -> SpotItem:
    """Whether record and recording agree. A difference opens a case; the last call ends the check.

    Raises Refused for who made the call or reports to who did, for a difference without a note, and twice.
    """
    now = at or timezone.now()
    if result not in SpotItem.Result.values:
        raise Refused(_("Choose whether record and recording agree."))
    if result != SpotItem.Result.AGREES and len(note.strip()) < 4:
        raise Refused(_("Write what differs."))
    with transaction.atomic():
        check = (
            SpotCheck.objects.select_for_update(of=("self",)).select_related("unit").get(pk=item.check_of_id)
        )
        row = SpotItem.objects.select_related("call__order__unit", "call__order__customer").get(pk=item.pk)
        _require_may(check, row, user)
        row.result, row.note, row.at, row.by = result, note, now, user
        if result == SpotItem.Result.DIFFERS:
            row.case = _open_case(row, now)
        row.save()
        _record("heard", check, user, now, call=row.call_id, result=result, note=digest(note))
        if not check.items.filter(result="").exists():
            _finish(check, user, now)
    item.refresh_from_db()
    return item


def _require_may(check: SpotCheck, row: SpotItem, user: User) -> None:
    if row.result:
        raise Refused(_("This call has been listened to already. Reload the page."))
    if not covers(user, check) or not may(user.role, "verify"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if user.pk != check.owner_id and not may(user.role, "assign"):
        raise Refused(_("This spot check belongs to %(name)s.") % {"name": check.owner or "—"})
    caller = row.call.done_by_id
    if caller and not may_verify(user.pk, {caller}, superiors_of(user)):
        raise Refused(_("Who made the call, or reports to who did, cannot check it. Ask somebody else."))


def _finish(check: SpotCheck, user: User, now: datetime) -> None:
    """A check that was missed stays missed; that it was made after all is seen by its date."""
    check.done_at = now
    if check.state == SpotState.OPEN:
        check.state, check.next_at = SpotState.DONE, None
    check.save()
    _record("made", check, user, now)


def _open_case(row: SpotItem, now: datetime) -> Case:
    order = row.call.order
    case, _fresh = open_case(
        breach=Breach(
            kind="call_finding",
            subject=order.number,
            subject_name=order.customer.name if order.customer else "",
            episode=f"spot-{row.pk}",
            at=now,
            unit=order.unit,
            customer=order.customer,
        ),
        stage=row.call.stage,
        spot_check=row.check_of_id,
    )
    return case


def _miss(row: SpotCheck, now: datetime) -> None:
    row.case, _fresh = open_case(
        breach=Breach(
            kind="duty_missed",
            subject=f"spot-{row.pk}",
            subject_name=f"{row.unit.name} {row.month_on:%Y-%m}",
            episode=f"{row.month_on:%Y-%m}",
            at=row.due_at or now,
            unit=row.unit,
            owner=row.owner,
        ),
        duty="spot_check",
    )
    row.state = SpotState.MISSED
    row.save()
    _record("missed", row, None, now)


def _record(verb: str, check: SpotCheck, actor: User | None, at: datetime, **payload: Plain) -> None:
    record(
        verb=f"spot_check.{verb}",
        actor=actor,
        subject=f"spot_check:{check.pk}",
        system="service",
        case=None,
        at=at,
        **payload,
    )
