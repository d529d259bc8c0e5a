"""The working calendar as the table has it."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Max

from bihuan.kernel.models import CalendarDay
from bihuan.kernel.prepared import Hole, Prepared
from bihuan.kernel.remembered import remembered
from bihuan.kernel.rules.calendar import Calendar, Layer, Mark

CHANGED = Prepared(
    lambda: (
        CalendarDay.objects.order_by()
        .filter(calendar=Hole("name"))
        .values("calendar")
        .annotate(n=Count("pk"), top=Max("pk"))
        .values_list("n", "top")
    )
)


@remembered
def working_calendar(name: str = "CN") -> Calendar:
    """The merged calendar; rebuilt only when the table changed.

    Days are replaced, never edited (`act.calendar`), so count and highest key tell a change.
    """
    n, top = next(iter(CHANGED.rows(name=name)), (0, 0))
    return _build(name, n, top, settings.TIME_ZONE)


def forget() -> None:
    """Read the table anew: a change that is taken back must not be taken for the next one."""
    _build.cache_clear()


@lru_cache(maxsize=8)
def _build(name: str, count: int, top: int, zone: str) -> Calendar:
    days = CalendarDay.objects.filter(calendar=name)
    marks = [Mark(day.on, day.kind == "work", Layer(day.layer), day.name) for day in days]
    return Calendar.of(marks, ZoneInfo(zone))
