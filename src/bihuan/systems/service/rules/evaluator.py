"""Ratings from the devices on the counter (S7): one for one service, and a month's count of each hall.

Counts only. What they say about a hall, and how sure that is, is judged elsewhere.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal

SILENCE_S: Final = 10.0
"""Presses on one counter's device within so many seconds are one customer's. Ours: the source names none."""
Counts = Literal["first", "last"]


@dataclass(frozen=True, slots=True)
class Rating:
    id: str
    hall: str
    device: str
    counter: str
    at: datetime
    """Aware."""
    score: int
    transaction: str = ""
    """Of the service that is rated, "" where the device does not know it."""


@dataclass(slots=True)
class Press:
    """All presses that belong to one service, in order of time."""

    ratings: list[Rating] = field(default_factory=list)

    def counted(self, which: Counts = "first") -> Rating:
        """The first press, or the last. The first is the rule: whoever reads it may press after it."""
        return self.ratings[0 if which == "first" else -1]

    @property
    def contradicted(self) -> bool:
        """Presses of one service that say different things: a slip, or a second hand."""
        return len({rating.score for rating in self.ratings}) > 1


@dataclass(frozen=True, slots=True)
class Tally:
    """One hall in one month."""

    hall: str
    scores: Mapping[int, int]
    """Ratings by score."""
    repeats: int
    """Presses that did not count."""
    contradicted: int
    services: int | None = None
    """Transactions of the month, where known."""

    @property
    def n(self) -> int:
        return sum(self.scores.values())

    @property
    def rated(self) -> float | None:
        """Share of services that were rated, 0–1; None where services are not known or there were none.

        A hall that has only its contented customers press is seen here and nowhere else. Above 1 means that
        services or ratings are wrong.
        """
        return self.n / self.services if self.services else None


@dataclass(frozen=True, slots=True)
class Month:
    tallies: tuple[Tally, ...]
    """One for each hall on duty, also those that rated nothing."""
    strangers: tuple[str, ...]
    """Halls that have ratings and no duty to have a device."""


def presses(ratings: Iterable[Rating], silence_s: float = SILENCE_S) -> list[Press]:
    """Ratings put together by service, in order of time; the order in which they arrived does not matter.

    Presses of one transaction are one, whenever and wherever they were made in the hall. Else a press belongs
    to the one before it on the same device and counter when it comes within `silence_s` of that one's first
    press and the two do not name different transactions. Counting from the first press, a device that is
    pressed without end still counts once every `silence_s`. ValueError for a naive instant.
    """
    found: list[Press] = []
    named: dict[tuple[str, str], Press] = {}
    latest: dict[tuple[str, str, str], tuple[Press, datetime]] = {}
    silence = timedelta(seconds=silence_s)
    for rating in sorted(ratings, key=_when):
        place = (rating.hall, rating.device, rating.counter)
        service = (rating.hall, rating.transaction)
        press = named.get(service) if rating.transaction else None
        before, since = latest.get(place, (None, rating.at))
        near = before is not None and rating.at - since <= silence
        if press is None and before is not None and near and _fits(before, rating):
            press = before
        if press is None:
            press = Press()
            found.append(press)
        press.ratings.append(rating)
        if rating.transaction:
            named[service] = press
        latest[place] = (press, since if near and press is before else rating.at)
    return found


def monthly(
    ratings: Iterable[Rating],
    halls: Collection[str],
    month: tuple[int, int],
    zone: tzinfo,
    silence_s: float = SILENCE_S,
    which: Counts = "first",
    services: Mapping[str, int] | None = None,
) -> Month:
    """A month (year, month) of every hall on duty. A service belongs to the month of the press that counts.

    Give the ratings of some minutes before and after the month as well, or its edges are judged without
    their neighbours. ValueError for a naive instant.
    """
    scores: dict[str, Counter[int]] = {}
    repeats: Counter[str] = Counter()
    contradicted: Counter[str] = Counter()
    for press in presses(ratings, silence_s):
        rating = press.counted(which)
        local = rating.at.astimezone(zone)
        if (local.year, local.month) != month:
            continue
        scores.setdefault(rating.hall, Counter())[rating.score] += 1
        repeats[rating.hall] += len(press.ratings) - 1
        contradicted[rating.hall] += press.contradicted
    known = services or {}
    tallies = [
        Tally(
            hall,
            dict(sorted(scores.get(hall, {}).items())),
            repeats[hall],
            contradicted[hall],
            known.get(hall),
        )
        for hall in sorted(set(halls))
    ]
    return Month(tuple(tallies), tuple(sorted(set(scores) - set(halls))))


def _when(rating: Rating) -> tuple[datetime, str]:
    if rating.at.tzinfo is None:
        raise ValueError(f"{rating.at.isoformat()} has no time zone")
    return rating.at, rating.id


def _fits(press: Press, rating: Rating) -> bool:
    """Whether a rating names no other transaction than the presses before it."""
    names = {each.transaction for each in press.ratings} - {""}
    return not rating.transaction or not names or rating.transaction in names
