"""The worker's clock: the row is the timer.

Each pass takes the rows whose `next_at` has come, claims one by a conditional update, handles
it in a transaction of its own and stores when to look again. A row that fails is pushed an
hour ahead so that it cannot stop the others.
"""

import logging
from datetime import datetime, time, timedelta

from django.apps import apps
from django.db import DatabaseError, transaction
from django.utils import timezone

from bihuan.kernel.models import Schedule
from bihuan.kernel.registry import ScheduleSpec, TimerSpec, everything, load

log = logging.getLogger(__name__)

POISONED_FOR = timedelta(hours=1)
CLAIMED_FOR = timedelta(minutes=2)
"""A claim that was never finished (kill -9) runs out after this."""
BATCH = 200


def run_due(now: datetime | None = None) -> int:
    """Handle everything that is due; returns how many rows were handled."""
    now = now or timezone.now()
    done = 0
    for system in everything():
        for timer in system.timers:
            done += _run_timer(timer, now)
        for schedule in system.schedules:
            done += _run_schedule(schedule, now)
    return done


def _run_timer(timer: TimerSpec, now: datetime) -> int:
    rows = apps.get_model(timer.model)._default_manager
    due = rows.filter(next_at__lte=now).order_by("next_at").values_list("pk", "next_at")[:BATCH]
    fire = load(timer.fire)
    done = 0
    for key, seen in list(due):
        if not rows.filter(pk=key, next_at=seen).update(next_at=now + CLAIMED_FOR):
            continue
        try:
            with transaction.atomic():
                row = rows.select_for_update().get(pk=key)
                rows.filter(pk=key).update(next_at=fire(row=row, now=now))
        except DatabaseError:
            raise
        except Exception:
            log.exception("timer %s of row %s failed; next try in an hour", timer.model, key)
            rows.filter(pk=key).update(next_at=now + POISONED_FOR)
        done += 1
    return done


def _run_schedule(spec: ScheduleSpec, now: datetime) -> int:
    row, _fresh = Schedule.objects.get_or_create(name=spec.name, defaults={"next_at": first_run(spec, now)})
    if row.next_at > now:
        return 0
    claimed = Schedule.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=next_run(spec, now))
    if not claimed:
        return 0
    error = ""
    try:
        load(spec.run)(now=now)
    except DatabaseError:
        Schedule.objects.filter(pk=row.pk).update(next_at=row.next_at)
        raise
    except Exception as why:
        log.exception("schedule %s failed; it runs again at its next time", spec.name)
        error = f"{type(why).__name__}: {why}"[:200]
    Schedule.objects.filter(pk=row.pk).update(last_at=now, last_error=error)
    return 1


def first_run(spec: ScheduleSpec, now: datetime) -> datetime:
    return now if spec.every_s else next_run(spec, now)


def next_run(spec: ScheduleSpec, now: datetime) -> datetime:
    """The next instant after `now`; a missed one is not made up for more than once."""
    if spec.every_s:
        return now + timedelta(seconds=spec.every_s)
    local = timezone.localtime(now)
    at = datetime.combine(local.date(), time.fromisoformat(spec.daily_at), tzinfo=local.tzinfo)
    return at if at > now else at + timedelta(days=1)
