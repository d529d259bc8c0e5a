"""Calendar quarters, as they are written: 2026-Q3."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bihuan.kernel.rules.reporting import closing_day, month_later

WRITTEN = re.compile(r"(\d{4})-?Q([1-4])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, text: str) -> "Quarter":
        """`2026-Q3` or `2026Q3`. Raises ValueError for anything else."""
        found = WRITTEN.fullmatch(text.strip())
        if found is None or int(found[1]) < 2000:
            raise ValueError(f"{text!r} is no quarter such as 2026-Q3")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last(self) -> date:
        return closing_day(self.first, "quarter")

    @property
    def previous(self) -> "Quarter":
        return Quarter.of(self.first - timedelta(days=1))

    @property
    def next(self) -> "Quarter":
        return Quarter.of(self.last + timedelta(days=1))

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Its instants in a time zone, the second not included."""
        after = month_later(self.last, 1, 1)
        return datetime.combine(self.first, time(), zone), datetime.combine(after, time(), zone)
