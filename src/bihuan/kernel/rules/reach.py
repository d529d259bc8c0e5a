"""When somebody counts as unreachable: enough tries, spread over days and times of day."""

from collections.abc import Sequence
from datetime import datetime, time, tzinfo

TRIES = 3
DAYS = 3
PARTS = 2
NOON, EVENING = time(12), time(18)


def part_of_day(moment: time) -> str:
    """Morning, afternoon or evening of a local time."""
    return "morning" if moment < NOON else "afternoon" if moment < EVENING else "evening"


def missing(attempts: Sequence[datetime], zone: tzinfo) -> tuple[int, int, int]:
    """How many tries, days and times of day are still missing; (0, 0, 0): nobody could do more."""
    local = [each.astimezone(zone) for each in attempts]
    days = {each.date() for each in local}
    parts = {part_of_day(each.time()) for each in local}
    return max(TRIES - len(local), 0), max(DAYS - len(days), 0), max(PARTS - len(parts), 0)
