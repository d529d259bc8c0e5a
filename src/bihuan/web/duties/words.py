"""Words and marks of recurring duties."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from bihuan.kernel.lazy import StrOrPromise
from bihuan.kernel.models import Obligation, ObligationState, User
from bihuan.kernel.registry import obligation_specs
from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.remaining import working_days_left
from bihuan.web.components import marks
from bihuan.web.components.due import due
from bihuan.web.components.figures import day

MARKS: dict[str, tuple[str, Callable[[], SafeString]]] = {
    ObligationState.DUE: ("text-2", lambda: marks.sprite_icon("clock")),
    ObligationState.DONE: ("green", lambda: marks.status_icon("normal")),
    ObligationState.MISSED: ("red", lambda: marks.status_icon("abnormal")),
    ObligationState.WAIVED: ("grey", lambda: marks.sprite_icon("minus")),
    ObligationState.CANCELLED: ("grey", lambda: marks.sprite_icon("x")),
}


def title(key: str) -> str:
    """What an obligation is called; its key when its system is switched off."""
    found = obligation_specs().get(key)
    return str(found[1].title) if found else key


def choices(user: User | None) -> list[tuple[str, StrOrPromise]]:
    return [(key, spec.title) for key, (_system, spec) in obligation_specs().items()]


def period_words(key: str, first: date, last: date) -> str:
    """`11-23 – 11-29`, `2026-11`, `2026 Q4`."""
    found = obligation_specs().get(key)
    kind = found[1].period if found else ""
    if kind == "day" or first == last:
        return day(first)
    if kind == "month":
        return f"{first:%Y-%m}"
    if kind == "quarter":
        return f"{first.year} Q{(first.month + 2) // 3}"
    if kind == "year":
        return str(first.year)
    return f"{day(first, weekday=False)} – {day(last, weekday=False)}"


def state_words(row: Obligation) -> str:
    if row.state == ObligationState.DONE and row.late:
        return pgettext("obligation", "done late")
    return str(row.get_state_display())


def state_cell(row: Obligation) -> SafeString:
    tone, draw = MARKS[row.state]
    return format_html(
        '<span class="bh-mark bh-tone-{}">{}<span>{}</span></span>', tone, draw(), state_words(row)
    )


def count_cell(row: Obligation) -> SafeString:
    return format_html('<span class="bh-num">{} / {}</span>', row.done, row.needed)


def due_cell(row: Obligation, now: datetime, calendar: Calendar) -> SafeString:
    """Time left while it is owed; afterwards when it was due."""
    if row.state != ObligationState.DUE:
        return format_html('<span class="bh-text-2">{}</span>', day(row.due_at))
    begun = calendar.local_date(row.due_at).replace(day=1)
    opened = datetime.combine(min(row.begins_on, begun), datetime.min.time(), tzinfo=calendar.zone)
    left = working_days_left(calendar, now, row.due_at, opened_at=opened)
    return due(row.due_at, now, opened, provisional=row.due_provisional, working_days_left=left)


def rows_url(key: str, first: date, last: date, **more: Any) -> str:
    """The rows behind a number of the coverage."""
    query = {
        "view": "all",
        "obligation": key,
        "begins_from": first.isoformat(),
        "begins_to": last.isoformat(),
    }
    return f"{reverse('obligations')}?{urlencode({**query, **more})}"


def away_words(key: str, first: str, last: str) -> str:
    told = {"title": title(key), "first": first, "last": last}
    return (
        gettext("%(title)s: no rows from %(first)s to %(last)s, because the worker did not run for so long.")
        % told
    )
