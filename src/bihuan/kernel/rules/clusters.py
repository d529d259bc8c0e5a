"""When cases of one cause are so many that the cause itself must be worked on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Occurrence:
    key: int
    at: datetime
    path: str
    """Of its unit: `/1/5/`."""


@dataclass(frozen=True, slots=True)
class Cluster:
    path: str
    """The smallest unit below which they lie."""
    keys: tuple[int, ...]


def dense(moments: Sequence[datetime], least: int, within: timedelta) -> list[int]:
    """Places of those that share some span of `within` with at least `least` of them, itself included.

    `moments` are in order. An occurrence exactly `within` after the first still shares its span.
    """
    found: set[int] = set()
    start = 0
    for end, moment in enumerate(moments):
        while moment - moments[start] > within:
            start += 1
        if end - start + 1 >= least:
            found.update(range(start, end + 1))
    return sorted(found)


def clusters(occurrences: Sequence[Occurrence], least: int, within: timedelta) -> list[Cluster]:
    """Clusters of one cause, deepest unit first; what is in one belongs to no other.

    Three in one hall are the hall's; three in three halls are their branch's.
    """
    left = sorted(occurrences, key=lambda one: (one.at, one.key))
    found: list[Cluster] = []
    for path in _units(left):
        inside = [one for one in left if one.path.startswith(path)]
        chosen = [inside[place] for place in dense([one.at for one in inside], least, within)]
        if chosen:
            taken = {one.key for one in chosen}
            found.append(Cluster(path, tuple(one.key for one in chosen)))
            left = [one for one in left if one.key not in taken]
    return found


def _units(occurrences: Sequence[Occurrence]) -> list[str]:
    """Every unit above an occurrence, its own included, deepest first."""
    paths: set[str] = set()
    for path in {one.path for one in occurrences}:
        parts = path.strip("/").split("/")
        paths |= {f"/{'/'.join(parts[: n + 1])}/" for n in range(len(parts))}
    return sorted(paths, key=lambda path: (-path.count("/"), path))
