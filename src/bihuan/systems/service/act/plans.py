"""Items of the yearly plan, and who took part in a training."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.act.events import digest, record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.refusal import Refused
from bihuan.kernel.models import User
from bihuan.kernel.read.calendar import working_calendar
from bihuan.kernel.read.duty import holder, nearest
from bihuan.kernel.rules.permissions import may
from bihuan.kernel.scope import covers

from ..models import Attendance, PlanItem, Staff, Training


def first_look(due_on: date, done_on: date | None) -> datetime | None:
    """When the clock looks at an item: at the end of its day, unless it is done."""
    if done_on:
        return None
    return datetime.combine(due_on + timedelta(days=1), time.min, working_calendar().zone)


def remind(*, row: PlanItem, now: datetime) -> datetime | None:
    """Overdue: who owns it hears of it, and the head of the office."""
    look = first_look(row.due_on, row.done_on)
    if look is None or now < look:
        return look
    head = holder("marketing_head", row.unit) or nearest("manager", row.unit)
    for user in {user.pk: user for user in (row.owner, head) if user}.values():
        tell(user=user, key="service.plan_late", at=look, number=row.code)
    return None


def finish_item(*, row: PlanItem, user: User, result: str, done_on: date | None = None) -> None:
    """What was planned has been done. Raises Refused twice, for a day to come, and without an account."""
    today = timezone.localdate()
    if len(result.strip()) < 4:
        raise Refused(_("Write what came of it."))
    if row.done_on:
        raise Refused(_("This item is done already."))
    if (done_on or today) > today:
        raise Refused(_("It cannot be done on a day to come."))
    _set(row, user, done_on or today, result)


def reopen_item(*, row: PlanItem, user: User, before: None = None) -> None:
    _set(row, user, None, "")


def _set(row: PlanItem, user: User, done_on: date | None, result: str) -> None:
    if not covers(user, row) or not may(user.role, "handle"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    with transaction.atomic():
        row.done_on, row.result, row.next_at = done_on, result, first_look(row.due_on, done_on)
        row.save(update_fields=["done_on", "result", "next_at"])
        record(
            verb="plan_item.done" if done_on else "plan_item.reopened",
            actor=user,
            subject=f"plan_item:{row.pk}",
            system="service",
            result=digest(result),
        )


def attend(*, training: Training, staff: Staff, user: User, score: Decimal | None = None) -> Attendance:
    """Somebody took part; said again, the score is replaced."""
    if not covers(user, training) or not covers(user, staff) or not may(user.role, "edit"):
        raise Refused(_("Your role does not allow this. Ask a manager of the unit."))
    if score is not None and not 0 <= score <= 100:
        raise Refused(_("A score lies between 0 and 100."))
    with transaction.atomic():
        row, fresh = Attendance.objects.update_or_create(
            training=training, staff=staff, defaults={"score": score}
        )
        record(
            verb="attendance.created" if fresh else "attendance.changed",
            actor=user,
            subject=f"attendance:{row.pk}",
            system="service",
        )
    return row
