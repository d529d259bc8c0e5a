"""Deadlines of call-backs and of tips, after a change of the working calendar."""

from datetime import datetime

from bihuan.kernel.act.events import record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import TaskState
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.standards import version_on
from bihuan.kernel.rules.deadlines import target_of

from ..models import Call, Stage, Tip
from .calls import limit_of

CHUNK = 500


def recalendar(*, now: datetime) -> None:
    """What has not run out follows the calendar, each change with the day before and after."""
    calls = Call.objects.filter(state=TaskState.OPEN, due_at__gt=now).select_related("order", "owner")
    for call in calls.order_by("pk").iterator(CHUNK):
        _follow_call(call, now)
    for tip in Tip.objects.filter(told_at=None, due_at__gt=now).order_by("pk").iterator(CHUNK):
        _follow_tip(tip, now)


def _follow_call(call: Call, now: datetime) -> None:
    version = version_on(limit_of(Stage(call.stage)), call.ended_at)
    due = target_of(version.value, version.measured_in).due(working_calendar(), call.ended_at)
    if (due.due_at, due.provisional) == (call.due_at, call.due_provisional):
        return
    Call.objects.filter(pk=call.pk, state=TaskState.OPEN).update(
        due_at=due.due_at, due_provisional=due.provisional, next_at=due.due_at
    )
    _record("call", call.pk, now, call.due_at, due.due_at)
    if call.owner:
        tell(user=call.owner, key="service.call_moved", at=now, number=call.order.number)


def _follow_tip(tip: Tip, now: datetime) -> None:
    if tip.ended_at is None or tip.due_at is None:
        return
    version = version_on("service.tip.answer", tip.ended_at)
    due_at = target_of(version.value, version.measured_in).due(working_calendar(), tip.ended_at).due_at
    if due_at != tip.due_at:
        Tip.objects.filter(pk=tip.pk, told_at=None).update(due_at=due_at, next_at=due_at)
        _record("tip", tip.pk, now, tip.due_at, due_at)


def _record(what: str, pk: int, now: datetime, before: datetime, after: datetime) -> None:
    record(
        verb=f"{what}.calendar",
        actor=None,
        subject=f"{what}:{pk}",
        system="service",
        at=now,
        before=str(before),
        after=str(after),
    )
