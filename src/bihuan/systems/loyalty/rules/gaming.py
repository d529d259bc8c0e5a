"""Signs that a score was made and not given: reasons to look, never a verdict (spec c10)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Literal

from bihuan.kernel.rules.measures.response import Fit, mix

Rule = Literal["one_device", "burst", "fast", "streak", "selective"]


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as far as signs need it; `device` is a digest that agrees within one wave."""

    unit: int
    at: datetime
    score: int
    took_s: int | None
    device: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    least: int = 10
    """Answers of a unit below which nothing is said."""
    device_share: float = 0.2
    burst_share: float = 0.3
    burst_s: int = 300
    fast_of_median: float = 1 / 3
    fast_share: float = 0.2
    streak: int = 10
    p: float = 0.01


@dataclass(frozen=True, slots=True)
class Sign:
    """What was seen beside the limit: shares 0–1, answers in a row, or a p value."""

    rule: Rule
    unit: int
    seen: float
    limit: float
    n: int


def signs(answers: Iterable[Given], limits: Limits = Limits()) -> list[Sign]:
    """By unit and rule. Answers of all units together say what is a usual time to answer."""
    units: dict[int, list[Given]] = defaultdict(list)
    for answer in answers:
        units[answer.unit].append(answer)
    times = [each.took_s for rows in units.values() for each in rows if each.took_s]
    usual = median(times) if len(times) >= limits.least else None
    found = []
    for unit, rows in sorted(units.items()):
        if len(rows) >= limits.least:
            rows.sort(key=lambda each: each.at)
            found += [sign for sign in _of_unit(unit, rows, usual, limits) if sign.seen > sign.limit]
    return found


def _of_unit(unit: int, rows: Sequence[Given], usual: float | None, limits: Limits) -> list[Sign]:
    n = len(rows)
    found = [
        Sign("burst", unit, _densest(rows, limits.burst_s) / n, limits.burst_share, n),
        Sign("streak", unit, _longest(rows), limits.streak - 1, n),
    ]
    devices = Counter(each.device for each in rows if each.device)
    if devices:
        most = devices.most_common(1)[0][1]
        found.append(Sign("one_device", unit, most / n if most > 1 else 0.0, limits.device_share, n))
    timed = [each.took_s for each in rows if each.took_s]
    if usual and timed:
        fast = sum(took < usual * limits.fast_of_median for took in timed)
        found.append(Sign("fast", unit, fast / len(timed), limits.fast_share, len(timed)))
    return found


def _densest(rows: Sequence[Given], width_s: int) -> int:
    """Most answers within any span of so many seconds; rows are in the order of time."""
    most = first = 0
    for last, row in enumerate(rows):
        while (row.at - rows[first].at).total_seconds() > width_s:
            first += 1
        most = max(most, last - first + 1)
    return most


def _longest(rows: Sequence[Given]) -> int:
    """Longest run of tens."""
    longest = run = 0
    for row in rows:
        run = run + 1 if row.score == 10 else 0
        longest = max(longest, run)
    return longest


def selective(invited: dict[str, int], frame: dict[str, float]) -> Fit | None:
    """Whether those who were asked look like those who could have been; None where the frame does not say."""
    known = {key: count for key, count in invited.items() if frame.get(key, 0) > 0}
    try:
        return mix(known, frame)
    except ValueError:
        return None
