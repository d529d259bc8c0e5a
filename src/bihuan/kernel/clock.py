"""The worker's clock: the row is the timer.

Each pass takes the rows whose `next_at` has come, a few in one transaction: it locks them, handles one after
the other and stores when to look again. Killed in the middle, it has handled none of them and the next pass
takes them again. A row that fails is pushed an hour ahead so that it cannot stop the others.
"""

import logging
import time as clock
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import cache, partial
from typing import Any, NamedTuple

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from bihuan.kernel.act.live import gathered
from bihuan.kernel.bulk import Table
from bihuan.kernel.manifest import ScheduleSpec, TimerSpec
from bihuan.kernel.models import Schedule
from bihuan.kernel.prepared import Hole, Prepared
from bihuan.kernel.registry import everything, load
from bihuan.kernel.remembered import forget, remembering

log = logging.getLogger(__name__)

POISONED_FOR = timedelta(hours=1)
BATCH = 200
LEAST, TOGETHER = 8, 50
"""Rows a transaction: as many as it handles while it may hold the database; fewer would not pay for it."""
HOLD_S = 0.04
"""How long a transaction should hold the database: what is left of its rows is taken by the next."""
BREATH = 0.15
"""Share of its last transaction for which a busy clock lets others write: SQLite's lock is unfair."""


BEFORE = datetime.min
"""What no row looks at next: each is written, whatever its handling made of it in between."""


class Handled(NamedTuple):
    """How many rows a pass has handled, and whether it has left any that are due."""

    rows: int
    more: bool


def run_due(now: datetime | None = None, *, within_s: float | None = None) -> Handled:
    """Handle what is due, at most `BATCH` rows of each timer.

    `within_s`: go on for so long and leave the rest to the next pass. Every timer has its share; what one
    does
    not need goes to the others.
    """
    now = now or timezone.now()
    waiting = [timer for system in everything() for timer in system.timers]
    ends, done = None if within_s is None else clock.monotonic() + within_s, 0
    with remembering():
        while waiting:
            share = None if ends is None else (ends - clock.monotonic()) / len(waiting)
            found = [(timer, _run_timer(timer, now, share)) for timer in waiting]
            done += sum(handled.rows for _timer, handled in found)
            waiting = [timer for timer, handled in found if handled.more]
            if ends is None or clock.monotonic() >= ends:
                break
    known = {row.name: row for row in Schedule.objects.all()}
    for system in everything():
        for schedule in system.schedules:
            done += _run_schedule(schedule, known.get(schedule.name), now)
    return Handled(done, bool(waiting))


def _run_timer(timer: TimerSpec, now: datetime, share: float | None) -> Handled:
    model: type[Model] = apps.get_model(timer.model)
    keys, done, together = [key for (key,) in _due(model, BATCH).rows(now=now)], 0, LEAST
    ends = None if share is None else clock.monotonic() + share
    while done < len(keys) and (not done or ends is None or clock.monotonic() < ends):
        began = clock.monotonic()
        handled = _handle(timer, model, keys[done : done + together], now)
        took = clock.monotonic() - began
        together = min(2 * together, TOGETHER) if took < HOLD_S / 2 else max(handled, LEAST)
        done += handled
        if connection.vendor == "sqlite" and done < len(keys):
            clock.sleep(took * BREATH)
    return Handled(done, done < len(keys) or len(keys) == BATCH)


@cache
def _due(model: type[Model], most: int) -> Prepared:
    """Every pass asks it of every timer, and mostly nothing is due."""
    rows = model._default_manager.order_by("next_at")
    return Prepared(lambda: rows.filter(next_at__lte=Hole("now")).values_list("pk")[:most])


def _handle(timer: TimerSpec, model: type[Model], keys: list[int], now: datetime) -> int:
    """Some of these rows in one transaction; returns how many.

    A row that fails undoes all of them, and they are handled again, each so that it can fail alone: two
    statements a row more, which the others need not pay.
    """
    try:
        return _handled(timer, model, keys, now, load(timer.fire))
    except DatabaseError:
        raise
    except Exception:
        forget()
        return _handled(timer, model, keys, now, partial(_fire, timer, load(timer.fire)))


def _handled(timer: TimerSpec, model: type[Model], keys: list[int], now: datetime, fire: Any) -> int:
    """What others hold or put off is passed."""
    rows = model._default_manager.select_related(*timer.related)
    looks: list[tuple[int, Sequence[Any], Sequence[Any]]] = []
    handled = 0
    with transaction.atomic(), gathered():
        ends = clock.monotonic() + HOLD_S
        locked = rows.select_for_update(of=("self",), skip_locked=True).filter(pk__in=keys, next_at__lte=now)
        found = {row.pk: row for row in locked}
        for key in keys:
            if key in found:
                looks.append((key, (BEFORE,), (fire(row=found[key], now=now),)))
            handled += 1
            if handled >= LEAST and clock.monotonic() > ends:
                break
        Table(model, "next_at").change(looks)
    return handled


def _fire(timer: TimerSpec, fire: Any, *, row: Model, now: datetime) -> datetime | None:
    """When to look at the row again."""
    try:
        with transaction.atomic():
            again: datetime | None = fire(row=row, now=now)
    except DatabaseError:
        raise
    except Exception:
        forget()
        log.exception("timer %s of row %s failed; next try in an hour", timer.model, row.pk)
        return now + POISONED_FOR
    return again


def _run_schedule(spec: ScheduleSpec, row: Schedule | None, now: datetime) -> int:
    if row is None:
        first = {"next_at": first_run(spec, now)}
        row, _fresh = Schedule.objects.get_or_create(name=spec.name, defaults=first)
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
