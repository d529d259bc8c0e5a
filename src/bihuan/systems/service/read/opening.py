"""When halls are open: what each says of its week and of single days, on the working calendar."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language

from bihuan.kernel.read.calendar import working_calendar

from ..models import Hall, HallDay
from ..rules.opening import Spans, day_spans, open_on, read_week, spans_text, week_text
from ..rules.respondents import Opening

Singles = Mapping[int, Mapping[date, Spans]]
"""Key of the hall → its single days."""


def single_days(halls: Iterable[Hall], first: date, last: date) -> Singles:
    """What these halls say of single days in the closed span, in one query."""
    rows = HallDay.objects.filter(hall__in=[hall.pk for hall in halls], on__gte=first, on__lte=last)
    found: dict[int, dict[date, Spans]] = defaultdict(dict)
    for hall, on, kept in rows.order_by().values_list("hall_id", "on", "hours"):
        spans = day_spans(kept)
        if spans is not None:
            found[hall][on] = spans
    return found


def hours_on(hall: Hall, day: date, singles: Singles | None = None) -> Spans:
    """Hours of one day; of a hall whose hours are not known the office hours of the house."""
    known = single_days([hall], day, day) if singles is None else singles
    return open_on(
        read_week(hall.hours),
        all_year=hall.open_all_year,
        calendar=working_calendar(),
        day=day,
        single=known.get(hall.pk, {}),
    )


def openings(hall: Hall, first: date, last: date) -> Iterator[Opening]:
    """When a hall is open from the first to the last day."""
    singles = single_days([hall], first, last)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield from (Opening(day, opens, closes) for opens, closes in hours_on(hall, day, singles))


def open_halls(halls: Iterable[Hall], first: date, last: date) -> list[Hall]:
    """Those that open on at least one day of the closed span."""
    rows = list(halls)
    singles = single_days(rows, first, last)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [hall for hall in rows if any(hours_on(hall, day, singles) for day in days)]


def outside(hall: Hall, at: datetime) -> bool:
    """Whether the hall was certainly closed at that instant: never, where nothing is known of the day."""
    moment = timezone.localtime(at)
    singles = single_days([hall], moment.date(), moment.date())
    if not hall.hours and moment.date() not in singles.get(hall.pk, {}):
        return False
    spans = hours_on(hall, moment.date(), singles)
    return not any(opens <= moment.time() <= closes for opens, closes in spans)


CLOSED = "closed"


def hours_today(halls: Iterable[Hall], today: date) -> dict[int, str]:
    """Key of the hall → its hours of the day, or CLOSED; without the halls of which nothing is known."""
    rows = list(halls)
    singles = single_days(rows, today, today)
    known = [hall for hall in rows if hall.hours or today in singles.get(hall.pk, {})]
    return {hall.pk: spans_text(hours_on(hall, today, singles)) or CLOSED for hall in known}


def week_words(hall: Hall) -> str:
    """The opening hours in the words of who looks; empty where they are not known."""
    return shown(hall.hours)


def shown(hours: str) -> str:
    chinese = (get_language() or "").startswith("zh")
    return week_text(read_week(hours), chinese=chinese) if hours else ""
