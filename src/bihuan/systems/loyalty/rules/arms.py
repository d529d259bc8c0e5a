"""Which units become the pilot, drawn by chance: the same for everybody who has seed and frame."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.kernel.rules.commitment import Sealed, seal, seed_of, verify_opening
from bihuan.kernel.rules.draw import FrameError, Mismatch, checked, compare, draw, spread

VERSION = "arms-1"
"""Another way to draw has another version: it is part of what is committed to."""
REDRAWS, MOST_REDRAWN = 1000, 200
"""Draws of a randomisation test, and units above which it takes too long for a page."""
Row = Mapping[str, Any]
"""`id` and `stratum`, both codes of units."""


@dataclass(frozen=True, slots=True)
class Drawn:
    pilot: tuple[str, ...]
    comparison: tuple[str, ...]


def assign(seed: str, label: str, frame: Sequence[Row], k: int) -> Drawn:
    """k of the units to the pilot, all others to the comparison: every unit has the chance k ÷ N.

    Each stratum gives its share, rounded down or up by a systematic draw with random start, so that neither
    arm has all units of one region; inside it the smallest tickets. Raises FrameError for names that are not
    plain or there twice, and unless 1 ≤ k < N.
    """
    checked(str(row["id"]) for row in frame)
    if not 1 <= k < len(frame):
        raise FrameError("count", "", f"a pilot of {k} out of {len(frame)} leaves an arm empty")
    strata: dict[str, list[str]] = {}
    for row in frame:
        strata.setdefault(str(row["stratum"]), []).append(str(row["id"]))
    sizes = {name: len(units) for name, units in strata.items()}
    shares = spread(seed, f"{label}|strata", sizes, k)
    pilot = sorted(
        unit for name, n in shares.items() for unit in draw(seed, f"{label}|{name}", strata[name], n)
    )
    rest = sorted({str(row["id"]) for row in frame} - set(pilot))
    return Drawn(tuple(pilot), tuple(rest))


@dataclass(frozen=True, slots=True)
class Redrawn:
    """`p`: share of the draws, the real one among them, that differ as much (two-sided)."""

    p: float
    draws: int


def redrawn(
    observed: float,
    difference: Callable[[frozenset[str]], float | None],
    frame: Sequence[Row],
    k: int,
    draws: int = REDRAWS,
) -> Redrawn:
    """The randomisation test (Fisher 1935): the same answers under other draws of the same units.

    Where the programme does nothing, the real draw is one like all others. `difference` takes the units of a
    pilot; None: an arm without answers, which is passed over. Draws come from a fixed stream of tickets.
    """
    extreme, seen = 1, 1
    for n in range(draws - 1):
        found = difference(frozenset(assign(f"redrawn {n}", "arms", frame, k).pilot))
        if found is not None:
            seen += 1
            extreme += abs(found) >= abs(observed) - 1e-9
    return Redrawn(extreme / seen, seen)


def promised(frame: Iterable[Row], params: Row, digests: Sequence[str]) -> Sealed:
    """What is published before anybody can know the seed."""
    return seal(list(frame), params, VERSION, digests)


@dataclass(frozen=True, slots=True)
class Record:
    """A draw as a document that anybody can check without us; empty lists while it is not opened."""

    label: str
    frame: Sequence[Row]
    params: Row
    plan_version: str
    nonce_digests: Sequence[str]
    commitment: str
    nonces: Sequence[str] = ()
    seed: str = ""
    pilot: Sequence[str] = ()
    comparison: Sequence[str] = ()


def verify(record: Record) -> Mismatch | None:
    """The commitment, then the secrets, the seed and both arms; None when all is as recorded.

    Raises FrameError, ValueError, TypeError and KeyError for parts that are none.
    """
    sealed = seal(list(record.frame), record.params, record.plan_version, record.nonce_digests)
    if not record.seed:
        return compare("commitment", [sealed.digest], [record.commitment])
    again = assign(record.seed, record.label, record.frame, int(record.params["pilot"]))
    return (
        verify_opening(record.commitment, sealed, record.nonces)
        or compare("seed", [seed_of(record.nonces)], [record.seed])
        or compare("pilot", again.pilot, record.pilot)
        or compare("comparison", again.comparison, record.comparison)
    )
