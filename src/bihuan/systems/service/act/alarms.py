"""Once a week: causes that have become more frequent, per unit that has a manager."""

from datetime import datetime

from django.db import transaction

from bihuan.kernel.act.notices import tell
from bihuan.kernel.models import Unit, User
from bihuan.kernel.read.duty import nearest
from bihuan.kernel.read.standards import value
from bihuan.kernel.rules.measures.emerging import Alarm

from ..models import CauseAlarm
from ..read.rising import counted, last_week, rising_in


def weigh(*, now: datetime) -> None:
    """Judge the week that ended last; run again in the same week it adds only what was not there.

    It runs daily, so that a worker that was dead on Monday is late by days and not by a week.
    """
    week = last_week(now)
    baseline = int(value("service.rising.baseline", now))
    least = int(value("service.rising.least", now))
    counts = counted(week, baseline)
    for unit in Unit.objects.filter(users__role="manager", users__is_active=True).distinct():
        found = rising_in(counts, unit.path, baseline, least)
        manager = nearest("manager", unit)
        if found and manager:
            _raise(unit, manager, now, found)


def _raise(unit: Unit, manager: User, now: datetime, found: list[Alarm]) -> None:
    week = last_week(now)
    with transaction.atomic():
        fresh = 0
        for one in found:
            _row, new = CauseAlarm.objects.get_or_create(
                unit=unit,
                cause_id=int(one.cause),
                week_on=week.first_on,
                defaults={
                    "cases": one.cases,
                    "expected": one.expected,
                    "p": one.p,
                    "jumped": one.jumped,
                    "rising": one.rising,
                },
            )
            fresh += new
        if fresh:
            tell(user=manager, key="service.causes_rising", at=week.end_at, number=len(found))
