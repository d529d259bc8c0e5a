"""Why new customers came, as they say themselves: what the books of earned growth cannot know."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from bihuan.kernel.models import Unit
from bihuan.kernel.rules.measures.interval import Interval
from bihuan.kernel.rules.measures.standing import LEAST

from ..rules.growth import came
from .scores import counting, within

SPAN = timedelta(days=364)


@dataclass(frozen=True, slots=True)
class Came:
    """`share` and `interval` are None below ten answers."""

    n: int
    share: float | None
    interval: Interval | None
    reasons: dict[str, int]


def reasons(unit: Unit, today: date) -> Came:
    """Of those who became customers within a year and said why, in the last year's answers that count."""
    rows = within(counting(None, unit), today - SPAN, today).filter(new_customer=True).exclude(came="")
    found = {row["came"]: row["n"] for row in rows.order_by().values("came").annotate(n=Count("pk"))}
    hits, n, interval = came(found)
    firm = n >= LEAST
    return Came(n, hits / n if firm else None, interval if firm else None, found)
