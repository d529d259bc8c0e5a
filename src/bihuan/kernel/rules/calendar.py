"""Working days: own rule > official notice > provisional rule > week pattern.

Rule of every working-day deadline: the day of the event is not counted; the limit is the N-th following
working day and expires at 23:59:59 in the calendar's zone. A deadline that had to look at a day of a year
without official notice is provisional.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_TO_FRIDAY = frozenset(range(5))
END_OF_DAY = time(23, 59, 59)
DAY = timedelta(days=1)
SEARCH_LIMIT = 3660
"""Days walked in search of a working day before the calendar counts as having none."""


class Layer(StrEnum):
    PROVISIONAL = "provisional"
    GAZETTED = "gazetted"
    OVERRIDE = "override"


PRECEDENCE = (Layer.PROVISIONAL, Layer.GAZETTED, Layer.OVERRIDE)


@dataclass(frozen=True, slots=True)
class Mark:
    """What one layer says about one date."""

    on: date
    works: bool
    layer: Layer = Layer.OVERRIDE
    name: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    due_on: date
    due_at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A deadline that also has an earliest day."""

    opens_on: date
    closes: Deadline


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    working_days: int
    make_up_days: tuple[date, ...]
    """Days outside the week pattern that are worked."""
    rest_days: tuple[date, ...]
    """Days of the week pattern that are not worked."""
    status: Layer


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    working_days: int
    provisional: bool

    @property
    def waived(self) -> bool:
        """A weekly duty falls away in a week without any working day."""
        return self.working_days == 0


@dataclass(frozen=True, slots=True)
class Calendar:
    marks: Mapping[date, Mark]
    """The winning mark of each date that has one."""
    settled: frozenset[int]
    """Years whose official notice is known."""
    zone: ZoneInfo = SHANGHAI
    week: frozenset[int] = field(default=MONDAY_TO_FRIDAY)
    """Weekdays worked without a mark, Monday = 0."""

    @classmethod
    def of(
        cls,
        marks: Iterable[Mark],
        zone: ZoneInfo = SHANGHAI,
        week: frozenset[int] = MONDAY_TO_FRIDAY,
    ) -> "Calendar":
        """Merge layers, given in any order; of two marks of one layer and date the later given wins.

        One gazetted day settles its year, whose provisional marks are then dropped: the notice moves days.
        """
        ranked = sorted(marks, key=lambda mark: PRECEDENCE.index(mark.layer))
        settled = frozenset(mark.on.year for mark in ranked if mark.layer is Layer.GAZETTED)
        winners = {
            mark.on: mark
            for mark in ranked
            if mark.layer is not Layer.PROVISIONAL or mark.on.year not in settled
        }
        return cls(MappingProxyType(winners), settled, zone, week)

    def with_overrides(self, marks: Iterable[Mark]) -> "Calendar":
        return Calendar.of((*self.marks.values(), *marks), self.zone, self.week)

    def local_date(self, moment: date | datetime) -> date:
        """The calendar date of an aware instant; a plain date is itself. Raises ValueError when naive."""
        if not isinstance(moment, datetime):
            return moment
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone")
        return moment.astimezone(self.zone).date()

    def is_workday(self, day: date) -> bool:
        mark = self.marks.get(day)
        return mark.works if mark else day.weekday() in self.week

    def is_provisional(self, day: date) -> bool:
        """No own rule and no official notice says whether this day is worked."""
        mark = self.marks.get(day)
        known = mark is not None and mark.layer is not Layer.PROVISIONAL
        return not known and day.year not in self.settled

    def any_provisional(self, first: date, last: date) -> bool:
        """Whether a day of the closed span is provisional."""
        return any(self.is_provisional(day) for day in days(first, last))

    def next_workday(self, after: date) -> date:
        """First working day later than the date; ValueError when there is none within ten years."""
        return self._walk(after, DAY)

    def previous_workday(self, before: date) -> date:
        """Last working day earlier than the date; ValueError when there is none within ten years."""
        return self._walk(before, -DAY)

    def _walk(self, day: date, step: timedelta) -> date:
        try:
            for _ in range(SEARCH_LIMIT):
                day += step
                if self.is_workday(day):
                    return day
        except OverflowError:
            pass
        raise ValueError(f"no working day can be reached near {day}")

    def add_workdays(self, start: date | datetime, n: int, expires: time = END_OF_DAY) -> Deadline:
        """The N-th working day after the day of the event, at `expires` local time.

        N = 0 is the day of the event itself. Raises ValueError for a negative N or a naive instant.
        """
        if n < 0:
            raise ValueError("the number of working days must not be negative")
        begun_on = due_on = self.local_date(start)
        for _ in range(n):
            due_on = self.next_workday(due_on)
        return self.deadline(due_on, begun_on, expires)

    def deadline(self, due_on: date, begun_on: date, expires: time = END_OF_DAY) -> Deadline:
        """Close a limit that depends on the days after `begun_on` up to and with `due_on`."""
        due_at = datetime.combine(due_on, expires, tzinfo=self.zone)
        return Deadline(due_on, due_at, due_on > begun_on and self.any_provisional(begun_on + DAY, due_on))

    def workdays_between(self, a: date | datetime, b: date | datetime) -> int:
        """Working days later than a, up to and with b; negative when b is the earlier.

        The inverse of add_workdays: workdays_between(a, add_workdays(a, n).due_on) = n.
        """
        first, last = self.local_date(a), self.local_date(b)
        if last < first:
            return -self.workdays_between(last, first)
        return sum(map(self.is_workday, days(first, last))) - self.is_workday(first)

    def year(self, year: int) -> Year:
        every = list(days(date(year, 1, 1), date(year, 12, 31)))
        marked = [day for day in every if day in self.marks]
        worked = {day for day in every if self.is_workday(day)}
        return Year(
            year,
            len(worked),
            tuple(day for day in marked if day in worked and day.weekday() not in self.week),
            tuple(day for day in marked if day not in worked and day.weekday() in self.week),
            Layer.GAZETTED if year in self.settled else Layer.PROVISIONAL,
        )

    def week_of(self, moment: date | datetime) -> Week:
        """The ISO week around the moment."""
        day = self.local_date(moment)
        monday = day - timedelta(days=day.weekday())
        sunday = monday + timedelta(days=6)
        worked = sum(map(self.is_workday, days(monday, sunday)))
        return Week(monday, worked, self.any_provisional(monday, sunday))


def days(first: date, last: date) -> Iterator[date]:
    """Every date of the closed span, in order."""
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
