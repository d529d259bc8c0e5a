"""Draws that anybody can do again with `sha256sum`: each unit gets a ticket, the smallest tickets win.

The ticket of a unit is SHA-256 of `seed|label|unit` (Rivest's consistent sampling, bottom-k). It depends on
nothing else, so the order of a list, the version of Python and the machine cannot change a draw, and
whoever joins or leaves the frame changes nobody's ticket.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final

SPACE: Final = 2**256
"""Tickets lie in [0, 2²⁵⁶)."""
FINE: Final = 2**53
MARK: Final = "|"


class FrameError(ValueError):
    """A frame or text from which nothing can be drawn honestly; `fault` and `unit` say it for pages."""

    def __init__(self, fault: str, unit: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault
        """`blank`, `spaces`, `mark`, `form`, `twice`, `count`, or `stranger`."""
        self.unit = unit


@dataclass(frozen=True, slots=True)
class Ticketed:
    """A unit with its ticket (64 hexadecimal digits); sorts as the draw does."""

    ticket: str
    unit: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first thing in which a record differs from what is computed again; "" where there is nothing."""

    what: str
    """`commitment`, `nonce`, or the label of a draw."""
    position: int
    """From 1."""
    expected: str
    found: str


def ticket(seed: str, label: str, unit: str) -> str:
    """SHA-256 of the UTF-8 text `seed|label|unit`, 64 hexadecimal digits.

    Seed and unit must not hold `|`, or two different draws could share a text; FrameError when one does.
    """
    plain(seed)
    plain(unit)
    return _digest(f"{seed}{MARK}{label}{MARK}{unit}")


def plain(text: str) -> str:
    """The text itself when it is fit to be hashed, else FrameError.

    Blank, with spaces around it or signs that do not print, with `|`, or not in Unicode form NFC:
    each of these lets two units look alike on paper and draw differently.
    """
    if not text.strip():
        raise FrameError("blank", text, "a name in the frame is blank")
    if text != text.strip() or not text.isprintable():
        raise FrameError("spaces", text, f"{text!r} has spaces around it or signs that do not print")
    if MARK in text:
        raise FrameError("mark", text, f"{text!r} holds {MARK!r}, which separates the parts of a ticket")
    if not unicodedata.is_normalized("NFC", text):
        raise FrameError("form", text, f"{text!r} is not in Unicode form NFC")
    return text


def checked(units: Iterable[str]) -> tuple[str, ...]:
    """A frame in the order of its names; FrameError for a name that is not plain or there twice."""
    ordered = sorted(map(plain, units))
    for unit, following in pairwise(ordered):
        if unit == following:
            raise FrameError("twice", unit, f"{unit!r} is in the frame twice")
    return tuple(ordered)


def order(seed: str, label: str, units: Iterable[str]) -> tuple[Ticketed, ...]:
    """All units by ticket, equal tickets by name. Raises FrameError as `checked`."""
    every = [Ticketed(ticket(seed, label, unit), unit) for unit in checked(units)]
    return tuple(sorted(every, key=lambda each: (each.ticket, each.unit)))


def draw(seed: str, label: str, units: Iterable[str], k: int, gone: Collection[str] = ()) -> tuple[str, ...]:
    """The k units with the smallest tickets, in that order, those that are `gone` passed over.

    A unit that goes after the draw is replaced by the next ticket, so one draw with `gone` is the same
    as all its substitutions one by one. FrameError when fewer than k are left or a gone one was never in.
    """
    ordered = order(seed, label, units)
    _known(gone, {each.unit for each in ordered})
    left = [each.unit for each in ordered if each.unit not in gone]
    if not 0 <= k <= len(left):
        raise FrameError("count", "", f"{k} cannot be drawn from {len(left)}")
    return tuple(left[:k])


def next_in_order(seed: str, label: str, units: Iterable[str], passed: Collection[str]) -> str | None:
    """Who replaces a unit: the smallest ticket not yet drawn or gone (`passed`); None when nobody is left."""
    ordered = order(seed, label, units)
    _known(passed, {each.unit for each in ordered})
    return next((each.unit for each in ordered if each.unit not in passed), None)


def verify_draw(
    seed: str, label: str, units: Iterable[str], found: Sequence[str], k: int, gone: Collection[str] = ()
) -> Mismatch | None:
    """Draw again and compare in ticket order; None when all is as recorded, else the first difference."""
    return compare(label, draw(seed, label, units, k, gone), found)


def compare(what: str, expected: Sequence[str], found: Sequence[str]) -> Mismatch | None:
    """The first place in which two lists differ, a missing end counting as ""."""
    for place in range(max(len(expected), len(found))):
        wanted = expected[place] if place < len(expected) else ""
        had = found[place] if place < len(found) else ""
        if wanted != had:
            return Mismatch(what, place + 1, wanted, had)
    return None


def whole(seed: str, label: str, unit: str, below: int) -> int:
    """A whole number in 0 … below − 1 from the ticket: ⌊ticket · below ÷ 2²⁵⁶⌋.

    Its bias is under below ÷ 2²⁵⁶. ValueError when `below` is not positive.
    """
    if below < 1:
        raise ValueError(f"no whole number lies in 0 … {below - 1}")
    return int(ticket(seed, label, unit), 16) * below // SPACE


def fraction(seed: str, label: str, unit: str) -> tuple[int, int]:
    """A number strictly between 0 and 1 as (2j + 1, 2⁵⁴), j the first 53 bits of the ticket."""
    first = int(ticket(seed, label, unit), 16) * FINE // SPACE
    return 2 * first + 1, 2 * FINE


def spread(seed: str, label: str, sizes: Mapping[str, int], k: int) -> dict[str, int]:
    """How many of k each stratum gets: systematic with a random start, in the order of the strata's names.

    The strata are laid end to end, N units long, and every N÷k-th place is taken (Madow 1949): each gets
    its exact share k·size÷N, rounded down or up, and N÷k is hit fairly, so with a simple draw inside
    the strata every unit has the chance k÷N. FrameError when k > N or a size is negative.
    """
    names = checked(sizes)
    total = sum(sizes.values())
    if not 0 <= k <= total or any(size < 0 for size in sizes.values()):
        raise FrameError("count", "", f"{k} cannot be spread over {total}")
    given = dict.fromkeys(names, 0)
    start = whole(seed, label, "start", total) if k else 0
    places = [(start + turn * total) // k for turn in range(k)]
    end, at = 0, 0
    for name in names:
        end += sizes[name]
        while at < k and places[at] < end:
            given[name] += 1
            at += 1
    return given


def _known(units: Collection[str], frame: Collection[str]) -> None:
    if strangers := sorted(set(units) - set(frame)):
        raise FrameError("stranger", strangers[0], f"{strangers[0]!r} is not in the frame")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
