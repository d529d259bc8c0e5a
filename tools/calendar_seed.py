"""Write the working-calendar seed: days that differ from Monday–Friday.

Gazetted years come from chinesecalendar (MIT, development dependency). Later years are computed from the
regulation on public holidays (全国年节及纪念日放假办法, 2024-11-10): the statutory days and, by its
article 6, one working day in lieu for each that falls on a weekend or on another statutory day. Which days
the yearly notice will move cannot be known, so those years are provisional. Lunar days are a table:
`holidays` (MIT) gives the same dates.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from itertools import chain
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/bihuan/kernel/data/calendar.csv"

# Spring Festival (first day), Tomb-sweeping Day, Dragon Boat Festival, Mid-autumn Festival, as month and day.
LUNAR = {
    2027: "02-06 04-05 06-09 09-15",
    2028: "01-26 04-04 05-28 10-03",
    2029: "02-13 04-04 06-16 09-22",
    2030: "02-03 04-05 06-05 09-12",
    2031: "01-23 04-05 06-24 10-01",
    2032: "02-11 04-04 06-12 09-19",
    2033: "01-31 04-04 06-01 09-08",
    2034: "02-19 04-05 06-20 09-27",
    2035: "02-08 04-05 06-10 09-16",
}
FIXED = (
    ("New Year's Day", 1, 1, 1),
    ("Labour Day", 5, 1, 2),
    ("National Day", 10, 1, 3),
)
HEADER = """\
# Days that differ from Monday-Friday in mainland China. Written by tools/calendar_seed.py.
# gazette: chinesecalendar {version} (MIT), the State Council's yearly notices.
# statute: computed from the regulation on public holidays of 2024-11-10; provisional until the notice.
"""
Row = tuple[date, str, str, str]


def gazetted() -> Iterator[Row]:
    from chinese_calendar.constants import holidays, workdays

    for day in sorted({*holidays, *workdays}):
        if day in workdays:
            yield day, "work", workdays[day], "gazette"
        elif day.weekday() < 5:
            yield day, "rest", holidays[day], "gazette"


def statutory_days(year: int) -> list[tuple[date, str]]:
    """Every statutory day of the year in order, a day that two festivals share twice."""
    spring, tomb, dragon, autumn = (date.fromisoformat(f"{year}-{text}") for text in LUNAR[year].split())
    days = [(spring + timedelta(i), "Spring Festival") for i in range(-1, 3)]
    days += [(tomb, "Tomb-sweeping Day"), (dragon, "Dragon Boat Festival"), (autumn, "Mid-autumn Festival")]
    for name, month, first, count in FIXED:
        days += [(date(year, month, first) + timedelta(i), name) for i in range(count)]
    return sorted(days)


def provisional(year: int) -> Iterator[Row]:
    resting: dict[date, str] = {}
    owed: list[tuple[date, str]] = []
    for day, name in statutory_days(year):
        if day.weekday() < 5 and day not in resting:
            resting[day] = name
        else:
            owed.append((day, name))
    for day, name in owed:
        while day.weekday() > 4 or day in resting:
            day += timedelta(1)
        resting[day] = name
    for day in sorted(resting):
        yield day, "rest", resting[day], "statute"


def render() -> str:
    text = io.StringIO()
    text.write(HEADER.format(version=version("chinesecalendar")))
    rows = chain(gazetted(), *(provisional(year) for year in LUNAR))
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
