"""Periods that papers are about: calendar months and quarters."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast, get_args
from zoneinfo import ZoneInfo

from bihuan.kernel.rules.calendar import DAY, SHANGHAI, Calendar
from bihuan.kernel.rules.recurrence import Span, period_of
from bihuan.kernel.rules.reporting import Period as Kind

MORNING = time(6)
"""Local time of the first working day from which a report is assembled."""
WRITTEN = re.compile(r"(\d{4})-(?:Q([1-4])|(\d{2}))")


@dataclass(frozen=True, slots=True)
class Period(Span):
    """Local days, both included; `begin` and `end` (not included) are its instants."""

    kind: Kind
    zone: ZoneInfo = SHANGHAI

    @classmethod
    def around(cls, day: date, kind: str, zone: ZoneInfo = SHANGHAI) -> "Period":
        """The month or quarter that holds the day. Raises KeyError for another kind."""
        if kind not in get_args(Kind):
            raise KeyError(kind)
        span = period_of(day, kind)
        return cls(span.first, span.last, cast(Kind, kind), zone)

    @classmethod
    def read(cls, text: str, zone: ZoneInfo = SHANGHAI) -> "Period":
        """`2026-10` or `2026-Q4`. Raises ValueError for anything else."""
        found = WRITTEN.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is neither a month (2026-10) nor a quarter (2026-Q4)")
        year, quarter, month = found.groups()
        day = date(int(year), int(quarter) * 3 if quarter else int(month), 1)
        return cls.around(day, "quarter" if quarter else "month", zone)

    def __str__(self) -> str:
        if self.kind == "quarter":
            return f"{self.first.year}-Q{self.last.month // 3}"
        return f"{self.first:%Y-%m}"

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.last + DAY, time(), self.zone)

    @property
    def span(self) -> tuple[datetime, datetime]:
        return self.begin, self.end

    @property
    def previous(self) -> "Period":
        return Period.around(self.first - DAY, self.kind, self.zone)

    @property
    def next(self) -> "Period":
        return Period.around(self.last + DAY, self.kind, self.zone)

    def pairs(self, key: str) -> dict[str, str]:
        """The period as the parameters of a date filter."""
        return {f"{key}_from": self.first.isoformat(), f"{key}_to": self.last.isoformat()}

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def assembled_from(calendar: Calendar, last: date, at: time = MORNING) -> datetime:
    """When a report can be made: 06:00 on the first working day after the `last` of its period."""
    return datetime.combine(calendar.next_workday(last), at, calendar.zone)
