"""What the terminals' journals tell of the time before: weeks of ordinary laboratory days.

Depends on seed, terminal and date alone, so that two starts on any two days agree.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bihuan.kernel.rules.calendar import Calendar
from bihuan.kernel.rules.seed import standard_calendar
from bihuan.systems.instruments.fleet.chance import around, chance
from bihuan.systems.instruments.fleet.journal import Swipe
from bihuan.systems.instruments.fleet.laboratory import Device

DAYS: Final = 80
ODD: Final = 0.006
"""Days of one instrument on which somebody breaks a rule: about ten in the whole laboratory's past."""
FIRST, LAST = time(8, 15), time(20, 30)
"""Nobody comes earlier or later."""
NEXT_MORNING: Final = timedelta(days=1, hours=7, minutes=30)


class Use(NamedTuple):
    card: str
    begin: datetime
    end: datetime
    closed: bool = True
    """The user logged off."""


def begin_of_past(now: datetime, zone: ZoneInfo) -> datetime:
    """The first day of the month, 80 days back: whole months make better charts."""
    day = (now.astimezone(zone) - timedelta(days=DAYS)).date().replace(day=1)
    return datetime.combine(day, time(), zone)


def history(
    seed: int, device: Device, unknown: tuple[str, ...], begin: datetime, end: datetime, zone: ZoneInfo
) -> list[Swipe]:
    """The lines of uses that begin from `begin` on, up to `end`; a use that still lasts stays open."""
    calendar = standard_calendar(zone)
    swipes: list[Swipe] = []
    day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        for use in uses(seed, device, unknown, day, calendar):
            swipes += _told(device, use) if use.begin >= begin else ()
        day += timedelta(days=1)
    return [swipe for swipe in swipes if swipe.at < end]


def _told(device: Device, use: Use) -> Iterator[Swipe]:
    skew, card = timedelta(seconds=device.skew_s), device.spelled(use.card)
    yield Swipe(use.begin + skew, card, "open")
    if use.closed:
        yield Swipe(use.end + skew, card, "close")


def uses(seed: int, device: Device, unknown: tuple[str, ...], day: date, calendar: Calendar) -> list[Use]:
    """One day of one instrument; no two uses overlap and the rest is kept, but on an odd day."""
    dice = chance(seed, device.code, day)
    works = calendar.is_workday(day)
    if not device.cards or (not works and dice.random() > 0.25):
        return []
    found: list[Use] = []
    at = datetime.combine(day, FIRST, calendar.zone) + timedelta(minutes=dice.expovariate(1 / 45))
    close = datetime.combine(day, LAST, calendar.zone)
    morning = datetime.combine(day, time(), calendar.zone) + NEXT_MORNING
    most = dice.randint(2, 6) if works else 1
    while at < close and len(found) < most:
        length = timedelta(minutes=around(dice, device.use_minutes, high=2.2))
        found.append(Use(dice.choice(device.cards), at, min(at + length, morning)))
        pause = device.rest_minutes + 2 + dice.expovariate(1 / (20 + 0.8 * device.use_minutes))
        at = found[-1].end + timedelta(minutes=pause)
    return _odd(dice, device, unknown, found) if dice.random() < ODD else found


def _odd(dice: Random, device: Device, unknown: tuple[str, ...], found: list[Use]) -> list[Use]:
    """The last use of the day breaks a rule."""
    use = found[-1]
    if unknown and dice.random() < 0.3:
        return [*found[:-1], use._replace(card=dice.choice(unknown))]
    if device.others and dice.random() < 0.4:
        return [*found[:-1], use._replace(card=dice.choice(device.others))]
    if device.rest_minutes and len(found) > 1 and found[-2].card != use.card:
        early = found[-2].end + timedelta(minutes=0.3 * device.rest_minutes)
        return [*found[:-1], use._replace(begin=early)]
    return [*found[:-1], use._replace(closed=False)]
