"""Instants as whole seconds, as the text that the database keeps, and limits counted on the calendar."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

DAY = 86_400
CLOCK = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(DAY)]


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    return f"{datetime.fromtimestamp(day * DAY, UTC):%Y-%m-%d}"


def stored(at: int | None) -> str | None:
    """As Django writes an instant into SQLite."""
    return None if at is None else f"{_date(at // DAY)} {CLOCK[at % DAY]}"


def sealed(at: int) -> str:
    """As a block's digest takes it."""
    return f"{_date(at // DAY)}T{CLOCK[at % DAY]}.000000+00:00"


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


class Limits:
    """Deadlines of standards; on one local day all limits in working days or months are the same."""

    def __init__(self) -> None:
        from bihuan.kernel.models import Standard
        from bihuan.kernel.read.calendar import working_calendar
        from bihuan.kernel.rules.deadlines import LaterMonth, WorkingDays, target_of

        self.calendar = working_calendar()
        self.rows = {row.key: row for row in Standard.objects.filter(version=1)}
        self.by_day = (WorkingDays, LaterMonth)
        self.targets: dict[str, Any] = {
            key: target_of(row.value, row.measured_in)
            for key, row in self.rows.items()
            if row.measured_in in {"working days", "h", "months later", "business hours"}
        }
        self.known: dict[tuple[str, int], int] = {}

    def due(self, key: str, start: int) -> int:
        target = self.targets[key]
        where = (key, (start + 8 * 3600) // DAY if isinstance(target, self.by_day) else start)
        found = self.known.get(where)
        if found is None:
            found = self.known[where] = int(target.due(self.calendar, moment(start)).due_at.timestamp())
        return found

    def opens(self, key: str, start: int) -> int | None:
        target = self.targets[key]
        if not hasattr(target, "opens"):
            return None
        where = (f"{key} opens", (start + 8 * 3600) // DAY)
        if where not in self.known:
            self.known[where] = int(target.opens(self.calendar, moment(start)).timestamp())
        return self.known[where]


def working_hours(random: Any, day: int) -> int:
    """An instant of a local day, mostly in office hours."""
    hour = random.triangular(6, 22, 10)
    return int(day * DAY - 8 * 3600 + hour * 3600)


def spread(random: Any, median: timedelta) -> int:
    """Seconds around a median, long to the right."""
    return max(int(random.lognormvariate(0, 0.8) * median.total_seconds()), 120)
