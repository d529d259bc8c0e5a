"""The time picker: which local days a page or a file is about. All of it is in the URL."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date

from bihuan.kernel.rules.reporting import closing_day

from ..rules.usage import Span, midnight

CHOICES = ("7d", "30d", "month", "quarter", "custom")
USUAL = "30d"
LONGEST = 732
"""Days that one chart can show."""


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included."""

    key: str
    first: date
    last: date

    @property
    def span(self) -> Span:
        zone = timezone.get_current_timezone()
        return midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def pairs(self) -> dict[str, str]:
        """As parameters of an address."""
        if self.key != "custom":
            return {"period": self.key}
        return {"period": "custom", "from": self.first.isoformat(), "to": self.last.isoformat()}

    def elapsed(self, now: datetime) -> Span:
        """The part that has passed."""
        begin, end = self.span
        return begin, max(min(end, now), begin)


def read_period(query: Mapping[str, str], today: date | None = None) -> Period:
    """What the address asks for; nonsense is the usual period, and no period is longer than two years."""
    today = today or timezone.localdate()
    first, last = day_of(query.get("from", "")), day_of(query.get("to", ""))
    key = query.get("period", "custom" if first or last else USUAL)
    if key == "custom" and (first or last):
        first, last = first or last or today, last or today
        first, last = min(first, last), max(first, last)
        return Period("custom", max(first, last - timedelta(days=LONGEST - 1)), last)
    if key == "month":
        return Period(key, today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1]))
    if key == "quarter":
        last = closing_day(today, "quarter")
        return Period(key, date(last.year, last.month - 2, 1), last)
    length = 7 if key == "7d" else 30
    return Period(key if key == "7d" else USUAL, today - timedelta(days=length - 1), today)


def day_of(text: str) -> date | None:
    """A date as a field of a form sends it; None for anything else and for years that nobody means."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 2000 <= found.year <= 2100 else None
