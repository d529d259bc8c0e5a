"""When a hall is open: hours by weekday as people write them, days of rest, holidays and single days.

`Mon-Fri 08:30-11:30 13:30-17:00; Sat 09:00-12:00; PH 10:00-15:00`, or in Chinese
`周一至周五 8:30-11:30 13:30-17:00；周六 9:00-12:00；节假日 10:00-15:00`. Days that are not named are closed;
hours without days are those of Monday to Friday.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from bihuan.kernel.rules.calendar import DAY, Calendar
from bihuan.kernel.rules.hours import OFFICE

Spans = tuple[tuple[time, time], ...]
HOLIDAY: Final = 8
"""The place of public holidays after the seven days of the week."""
MOST_SPANS: Final = 4
LONGEST_RUN: Final = timedelta(days=15)
"""Days of rest in a row that are looked through for a holiday."""
NAMES: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "PH")
CHINESE: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日", "节假日")
WORDS: Final = {
    **{name.casefold(): place for place, name in enumerate(NAMES, 1)},
    **{name: place for place, name in enumerate(CHINESE, 1)},
    **{f"星期{char}": place for place, char in enumerate("一二三四五六日", 1)},
    **{name[:2].casefold(): place for place, name in enumerate(NAMES[:7], 1)},
    "周天": 7,
    "星期天": 7,
    "法定节假日": HOLIDAY,
}
GROUPS: Final = {
    "工作日": (1, 2, 3, 4, 5),
    "每天": tuple(range(1, 8)),
    "每日": tuple(range(1, 8)),
    "周末": (6, 7),
    "双休日": (6, 7),
    "weekdays": (1, 2, 3, 4, 5),
    "daily": tuple(range(1, 8)),
}
USUAL: Final = "usual"
"""Of a single day: the hours of the week hold after all."""
AS_USUAL: Final = {USUAL, "as usual", "照常", "照常营业"}
CLOSED: Final = {"closed", "off", "休息", "不营业", "休"}
SPAN: Final = re.compile(r"(\d{1,2})[:：](\d{2})\s*(?:[-–—~～至到])\s*(\d{1,2})[:：](\d{2})")


class HoursError(ValueError):
    """Hours that cannot be read; `part` is the piece at fault."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class Week:
    """Hours of each day that is named, 1 Monday … 7 Sunday, 8 public holidays."""

    hours: Mapping[int, Spans]

    @property
    def usual(self) -> Spans:
        """Hours of the first weekday that has some: what a make-up day is worked by. Ours."""
        return next((self.hours[day] for day in range(1, 8) if self.hours.get(day)), ())


OFFICE_WEEK: Final = Week({day: OFFICE.spans for day in range(1, 6)})
"""What counts where nothing is known of a hall: the office hours of the house."""


@lru_cache(maxsize=512)
def read_week(text: str) -> Week:
    """The hours that a text says; empty: those of the house. HoursError names the piece that is no hours."""
    if not text.strip():
        return OFFICE_WEEK
    found: dict[int, Spans] = {}
    for part in filter(None, (each.strip() for each in re.split(r"[;；\n]+", text))):
        first = SPAN.search(part)
        cut = first.start() if first else len(part)
        named = part[:cut].strip(" :：,，")
        words = named.casefold()
        shut = next((word for word in CLOSED if words.endswith(word)), "")
        if first is None and not shut:
            raise HoursError(part)
        days = _days(words.removesuffix(shut).strip(), part) if words else (1, 2, 3, 4, 5)
        if set(days) & found.keys():
            raise HoursError(part)
        spans = () if shut else read_spans(part[cut:])
        found.update(dict.fromkeys(days, spans))
    if not any(found.values()):
        raise HoursError(text.strip())
    return Week(found)


def read_spans(text: str) -> Spans:
    """`08:30-11:30 13:30-17:00` in order; HoursError for what is no span, ends early or overlaps."""
    spans = []
    for match in SPAN.finditer(text):
        try:
            begins, ends = (time(int(match[place]), int(match[place + 1])) for place in (1, 3))
        except ValueError:
            raise HoursError(match[0]) from None
        if begins >= ends:
            raise HoursError(match[0])
        spans.append((begins, ends))
    rest = SPAN.sub("", text).strip(" ,，、/和")
    if rest or not 1 <= len(spans) <= MOST_SPANS:
        raise HoursError(rest or text.strip())
    spans.sort()
    for (_begins, end), (begin, _ends) in pairwise(spans):
        if begin < end:
            raise HoursError(text.strip())
    return tuple(spans)


def read_day(text: str) -> str:
    """What is kept of a single day: spans, `usual`, or nothing where the hall is closed. HoursError else."""
    words = text.strip().casefold()
    if words in AS_USUAL:
        return USUAL
    return "" if not words or words in CLOSED else spans_text(read_spans(text))


def day_spans(kept: str) -> Spans | None:
    """The spans of a single day as `read_day` keeps it; None: the usual ones."""
    if kept == USUAL:
        return None
    return read_spans(kept) if kept else ()


def week_text(week: Week, *, chinese: bool = False) -> str:
    """The reverse of `read_week`: runs of days with the same hours together, in the order of the week."""
    names, parts, day = (CHINESE if chinese else NAMES), [], 1
    while day <= HOLIDAY:
        spans, last = week.hours.get(day), day
        while day < 7 and last < 7 and spans is not None and week.hours.get(last + 1) == spans:
            last += 1
        if spans is not None:
            days = names[day - 1] + (f"{'至' if chinese else '-'}{names[last - 1]}" if last > day else "")
            shut = "休息" if chinese else "closed"
            parts.append(f"{days} {spans_text(spans) or shut}")
        day = last + 1
    return "; ".join(parts)


def spans_text(spans: Sequence[tuple[time, time]]) -> str:
    """`08:30-11:30 13:30-17:00`; nothing for none."""
    return " ".join(f"{begins:%H:%M}-{ends:%H:%M}" for begins, ends in spans)


def holiday(calendar: Calendar, day: date) -> bool:
    """A day of rest beside which, without a working day between, lies a weekday of rest: no mere weekend."""
    if calendar.is_workday(day):
        return False
    for step in (DAY, -DAY):
        seen = day
        while not calendar.is_workday(seen) and abs(seen - day) <= LONGEST_RUN:
            if seen.weekday() in calendar.week:
                return True
            seen += step
    return False


def open_on(
    week: Week, *, all_year: bool, calendar: Calendar, day: date, single: Mapping[date, Spans]
) -> Spans:
    """Hours of one day. What is said of the single day wins, then the calendar, then the week.

    On a make-up day the usual hours hold; on a weekend those of the weekday, on a holiday those of holidays;
    where the week does not name them, a hall that is open all year keeps its usual hours; others close.
    """
    if day in single:
        return single[day]
    place = day.isoweekday()
    if calendar.is_workday(day):
        return week.hours.get(place, ()) if day.weekday() in calendar.week else week.usual
    own = week.hours.get(HOLIDAY if holiday(calendar, day) else place)
    if own is not None:
        return own
    return week.usual if all_year else ()


def _days(words: str, part: str) -> tuple[int, ...]:
    found: list[int] = []
    for piece in filter(None, re.split(r"[,，、/和&\s]+", re.sub(r"\s*([-–—~～至到])\s*", r"\1", words))):
        if piece in GROUPS:
            found += GROUPS[piece]
            continue
        ends = [each for each in re.split(r"[-–—~～至到]", piece) if each]
        places = [WORDS.get(end) or WORDS.get(f"周{end}") for end in ends]
        first, last = places[0] if places else None, places[-1] if places else None
        if not first or not last or len(places) > 2 or last < first or (len(places) == 2 and last == HOLIDAY):
            raise HoursError(part)
        found += range(first, last + 1)
    if len(set(found)) != len(found) or not found:
        raise HoursError(part)
    return tuple(found)
