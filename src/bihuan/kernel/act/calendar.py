"""Changes of the working calendar, and what follows from them for open cases."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from bihuan.kernel.act.cases.recalendar import recalendar
from bihuan.kernel.act.events import record
from bihuan.kernel.act.notices import tell
from bihuan.kernel.act.obligations import recompute as recompute_obligations
from bihuan.kernel.bulk import Table
from bihuan.kernel.models import CalendarDay, Case, Role, User
from bihuan.kernel.read.calendar import forget, working_calendar
from bihuan.kernel.registry import collect
from bihuan.kernel.rules.calendar import Layer
from bihuan.kernel.rules.seed import seed_marks

NAME = "CN"
DAYS = Table(CalendarDay, "calendar", "on", "kind", "layer", "name", "source")


def seed() -> int:
    """The built-in notices and provisional rules; users' own rows stay. Returns rows written: what is there
    as it should be is left alone."""
    wanted = [
        (
            *(NAME, mark.on, "work" if mark.works else "rest", str(mark.layer), mark.name),
            "chinesecalendar" if mark.layer is Layer.GAZETTED else "",
        )
        for mark in seed_marks()
    ]
    with transaction.atomic():
        rows = CalendarDay.objects.filter(calendar=NAME).exclude(layer=Layer.OVERRIDE)
        there = {tuple(row): pk for pk, *row in rows.values_list("pk", *DAYS.names)}
        lacking = [row for row in wanted if there.pop(row, None) is None]
        if there:
            rows.filter(pk__in=there.values()).delete()
        DAYS.insert(lacking)
    return len(lacking)


def set_days(
    *,
    user: User | None,
    days: Iterable[tuple[date, bool, str]],
    layer: str = Layer.OVERRIDE,
    source: str = "",
) -> list[Case]:
    """Write `(date, works, name)` rows of a layer and recompute open deadlines; returns the changed cases."""
    with transaction.atomic():
        wanted = {on: (works, name) for on, works, name in days}
        CalendarDay.objects.filter(calendar=NAME, layer=layer, on__in=wanted).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(
                calendar=NAME, on=on, kind="work" if works else "rest", layer=layer, name=name, source=source
            )
            for on, (works, name) in wanted.items()
        )
        record(
            verb="calendar.set", actor=user, layer=str(layer), days=[on.isoformat() for on in sorted(wanted)]
        )
        return recompute()


def remove_days(*, user: User, on: Iterable[date]) -> list[Case]:
    """Take back own rules."""
    with transaction.atomic():
        dates = list(on)
        CalendarDay.objects.filter(calendar=NAME, layer=Layer.OVERRIDE, on__in=dates).delete()
        record(verb="calendar.removed", actor=user, days=[each.isoformat() for each in dates])
        return recompute()


def recompute() -> list[Case]:
    """Deadlines of obligations, cases, their duties and systems' own rows by the calendar as it is now.


    Each change is logged. A deadline that has already passed is never moved: what was late stays late.
    """
    forget()
    now = timezone.now()
    recompute_obligations(now=now)
    changed = recalendar(now=now)
    for _system, follow in collect(lambda system: system.recalendar):
        follow(now=now)
    return changed


def remind(*, now: datetime) -> None:
    """From 1 November on, tell administrators that next year's notice is still missing."""
    today = timezone.localdate(now)
    year = today.year + 1
    if today.month < 11 or year in working_calendar().settled:
        return
    at = timezone.make_aware(datetime(today.year, 11, 1))
    for user in User.objects.filter(role=Role.ADMINISTRATOR, is_active=True):
        tell(user=user, key="calendar.missing", at=at, year=year)
